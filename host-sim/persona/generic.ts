import { restoreContexts } from "../modem/base/packet.js";
import { applyPowerSaving } from "../modem/base/power-saving.js";
import { Voice } from "../modem/base/voice.js";
import type { ModuleCore } from "../modem/core.js";
import type { Persona, PersonaRuntime } from "../modem/persona.js";

/** A module that has what the standards describe and nothing of a vendor's: for programs that know no vendor. No datagram can be sent with it. */
const generic: Persona = {
	id: "generic",
	tier: "cat1",
	vendor: "3GPP",
	models: ["GENERIC-27007"],
	sources: ["ITU-T V.250", "3GPP TS 27.007", "3GPP TS 27.005"],
	evidence: "specification",
	files: ["generic.ts"],
	identity: {
		manufacturer: "xs-cellular",
		model: "GENERIC-27007",
		revision: "1.0",
		serialNumber: "SIM0000000000001",
		imei: "001010000000001",
	},
	// Programs that know no module set any rate, or none.
	baud: 0,
	echo: true,
	cmee: 0,
	lineLimit: 2048,
	answerMs: 10,
	unknownCommand: "error",
	power: { powerPulseMs: 500, resetPulseMs: 50, bootMs: 1000 },
	firstCid: 1,
	create,
};

export default generic;

function create(core: ModuleCore): PersonaRuntime {
	return {
		commands: [...new Voice(core).rows, { name: "+CBC", execute: () => "\r\n+CBC: 0,80,3800\r\n", test: "\r\n+CBC: (0-3),(0-100)\r\n" }],
		booted: () => {
			core.ue.defineContext(1, "IPV4V6", "");
			restoreContexts(core);
			applyPowerSaving(core);
			core.setFunctionality(core.firstFunctionality);
		},
	};
}
