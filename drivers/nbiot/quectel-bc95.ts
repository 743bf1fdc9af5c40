import { CFUN } from "../../sdk/3gpp/device-commands.js";
import { EdrxAct } from "../../sdk/3gpp/edrx.js";
import { COPS } from "../../sdk/3gpp/network-commands.js";
import { CGATT } from "../../sdk/3gpp/packet-commands.js";
import { command } from "../../sdk/at/command.js";
import { bare, bits, optional, text, uint, uintList } from "../../sdk/at/fields.js";
import type { AtLine } from "../../sdk/at/line.js";
import {
	capability,
	defineDriver,
	type ModemContext,
	pulse,
	readCompareWrite,
	type Settings,
	type Signal,
	send,
} from "../../sdk/modem/driver.js";
import { isSameList } from "../dialect/band-list.js";
import { hisiliconNb, NSONMI } from "../dialect/hisilicon-nb.js";

/** Quectel BC95-G and BC28: NB-IoT on HiSilicon's Hi2115, 9,600 bit/s, a UART that never sleeps. The default PDP context has the id 0. */
const CAPTURE = "captures of BC95";
const OPEN_DRIVER = "RT-Thread at_device bc28";
const OTHER_DRIVERS = "public drivers of BC95-G and BC28 that compare the answer of +CGMM";
const FIRMWARE = "open firmware of a chip with the same commands (XY1100)";
const NOTES = "design notes of a BC28 board";

// Commands ---------------------------------------------------------------------------------------------------------

