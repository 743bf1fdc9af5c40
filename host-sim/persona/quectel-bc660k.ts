import type { Persona } from "../modem/persona.js";
import { createNbModule } from "./quectel/nb-module.js";

const variant = {
	cid: 0,
	hexSend: "+QISEND",
	resolved: "+QIDNSGIP",
	defaultContext: "+QCGDEFCONT",
	largestRai: 1,
	// Transcript 01: the first AT after a sleep brings only CRLF, after 1.8 s. Taken for the deep sleep.
	deepWake: { uartMs: 1800, pinMs: 1800 },
	absent: ["+CREG", "+CGREG", "+CCID", "+CNUM", "+WS46", "+CPBS", "+CPBR", "+CPBW", "+GCAP"],
} as const;

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
	files: [
		"quectel-bc660k.ts",
		"quectel/nb-lookup.ts",
		"quectel/nb-module.ts",
		"quectel/nb-power.ts",
		"quectel/nb-settings.ts",
		"quectel/nb-sockets.ts",
		"quectel/nb-variant.ts",
	],
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
	create: core => createNbModule(core, variant),
};

export default quectelBc660k;
