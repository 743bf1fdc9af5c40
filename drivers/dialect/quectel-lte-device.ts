import { CGDCONT } from "../../sdk/3gpp/packet-commands.js";
import { command } from "../../sdk/at/command.js";
import { bare, optional, text, uint } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import { type ModemContext, type Procedure, readCompareWrite, type Settings, send } from "../../sdk/modem/driver.js";
import { isSameMask, maskOf } from "./band-list.js";
import { QICFG, QICFG_READ } from "./quectel-stack.js";

/** What Quectel's LTE modules have alike beside their sockets: the context of the stack, where reports go, sleep, power off. */
const CAPTURE = "capture of EC800M-CN, firmware EC800MCNGAR06A06M08";
const OPEN_DRIVERS = "RT-Thread at_device ec200x, ec20; esp-ml307 (EC801E)";

/** The vendor's figure. */
const ACTIVATE_MS = 150_000;

// Commands ---------------------------------------------------------------------------------------------------------

/** The stack's own definition of a context. Type 1 is IPv4, 2 IPv6, 3 both; authentication 0 none, 1 PAP, 2 CHAP (general knowledge). */
export const QICSGP = command("+QICSGP", {
	spec: CAPTURE,
	set: {
		params: { context: uint(1, 16), type: uint(1, 3), apn: text(100), user: text(64), password: text(64), auth: uint(0, 2) },
		redact: [3, 4],
	},
});
/** What is stored. The answer would show a password that was given before, so it is only asked for where none is given. */
export const QICSGP_READ = command("+QICSGP", {
	spec: "public list of EG800K's commands",
	set: { params: { context: uint(1, 16) }, response: { type: uint(), apn: optional(text()), user: optional(text()) } },
});
/** Activating an active context is an `ERROR`, so it is read first: a line `<context>,<state>,<type>,"<address>"` for each active one. */
export const QIACT = command("+QIACT", {
	spec: CAPTURE,
	set: { params: { context: uint(1, 16) }, timeoutMs: ACTIVATE_MS },
	read: { lines: true },
});
/** 1: what is sent is echoed where commands are. */
const QISDE = command("+QISDE", { spec: OPEN_DRIVERS, set: { params: { echo: uint(0, 1) } } });
/** Which port reports come out of; the module keeps it. */
const QURCCFG = command("+QURCCFG", { spec: OPEN_DRIVERS, set: { params: { name: text(), port: text() } } });
const QURCCFG_READ = command("+QURCCFG", {
	spec: OPEN_DRIVERS,
	set: { params: { name: text() }, response: { name: text(), port: text() } },
});
/** 1: the module may sleep while DTR is high. */
const QSCLK = command("+QSCLK", { spec: OPEN_DRIVERS, set: { params: { mode: uint(0, 1) } } });
/** 0 at once, as the open drivers have it. */
const QPOWD = command("+QPOWD", { spec: OPEN_DRIVERS, set: { params: { mode: uint(0, 1) } } });
/** Not seen on these modules, but on all of the vendor's others. */
export const QCCID = command("+QCCID", { spec: "Quectel BC660K-GL, capture", execute: { lines: true } });
export const QCFG = command("+QCFG", { spec: OPEN_DRIVERS, set: { params: { name: text(), value: uint(), second: optional(uint()) } } });

const BAND = "band";
/**
 * Masks of bands, first of other networks (0: as they are), then of LTE. Inferred: two masks are what EC200T answers; an answer of three is
 * seen as well. That a third written here would say when they count, and that they count once the radio comes on, is general knowledge.
 */
const QCFG_BAND = command("+QCFG", {
	spec: "public questions and answers on EC200T",
	set: { params: { name: text(), other: bare(18), lte: bare(68) } },
});
const QCFG_BAND_READ = command("+QCFG", {
	spec: "public questions and answers on EC200T",
	set: { params: { name: text() }, response: { name: text(), other: text(), lte: text() } },
});

// What lines mean --------------------------------------------------------------------------------------------------

const CONTEXT_TYPE = Object.freeze({ IP: 1, IPV6: 2, IPV4V6: 3 });
const AUTH = Object.freeze({ none: 0, pap: 1, chap: 2 });

