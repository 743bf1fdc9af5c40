import { restoreContexts } from "../modem/base/packet.js";
import { applyPowerSaving } from "../modem/base/power-saving.js";
import type { CommandRow } from "../modem/command.js";
import type { ModuleCore } from "../modem/core.js";
import type { Persona, PersonaRuntime } from "../modem/persona.js";
import { Dialling } from "./cmcc/dialling.js";
import { CmccLookup } from "./cmcc/lookup.js";
import { CmccPower } from "./cmcc/power.js";
import { CmccSockets } from "./cmcc/sockets.js";
import { CmccTls } from "./cmcc/tls.js";

/**
 * China Mobile's ML307R. Bytes of transcript 33 where it has them, the rest from public digests of the manuals of its AT, TCP/IP and
 * SSL commands and from public programs that use the module.
 */
const cmccMl307r: Persona = {
	id: "cmcc-ml307r",
	tier: "cat1",
	vendor: "China Mobile",
	models: ["ML307R"],
	sources: [
		"transcript 33 (ML307R-DL-MBRH0S01)",
		"public digests of the ML307R's AT, TCP/IP and SSL manuals",
		"public programs and test notes of ML307 modules",
	],
	evidence: "manual",
	files: [
		"cmcc-ml307r.ts",
		...["dialling", "errors", "lookup", "power", "socket-settings", "sockets", "tls"].map(name => `cmcc/${name}.ts`),
		"socket/flow-socket.ts",
		"socket/receive-buffer.ts",
	],
	identity: {
		manufacturer: "CMCC",
		model: "ML307R",
		revision: "ML307R-DL-MBRH0S01",
		serialNumber: "CMCC00000000001",
		imei: "001010000000001",
	},
	// Transcript 33's module ran at 921600; the factory's rate is an assumption.
	baud: 115_200,
	echo: false,
	cmee: 0,
	// 1460 bytes in hexadecimal and what stands before them: assumption.
	lineLimit: 3200,
	// No capture has times: assumption.
	answerMs: 10,
	unknownCommand: "error",
	// Assumptions, in the order of other Cat.1 modules' hardware guides.
	power: { powerPulseMs: 500, resetPulseMs: 100, bootMs: 3000 },
	firstCid: 1,
	create,
};

export default cmccMl307r;

function create(core: ModuleCore): PersonaRuntime {
	const tls = new CmccTls(core);
	const dialled = (cid: number) => dialling.has(cid);
	const sockets = new CmccSockets(core, dialled, tls);
	const lookup = new CmccLookup(core, dialled);
	const dialling = new Dialling(core, cid => sockets.closeOn(cid));
	const power = new CmccPower(core, () => sockets.busy || lookup.busy);
	return {
		commands: [
			...identityCommands(core),
			...dialling.commands,
			...sockets.commands,
			...tls.commands,
			...lookup.commands,
			...power.commands,
			// Not in the digest of the manual.
			...["+CCID", "+CNMPSD", "+WS46", "+GCAP"].map(name => ({ name, absent: true as const })),
		],
		sleep: power,
		booted: () => boot(core),
		functionalityChanged: functionality => {
			if (functionality !== 1) dialling.radioOff();
		},
		fault: name => {
			if (name === "close-sockets") sockets.closeAll();
		},
		ue: { contextChanged: (...change) => dialling.contextChanged(...change) },
	};
}

/** One line; where the rate is found automatically there is none (public manual digest). */
function boot(core: ModuleCore): void {
	core.ue.defineContext(core.persona.firstCid, "IPV4V6", "");
	restoreContexts(core);
	applyPowerSaving(core);
	if (core.line.baud !== 0) core.urc("\r\n+MATREADY\r\n");
	core.setFunctionality(core.firstFunctionality);
}

/** Transcript 33; a bare `+CGSN` tells the serial number (seen on a sibling). */
function identityCommands(core: ModuleCore): CommandRow[] {
	const { identity } = core.hardware;
	return [
		{ name: "I", execute: () => `\r\n${identity.manufacturer}\r\n${identity.model}\r\n${identity.revision}\r\n` },
		{
			name: "+CGSN",
			execute: () => `\r\n${identity.serialNumber}\r\n`,
			set: call => {
				const kind = call.parameters.within(0, 0, 3);
				if (kind === undefined) return 50;
				const { imei } = identity;
				return `\r\n+CGSN: ${[identity.serialNumber, imei, `${imei.slice(0, 14)}01`, "01"][kind]}\r\n`;
			},
			test: "\r\n+CGSN: (0-3)\r\n",
		},
		{ name: "+ICCID", execute: () => `\r\n+ICCID: ${core.sim.iccid}\r\n`, test: "", needsSim: true },
		{ name: "+MCCID", execute: () => `\r\n+MCCID: ${core.sim.iccid}\r\n`, test: "", needsSim: true },
	];
}
