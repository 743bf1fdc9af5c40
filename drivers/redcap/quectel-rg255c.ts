import { EdrxAct } from "../../sdk/3gpp/edrx.js";
import { capability, defineDriver } from "../../sdk/modem/driver.js";
import { nrEdrx } from "../dialect/nr-edrx.js";
import { quectelLte } from "../dialect/quectel-lte.js";
import { activateLte, initializeLte, lteReports, powerOffByCommand, QCCID } from "../dialect/quectel-lte-device.js";
import { defineNr, nrServingCell, preferRats, usbInterface } from "../dialect/quectel-nr.js";

/** Quectel RG255C and RM255C: NR RedCap with LTE behind it. Of the module itself one line is public; the rest is its kin's, and marked so. */
const NOTES = "public notes on RG255C, with a digest of its preliminary AT manual";
const KIN = "captures of RM5xx and RM500U-CNV";
const KERNEL = "Linux, driver option";
const INHERITED = "as on the vendor's other LTE and NR modules; no capture of this one";
const UNPUBLISHED = "nobody publishes it for this module";

export const quectelRg255c = defineDriver({
	id: "quectel-rg255c",
	tier: "redcap",
	vendor: "Quectel",
	models: ["RG255C", "RG255C-GL", "RG255C-CN", "RG255C-EU", "RG255C-NA", "RM255C-GL"],
	documents: [NOTES, KIN, KERNEL],
	// A line and the 1,460 bytes that are read behind it.
	uart: { baud: 115_200, flowControl: "none", lineBytes: 1536 },
	// How long a start takes is not published; the vendor's LTE modules say RDY. 60 s are an assumption for a module of this class.
	boot: { banners: ["RDY"], withinMs: 60_000, settleMs: 300 },
	defaultCid: 1,
	// Mode 2 is in captures of its kin; 3 tells the cause of a refusal (TS 27.007 10.1.47).
	registration: { domain: "5GS", mode: 3 },
	edrxActType: EdrxAct.ngRan,
	iccid: QCCID.execute,
	signal: nrServingCell,
	sockets: quectelLte,
	sms: { mode: "pdu" },
	urcs: lteReports,
	procedures: {
		powerOff: { commands: powerOffByCommand, shutdownMs: 12_000 },
		initialize: initializeLte,
		define: defineNr,
		rats: preferRats,
		networkInterface: usbInterface,
		edrx: nrEdrx,
		activate: activateLte,
	},
	capabilities: {
		rats: capability("NR,LTE", "inferred", `${NOTES}: +C5GREG; its scan shows AcT 7`),
		dataPath: capability("sockets", "inferred", `+QIOPEN ${INHERITED}`),
		networkInterface: capability("qmi,mbim,ecm,rndis", "inferred", `${NOTES}: "usbnet" 0 and 2; 1 and 3 ${INHERITED}`),
		udpSockets: capability(5, "inferred", `+QIOPEN ${INHERITED}`),
		tcpSockets: capability(5, "inferred", `+QIOPEN ${INHERITED}`),
		sendBytes: capability(1460, "inferred", INHERITED),
		receiveBytes: capability(1460, "inferred", INHERITED),
		ipv6: capability(true, "inferred", `+CGPADDR of RM500U-CNV has both families; a socket to an IPv6 peer is tried at run time`),
		slicing: capability(true, "inferred", `+C5GNSSAI and the slice of +CGDCONT are known of the vendor's NR modules; ${INHERITED}`),
		psm: capability("unknown", "inferred", UNPUBLISHED),
		edrx: capability("unknown", "inferred", `${UNPUBLISHED}: +CEDRXS=? is asked`),
		mico: capability("unknown", "inferred", UNPUBLISHED),
		rrcInactive: capability("unknown", "inferred", UNPUBLISHED),
		rrmRelaxation: capability("unknown", "inferred", UNPUBLISHED),
		uai: capability("unknown", "inferred", UNPUBLISHED),
		releaseAssistance: capability("none", "specification", "NR has no release assistance indication"),
		dns: capability(true, "inferred", `+QIDNSGIP ${INHERITED}`),
		dnsFamily: capability(false, "inferred", "+QIDNSGIP has no family"),
		dtls: capability("unknown", "inferred", "no DTLS command is known"),
		sms: capability("text,pdu", "inferred", `${KIN}: +CPMS; TS 27.005`),
		voice: capability("unknown", "inferred", UNPUBLISHED),
		gnss: capability("unknown", "inferred", UNPUBLISHED),
		cmux: capability("unknown", "inferred", "no capture of +CMUX"),
		ping: capability(true, "inferred", `+QPING ${INHERITED}`),
	},
});

export default quectelRg255c;
