import { command } from "../at/command.js";
import { bits, optional, text, uint } from "../at/fields.js";

/** TS 27.007: slices, quality of service and mobile-initiated connection only mode of 5GS. Lists of slices are for `parseSlices`. */

/** The stored list of slices: its length in octets, then the list; `0,""` is none. The module keeps it over power cycles. */
export const C5GNSSAI = command("+C5GNSSAI", {
	spec: "TS 27.007 10.1.53",
	set: { params: { octets: uint(0, 145), nssai: optional(text(255)) } },
	read: { response: { octets: optional(uint()), nssai: optional(text()) } },
});
/** Slices as the network sees them: 0 stored, 1 and rejected, 2 and configured, 3 and allowed. Lines are for `decodeNssai`. */
export const C5GNSSAIRDP = command("+C5GNSSAIRDP", {
	spec: "TS 27.007 10.1.54",
	set: { params: { type: uint(0, 3), plmn: optional(text(6)) }, lines: true },
});
/** Quality of service that is asked for; rates in kbit/s, downlink first. */
export const C5GQOS = command("+C5GQOS", {
	spec: "TS 27.007 10.1",
	set: {
		params: {
			cid: uint(0, 15),
			fiveQi: optional(uint(0, 255)),
			guaranteedDownKbps: optional(uint()),
			guaranteedUpKbps: optional(uint()),
			highestDownKbps: optional(uint()),
			highestUpKbps: optional(uint()),
		},
	},
	read: { lines: true },
});
/** Quality of service that a session has. Lines are for `decodeQos`. */
export const C5GQOSRDP = command("+C5GQOSRDP", {
	spec: "TS 27.007 10.1",
	execute: { lines: true },
	set: { params: { cid: uint(0, 15) }, lines: true },
});
/**
 * Mobile-initiated connection only: a device that is not paged at all while it is idle. `n` switches `+CMICO` reports, `mode` 1 asks for it. No
 * module's capture has it: ask `CMICO.test` first.
 */
export const CMICO = command("+CMICO", {
	spec: "TS 27.007 10.1",
	set: { params: { n: optional(uint(0, 3)), mode: optional(uint(0, 1)), activeTime: optional(bits(8)) } },
	read: { lines: true },
	test: { lines: true },
});
