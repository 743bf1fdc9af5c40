import type { Persona } from "../modem/persona.js";
import { bytesOf } from "../modem/text.js";
import { createNbModule } from "./quectel/nb-module.js";

/** What the boot ROM says on the same UART (transcript 03, a BC66 with the same chip). */
const bootRom =
	"F1: 0000 0000\r\nV0: 0000 0000 [0001]\r\n00: 0006 000C\r\n01: 0000 0000\r\nU0: 0000 0001 [0000]\r\nT0: 0000 00B4\r\nLeaving the BROM\r\n\r\n";
/** From power to the boot ROM's text; assumption. */
const bootRomMs = 50;

const variant = {
	cid: 1,
	hexSend: "+QISENDEX",
	resolved: "+QIURC",
	// Named for the BC66, whose firmware the BC26's is kin to: inferred.
	defaultContext: "*MCGDEFCONT",
	largestRai: 2,
	// RT-Thread pulses the pin for 100 ms and waits 200 ms; a user's notes say that the UART cannot be reached in deep sleep (S9, S7).
	deepWake: { uartMs: undefined, pinMs: 200 },
	absent: ["+CREG", "+CCID", "+CNUM", "+WS46", "+CPBS", "+CPBR", "+CPBW", "+GCAP", "+QR14FEATURE"],
} as const;

/** Quectel BC26 (MT2625): the commands of its family with context 1, `+QISENDEX` and the boot ROM's text. Everything that is not named here is inferred from the BC660K. */
const quectelBc26: Persona = {
	id: "quectel-bc26",
	tier: "nbiot",
	vendor: "Quectel",
	models: ["BC26", "BC66"],
	sources: ["transcript 03 (BC66-NA)", "RT-Thread at_device class bc26", "Zephyr driver bc66x", "a user's notes on the BC26"],
	evidence: "inferred",
	files: [
		"quectel-bc26.ts",
		"quectel/nb-lookup.ts",
		"quectel/nb-module.ts",
		"quectel/nb-power.ts",
		"quectel/nb-settings.ts",
		"quectel/nb-sockets.ts",
		"quectel/nb-variant.ts",
	],
	identity: {
		manufacturer: "Quectel_Ltd",
		model: "Quectel_BC26",
		// Form of the vendor's names; no capture gives one.
		revision: "BC26NBR01A01",
		serialNumber: "MPA00A000000001",
		imei: "001010000000001",
	},
	baud: 115_200,
	// Varies by firmware (S7).
	echo: true,
	cmee: 0,
	lineLimit: 2200,
	answerMs: 21,
	sms: { storages: { SM: 20 }, formats: [1], format: 1, indications: [2, 0, 0, 0, 0] },
	unknownCommand: "error",
	// Power key as RT-Thread and Zephyr have it; the shortest reset pulse is an assumption.
	power: { powerPulseMs: 500, resetPulseMs: 50, bootMs: 600 },
	firstCid: 1,
	create: core => {
		core.after(bootRomMs, () => core.line.write(bytesOf(bootRom)));
		return createNbModule(core, variant);
	},
};

export default quectelBc26;
