import { EdrxAct } from "../../sdk/3gpp/edrx.js";
import { command } from "../../sdk/at/command.js";
import { bare, uint } from "../../sdk/at/fields.js";
import type { AtLine } from "../../sdk/at/line.js";
import { capability, defineDriver, type NetworkInterface, readCompareWrite, type Settings, send } from "../../sdk/modem/driver.js";
import { holdData } from "../dialect/cip.js";
import { nrEdrx } from "../dialect/nr-edrx.js";
import { NETOPEN, simcomCip } from "../dialect/simcom-cip.js";
import { servingCell } from "../dialect/simcom-cpsi.js";

/** SIMCom SIM8230 (Snapdragon X35): NR RedCap with LTE behind it. */
const GUIDE = "guide of a carrier board with SIM8230G";
const CALLBOX = "public results of SIM8230G, firmware 2310B04X35M22A-M2, on a callbox (NR SA, n71)";
const KERNEL = "Linux, drivers option and qmi_wwan";
const LIST = "public list of SIMCom's 5G commands";
const INHERITED = "as on the vendor's LTE modules; no capture of this one";
const UNPUBLISHED = "nobody publishes it for this module";

const CPOF = command("+CPOF", { spec: INHERITED, execute: {} });
/** `OK`; 20 s later the network service is closed and the port is gone, and 20 s after that it is back. */
const CRESET = command("+CRESET", { spec: GUIDE, execute: {} });
const CICCID = command("+CICCID", { spec: INHERITED, execute: { lines: true, prefix: null } });
/** 2 automatic is in a capture; 38 LTE and 71 NR alone are general knowledge. The module keeps it. */
const CNMP = command("+CNMP", { spec: `${GUIDE}; ${LIST}`, set: { params: { mode: uint() } }, read: { response: { mode: uint() } } });
/** `USBID,1e0e,9078`: the module restarts by itself, for about a minute. */
const CUSBCFG = command("+CUSBCFG", {
	spec: GUIDE,
	set: { params: { name: bare(), vendor: bare(4), product: bare(4) } },
	read: { lines: true },
});

const PRODUCTS: Readonly<Partial<Record<NetworkInterface, string>>> = Object.freeze({ ecm: "9078", rndis: "907b", qmi: "9071" });
function modeOf({ rats = [] }: Settings): number {
	if (rats.length !== 1) return 2;
	return rats[0] === "NR" ? 71 : 38;
}
function isProduct(line: AtLine, { networkInterface }: Settings): boolean {
	return line
		.toText()
		.toLowerCase()
		.endsWith(PRODUCTS[networkInterface!] ?? "");
}
/** How far the start is. */
function ignore(): void {}

export const simcomSim8230 = defineDriver({
	id: "simcom-sim8230",
	tier: "redcap",
	vendor: "SIMCom",
	models: ["SIM8230", "SIM8230G", "SIM8230G-M2", "SIM8230E", "SIM8230C"],
	documents: [GUIDE, CALLBOX, KERNEL, LIST],
	// 1,500 bytes that are fetched at a time stand in the buffer with the line before them.
	uart: { baud: 115_200, flowControl: "none", lineBytes: 1600 },
	// No line comes at the start alone: that it restarted shows in the mode of +C5GREG. From the command to the port's return are 40 s in the guide, a minute where its USB changes.
	boot: { banners: [], withinMs: 60_000 },
	defaultCid: 1,
	// Mode 3 tells the cause of a refusal (TS 27.007 10.1.47); no capture shows which modes it takes.
	registration: { domain: "5GS", mode: 3 },
	edrxActType: EdrxAct.ngRan,
	iccid: CICCID.execute,
	signal: servingCell,
	sockets: simcomCip,
	sms: { mode: "pdu" },
	urcs: [
		{ prefix: "SMS DONE", spec: GUIDE, handle: ignore },
		{ prefix: "PB DONE", spec: GUIDE, handle: ignore },
	],
	procedures: {
		restart: [send(CRESET.execute)],
		powerOff: { commands: [send(CPOF.execute)], shutdownMs: 5000 },
		rats: [
			readCompareWrite(CNMP.read, CNMP.set, {
				same: (is, wanted) => is.mode === modeOf(wanted),
				params: wanted => ({ mode: modeOf(wanted) }),
			}),
		],
		networkInterface: [
			// Where it cannot be read it is not written either: each time it is, the module restarts.
			send(CUSBCFG.read),
			readCompareWrite(CUSBCFG.read, CUSBCFG.set, {
				sameLine: isProduct,
				params: ({ networkInterface }) => ({ name: "USBID", vendor: "1e0e", product: PRODUCTS[networkInterface!] ?? "" }),
			}),
		],
		edrx: nrEdrx,
		activate: [
			holdData,
			readCompareWrite(NETOPEN.read, NETOPEN.execute, { same: (result: { state: number }) => result.state === 1, params: {} }),
		],
	},
	capabilities: {
		rats: capability("NR,LTE", "transcript", `${CALLBOX}: +CPSI of NR5G_SA; ${GUIDE}: AcT 7`),
		dataPath: capability("sockets", "inferred", `${GUIDE}: +CIPEVENT of the network service; sockets ${INHERITED}`),
		networkInterface: capability("ecm,rndis,qmi", "manual", `${GUIDE}; ${KERNEL}: 1e0e:9078, 907b, 9071`),
		udpSockets: capability(10, "inferred", INHERITED),
		tcpSockets: capability(10, "inferred", INHERITED),
		dtls: capability("unknown", "inferred", "no command for it at hand"),
		sendBytes: capability(1500, "inferred", INHERITED),
		receiveBytes: capability(1500, "inferred", INHERITED),
		ipv6: capability(true, "inferred", `${CALLBOX}: the session is IPV4V6; a socket to an IPv6 peer is tried at run time`),
		slicing: capability(true, "inferred", `${GUIDE}: +CGDCONT has the empty place of the S-NSSAI; TS 27.007`),
		psm: capability("unknown", "inferred", UNPUBLISHED),
		edrx: capability("unknown", "inferred", `${UNPUBLISHED}: +CEDRXS=? is asked`),
		mico: capability("unknown", "inferred", UNPUBLISHED),
		rrcInactive: capability("unknown", "inferred", UNPUBLISHED),
		rrmRelaxation: capability("unknown", "inferred", UNPUBLISHED),
		uai: capability("unknown", "inferred", UNPUBLISHED),
		releaseAssistance: capability("none", "specification", "NR has no release assistance indication"),
		dns: capability(true, "inferred", `+CDNSGIP ${INHERITED}`),
		dnsFamily: capability(false, "inferred", `+CDNSGIP ${INHERITED}`),
		sms: capability("text,pdu", "inferred", `${GUIDE}: SMS DONE; TS 27.005`),
		voice: capability("unknown", "inferred", UNPUBLISHED),
		gnss: capability("unknown", "inferred", `${GUIDE}: NMEA on a port of its own; its commands are not shown`),
		cmux: capability("unknown", "inferred", "no capture of +CMUX"),
		ping: capability(true, "transcript", `${CALLBOX}: +CPING`),
	},
});

export default simcomSim8230;
