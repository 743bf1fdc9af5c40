import { applySlices } from "../modem/base/five-g.js";
import { restoreContexts } from "../modem/base/packet.js";
import { applyPowerSaving } from "../modem/base/power-saving.js";
import type { ModuleCore } from "../modem/core.js";
import type { Persona, PersonaRuntime } from "../modem/persona.js";
import { fiveGReports } from "./quectel/five-g-reports.js";
import { applyPreferences, fiveGSettings } from "./quectel/five-g-settings.js";
import { contextReports, LteContexts } from "./quectel/lte-context.js";
import { LastError } from "./quectel/lte-errors.js";
import { LteLookup } from "./quectel/lte-lookup.js";
import { LtePower } from "./quectel/lte-power.js";
import { lteReports } from "./quectel/lte-reports.js";
import { lteSettings } from "./quectel/lte-settings.js";
import { LteSockets } from "./quectel/lte-sockets.js";

/** Between the lines of the banner: assumption. */
const bannerGapMs = 100;
const smsReadyMs = 5500;
const phonebookReadyMs = 6000;

/**
 * Quectel RG255C: its scan of transcript 22, slices of transcript 30 and a public command manual of the vendor's 5G modules, the serving cell of
 * transcript 23 and the RM500U capture (RM5xx, the same code base). Sockets, banner and sleep are the LTE modules' and inferred.
 */
const quectelRg255c: Persona = {
	id: "quectel-rg255c",
	tier: "redcap",
	vendor: "Quectel",
	models: ["RG255C", "RM255C-GL"],
	sources: [
		"transcript 22 (RG255C)",
		"transcripts 23, 25 and 30 (RM5xx)",
		"RM500U-CNV capture of the QModem project (other platform)",
		"EC800M persona's sources for sockets",
	],
	evidence: "inferred",
	files: [
		"quectel-rg255c.ts",
		...[
			"five-g-reports",
			"five-g-settings",
			"lte-context",
			"lte-errors",
			"lte-lookup",
			"lte-power",
			"lte-reports",
			"lte-settings",
			"lte-socket",
			"lte-socket-table",
			"lte-sockets",
		].map(name => `quectel/${name}.ts`),
	],
	identity: {
		manufacturer: "Quectel",
		model: "RG255C-GL",
		// No capture has one: made up.
		revision: "RG255CGLAAR00A00M4G",
		serialNumber: "MPR00A000000001",
		imei: "001010000000001",
	},
	baud: 115_200,
	echo: true,
	cmee: 1,
	// Assumptions.
	lineLimit: 3000,
	answerMs: 5,
	unknownCommand: "error",
	// As the vendor's LTE modules; an X35 boots longer: assumption.
	power: { powerPulseMs: 500, resetPulseMs: 250, bootMs: 10_000 },
	firstCid: 1,
	create,
};

export default quectelRg255c;

function create(core: ModuleCore): PersonaRuntime {
	const errors = new LastError();
	const contexts = new LteContexts(core, errors);
	const sockets = new LteSockets(core, contexts, errors);
	const lookup = new LteLookup(core, contexts);
	const power = new LtePower(core, () => lookup.busy);
	return {
		commands: [
			...contextReports(core),
			...contexts.commands,
			...sockets.commands,
			...lookup.commands,
			...power.commands,
			...lteReports(core),
			...lteSettings(core),
			...fiveGReports(core),
			...fiveGSettings(core),
			...errors.commands,
			// No source shows PSM of it; eDRX was measured with it (Jorke et al. 2025).
			...["+CPSMS", "+CNMPSD", "+WS46"].map(name => ({ name, absent: true as const })),
		],
		sleep: power,
		booted: () => boot(core),
		functionalityChanged: functionality => {
			if (functionality === 1) return simReady(core);
			contexts.forget();
			sockets.table.forget();
		},
		fault: name => {
			if (name === "close-sockets") sockets.table.dropAll();
		},
		ue: {
			contextChanged: (cid, change, by) => {
				if (change !== "deactivated" || !contexts.lost(cid)) return;
				sockets.table.contextLost(cid);
				if (by === "network") core.urc(`\r\n+QIURC: "pdpdeact",${cid}\r\n`);
			},
		},
	};
}

/** `RDY`, `+CFUN: 1`, then what {@link simReady} says. */
function boot(core: ModuleCore): void {
	core.ue.defineContext(1, "IPV4V6", "");
	restoreContexts(core);
	applyPowerSaving(core);
	applySlices(core);
	applyPreferences(core);
	const { firstFunctionality } = core;
	core.urc("\r\nRDY\r\n");
	core.after(bannerGapMs, () => core.urc(`\r\n+CFUN: ${firstFunctionality}\r\n`));
	core.setFunctionality(firstFunctionality);
}

function simReady(core: ModuleCore): void {
	const { state } = core.sim;
	const shown = state === "absent" || state === "blocked" ? "NOT READY" : state;
	core.after(2 * bannerGapMs, () => core.urc(`\r\n+CPIN: ${shown}\r\n`));
	if (shown === "NOT READY") return;
	core.after(3 * bannerGapMs, () => core.urc("\r\n+QUSIM: 1\r\n"));
	if (state !== "READY") return;
	core.after(smsReadyMs, () => core.urc("\r\n+QIND: SMS DONE\r\n"));
	core.after(phonebookReadyMs, () => core.urc("\r\n+QIND: PB DONE\r\n"));
}
