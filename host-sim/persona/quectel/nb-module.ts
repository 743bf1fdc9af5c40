import { ipv6Text, isLinkLocal } from "../../modem/base/addresses.js";
import { allAddresses, contextOf, restoreContexts } from "../../modem/base/packet.js";
import { applyPowerSaving } from "../../modem/base/power-saving.js";
import { operatorRows, rssiIndex } from "../../modem/base/registration.js";
import type { CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { PersonaRuntime } from "../../modem/persona.js";
import { NbLookup } from "./nb-lookup.js";
import { NbPower } from "./nb-power.js";
import { applyBands, applyDefaultContext, settingCommands } from "./nb-settings.js";
import { NbSockets } from "./nb-sockets.js";
import type { NbVariant } from "./nb-variant.js";

/** Between the lines of the banner; no capture gives it: assumption. */
const bannerGapMs = 100;
/** What a module shows for a transmit power that it has not used yet (transcript 01). */
const noTransmitPower = -128;
/** Offset of the carrier in the raster and operation mode, as transcript 01's cell has them. */
const carrierOffset = 12;
const operationMode = 2;

/** A Quectel NB-IoT module as its variant says. */
export function createNbModule(core: ModuleCore, variant: NbVariant): PersonaRuntime {
	const sockets = new NbSockets(core, variant);
	const lookup = new NbLookup(core, variant);
	const power = new NbPower(
		core,
		variant,
		() => sockets.busy || lookup.busy,
		() => sockets.hasTcp,
	);
	const addresses = new AddressReport(core, variant.cid);
	return {
		commands: [
			...identityCommands(core),
			...radioCommands(core, power),
			...settingCommands(core, variant),
			...sockets.commands,
			...lookup.commands,
			...power.commands,
			...powerCommands(core),
			...variant.absent.map(name => ({ name, absent: true as const })),
		],
		sleep: power,
		booted: () => boot(core, variant),
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
function boot(core: ModuleCore, variant: NbVariant): void {
	applyDefaultContext(core, variant);
	restoreContexts(core);
	applyBands(core);
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

/** `+IP:` with each address once, when it becomes usable: a second line for IPv6 is inferred. */
class AddressReport {
	readonly #core: ModuleCore;
	readonly #cid: number;
	#said = new Set<string>();

	constructor(core: ModuleCore, cid: number) {
		this.#core = core;
		this.#cid = cid;
	}

	changed(cid: number): void {
		if (cid !== this.#cid) return;
		const context = contextOf(this.#core, cid);
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
