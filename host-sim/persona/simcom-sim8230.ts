import { applySlices } from "../modem/base/five-g.js";
import { restoreContexts } from "../modem/base/packet.js";
import type { CommandRow } from "../modem/command.js";
import type { ModuleCore } from "../modem/core.js";
import type { Persona, PersonaRuntime } from "../modem/persona.js";
import { SimcomContexts } from "./simcom/context.js";
import { defineOwnContexts, definitionRows } from "./simcom/five-g-contexts.js";
import { applyPreference, statusRows } from "./simcom/five-g-status.js";
import { SimcomLookup } from "./simcom/lookup.js";
import { SimcomPower } from "./simcom/power.js";
import { SimcomService } from "./simcom/service.js";
import { SimcomSockets } from "./simcom/sockets.js";
import { resetRow } from "./simcom/vanishing-reset.js";

/** From the first line of the start to the others; no capture has times: assumptions. */
const messagesMs = 2000;
const phonebookMs = 3000;

/**
 * SIMCom SIM8230G (Snapdragon X35). Bytes of transcripts 20 and 21 for contexts, status and reset; the socket service is known to be there
 * (`+NETOPEN`, transcript 20), its further commands are those of the A7600 series and inferred. No source has `+CEDRXS`, `+CPSMS` or TLS of it;
 * `+C5GREG` and its siblings are TS 27.007's.
 */
const simcomSim8230: Persona = {
	id: "simcom-sim8230",
	tier: "redcap",
	vendor: "SIMCom",
	models: ["SIM8230G"],
	sources: ["transcripts 20 and 21 (SIM8230G)", "A7600 series application note for TCP/IP (other module)", "TS 27.007 (5GS commands)"],
	evidence: "inferred",
	files: [
		"simcom-sim8230.ts",
		...[
			"context",
			"errors",
			"five-g-contexts",
			"five-g-status",
			"link",
			"lookup",
			"power",
			"receive",
			"service",
			"sockets",
			"status",
			"vanishing-reset",
		].map(name => `simcom/${name}.ts`),
		"socket/flow-socket.ts",
		"socket/receive-buffer.ts",
	],
	identity: {
		manufacturer: "SIMCOM INCORPORATED",
		model: "SIM8230G",
		revision: "2310B04X35M22A-M2",
		serialNumber: "SIM8230G00000001",
		imei: "001010000000001",
	},
	baud: 115_200,
	echo: true,
	dottedIpv6: true,
	// A guide that reads it back has 2.
	cmee: 2,
	// Assumptions.
	lineLimit: 1024,
	answerMs: 5,
	unknownCommand: "error",
	// As the A7670's board, inferred; registered in SA about 6 s after the start (transcript 21), which holds the boot: assumption.
	power: { powerPulseMs: 100, resetPulseMs: 2600, bootMs: 6000 },
	firstCid: 1,
	create,
};

export default simcomSim8230;

function create(core: ModuleCore): PersonaRuntime {
	const service = new SimcomService(core, () => sockets.drop());
	const sockets = new SimcomSockets(core, service);
	const lookup = new SimcomLookup(core, () => service.open);
	const contexts = new SimcomContexts(core);
	const power = new SimcomPower(core, () => sockets.busy || lookup.busy);
	return {
		commands: [
			...identityCommands(core),
			...contexts.commands,
			...definitionRows(core),
			...service.commands,
			...sockets.commands,
			...lookup.commands,
			...statusRows(core),
			...power.commands,
			resetRow(core),
			...["+CEDRXS", "+CEDRXRDP", "+CPSMS", "+CNMPSD", "+WS46", "+GCAP"].map(name => ({ name, absent: true as const })),
		],
		sleep: power,
		booted: () => boot(core),
		functionalityChanged: functionality => {
			if (functionality !== 1) service.contextLost(core.persona.firstCid);
		},
		fault: name => {
			if (name === "close-sockets") sockets.closeAll();
		},
		ue: {
			contextChanged: (...change) => {
				contexts.contextChanged(...change);
				if (change[1] === "deactivated") service.contextLost(change[0]);
			},
		},
	};
}

/** `+CPIN: READY`, `SMS DONE`, `PB DONE`, as behind a PIN that was right. */
function boot(core: ModuleCore): void {
	defineOwnContexts(core);
	restoreContexts(core);
	applySlices(core);
	applyPreference(core);
	const { state } = core.sim;
	core.urc(`\r\n+CPIN: ${state === "absent" || state === "blocked" ? "SIM REMOVED" : state}\r\n`);
	core.setFunctionality(core.firstFunctionality);
	if (state !== "READY") return;
	core.after(messagesMs, () => core.urc("\r\nSMS DONE\r\n"));
	core.after(phonebookMs, () => core.urc("\r\nPB DONE\r\n"));
}

function identityCommands(core: ModuleCore): CommandRow[] {
	const { identity } = core.hardware;
	return [
		{ name: "+CGMR", execute: () => `\r\n+CGMR: ${identity.revision}\r\n` },
		{ name: "+CICCID", execute: () => `\r\n+ICCID: ${core.sim.iccid}\r\n`, test: "", needsSim: true },
	];
}
