import type { Urc } from "../at/channel.js";
import type { Command } from "../at/command.js";
import { deepFreeze } from "../at/freeze.js";
import type { AtLine } from "../at/line.js";
import { decodeEdrx, type ThreeGppEvents } from "./events.js";
import { decodePacketEvent } from "./packet-event.js";
import { decodeRegistration, isRegistrationReadForm, type RegistrationDomain } from "./registration.js";
import { readZoneReport } from "./utc-time.js";

/** A registration line answers the read command only; everything else with that prefix is a report. */
function answersRegistrationRead(line: AtLine, command: Command<any, any>): boolean {
	return command.form === "read" && isRegistrationReadForm(line);
}

function reportRegistration(events: ThreeGppEvents, domain: RegistrationDomain, line: AtLine): void {
	const report = events.decoded.registration;
	if (decodeRegistration(line, domain, "urc", report)) events.registration(domain, report);
}

/** `+CSCON: <n>,<mode>` answers the read command, `+CSCON: <mode>` reports (10.1.30). */
function answersConnectionRead(line: AtLine, command: Command<any, any>): boolean {
	return command.form === "read" && line.count >= 2;
}

function reportTime(events: ThreeGppEvents, line: AtLine, timeIsLocal: boolean): void {
	const time = events.decoded.time;
	if (readZoneReport(line, timeIsLocal, time)) events.networkTime(time);
}

/** Unsolicited result codes of TS 27.007 that any module may send. A dialect's and a driver's rows are added to these. */
export const baseUrcs: readonly Urc<ThreeGppEvents>[] = deepFreeze([
	{
		prefix: "+CEREG",
		spec: "TS 27.007 10.1.22",
		isResponse: answersRegistrationRead,
		handle: (events, line) => reportRegistration(events, "EPS", line),
	},
	{
		prefix: "+C5GREG",
		spec: "TS 27.007 10.1.47",
		isResponse: answersRegistrationRead,
		handle: (events, line) => reportRegistration(events, "5GS", line),
	},
	{
		prefix: "+CGREG",
		spec: "TS 27.007 10.1.20",
		isResponse: answersRegistrationRead,
		handle: (events, line) => reportRegistration(events, "PS", line),
	},
	{
		prefix: "+CREG",
		spec: "TS 27.007 7.2",
		isResponse: answersRegistrationRead,
		handle: (events, line) => reportRegistration(events, "CS", line),
	},
	{
		prefix: "+CGEV",
		spec: "TS 27.007 10.1.19",
		handle: (events, line) => {
			const event = events.decoded.packet;
			decodePacketEvent(line, event);
			events.packetEvent(event);
		},
	},
	{
		prefix: "+CSCON",
		spec: "TS 27.007 10.1.30",
		isResponse: answersConnectionRead,
		handle: (events, line) => events.signallingConnection(line.uint(0) === 1),
	},
	{
		prefix: "+CEDRXP",
		spec: "TS 27.007 7.40",
		handle: (events, line) => {
			const report = events.decoded.edrx;
			decodeEdrx(line, report);
			events.edrxGranted(report);
		},
	},
	{ prefix: "+CPIN", spec: "TS 27.007 8.3", handle: (events, line) => events.simState(line.text(0) ?? "") },
	{ prefix: "+CFUN", spec: "TS 27.007 8.2", handle: (events, line) => events.functionality(line.uint(0) ?? 0) },
	{ prefix: "+CTZE", spec: "TS 27.007 8.41", handle: (events, line) => reportTime(events, line, true) },
	{ prefix: "+CTZEU", spec: "TS 27.007 8.41", handle: (events, line) => reportTime(events, line, false) },
	// The zone alone tells no time; declared so that it is known and not counted as an unknown line.
	{ prefix: "+CTZV", spec: "TS 27.007 8.41", handle: () => {} },
]);
