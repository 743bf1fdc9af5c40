import { ipv6Text, isLinkLocal } from "../modem/base/addresses.js";
import { allAddresses, contextOf, restoreContexts } from "../modem/base/packet.js";
import { applyPowerSaving } from "../modem/base/power-saving.js";
import { operatorRows, rssiIndex } from "../modem/base/registration.js";
import type { CommandRow } from "../modem/command.js";
import type { ModuleCore } from "../modem/core.js";
import type { Persona, PersonaRuntime } from "../modem/persona.js";
import { NbLookup } from "./quectel/nb-lookup.js";
import { NbPower } from "./quectel/nb-power.js";
import { applyDefaultContext, settingCommands } from "./quectel/nb-settings.js";
import { NbSockets } from "./quectel/nb-sockets.js";

/** Between the lines of the banner; no capture gives it: assumption. */
const bannerGapMs = 100;
/** What a module shows for a transmit power that it has not used yet (transcript 01). */
const noTransmitPower = -128;
/** Offset of the carrier in the raster and operation mode, as transcript 01's cell has them. */
const carrierOffset = 12;
const operationMode = 2;

/**
 * Quectel BC660K-GL. Bytes and times of transcript 01 where it has them, the banner's order of transcript 37 (a BC260Y),
 * the rest from its AT manual. IPv6 is inferred: no capture shows it on this module.
 */
const quectelBc660k: Persona = {
	id: "quectel-bc660k",
	tier: "nbiot",
	vendor: "Quectel",
	models: ["BC660K-GL"],
	sources: ["Quectel BC660K-GL&BC950K-GL AT Commands Manual", "transcript 01 (BC660KGLAAR01A05)", "transcript 37 (BC260YCNAAR02A02)"],
	evidence: "inferred",
	files: ["quectel-bc660k.ts", "quectel/nb-lookup.ts", "quectel/nb-power.ts", "quectel/nb-settings.ts", "quectel/nb-sockets.ts"],
	identity: {
		manufacturer: "Quectel_Ltd",
		model: "Quectel_BC660K-GL",
		revision: "BC660KGLAAR01A05",
		serialNumber: "MPA00A000000001",
		imei: "001010000000001",
	},
	baud: 115_200,
	echo: true,
	cmee: 0,
	// 1024 bytes in hexadecimal and what stands before them: assumption.
	lineLimit: 2200,
	answerMs: 21,
	// The manual has text mode only.
	sms: { storages: { SM: 20 }, formats: [1], format: 1, indications: [2, 0, 0, 0, 0] },
	unknownCommand: "error",
	// Zephyr asserts BOOT and RESET for 500 ms and probes 600 ms after the release; the shortest reset pulse is an assumption.
	power: { powerPulseMs: 500, resetPulseMs: 50, bootMs: 600 },
	firstCid: 0,
	create,
};

export default quectelBc660k;

function create(core: ModuleCore): PersonaRuntime {
	const sockets = new NbSockets(core);
	const lookup = new NbLookup(core);
	const power = new NbPower(
		core,
		() => sockets.busy || lookup.busy,
		() => sockets.hasTcp,
	);
	const addresses = new AddressReport(core);
	return {
		commands: [
			...absent(),
			...identityCommands(core),
			...radioCommands(core, power),
			...settingCommands(core),
			...sockets.commands,
			...lookup.commands,
			...power.commands,
			...powerCommands(core),
		],
		sleep: power,
		booted: () => boot(core),
		fault: name => {
			if (name === "close-sockets") sockets.closeAll();
		},
		ue: {
			psmChanged: state => power.psmChanged(state),
			signallingChanged: connected => power.signallingChanged(connected),
			contextChanged: cid => addresses.changed(cid),
		},
	};
}

/** `RDY`, `+CFUN: 1`, `+CPIN: READY`; `+IP:` follows when the network gave an address. */
function boot(core: ModuleCore): void {
	applyDefaultContext(core, 0);
	restoreContexts(core);
	applyPowerSaving(core);
	core.urc("\r\nRDY\r\n");
	const { sim, firstFunctionality } = core;
	core.setFunctionality(firstFunctionality);
	core.after(bannerGapMs, () => core.urc(`\r\n+CFUN: ${firstFunctionality}\r\n`));
	if (firstFunctionality === 0) return;
	core.after(2 * bannerGapMs, () =>
		core.urc(`\r\n+CPIN: ${sim.state === "absent" || sim.state === "blocked" ? "NOT READY" : sim.state}\r\n`),
	);
}

/** What the base has and this module's manual has not. */
function absent(): CommandRow[] {
	return ["+CREG", "+CGREG", "+CCID", "+CNUM", "+WS46", "+CPBS", "+CPBR", "+CPBW", "+GCAP"].map(name => ({ name, absent: true }));
}

/** `+IP:` with each address once, when it becomes usable: a second line for IPv6 is inferred. */
class AddressReport {
	readonly #core: ModuleCore;
	#said = new Set<string>();

	constructor(core: ModuleCore) {
		this.#core = core;
	}

