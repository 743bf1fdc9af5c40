import { command } from "../at/command.js";
import { optional, payloadHex, text, uint } from "../at/fields.js";

/** Files of the SIM through the module (TS 27.007 8.18). What they hold is in TS 31.102. */

/** An update of a SIM's file takes its time: an assumption. */
const FILE_MS = 15_000;

/** `sw1` 144 or 145 is success (TS 102 221 10.2.1); the response is hex digits. */
export const CRSM = command("+CRSM", {
	spec: "TS 27.007 8.18",
	set: {
		params: {
			command: uint(0, 255),
			fileId: uint(0, 65_535),
			p1: uint(0, 255),
			p2: uint(0, 255),
			p3: uint(0, 255),
			data: optional(payloadHex(255)),
		},
		response: { sw1: uint(0, 255), sw2: uint(0, 255), response: optional(text(512)) },
		timeoutMs: FILE_MS,
	},
});
