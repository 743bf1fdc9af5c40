import { command } from "../at/command.js";
import { optional, text, uint, word } from "../at/fields.js";

/** TS 27.007 clause 10: packet domain. Lines of `+C…REG` are for `decodeRegistration`, addresses for `parseAddress`. */

/** Attach and detach: 140 s is what a vendor of Cat.1 modules gives, the longest figure in hand. */
const ATTACH_MS = 140_000;
/** The longest figure in hand for activating a context, from the same vendor. */
const ACTIVATE_MS = 150_000;

/**
 * Defines a PDP context, or a PDU session with its slice (`sliceText`). `pdpType` as in 10.1.1. Of the fields behind `address` only `slice` is
 * written here; the read form has one line for each context, `<cid>,<type>,<apn>,<address>,…`.
 */
export const CGDCONT = command("+CGDCONT", {
	spec: "TS 27.007 10.1.1",
	set: {
		params: {
			cid: uint(0, 15),
			pdpType: optional(word("IP", "IPV6", "IPV4V6", "Non-IP", "PPP")),
			apn: optional(text(100)),
			address: optional(text(64)),
			dataCompression: optional(uint(0, 3)),
			headerCompression: optional(uint(0, 4)),
			ipv4Allocation: optional(uint(0, 1)),
			requestType: optional(uint(0, 3)),
			pcscfDiscovery: optional(uint(0, 2)),
			imSignalling: optional(uint(0, 1)),
			nslpi: optional(uint(0, 1)),
			securePco: optional(uint(0, 1)),
			ipv4Mtu: optional(uint(0, 1)),
			localAddress: optional(uint(0, 1)),
			nonIpMtu: optional(uint(0, 1)),
			reliableData: optional(uint(0, 1)),
			sscMode: optional(uint(0, 2)),
			slice: optional(text(22)),
		},
	},
	read: { lines: true },
});
/** Where the slice stands in a line of `+CGDCONT?`: a capture of SIM8230G has an empty string there. */
export const CGDCONT_SLICE = 17;
export const CGATT = command("+CGATT", {
	spec: "TS 27.007 10.1.9",
	set: { params: { state: uint(0, 1) }, timeoutMs: ATTACH_MS },
	read: { response: { state: uint() } },
});
export const CGACT = command("+CGACT", {
	spec: "TS 27.007 10.1.10",
	set: { params: { state: uint(0, 1), cid: optional(uint(0, 15)) }, timeoutMs: ACTIVATE_MS },
	read: { lines: true },
});
/** Addresses of a context: `<cid>[,<address>[,<address>]]`, or nothing at all. */
export const CGPADDR = command("+CGPADDR", {
	spec: "TS 27.007 10.1.14",
	execute: { lines: true },
	set: { params: { cid: uint(0, 15) }, lines: true },
});
/** `+CGEV` reports: 0 kept, 1 sent and dropped while the line is in data mode, 2 sent and kept meanwhile. */
export const CGEREP = command("+CGEREP", {
	spec: "TS 27.007 10.1.19",
	set: { params: { mode: uint(0, 2), buffered: optional(uint(0, 1)) } },
	read: { response: { mode: uint(), buffered: optional(uint()) } },
});
export const CGREG = command("+CGREG", { spec: "TS 27.007 10.1.20", set: { params: { n: uint(0, 5) } }, read: { lines: true } });
export const CEREG = command("+CEREG", { spec: "TS 27.007 10.1.22", set: { params: { n: uint(0, 5) } }, read: { lines: true } });
export const C5GREG = command("+C5GREG", { spec: "TS 27.007 10.1.47", set: { params: { n: uint(0, 5) } }, read: { lines: true } });
/** `<cid>,<bearer>,<apn>[,<address and mask>[,<gateway>[,<DNS>[,<DNS>…]]]]`, a line for each family. */
export const CGCONTRDP = command("+CGCONTRDP", {
	spec: "TS 27.007 10.1.23",
	execute: { lines: true },
	set: { params: { cid: uint(0, 15) }, lines: true },
});
/** How addresses are printed: 1 as colon text. */
export const CGPIAF = command("+CGPIAF", {
	spec: "TS 27.007 8.48",
	set: { params: { format: uint(0, 1), subnet: optional(uint(0, 1)), leadingZeros: optional(uint(0, 1)), compress: optional(uint(0, 1)) } },
});
/** Signalling connection (RRC) reports. */
export const CSCON = command("+CSCON", {
	spec: "TS 27.007 10.1.30",
	set: { params: { n: uint(0, 3) } },
	read: { response: { n: uint(), mode: uint(), state: optional(uint()), access: optional(uint()) } },
});
/** Credentials of a context: 0 none, 1 PAP, 2 CHAP. There is no read form here, because its answer shows the password. */
export const CGAUTH = command("+CGAUTH", {
	spec: "TS 27.007 10.1.31",
	set: {
		params: { cid: uint(0, 15), protocol: optional(uint(0, 2)), user: optional(text(64)), password: optional(text(64)) },
		redact: [2, 3],
	},
});
/** Whether the initial attach asks for a PDN connection. */
export const CIPCA = command("+CIPCA", {
	spec: "TS 27.007 10.1",
	set: { params: { n: uint(0, 3), attachWithoutPdn: optional(uint(0, 1)) } },
	read: { response: { n: uint(), attachWithoutPdn: optional(uint()) } },
});
/** Tells the module that no more data will come, so that it may ask the network to release the connection. */
export const CNMPSD = command("+CNMPSD", { spec: "TS 27.007 10.1", execute: {} });
/** Voice or data centric: 0 PS mode 2, 1 CS/PS mode 1, 2 CS/PS mode 2, 3 PS mode 1. Modes 1 are voice centric, modes 2 data centric (TS 23.221). */
export const CEMODE = command("+CEMODE", {
	spec: "TS 27.007 10.1.28",
	set: { params: { mode: uint(0, 3) } },
	read: { response: { mode: uint() } },
});
