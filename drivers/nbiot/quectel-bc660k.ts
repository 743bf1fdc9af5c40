import { EdrxAct } from "../../sdk/3gpp/edrx.js";
import { command } from "../../sdk/at/command.js";
import { optional, text, uint, word } from "../../sdk/at/fields.js";
import type { AtLine } from "../../sdk/at/line.js";
import {
	capability,
	defineDriver,
	type ModemContext,
	pause,
	pulse,
	readCompareWrite,
	type Settings,
	type Signal,
	send,
} from "../../sdk/modem/driver.js";
import { QICFG, QICFG_READ, quectelNb } from "../dialect/quectel-nb.js";

/** Quectel BC660K-GL: NB-IoT, LTE Cat NB2. Its default PDP context has the id 0. */
const MANUAL = "Quectel BC660K-GL & BC950K-GL AT Commands Manual";
const HARDWARE = "Quectel BC660K-GL Hardware Design, page 22; BC65 Hardware Design, page 22";
const CAPTURE = "capture of firmware BC660KGLAAR01A05";
const OPEN_DRIVER = "Zephyr drivers/modem bc66x (BC66 and BC660K)";
const EMULATOR = "Renode Quectel modem models";
const BY_ANALOGY = "no document at hand shows it: tried at run time, and the other family is used when it fails";

// Commands ---------------------------------------------------------------------------------------------------------

/** Sleep: 0 none, 1 light and deep, 2 light only. Not kept over a restart, after which it is 1. */
const QSCLK = command("+QSCLK", { spec: MANUAL, set: { params: { mode: uint(0, 2) } } });
/** Reports of entering and leaving PSM; the module keeps the setting. */
const QNBIOTEVENT = command("+QNBIOTEVENT", {
	spec: MANUAL,
	set: { params: { enable: uint(0, 1), event: uint(1, 1) } },
	read: { response: { enable: uint(), event: optional(uint()) } },
});
const QCFG = command("+QCFG", { spec: MANUAL, set: { params: { name: text(), value: uint() } } });
const QCFG_READ = command("+QCFG", {
	spec: MANUAL,
	set: { params: { name: text() }, response: { name: text(), value: optional(uint()) } },
});
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
/** `OK` first, then the boot banner. */
const QRST = command("+QRST", { spec: MANUAL, set: { params: { mode: uint(1, 1) } } });
const QPOWD = command("+QPOWD", { spec: MANUAL, set: { params: { mode: uint(0, 2) } } });
const QCCID = command("+QCCID", { spec: MANUAL, execute: { lines: true } });
/** Serving cell and neighbours. The mode is part of the name here, since nothing else of it is ever asked. */
const QENG = command("+QENG=0", { spec: MANUAL, execute: { lines: true, prefix: "+QENG" } });

// What lines mean --------------------------------------------------------------------------------------------------

/** `<tx power>` of a module that has not transmitted since it woke. */
const UNKNOWN_POWER = -128;

/**
 * `0,<earfcn>,<offset>,<pci>,"<cell>",<rsrp>,<rsrq>,<rssi>,<snr>,<band>,"<tac>",<ecl>,<tx power>,<mode>` in dBm and dB; lines of
 * neighbours begin with 1.
 */
function decodeServingCell(line: AtLine, into: Signal): void {
	if (line.uint(0) !== 0) return;
	into.earfcn = line.uint(1);
	into.pci = line.uint(3);
	into.rsrpDbm = line.int(5);
	into.rsrqDb = line.int(6);
	into.rssiDbm = line.int(7);
	into.sinrDb = line.int(8);
	into.band = line.uint(9);
	into.coverageLevel = line.uint(11);
	const power = line.int(12);
	into.transmitDbm = power === UNKNOWN_POWER ? undefined : power;
}

/** `+QNBIOTEVENT: 1,1` answers the read command, `+QNBIOTEVENT: "ENTER PSM"` reports. */
function isEventSetting(line: AtLine): boolean {
	return !line.isQuoted(0);
}

function onEvent(modem: ModemContext, line: AtLine): void {
	if (line.equals(0, "ENTER PSM")) modem.sleeping("psm");
	else if (line.equals(0, "ENTER DEEPSLEEP")) modem.sleeping("deep");
	else if (line.equals(0, "EXIT PSM") || line.equals(0, "EXIT DEEPSLEEP")) modem.sleeping("awake");
}

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
	// A pushed datagram of 512 bytes is 1,024 digits and at most 25 characters around them.
	uart: { baud: 115_200, flowControl: "none", lineBytes: 1100 },
	// 10 s is an assumption: the open driver probes 600 ms after the reset pin is released.
	boot: { banners: ["RDY"], withinMs: 10_000, settleMs: 300 },
	// Hardware Design: both are pulled up inside and asserted by a low level. BOOT stays open, there is no power key.
	pins: { reset: { asserted: 0 }, wake: { asserted: 0 } },
	defaultCid: 0,
	registration: { domain: "EPS", mode: 5 },
	edrxActType: EdrxAct.nbS1,
	iccid: QCCID.execute,
	signal: { command: QENG.execute, decode: decodeServingCell },
	sockets: quectelNb,
	urcs: [
		{ prefix: "+QNBIOTEVENT", spec: MANUAL, isResponse: isEventSetting, handle: onEvent },
		// Once for each family; which one the text tells.
		{ prefix: "+IP", spec: MANUAL, handle: (modem, line) => modem.addressed(0, line.text(0) ?? "") },
	],
	procedures: {
		powerOn: [
			pulse("reset", 500, "RESET_N low for 500 ms starts the module (open driver)"),
			pause(600, "until it takes commands (open driver)"),
		],
		reset: [pulse("reset", 500, "RESET_N low for 500 ms (open driver)"), pause(600, "until it takes commands (open driver)")],
		restart: [send(QRST.set, { mode: 1 })],
		powerOff: { commands: [send(QPOWD.set, { mode: 0 })], shutdownMs: 5000 },
		initialize: [
			// After a restart it is 1, and with 1 or 2 a command that comes too late is lost.
			send(QSCLK.set, { mode: 0 }),
			readCompareWrite(QNBIOTEVENT.read, QNBIOTEVENT.set, {
				same: result => result.enable === 1,
				params: { enable: 1, event: 1 },
				onError: "ignore",
			}),
			readCompareWrite(QCFG_READ.set, QCFG.set, {
				readParams: { name: "dsevent" },
				same: result => result.value === 1,
				params: { name: "dsevent", value: 1 },
				onError: "ignore",
			}),
			readCompareWrite(QICFG_READ.set, QICFG.set, {
				readParams: { name: "dataformat" },
				same: result => result.first === 1 && result.second === 1,
				params: { name: "dataformat", first: 1, second: 1 },
			}),
		],
		define: [readCompareWrite(QCGDEFCONT.read, QCGDEFCONT.set, { same: isSameDefinition, params: definition, restart: true })],
	},
	sleep: {
		allow: [send(QSCLK.set, { mode: 1 })],
		forbid: [send(QSCLK.set, { mode: 0 })],
		// The module's own sleep lock holds 10 s more ("slplocktimes"); 2 s between commands is an assumption.
		idleMs: 2000,
		wakePins: [pulse("wake", 100, "PSM_EINT low for at least 100 ms (BC65 Hardware Design)")],
		// In the capture the first AT after sleep brought nothing but CR LF 1.8 s later; the open driver tries 10 times.
		probe: { answerMs: 500, times: 10 },
		reportsPsm: true,
		keepsSockets: false,
	},
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
		ping: capability(true, "transcript", `${CAPTURE}: +QPING`),
	},
});

export default quectelBc660k;
