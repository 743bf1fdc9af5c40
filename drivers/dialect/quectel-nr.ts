import { CGDCONT, CGDCONT_SLICE } from "../../sdk/3gpp/packet-commands.js";
import { hasSlice } from "../../sdk/3gpp/slices.js";
import { command } from "../../sdk/at/command.js";
import { bare, text, uint } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import { type NetworkInterface, type Procedure, readCompareWrite, type Settings, type Signal } from "../../sdk/modem/driver.js";
import { defineLte, QCFG } from "./quectel-lte-device.js";

/** What Quectel's NR modules have beside their LTE kin: radio access, the serving cell, the interface on USB. */
const CAPTURES = "captures of RM5xx and RM500U-CNV";

const QENG = command('+QENG="servingcell"', { spec: CAPTURES, execute: { lines: true, prefix: "+QENG" } });
/** `AUTO` and `NR5G` are in captures and a public design, `LTE` is general knowledge. The module keeps it. */
const QNWPREFCFG = command("+QNWPREFCFG", { spec: CAPTURES, set: { params: { name: text(), value: bare() } } });
const QNWPREFCFG_READ = command("+QNWPREFCFG", {
	spec: CAPTURES,
	set: { params: { name: text() }, response: { name: text(), value: bare() } },
});
const QCFG_READ = command("+QCFG", { spec: CAPTURES, set: { params: { name: text() }, response: { name: text(), value: uint() } } });

/** 0 and 2 are in the notes on RG255C, 1 and 3 are general knowledge. */
const USB_NET: Readonly<Record<NetworkInterface, number>> = Object.freeze({ qmi: 0, ecm: 1, mbim: 2, rndis: 3 });

/**
 * `"servingcell",<state>,"NR5G-SA",<duplex>,<mcc>,<mnc>,<nci>,<pci>,<tac>,<arfcn>,<band>,<bandwidth>,<rsrp>,<rsrq>,<sinr>,…` and
 * `"servingcell",<state>,"LTE",<duplex>,<mcc>,<mnc>,<ci>,<pci>,<earfcn>,<band>,<bandwidth>,<bandwidth>,<tac>,<rsrp>,<rsrq>,<rssi>,…`, in dBm and dB.
 * SINR of LTE is left out: its unit differs from module to module.
 */
function decodeServingCell(line: AtLine, into: Signal): void {
	if (!line.equals(0, "servingcell")) return;
	const isNr = line.equals(2, "NR5G-SA");
	if (!isNr && !line.equals(2, "LTE")) return;
	into.pci = line.uint(7);
	into.earfcn = line.uint(isNr ? 9 : 8);
	into.band = line.uint(isNr ? 10 : 9);
	into.rsrpDbm = line.int(isNr ? 12 : 13);
	into.rsrqDb = line.int(isNr ? 13 : 14);
	if (isNr) into.sinrDb = line.int(14);
	else into.rssiDbm = line.int(15);
}
export const nrServingCell = Object.freeze({ command: QENG.execute, decode: decodeServingCell });

function modeOf({ rats = [] }: Settings): string {
	if (rats.length !== 1) return "AUTO";
	return rats[0] === "NR" ? "NR5G" : "LTE";
}
export const preferRats: Procedure = deepFreeze([
	readCompareWrite(QNWPREFCFG_READ.set, QNWPREFCFG.set, {
		readParams: { name: "mode_pref" },
		same: (is, wanted) => is.value === modeOf(wanted),
		params: wanted => ({ name: "mode_pref", value: modeOf(wanted) }),
	}),
]);

/** The module takes it over at its next start. */
export const usbInterface: Procedure = deepFreeze([
	readCompareWrite(QCFG_READ.set, QCFG.set, {
		readParams: { name: "usbnet" },
		same: (is, { networkInterface }) => is.value === USB_NET[networkInterface!],
		params: ({ networkInterface }) => ({ name: "usbnet", value: USB_NET[networkInterface!] }),
		restart: true,
	}),
]);

function isSameSession(line: AtLine, wanted: Settings): boolean {
	if (line.uint(0) !== wanted.cid || !line.equals(1, wanted.pdpType) || !hasSlice(line, CGDCONT_SLICE, wanted.slice)) return false;
	return wanted.apn === undefined || line.equals(2, wanted.apn);
}
/** As on LTE, with the slice of the session. */
export const defineNr: Procedure = deepFreeze([
	readCompareWrite(CGDCONT.read, CGDCONT.set, {
		sameLine: isSameSession,
		params: ({ cid, pdpType, apn, slice }) => ({ cid, pdpType, apn, slice: slice || undefined }),
	}),
	...defineLte.slice(1),
]);