function isSameContext(line: AtLine, wanted: Settings): boolean {
	if (line.uint(0) !== wanted.cid || !line.equals(1, wanted.pdpType)) return false;
	return wanted.apn === undefined || line.equals(2, wanted.apn);
}
function stackContext({ cid, pdpType, apn = "", user = "", password = "", auth }: Settings) {
	return { context: cid, type: CONTEXT_TYPE[pdpType], apn, user, password, auth: user === "" ? 0 : AUTH[auth] };
}
function isSameStackContext(result: { type: number; apn?: string | undefined; user?: string | undefined }, wanted: Settings): boolean {
	if (result.type !== CONTEXT_TYPE[wanted.pdpType] || (result.user ?? "") !== "") return false;
	return wanted.apn === undefined || result.apn === wanted.apn;
}
function isActive(line: AtLine, { cid }: Settings): boolean {
	return line.uint(0) === cid && line.uint(1) === 1;
}
function isSameBands(result: { lte: string }, { bands }: Settings): boolean {
	return bands !== undefined && isSameMask(result.lte, bands);
}
function isOff(modem: ModemContext): void {
	modem.sleeping("off");
}
function passOver(): void {}

// Parts of a record ------------------------------------------------------------------------------------------------

export const lteReports = deepFreeze([
	{ prefix: "POWERED DOWN", spec: OPEN_DRIVERS, handle: isOff },
	{ prefix: "NORMAL POWER DOWN", spec: OPEN_DRIVERS, handle: isOff },
	// Of the start: the SIM's application is there, short messages and phone book are read.
	{ prefix: "+QUSIM", spec: "capture of EG25-G", handle: passOver },
	{ prefix: "+QIND", spec: "capture of EG25-G", handle: passOver },
]);

export const powerOffByCommand = deepFreeze([send(QPOWD.set, { mode: 0 })]);

export const initializeLte: Procedure = deepFreeze([
	send(QSCLK.set, { mode: 0 }, { onError: "ignore" }),
	// A module that a host has used by USB before sends its reports there.
	readCompareWrite(QURCCFG_READ.set, QURCCFG.set, {
		readParams: { name: "urcport" },
		same: result => result.port === "uart1",
		params: { name: "urcport", port: "uart1" },
		onError: "ignore",
	}),
	send(QISDE.set, { echo: 0 }, { onError: "ignore" }),
	// Data are bytes in both directions, on lines of their own behind the header.
	readCompareWrite(QICFG_READ.set, QICFG.set, {
		readParams: { name: "dataformat" },
		same: result => result.first === 0 && result.second === 0,
		params: { name: "dataformat", first: 0, second: 0 },
		onError: "ignore",
	}),
	readCompareWrite(QICFG_READ.set, QICFG.set, {
		readParams: { name: "viewmode" },
		same: result => result.first === 0,
		params: { name: "viewmode", first: 0 },
		onError: "ignore",
	}),
]);

/**
 * The context of the default bearer, and its copy in the stack. With credentials that one is written each time, since nobody should read them
 * back. It may be refused while the context is active, which then is the one that was defined before.
 */
export const defineLte: Procedure = deepFreeze([
	readCompareWrite(CGDCONT.read, CGDCONT.set, {
		sameLine: isSameContext,
		params: ({ cid, pdpType, apn }) => ({ cid, pdpType, apn }),
	}),
	readCompareWrite(QICSGP_READ.set, QICSGP.set, {
		readParams: ({ cid, user }) => (user === undefined ? { context: cid } : undefined),
		same: isSameStackContext,
		params: stackContext,
		onError: "ignore",
	}),
	send(QICSGP.set, wanted => (wanted.user === undefined ? undefined : stackContext(wanted)), { onError: "ignore" }),
]);

export const bandsLte: Procedure = deepFreeze([
	readCompareWrite(QCFG_BAND_READ.set, QCFG_BAND.set, {
		readParams: { name: BAND },
		same: isSameBands,
		params: ({ bands = [] }) => ({ name: BAND, other: "0", lte: maskOf(bands) }),
	}),
]);

export const activateLte: Procedure = deepFreeze([
	readCompareWrite(QIACT.read, QIACT.set, { sameLine: isActive, params: ({ cid }) => ({ context: cid }) }),
]);

export const sleepByDtr = deepFreeze({
	allow: [send(QSCLK.set, { mode: 1 })],
	forbid: [send(QSCLK.set, { mode: 0 })],
	// Both are assumptions: a command that wakes the module by its first byte is lost, as on the vendor's NB-IoT modules.
	idleMs: 2000,
	probe: { answerMs: 500, times: 10 },
	reportsPsm: false,
	keepsSockets: false,
});
