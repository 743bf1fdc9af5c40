import { command } from "../../sdk/at/command.js";
import { optional, text, uint, uintList } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import { type ModemContext, type Procedure, readCompareWrite, type Settings, type Signal, send } from "../../sdk/modem/driver.js";
import { isSameList } from "./band-list.js";
import { QICFG, QICFG_READ } from "./quectel-stack.js";

/** What Quectel's NB-IoT modules have alike beside their sockets: sleep, its reports, restart, serving cell. */
const MANUAL = "Quectel BC660K-GL & BC950K-GL AT Commands Manual";

// Commands ---------------------------------------------------------------------------------------------------------

/** Sleep: 0 none, 1 light and deep, 2 light only. Not kept over a restart, after which it is 1. */
export const QSCLK = command("+QSCLK", { spec: MANUAL, set: { params: { mode: uint(0, 2) } } });
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
/** How many bands and which; none is all of them. The answer has no count. Written as public drivers of BC20, BC26 and BC660K have it. */
const QBAND = command("+QBAND", {
	spec: "public drivers of BC26 and BC660K; capture of BC260Y",
	set: { params: { count: uint(1, 19), bands: uintList(1, 85) } },
	read: { lines: true },
});
/** `OK` first, then the boot banner. */
const QRST = command("+QRST", { spec: MANUAL, set: { params: { mode: uint(1, 1) } } });
export const QPOWD = command("+QPOWD", { spec: MANUAL, set: { params: { mode: uint(0, 2) } } });
export const QCCID = command("+QCCID", { spec: MANUAL, execute: { lines: true } });
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

function isSameBands(line: AtLine, { bands }: Settings): boolean {
	return bands !== undefined && isSameList(line, bands);
}

function onEvent(modem: ModemContext, line: AtLine): void {
	if (line.equals(0, "ENTER PSM")) modem.sleeping("psm");
	else if (line.equals(0, "ENTER DEEPSLEEP")) modem.sleeping("deep");
	else if (line.equals(0, "EXIT PSM") || line.equals(0, "EXIT DEEPSLEEP")) modem.sleeping("awake");
}

// Parts of a record ------------------------------------------------------------------------------------------------

export const servingCell = Object.freeze({ command: QENG.execute, decode: decodeServingCell });

export const sleepReports = deepFreeze({ prefix: "+QNBIOTEVENT", spec: MANUAL, isResponse: isEventSetting, handle: onEvent });

export const restartByCommand: Procedure = deepFreeze([send(QRST.set, { mode: 1 })]);

export const powerOffByCommand = deepFreeze({ commands: [send(QPOWD.set, { mode: 0 })], shutdownMs: 5000 });

export const initializeNb: Procedure = deepFreeze([
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
]);

export const bandsNb: Procedure = deepFreeze([
	readCompareWrite(QBAND.read, QBAND.set, {
		sameLine: isSameBands,
		params: ({ bands = [] }) => ({ count: bands.length, bands }),
	}),
]);

/** What a sleeping module needs; the pin's pulse is the module's own. */
export const sleepByClock = deepFreeze({
	allow: [send(QSCLK.set, { mode: 1 })],
	forbid: [send(QSCLK.set, { mode: 0 })],
	// The module's own sleep lock holds 10 s more ("slplocktimes"); 2 s between commands is an assumption.
	idleMs: 2000,
	// In a capture of BC660K the first AT after sleep brought nothing but CR LF 1.8 s later; the open driver tries 10 times.
	probe: { answerMs: 500, times: 10 },
	reportsPsm: true,
	keepsSockets: false,
});
