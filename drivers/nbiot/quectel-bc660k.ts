import { EdrxAct } from "../../sdk/3gpp/edrx.js";
import { command } from "../../sdk/at/command.js";
import { optional, text, uint, word } from "../../sdk/at/fields.js";
import { capability, defineDriver, pause, pulse, readCompareWrite, type Settings } from "../../sdk/modem/driver.js";
import { quectelNb } from "../dialect/quectel-nb.js";
import {
	bandsNb,
	initializeNb,
	powerOffByCommand,
	QCCID,
	restartByCommand,
	servingCell,
	sleepByClock,
	sleepReports,
} from "../dialect/quectel-nb-device.js";

/** Quectel BC660K-GL: NB-IoT, LTE Cat NB2. Its default PDP context has the id 0. */
const MANUAL = "Quectel BC660K-GL & BC950K-GL AT Commands Manual";
const HARDWARE = "Quectel BC660K-GL Hardware Design, page 22; BC65 Hardware Design, page 22";
const CAPTURE = "capture of firmware BC660KGLAAR01A05";
const OPEN_DRIVER = "Zephyr drivers/modem bc66x (BC66 and BC660K)";
const EMULATOR = "Renode Quectel modem models";
const BY_ANALOGY = "no document at hand shows it: tried at run time, and the other family is used when it fails";

/** The definition of context 0, kept by the module and used from its next start on. */
const QCGDEFCONT = command("+QCGDEFCONT", {
	spec: MANUAL,
	set: {
		params: {
			pdpType: word("IP", "IPV6", "IPV4V6"),
			apn: optional(text(100)),
			user: optional(text(64)),
			password: optional(text(64)),
			auth: optional(uint(0, 2)),
		},
		redact: [2, 3],
	},
	read: { response: { pdpType: optional(text()), apn: optional(text()), user: optional(text()) } },
});
function isSameDefinition(
	result: { pdpType?: string | undefined; apn?: string | undefined; user?: string | undefined },
	wanted: Settings,
): boolean {
	if (result.pdpType !== wanted.pdpType) return false;
	if (wanted.apn !== undefined && result.apn !== wanted.apn) return false;
	return wanted.user === undefined || result.user === wanted.user;
}

const AUTH = Object.freeze({ none: 0, pap: 1, chap: 2 });

function definition(wanted: Settings) {
	const { pdpType, apn, user, password, auth } = wanted;
	return { pdpType, apn, user, password, auth: user === undefined ? undefined : AUTH[auth] };
}

// The record -------------------------------------------------------------------------------------------------------

export const quectelBc660k = defineDriver({
	id: "quectel-bc660k",
	tier: "nbiot",
	vendor: "Quectel",
	models: ["BC660K-GL"],
	documents: [MANUAL, HARDWARE, CAPTURE, OPEN_DRIVER, EMULATOR],
	// A pushed datagram of 512 bytes is 1,024 digits and at most 25 characters around them; of a stream at most 1,024 bytes come at a time,
	// as in the firmware of BC260Y (an assumption here).
	uart: { baud: 115_200, flowControl: "none", lineBytes: 1100, streamLineBytes: 2100 },
	// 10 s is an assumption: the open driver probes 600 ms after the reset pin is released.
	boot: { banners: ["RDY"], withinMs: 10_000, settleMs: 300 },
	// Hardware Design: both are pulled up inside and asserted by a low level. BOOT stays open, there is no power key.
	pins: { reset: { asserted: 0 }, wake: { asserted: 0 } },
	defaultCid: 0,
	registration: { domain: "EPS", mode: 5 },
	edrxActType: EdrxAct.nbS1,
	iccid: QCCID.execute,
	signal: servingCell,
	sockets: quectelNb,
	sms: { mode: "text" },
	urcs: [
		sleepReports,
		// Once for each family; which one the text tells.
		{ prefix: "+IP", spec: MANUAL, handle: (modem, line) => modem.addressed(0, line.text(0) ?? "") },
	],
	procedures: {
		powerOn: [
			pulse("reset", 500, "RESET_N low for 500 ms starts the module (open driver)"),
			pause(600, "until it takes commands (open driver)"),
		],
		reset: [pulse("reset", 500, "RESET_N low for 500 ms (open driver)"), pause(600, "until it takes commands (open driver)")],
		restart: restartByCommand,
		powerOff: powerOffByCommand,
		initialize: initializeNb,
		define: [readCompareWrite(QCGDEFCONT.read, QCGDEFCONT.set, { same: isSameDefinition, params: definition, restart: true })],
		bands: bandsNb,
	},
	sleep: { ...sleepByClock, wakePins: [pulse("wake", 100, "PSM_EINT low for at least 100 ms (BC65 Hardware Design)")] },
	capabilities: {
		rats: capability("NB-IoT", "transcript", `${CAPTURE}: AcT 9`),
		udpSockets: capability(5, "manual", `${MANUAL}: +QIOPEN, ids 0 to 4`),
		tcpSockets: capability(5, "manual", `${MANUAL}: +QIOPEN, ids 0 to 4`),
		sendBytes: capability(512, "inferred", `${OPEN_DRIVER} sends no more in hexadecimal; the manual's limit is not known`),
		receiveBytes: capability(512, "inferred", `${OPEN_DRIVER} takes no more`),
		ipv6: capability(true, "inferred", BY_ANALOGY),
		psm: capability(true, "transcript", `${CAPTURE}: +CPSMS, timers granted in +CEREG`),
		edrx: capability(true, "transcript", `${CAPTURE}: +CEDRXS: 5,"0011"`),
		releaseAssistance: capability("cp", "inferred", `${EMULATOR}: <rai> 0 to 2 of +QISEND`),
		dns: capability(true, "manual", `${MANUAL}: +QIDNSGIP`),
		dnsFamily: capability(false, "manual", `${MANUAL}: +QIDNSGIP has no family`),
		tls: capability("unknown", "manual", "no TLS or DTLS command in the manual at hand"),
		sms: capability("text", "manual", `${MANUAL}: +CMGF takes 1 alone`),
		ping: capability(true, "transcript", `${CAPTURE}: +QPING`),
	},
});

export default quectelBc660k;
