import { restoreContexts } from "../modem/base/packet.js";
import { applyPowerSaving } from "../modem/base/power-saving.js";
import { rssiIndex } from "../modem/base/registration.js";
import type { CommandRow } from "../modem/command.js";
import type { ModuleCore } from "../modem/core.js";
import type { Persona, PersonaRuntime } from "../modem/persona.js";
import { SimcomContexts } from "./simcom/context.js";
import { SimcomLookup } from "./simcom/lookup.js";
import { SimcomPower } from "./simcom/power.js";
import { SimcomSecure } from "./simcom/secure.js";
import { SimcomService } from "./simcom/service.js";
import { SimcomSockets } from "./simcom/sockets.js";
import { statusCommands } from "./simcom/status.js";
import { SimcomTls } from "./simcom/tls.js";

/** From the first line of the start to the others; no capture has times: assumptions. */
const simMs = 300;
const messagesMs = 2000;
const phonebookMs = 3000;

/**
 * SIMCom A7670 on ASR1603. Bytes of transcript 12 where it has them, of 16 and 17 (SIM7600) for what the family shares, the rest from
 * the vendor's application notes for TCP/IP and SSL and from public programs that use the module.
 */
const simcomA7670: Persona = {
	id: "simcom-a7670",
	tier: "cat1",
	vendor: "SIMCom",
	models: ["A7670E"],
	sources: [
		"transcript 12 (A7670E)",
		"transcripts 14, 16 and 17 (SIM7600)",
		"A7600 series application notes for TCP/IP and SSL",
		"public programs and logs of A7670 and A7672 modules",
	],
	evidence: "manual",
	files: [
		"simcom-a7670.ts",
		...["context", "errors", "link", "lookup", "power", "receive", "secure", "service", "sockets", "status", "tls"].map(
			name => `simcom/${name}.ts`,
		),
		"socket/flow-socket.ts",
		"socket/receive-buffer.ts",
	],
	identity: {
		manufacturer: "INCORPORATED",
		model: "A7670E-FASE",
		revision: "A131B01A7670M7",
		serialNumber: "A7670E000000001",
		imei: "001010000000001",
	},
	baud: 115_200,
	echo: true,
	// Inferred from what this vendor's SIM7600 shows of a context without an address.
	dottedIpv6: true,
	// Transcript 12 shows words without asking for them, and transcript 17's module had 2.
	cmee: 2,
	// Assumption.
	lineLimit: 1024,
	// No capture has times: assumption.
	answerMs: 10,
	unknownCommand: "error",
	// A board maker's values: 100 ms to switch on, 3 s until the first AT; its reset pulse is of the SIM7670G.
	power: { powerPulseMs: 100, resetPulseMs: 2600, bootMs: 3000 },
	firstCid: 1,
	create,
};

export default simcomA7670;

function create(core: ModuleCore): PersonaRuntime {
	const tls = new SimcomTls(core);
	const secure = new SimcomSecure(core, tls);
	const service = new SimcomService(core, () => sockets.drop());
	const sockets = new SimcomSockets(core, service);
	const lookup = new SimcomLookup(core, () => service.open);
	const contexts = new SimcomContexts(core);
	const power = new SimcomPower(core, () => sockets.busy || secure.busy || lookup.busy);
	return {
		commands: [
			...identityCommands(core),
			...contexts.commands,
			...service.commands,
			...sockets.commands,
			...tls.commands,
			...secure.commands,
			...lookup.commands,
			...statusCommands(core),
			...power.commands,
			...["+CCID", "+CNMPSD", "+WS46", "+GCAP"].map(name => ({ name, absent: true as const })),
		],
		sleep: power,
		booted: () => boot(core),
		functionalityChanged: functionality => {
			if (functionality === 1) return;
			service.contextLost(core.persona.firstCid);
			secure.closeAll();
		},
		fault: name => {
			if (name !== "close-sockets") return;
			sockets.closeAll();
			secure.closeAll();
		},
		ue: {
			contextChanged: (...change) => {
				contexts.contextChanged(...change);
				if (change[1] === "deactivated") service.contextLost(change[0]);
			},
		},
	};
}

/** `*ATREADY: 1`, the SIM, `SMS DONE`, `PB DONE`; `+CGEV: EPS PDN ACT 1` among them when the network is there. */
function boot(core: ModuleCore): void {
	core.ue.defineContext(core.persona.firstCid, "IP", "");
	restoreContexts(core);
	applyPowerSaving(core);
	core.urc("\r\n*ATREADY: 1\r\n");
	core.setFunctionality(core.firstFunctionality);
	const { state } = core.sim;
	core.after(simMs, () => core.urc(`\r\n+CPIN: ${state === "absent" || state === "blocked" ? "SIM REMOVED" : state}\r\n`));
	if (state !== "READY") return;
	core.after(messagesMs, () => core.urc("\r\nSMS DONE\r\n"));
	core.after(phonebookMs, () => core.urc("\r\nPB DONE\r\n"));
}

function identityCommands(core: ModuleCore): CommandRow[] {
	const { identity } = core.hardware;
	const revision = () => `\r\n+CGMR: ${identity.revision}\r\n`;
	const lines = () =>
		[`Manufacturer: ${identity.manufacturer}`, `Model: ${identity.model}`, `Revision: ${identity.revision}`, `IMEI: ${identity.imei}`].join(
			"\r\n",
		);
	return [
		{ name: "I", execute: () => `\r\n${lines()}\r\n` },
		{ name: "+CGMR", execute: revision },
		{ name: "+CICCID", execute: () => `\r\n+ICCID: ${core.sim.iccid}\r\n`, test: "", needsSim: true },
		// Transcript 12 shows 0 for the error rate.
		{ name: "+CSQ", execute: () => `\r\n+CSQ: ${rssiIndex(core)},${core.ue.cell ? 0 : 99}\r\n` },
	];
}
