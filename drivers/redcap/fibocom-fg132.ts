import { EdrxAct } from "../../sdk/3gpp/edrx.js";
import { rsrpDbm, rsrqDb, ssRsrpDbm, ssRsrqDb, ssSinrDb } from "../../sdk/3gpp/signal.js";
import { command } from "../../sdk/at/command.js";
import { uint } from "../../sdk/at/fields.js";
import type { AtLine } from "../../sdk/at/line.js";
import { capability, defineDriver, readCompareWrite, type Settings, type Signal, send } from "../../sdk/modem/driver.js";
import { nrEdrx } from "../dialect/nr-edrx.js";

/** Fibocom FG132: NR RedCap with LTE behind it. A control plane: what the module's own stack can do nobody publishes. */
const FAMILY = "public tools and captures of FM350, FM150 and FM190";
const MANAGER = "ModemManager, plugin fibocom";
const KERNEL = "Linux, drivers option and qmi_wwan: Fibocom FG132, composition 0x0112";
const GENERAL = "general knowledge of the vendor's commands, no capture of this module";
const UNPUBLISHED = "nobody publishes it for this module";

/** A line for each cell; some firmwares put a title before them. */
const GTCCINFO = command("+GTCCINFO", { spec: FAMILY, read: { lines: true, prefix: null } });
/** `<state>,<cid>`: 1 brings the module's network interface up. */
const GTRNDIS = command("+GTRNDIS", {
	spec: MANAGER,
	set: { params: { state: uint(0, 1), cid: uint(1, 15) }, timeoutMs: 60_000 },
	read: { lines: true },
});
/** 2 LTE, 14 NR, 17 both. The module keeps it. */
const GTACT = command("+GTACT", { spec: GENERAL, set: { params: { mode: uint() } }, read: { response: { mode: uint() } } });
const CPWROFF = command("+CPWROFF", { spec: MANAGER, execute: {} });
/** 15 restarts the module where 27.007 has `1,1`. */
const RESTART = command("+CFUN", { spec: MANAGER, set: { params: { fun: uint(15, 15) } } });

const SERVING = 1;
const NR = 9;
const LTE = 4;
/** Bands of NR are numbered from 500: 505 is n5. Those of LTE from 100. */
const FIRST_NR_BAND = 500;
const FIRST_LTE_BAND = 100;
/**
 * `<1 serving>,<rat>,<mcc>,<mnc>,<tac>,<cell>,<arfcn>,<pci>,<band>,<bandwidth>,<sinr>,<rxlev>,<rsrp>,<rsrq>`. The last four are read as the codes of
 * `+CESQ`, which no document confirms; numbers below zero are no codes but dB. Channel and physical cell are left out: their base is not known.
 */
function decodeCell(line: AtLine, into: Signal): void {
	const rat = line.uint(1);
	if (line.uint(0) !== SERVING || (rat !== NR && rat !== LTE)) return;
	const isNr = rat === NR;
	const band = line.uint(8);
	const first = isNr ? FIRST_NR_BAND : FIRST_LTE_BAND;
	into.band = band !== undefined && band > first ? band - first : undefined;
	into.rsrpDbm = decoded(line.int(12), isNr ? ssRsrpDbm : rsrpDbm);
	into.rsrqDb = decoded(line.int(13), isNr ? ssRsrqDb : rsrqDb);
	if (isNr) into.sinrDb = ssSinrDb(line.uint(10));
}
function decoded(value: number | undefined, ofCode: (code: number | undefined) => number | undefined): number | undefined {
	return value !== undefined && value < 0 ? value : ofCode(value);
}
function modeOf({ rats = [] }: Settings): number {
	if (rats.length !== 1) return 17;
	return rats[0] === "NR" ? 14 : 2;
}
function isUp(line: AtLine, { cid }: Settings): boolean {
	return line.uint(0) === 1 && (line.uint(1) ?? cid) === cid;
}

export const fibocomFg132 = defineDriver({
	id: "fibocom-fg132",
	tier: "redcap",
	vendor: "Fibocom",
	models: ["FG132", "FG132-NA", "FG132-EU", "FG132-GL", "FG132-CN"],
	documents: [FAMILY, MANAGER, KERNEL],
	// The longest line is a message in PDU mode.
	uart: { baud: 115_200, flowControl: "none", lineBytes: 512 },
	// Neither banner nor time is published: a minute is an assumption.
	boot: { banners: [], withinMs: 60_000 },
	defaultCid: 1,
	// No capture shows which modes it takes; 3 tells the cause of a refusal (TS 27.007 10.1.47).
	registration: { domain: "5GS", mode: 3 },
	edrxActType: EdrxAct.ngRan,
	signal: { command: GTCCINFO.read, decode: decodeCell },
	sms: { mode: "pdu" },
	procedures: {
		restart: [send(RESTART.set, { fun: 15 })],
		powerOff: { commands: [send(CPWROFF.execute)], shutdownMs: 5000 },
		rats: [
			readCompareWrite(GTACT.read, GTACT.set, {
				same: (is, wanted) => is.mode === modeOf(wanted),
				params: wanted => ({ mode: modeOf(wanted) }),
			}),
		],
		edrx: nrEdrx,
		// Dialling what is up already is refused on some of its kin.
		activate: [readCompareWrite(GTRNDIS.read, GTRNDIS.set, { sameLine: isUp, params: ({ cid }) => ({ state: 1, cid }) })],
	},
	capabilities: {
		rats: capability("NR,LTE", "inferred", `${KERNEL}; ${FAMILY}`),
		dataPath: capability("network-interface", "inferred", `${MANAGER}: +GTRNDIS; ${KERNEL}`),
		networkInterface: capability("qmi", "manual", KERNEL),
		udpSockets: capability("unknown", "inferred", UNPUBLISHED),
		tcpSockets: capability("unknown", "inferred", UNPUBLISHED),
		sendBytes: capability("unknown", "inferred", UNPUBLISHED),
		receiveBytes: capability("unknown", "inferred", UNPUBLISHED),
		ipv6: capability(true, "inferred", `${FAMILY}: +CGPADDR has a place for both families`),
		slicing: capability("unknown", "inferred", "+C5GNSSAI and +CGDCONT of TS 27.007 are tried"),
		psm: capability("unknown", "inferred", UNPUBLISHED),
		edrx: capability("unknown", "inferred", `${UNPUBLISHED}: +CEDRXS=? is asked`),
		mico: capability("unknown", "inferred", UNPUBLISHED),
		rrcInactive: capability("unknown", "inferred", UNPUBLISHED),
		rrmRelaxation: capability("unknown", "inferred", UNPUBLISHED),
		uai: capability("unknown", "inferred", UNPUBLISHED),
		releaseAssistance: capability("none", "specification", "NR has no release assistance indication"),
		dns: capability(false, "inferred", "no command for it is known"),
		sms: capability("text,pdu", "inferred", "TS 27.005"),
		voice: capability("unknown", "inferred", UNPUBLISHED),
		gnss: capability("unknown", "inferred", UNPUBLISHED),
		cmux: capability("unknown", "inferred", "no capture of +CMUX"),
	},
});

export default fibocomFg132;
