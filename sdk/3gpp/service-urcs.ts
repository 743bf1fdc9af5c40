import type { Urc } from "../at/channel.js";
import { deepFreeze } from "../at/freeze.js";
import type { AtLine } from "../at/line.js";

/** Rows for modules with short messages and with voice calls. They hand their line on; what it means is the service's business. */
export interface ServiceEvents {
	service(name: "sms" | "call", line: AtLine): void;
}

const QUOTE = 0x22;
const COMMA = 0x2c;

/** The message follows in a line of its own, but some modules put it right behind the header's last quote. */
function goesOnInNextLine(line: AtLine): boolean {
	const bytes = line.bytes();
	const quote = bytes.lastIndexOf(QUOTE);
	return quote < 0 || quote === bytes.length - 1 || bytes[quote + 1] === COMMA;
}
/** PDU mode: `+CDS: <length>`, and the PDU in the next line; text mode: all in one. */
function isReportHeader(line: AtLine): boolean {
	return line.count <= 1;
}
const sms = (context: ServiceEvents, line: AtLine): void => context.service("sms", line);
const call = (context: ServiceEvents, line: AtLine): void => context.service("call", line);

export const smsUrcs: readonly Urc<ServiceEvents>[] = deepFreeze([
	{ prefix: "+CMTI", spec: "TS 27.005 3.4.1", handle: sms },
	{ prefix: "+CDSI", spec: "TS 27.005 3.4.1", handle: sms },
	{ prefix: "+CMT", spec: "TS 27.005 3.4.1", handle: sms, nextLine: goesOnInNextLine },
	{ prefix: "+CDS", spec: "TS 27.005 3.4.1", handle: sms, nextLine: isReportHeader },
]);
export const callUrcs: readonly Urc<ServiceEvents>[] = deepFreeze([
	{ prefix: "RING", spec: "V.250 6.3.6", handle: call },
	{ prefix: "+CRING", spec: "TS 27.007 6.11", handle: call },
	{ prefix: "+CLIP", spec: "TS 27.007 7.6", handle: call },
	{ prefix: "NO CARRIER", spec: "V.250 6.2.7", handle: call },
	{ prefix: "BUSY", spec: "V.250 6.2.7", handle: call },
	{ prefix: "NO ANSWER", spec: "V.250 6.2.7", handle: call },
	{ prefix: "NO DIALTONE", spec: "V.250 6.2.7", handle: call },
	{ prefix: "+CIREGU", spec: "TS 27.007 8.71", handle: call },
]);