/** Boots; the line comes before the report, `REBOOT_CAUSE_…` and an `OK` that belongs to no command any more. */
const NRB = command("+NRB", { spec: CAPTURE, execute: { finals: { ok: ["REBOOTING"], error: [] } } });
/** What the module does by itself; a line for each function, all kept by the module. */
const NCONFIG = command("+NCONFIG", { spec: CAPTURE, set: { params: { name: bare(), value: bare() } }, read: { lines: true } });
/** Registration with the maker's cloud at each attach: 2 is never. */
const QREGSWT = command("+QREGSWT", { spec: OPEN_DRIVER, set: { params: { mode: uint(0, 2) } }, read: { response: { mode: uint() } } });
/** Reports of entering and leaving PSM. */
const NPSMR = command("+NPSMR", {
	spec: FIRMWARE,
	set: { params: { n: uint(0, 1) } },
	read: { response: { n: uint(), state: optional(uint()) } },
});
/** As in TS 27.007 7.38 but for the bit strings, which BC95 takes without quotes. */
const CPSMS = command("+CPSMS", {
	spec: `TS 27.007 7.38, ${CAPTURE}`,
	set: {
		params: {
			mode: uint(0, 2),
			periodicRau: optional(bits(8, { quoted: false })),
			gprsReadyTimer: optional(bits(8, { quoted: false })),
			periodicTau: optional(bits(8, { quoted: false })),
			activeTime: optional(bits(8, { quoted: false })),
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
/** The bands that are searched, all on one line; the module keeps them. */
const NBAND = command("+NBAND", { spec: CAPTURE, set: { params: { bands: uintList(1, 85) } }, read: { lines: true } });
const NCCID = command("+NCCID", { spec: CAPTURE, read: { lines: true } });
/** Radio statistics, `Signal power:-819` or, in newer firmware, `NUESTATS:RADIO,Signal power:-819`. */
const NUESTATS = command("+NUESTATS", { spec: CAPTURE, execute: { lines: true, prefix: null } });

// What lines mean --------------------------------------------------------------------------------------------------

/** −3,276.8 dB says that it is not known: the least number of 16 bits (an assumption, from how such firmware keeps tenths). */
const UNKNOWN_TENTHS = -32_768;

/** The number behind the colon; undefined where it is none. */
function numberAfter(line: string, colon: number): number | undefined {
	const value = Number(line.slice(colon + 1));
	return colon + 1 === line.length || !Number.isInteger(value) ? undefined : value;
}
function tenths(value: number | undefined): number | undefined {
	return value === undefined || value === UNKNOWN_TENTHS ? undefined : value / 10;
}

/** A line of `+NUESTATS`: `<name>:<number>`, powers and ratios in tenths of dBm and dB. */
function decodeStatistic(line: AtLine, into: Signal): void {
	const whole = line.toText();
	const colon = whole.lastIndexOf(":");
	const name = whole.slice(Math.max(whole.lastIndexOf(",", colon), whole.lastIndexOf(":", colon - 1)) + 1, colon);
	const value = numberAfter(whole, colon);
	switch (name) {
		case "Signal power":
			into.rsrpDbm = tenths(value);
			return;
		case "Total power":
			into.rssiDbm = tenths(value);
			return;
		case "TX power":
			into.transmitDbm = tenths(value);
			return;
		case "SNR":
			into.sinrDb = tenths(value);
			return;
		case "RSRQ":
			into.rsrqDb = tenths(value);
			return;
		case "ECL":
			into.coverageLevel = value !== undefined && value <= 2 ? value : undefined;
			return;
		case "EARFCN":
			into.earfcn = value;
			return;
		case "PCI":
			into.pci = value;
	}
}

function isAutoConnectOff(line: AtLine): boolean {
	return line.equals(0, "AUTOCONNECT") && line.equals(1, "FALSE");
}

/** `+NPSMR:1,0` and, where reports are off, perhaps `+NPSMR:0` answer the read command. */
function isPsmSetting(line: AtLine): boolean {
	return line.count >= 2 || line.uint(0) === 0;
}
function onPsm(modem: ModemContext, line: AtLine): void {
	modem.sleeping(line.uint(0) === 1 ? "psm" : "awake");
}

function isSamePsm(
	result: { mode: number; periodicTau?: string | undefined; activeTime?: string | undefined },
	{ psm }: Settings,
): boolean {
	if (!psm) return result.mode !== 1;
	return result.mode === 1 && result.periodicTau === psm.periodicTauBits && result.activeTime === psm.activeBits;
}

function isSameSelection(result: { mode: number; oper?: string | undefined }, { operator }: Settings): boolean {
	return operator === undefined ? result.mode === 0 : result.mode === 1 && result.oper === operator;
}

function isSameBands(line: AtLine, { bands }: Settings): boolean {
	return bands !== undefined && isSameList(line, bands);
}

function onBootReport(): void {}

// The record -------------------------------------------------------------------------------------------------------

export const quectelBc95 = defineDriver({
	id: "quectel-bc95",
	tier: "nbiot",
	vendor: "Quectel",
	models: ["BC95-G", "BC95GJB-02-STD", "BC28", "BC28JA-02-STD"],
	documents: [CAPTURE, OPEN_DRIVER, OTHER_DRIVERS, FIRMWARE, NOTES],
	// A pushed datagram of 512 bytes is 1,024 digits and at most 62 characters around them. The gap lets `+NSOCLI` come, which follows
	// the OK of +NSOCL: 13 characters take 14 ms, the rest is an assumption.
	uart: { baud: 9600, flowControl: "none", lineBytes: 1100, commandGapMs: 50 },
	// The boot report ends with this line, the manufacturer's name and OK. How long a boot takes is an assumption.
	boot: { banners: ["REBOOT_CAUSE_"], withinMs: 10_000, settleMs: 500 },
	// No power key: supply starts it. That RESET is asserted by a low level is an assumption.
	pins: { reset: { asserted: 0 } },
	defaultCid: 0,
	registration: { domain: "EPS", mode: 4 },
	edrxActType: EdrxAct.nbS1,
	// The list of commands in the manual of BC95-G and BC68, V1.2, has no +CPIN.
	sim: "imsi",
	iccid: NCCID.read,
	signal: { command: NUESTATS.execute, decode: decodeStatistic },
	sockets: hisiliconNb,
	urcs: [
		{ prefix: "+NPSMR", spec: FIRMWARE, isResponse: isPsmSetting, handle: onPsm },
		{ prefix: "REBOOTING", spec: CAPTURE, handle: onBootReport },
		{ prefix: "Boot:", spec: CAPTURE, handle: onBootReport },
		{ prefix: "Security", spec: CAPTURE, handle: onBootReport },
		{ prefix: "Protocol", spec: CAPTURE, handle: onBootReport },
		{ prefix: "Apps", spec: CAPTURE, handle: onBootReport },
		{ prefix: "Neul", spec: CAPTURE, handle: onBootReport },
	],
	procedures: {
		reset: [pulse("reset", 300, "RESET for 300 ms (open driver)")],
		restart: [send(NRB.execute)],
		initialize: [
			// It would attach at boot, before the context is defined. What it is set to counts from the next boot on.
			readCompareWrite(NCONFIG.read, NCONFIG.set, {
				sameLine: isAutoConnectOff,
				params: { name: "AUTOCONNECT", value: "FALSE" },
				onError: "ignore",
			}),
			readCompareWrite(QREGSWT.read, QREGSWT.set, { same: result => result.mode === 2, params: { mode: 2 }, onError: "ignore" }),
			readCompareWrite(NPSMR.read, NPSMR.set, { same: result => result.n === 1, params: { n: 1 }, onError: "ignore" }),
			// Firmware without it hints at datagrams, which are then fetched.
			readCompareWrite(NSONMI.read, NSONMI.set, { same: result => result.mode === 2, params: { mode: 2 }, onError: "ignore" }),
		],
		bands: [readCompareWrite(NBAND.read, NBAND.set, { sameLine: isSameBands, params: ({ bands = [] }) => ({ bands }) })],
		psm: [
			readCompareWrite(CPSMS.read, CPSMS.set, {
				same: isSamePsm,
				params: ({ psm }) => (psm ? { mode: 1, periodicTau: psm.periodicTauBits, activeTime: psm.activeBits } : { mode: 0 }),
				onError: "ignore",
			}),
		],
		// As TS 27.007 has it, but a module that does not connect by itself must be told to attach as well.
		attach: [
			readCompareWrite(CFUN.read, CFUN.set, { same: result => result.fun === 1, params: { fun: 1 } }),
			readCompareWrite(COPS.read, COPS.set, {
				same: isSameSelection,
				params: ({ operator }) => (operator === undefined ? { mode: 0 } : { mode: 1, format: 2, oper: operator }),
				onError: "ignore",
			}),
			readCompareWrite(CGATT.read, CGATT.set, { same: result => result.state === 1, params: { state: 1 } }),
		],
	},
	// The UART wakes the module by itself and, as far as is known, loses nothing; one AT before the first command finds out.
	sleep: {
		allow: [],
		forbid: [],
		// An assumption: long enough that an exchange of several commands is not interrupted.
		idleMs: 2000,
		probe: { answerMs: 1000, times: 5 },
		reportsPsm: true,
		keepsSockets: false,
	},
	capabilities: {
		rats: capability("NB-IoT", "transcript", `${CAPTURE}: coverage level and statistics of NB-IoT`),
		udpSockets: capability(7, "manual", `${FIRMWARE}: +NSOCR, ids 0 to 6`),
		tcpSockets: capability(7, "manual", `${OPEN_DRIVER}: +NSOCO and +NSOSD; ${FIRMWARE}: +NSOCR, ids 0 to 6 for either kind`),
		sendBytes: capability(512, "manual", `early guide of BC95; ${OPEN_DRIVER} sends 1,358 on BC28`),
		receiveBytes: capability(512, "inferred", "as sent: what a line of this driver holds"),
		ipv6: capability(true, "inferred", `${FIRMWARE}: AF_INET6 of +NSOCR; tried at run time, IPv4 is used when it fails`),
		psm: capability(true, "transcript", `${CAPTURE}: +CPSMS with unquoted timers`),
		edrx: capability(true, "manual", `${OPEN_DRIVER}: +CEDRXS with AcT 5`),
		releaseAssistance: capability("cp", "inferred", `${FIRMWARE}: flags 0x200 and 0x400 of +NSOSTF; their meaning is general knowledge`),
		dns: capability(true, "manual", `${OPEN_DRIVER}: +QDNS`),
		dnsFamily: capability(false, "manual", `${OPEN_DRIVER}: +QDNS has a mode and a host`),
		tlsSockets: capability(0, "manual", `${FIRMWARE}: no secure sockets, DTLS for the maker's cloud only`),
		ping: capability(true, "manual", `${NOTES}: +NPING`),
	},
});

export default quectelBc95;
