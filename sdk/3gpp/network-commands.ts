import { command } from "../at/command.js";
import { bits, optional, text, uint } from "../at/fields.js";

/** TS 27.007 clause 7: registration, operator, power saving. Lines of `+C…REG` are for `decodeRegistration`, of eDRX for `decodeEdrx`. */

/** A search of all bands takes minutes: 180 s is what several vendors give, NB-IoT modules in poor coverage need up to 600 s. */
const SEARCH_MS = 180_000;
const FULL_SEARCH_MS = 600_000;

export const CREG = command("+CREG", { spec: "TS 27.007 7.2", set: { params: { n: uint(0, 3) } }, read: { lines: true } });
/** Mode 0 automatic, 1 manual, 2 deregister, 3 format only, 4 manual then automatic. Format 0 long, 1 short, 2 numeric. */
export const COPS = command("+COPS", {
	spec: "TS 27.007 7.3",
	set: {
		params: { mode: uint(0, 4), format: optional(uint(0, 2)), oper: optional(text(32)), act: optional(uint(0, 13)) },
		timeoutMs: SEARCH_MS,
		abortable: true,
	},
	read: { response: { mode: uint(), format: optional(uint()), oper: optional(text()), act: optional(uint()) } },
	test: { lines: true, timeoutMs: FULL_SEARCH_MS, abortable: true },
});
/** Power saving mode: 0 off, 1 on, 2 off and forget. The timers are those of `encodePeriodicTau` and `encodeActiveTime`. */
export const CPSMS = command("+CPSMS", {
	spec: "TS 27.007 7.38",
	set: {
		params: {
			mode: uint(0, 2),
			periodicRau: optional(bits(8)),
			gprsReadyTimer: optional(bits(8)),
			periodicTau: optional(bits(8)),
			activeTime: optional(bits(8)),
		},
	},
	read: {
		response: {
			mode: uint(),
			periodicRau: optional(text()),
			gprsReadyTimer: optional(text()),
			periodicTau: optional(text()),
			activeTime: optional(text()),
		},
	},
});
/** eDRX: 0 off, 1 on, 2 on with `+CEDRXP` reports, 3 off and forget. The read form has a line for each technology. */
export const CEDRXS = command("+CEDRXS", {
	spec: "TS 27.007 7.40",
	set: { params: { mode: uint(0, 3), actType: optional(uint(0, 9)), requested: optional(bits(4)) } },
	read: { lines: true },
});
/** What eDRX the network granted. */
export const CEDRXRDP = command("+CEDRXRDP", { spec: "TS 27.007 7.41", execute: { lines: true } });
/** CIoT optimisations that the device supports (1 control plane, 2 user plane, 3 both) and prefers. */
export const CCIOTOPT = command("+CCIOTOPT", {
	spec: "TS 27.007 7.42",
	set: { params: { n: optional(uint(0, 3)), supported: optional(uint(0, 3)), preferred: optional(uint(0, 2)) } },
	read: { response: { n: uint(), supported: optional(uint()), preferred: optional(uint()) } },
});
