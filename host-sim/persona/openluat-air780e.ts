import { restoreContexts } from "../modem/base/packet.js";
import { applyPowerSaving } from "../modem/base/power-saving.js";
import type { Answer, CommandRow } from "../modem/command.js";
import type { ModuleCore } from "../modem/core.js";
import type { Persona, PersonaRuntime } from "../modem/persona.js";
import { cmeError } from "./openluat/errors.js";
import { OpenluatLookup } from "./openluat/lookup.js";
import { Modes } from "./openluat/modes.js";
import { OpenluatPower } from "./openluat/power.js";
import { Scene } from "./openluat/scene.js";
import { OpenluatSockets } from "./openluat/sockets.js";
import { OpenluatTls } from "./openluat/tls.js";

/** From the banner until the SIM answers; the vendor's advice is to ask each second for ten: assumption. */
const simBusyMs = 2000;

/**
 * OpenLuat Air780E with its AT firmware, on EigenComm's EC618. Bytes of transcript 35 where it has them, the rest from public digests
 * of the vendor's AT manual and from a public test of the firmware AirM2M_780EPV_V1004_LTE_AT.
 */
const openluatAir780e: Persona = {
	id: "openluat-air780e",
	tier: "cat1",
	vendor: "OpenLuat",
	models: ["Air780E"],
	sources: [
		"transcript 35 (AirM2M_780E_V1171_LTE_AT)",
		"public digests of the AT manual of the EC618 and EC718 modules",
		"public test of AirM2M_780EPV_V1004_LTE_AT",
	],
	evidence: "manual",
	files: [
		"openluat-air780e.ts",
		...["errors", "lookup", "modes", "power", "receive", "scene", "sockets", "tls"].map(name => `openluat/${name}.ts`),
		"socket/flow-socket.ts",
		"socket/receive-buffer.ts",
	],
	identity: {
		manufacturer: "AirM2M",
		model: "Air780E",
		revision: "AirM2M_780E_V1171_LTE_AT",
		serialNumber: "AIR780E00000001",
		imei: "001010000000001",
	},
	baud: 115_200,
	echo: true,
	// The digest's +CME ERROR: 14 comes unasked.
	cmee: 1,
	// Transcript 35; the factory's format and indications are assumptions.
	sms: { storages: { SM: 10, ME: 10 }, formats: [0, 1], format: 0, indications: [2, 0, 0, 0, 0] },
	// Assumption.
	lineLimit: 1024,
	// No capture has times: assumption.
	answerMs: 10,
	unknownCommand: "error",
	// Assumptions, in the order of other Cat.1 modules' hardware guides.
	power: { powerPulseMs: 1000, resetPulseMs: 100, bootMs: 2500 },
	firstCid: 1,
	create,
};

export default openluatAir780e;

function create(core: ModuleCore): PersonaRuntime {
	const tls = new OpenluatTls(core);
	const scene = new Scene(core, () => sockets.drop());
	const modes = new Modes(() => sockets.none && scene.state === "IP INITIAL");
	const sockets = new OpenluatSockets(core, scene, modes, tls);
	const lookup = new OpenluatLookup(core, () => scene.up);
	const power = new OpenluatPower(core, () => sockets.busy || lookup.busy);
	return {
		commands: [
			...identityCommands(core),
			...simCommands(core),
			...scene.commands,
			...modes.commands,
			...sockets.commands,
			...tls.commands,
			...lookup.commands,
			...power.commands,
			// +CGEREP is refused (public manual digest), the others are not in it.
			...["+CGEREP", "+CNMPSD", "+WS46", "+GCAP"].map(name => ({ name, absent: true as const })),
		],
		sleep: power,
		booted: () => boot(core),
		functionalityChanged: functionality => {
			if (functionality !== 1) scene.lost();
		},
		fault: name => {
			if (name === "close-sockets") sockets.closeAll();
		},
		ue: { contextChanged: (...change) => scene.contextChanged(...change) },
	};
}

/** The manual does not list it; it is seen in practice. Nothing tells when the SIM is ready. */
function boot(core: ModuleCore): void {
	core.ue.defineContext(core.persona.firstCid, "IP", "");
	restoreContexts(core);
	applyPowerSaving(core);
	core.urc("\r\nRDY\r\n");
	core.setFunctionality(core.firstFunctionality);
}

/** Model and revision in quotes behind their names, the others bare (transcript 35). */
function identityCommands(core: ModuleCore): CommandRow[] {
	const { identity } = core.hardware;
	const version = () => `\r\n${identity.revision}\r\n`;
	return [
		{ name: "I", execute: version },
		{ name: "+VER", execute: version, test: "" },
		{ name: "+CGMI", execute: () => `\r\n+CGMI: "${identity.manufacturer}"\r\n` },
		{ name: "+CGMM", execute: () => `\r\n+CGMM: "${identity.model}"\r\n` },
		{ name: "+CGMR", execute: () => `\r\n+CGMR: "${identity.revision}"\r\n` },
	];
}

function simCommands(core: ModuleCore): CommandRow[] {
	const readyMs = core.clock.now() + core.persona.power.bootMs + simBusyMs;
	return [
		{
			name: "+CPIN",
			read: (): Answer => {
				if (core.clock.now() < readyMs || core.faults.strikes("sim-busy")) return cmeError.simBusy;
				const { state } = core.sim;
				return `\r\n+CPIN: ${state === "absent" || state === "blocked" ? "SIM REMOVED" : state}\r\n`;
			},
		},
		{ name: "+CCID", execute: () => `\r\n${core.sim.iccid}\r\n`, test: "", needsSim: true },
		{ name: "+ICCID", execute: () => `\r\n+ICCID: ${core.sim.iccid}\r\n`, test: "", needsSim: true },
		{ name: "+CPMS", test: '\r\n+CPMS: ("ME","SM"),("ME","SM"),("ME","SM")\r\n' },
		{
			name: "+CNUM",
			// Transcript 35: ERROR where the SIM does not know its number.
			execute: call => (core.sim.msisdn === "" ? void call.error() : `\r\n+CNUM: "","${core.sim.msisdn}",145\r\n`),
		},
	];
}
