import { restoreContexts } from "../modem/base/packet.js";
import { applyPowerSaving } from "../modem/base/power-saving.js";
import { Voice } from "../modem/base/voice.js";
import type { CommandRow } from "../modem/command.js";
import type { ModuleCore } from "../modem/core.js";
import type { Persona, PersonaRuntime } from "../modem/persona.js";
import { contextReports, LteContexts } from "./quectel/lte-context.js";
import { LastError } from "./quectel/lte-errors.js";
import { LteFiles } from "./quectel/lte-files.js";
import { LteGnss } from "./quectel/lte-gnss.js";
import { LteLookup } from "./quectel/lte-lookup.js";
import { LtePower } from "./quectel/lte-power.js";
import { lteReports } from "./quectel/lte-reports.js";
import { applyBands, lteSettings, voiceSwitchedOn } from "./quectel/lte-settings.js";
import { LteSockets } from "./quectel/lte-sockets.js";
import { LteTls } from "./quectel/lte-tls.js";

/** Between the lines of the banner; no capture gives it: assumption. */
const bannerGapMs = 100;
/** From `RDY` to `SMS DONE`: 5 to 6 s is one developer's figure (S25 of the reference). */
const smsReadyMs = 5500;
const phonebookReadyMs = 6000;

/**
 * Quectel EC800M-CN, for EC200U, EG915U and EG800K as well, which share its commands: bytes of transcript 10, the IPv6 form of transcript 31 (EG915Q), the
 * banner of transcript 38 (EG25), the rest as the reference has it. What that does not have is marked where it stands.
 */
const quectelEc800m: Persona = {
	id: "quectel-ec800m",
	tier: "cat1",
	vendor: "Quectel",
	models: ["EC800M", "EC801E", "EC200U", "EG915U", "EG800K"],
	sources: [
		"transcript 10 (EC800MCNGAR06A06M08)",
		"transcript 31 (EG915Q)",
		"transcript 38 (EG25-G)",
		"RT-Thread at_device class ec200x",
		"esp-ml307 (EC801E)",
	],
	evidence: "inferred",
	files: [
		"quectel-ec800m.ts",
		"quectel/lte-context.ts",
		"quectel/lte-errors.ts",
		"quectel/lte-files.ts",
		"quectel/lte-gnss.ts",
		"quectel/lte-lookup.ts",
		"quectel/lte-power.ts",
		"quectel/lte-reports.ts",
		"quectel/lte-settings.ts",
		"quectel/lte-socket.ts",
		"quectel/lte-socket-table.ts",
		"quectel/lte-sockets.ts",
		"quectel/lte-tls.ts",
	],
	identity: {
		manufacturer: "Quectel",
		model: "EC800M",
		revision: "EC800MCNGAR06A06M08",
		serialNumber: "MPA00A000000001",
		imei: "001010000000001",
	},
	baud: 115_200,
	echo: true,
	cmee: 0,
	// A send in the line has 1460 bytes in hexadecimal: assumption.
	lineLimit: 3000,
	// Transcript 10: 2 to 4 ms.
	answerMs: 3,
	dottedIpv6: true,
	// Which connection is whose is general knowledge; the largest frame is an assumption.
	cmux: { at: [1, 2], nmea: 3, longestFrame: 1500 },
	// Places of the module's own memory and the start of +CNMI: assumptions, as an EC2x has them.
	sms: { storages: { ME: 100, SM: 20 }, formats: [0, 1], format: 0, indications: [2, 1, 0, 0, 0] },
	unknownCommand: "error",
	// RT-Thread holds the power key for 500 ms; a Cat.1 hardware guide has the UART usable 6 s later and RESET low for 100 ms at least (S9, S37).
	power: { powerPulseMs: 500, resetPulseMs: 100, bootMs: 6000 },
	firstCid: 1,
	create,
};

export default quectelEc800m;

function create(core: ModuleCore): PersonaRuntime {
	const errors = new LastError();
	const contexts = new LteContexts(core, errors);
	const sockets = new LteSockets(core, contexts, errors);
	const files = new LteFiles(core);
	const tls = new LteTls(core, contexts, errors, files, () => sockets.echo.echo);
	const lookup = new LteLookup(core, contexts);
	const { gnss: receiver } = core.hardware;
	const gnss = receiver && new LteGnss(core, receiver);
	const power = new LtePower(core, () => lookup.busy || gnss?.busy === true);
	return {
		commands: [
			...new Voice(core, () => voiceSwitchedOn(core)).rows,
			...simRows(core),
			...contextReports(core),
			...contexts.commands,
			...sockets.commands,
			...tls.commands,
			...files.commands,
			...lookup.commands,
			...power.commands,
			...(gnss?.commands ?? []),
			...lteReports(core),
			...lteSettings(core),
			...errors.commands,
		],
		sleep: power,
		booted: () => boot(core),
		functionalityChanged: functionality => {
			if (functionality === 1) simReady(core);
			else {
				contexts.forget();
				sockets.table.forget();
				tls.table.forget();
			}
		},
		fault: name => {
			if (name !== "close-sockets") return;
			sockets.table.dropAll();
			tls.table.dropAll();
		},
		ue: {
			contextChanged: (cid, change, by) => {
				if (change !== "deactivated" || !contexts.lost(cid)) return;
				sockets.table.contextLost(cid);
				tls.table.contextLost(cid);
				if (by === "network") core.urc(`\r\n+QIURC: "pdpdeact",${cid}\r\n`);
			},
		},
	};
}

/** `RDY`, `+CFUN: 1`, then what {@link simReady} says. */
function boot(core: ModuleCore): void {
	core.ue.defineContext(1, "IPV4V6", "");
	restoreContexts(core);
	applyBands(core);
	applyPowerSaving(core);
	const { firstFunctionality } = core;
	core.urc("\r\nRDY\r\n");
	core.after(bannerGapMs, () => core.urc(`\r\n+CFUN: ${firstFunctionality}\r\n`));
	core.setFunctionality(firstFunctionality);
}

/** Also at `+CFUN=1`, without the two lines before. */
function simReady(core: ModuleCore): void {
	const { sim } = core;
	const state = sim.state === "absent" || sim.state === "blocked" ? "NOT READY" : sim.state;
	core.after(2 * bannerGapMs, () => core.urc(`\r\n+CPIN: ${state}\r\n`));
	if (state === "NOT READY") return;
	core.after(3 * bannerGapMs, () => core.urc("\r\n+QUSIM: 1\r\n"));
	if (state !== "READY") return;
	core.after(smsReadyMs, () => core.urc("\r\n+QIND: SMS DONE\r\n"));
	core.after(phonebookReadyMs, () => core.urc("\r\n+QIND: PB DONE\r\n"));
}

/** At minimum functionality the card has no power: CME 13 (S26 of the reference). */
function simRows(core: ModuleCore): CommandRow[] {
	return [
		{
			name: "+CPIN",
			read: () => {
				if (core.functionality === 0) return 13;
				const refusal = core.sim.state === "absent" || core.sim.state === "blocked" ? core.simRefusal() : undefined;
				if (refusal !== undefined) return refusal;
				return core.faults.strikes("sim-busy") ? 14 : `\r\n+CPIN: ${core.sim.state}\r\n`;
			},
		},
	];
}