	changed(cid: number): void {
		if (cid !== 0) return;
		const context = contextOf(this.#core, 0);
		if (!context?.active) {
			this.#said.clear();
			return;
		}
		for (const address of [context.ipv4, context.ipv6]) {
			if (address === undefined || isLinkLocal(address) || this.#said.has(address)) continue;
			this.#said.add(address);
			this.#core.urc(`\r\n+IP: ${address.includes(":") ? ipv6Text(this.#core, address) : address}\r\n`);
		}
	}
}

function identityCommands(core: ModuleCore): CommandRow[] {
	const { identity } = core.hardware;
	const revision = () => `\r\nRevision: ${identity.revision}\r\n`;
	const serial = () => `\r\n${identity.serialNumber}\r\n`;
	return [
		{ name: "I", answerMs: 22 },
		{ name: "+CGMR", execute: revision },
		{ name: "+GMR", execute: revision },
		{ name: "+GSN", execute: () => `\r\n${identity.imei}\r\n` },
		{
			name: "+CGSN",
			execute: serial,
			set: call => {
				switch (call.parameters.number(0)) {
					case 0:
						return serial();
					case 1:
						return `\r\n+CGSN: ${identity.imei}\r\n`;
					case 2:
						return `\r\n+CGSN: ${identity.imei.slice(0, 14)}02\r\n`;
					case 3:
						return "\r\n+CGSN: 02\r\n";
					default:
						return 50;
				}
			},
			test: "\r\n+CGSN: (0-3)\r\n",
			formMs: { set: 42 },
		},
		{ name: "+QCCID", execute: () => `\r\n+QCCID: ${core.sim.iccid}\r\n`, test: "", needsSim: true, answerMs: 42 },
		{ name: "+CBC", execute: () => "\r\n+CBC: 3470\r\n", test: "" },
	];
}

function radioCommands(core: ModuleCore, power: NbPower): CommandRow[] {
	return [
		{ name: "+CEREG", formMs: { read: 42, set: 103 } },
		{ name: "+CFUN", formMs: { set: 300 } },
		...operatorRows(core, 2),
		{ name: "+CSQ", execute: () => (core.ue.cell ? `\r\n+CSQ: ${rssiIndex(core)},0\r\n` : "\r\n+CSQ: 99,99\r\n") },
		{
			name: "+CGDCONT",
			read: () =>
				core.ue.contexts
					.map(context => {
						const address = context.ipv4 ?? (context.ipv6 === undefined ? undefined : ipv6Text(core, context.ipv6));
						return `\r\n+CGDCONT: ${context.cid},"${context.type}","${context.apn}"${address === undefined ? "" : `,"${address}"`}\r\n`;
					})
					.join(""),
			formMs: { read: 42 },
		},
		{ name: "+CGPADDR", read: () => allAddresses(core) },
		{
			name: "+QENG",
			set: call => {
				const kind = call.parameters.number(0);
				if (kind === 0) return servingCell(core);
				if (kind !== 2) return 50;
				const { sleepTenths, receiveTenths } = power.statistics;
				// Time spent sending is not known here and shown as nothing.
				return `\r\n+QENG: 3,${sleepTenths},${receiveTenths},0\r\n`;
			},
			test: "\r\n+QENG: (0,2)\r\n",
			formMs: { set: 42 },
		},
		// Three lines are documented, their contents are not: assumption.
		{ name: "+QR14FEATURE", execute: () => "\r\n+QR14FEATURE: 0,0\r\n+QR14FEATURE: 1,0\r\n+QR14FEATURE: 2,0\r\n", test: "" },
	];
}

function servingCell(core: ModuleCore): string {
	const { cell, signal, registration } = core.ue;
	if (!cell) return "";
	const { rsrpDbm, rsrqDb, rssiDbm, sinrDb, ecl, txPowerDbm } = signal;
	const place = `${cell.earfcn},${carrierOffset},${cell.pci},"${registration.ci ?? ""}"`;
	const levels = [rsrpDbm, rsrqDb, rssiDbm, sinrDb].map(Math.round).join(",");
	const transmit = txPowerDbm === undefined || !core.ue.connected ? noTransmitPower : Math.round(txPowerDbm);
	return `\r\n+QENG: 0,${place},${levels},${cell.band},"${registration.tac ?? ""}",${ecl},${transmit},${operationMode}\r\n`;
}

function powerCommands(core: ModuleCore): CommandRow[] {
	return [
		{
			name: "+QRST",
			set: call => {
				if (call.parameters.number(0) !== 1) return 50;
				core.hardware.retained.clear();
				core.after(100, () => core.hardware.restart("command"));
				return "";
			},
			test: "\r\n+QRST: (1)\r\n",
		},
		{
			name: "+QPOWD",
			set: call => {
				if (call.parameters.within(0, 0, 2) === undefined) return 50;
				core.after(200, () => core.hardware.shutDown());
				return "";
			},
			test: "\r\n+QPOWD: (0-2)\r\n",
		},
	];
}
