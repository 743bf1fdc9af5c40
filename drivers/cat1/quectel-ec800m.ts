import { EdrxAct } from "../../sdk/3gpp/edrx.js";
import { capability, defineDriver, pause, pulse } from "../../sdk/modem/driver.js";
import { quectelGnss } from "../dialect/quectel-gnss.js";
import { quectelLte } from "../dialect/quectel-lte.js";
import {
	activateLte,
	bandsLte,
	defineLte,
	initializeLte,
	lteReports,
	powerOffByCommand,
	QCCID,
	sleepByDtr,
} from "../dialect/quectel-lte-device.js";

/** Quectel EC800M and its kin: LTE Cat 1 bis. The models differ in bands and in what is fitted, not in the commands used here. */
const CAPTURE = "capture of EC800M-CN, firmware EC800MCNGAR06A06M08";
const BOOT = "capture of EG25-G's start";
const ADDRESSES = "test vectors of ModemManager, EG915Q";
const OPEN_DRIVERS = "RT-Thread at_device ec200x, ec20; esp-ml307 (EC801E)";
const KIN = "open drivers of BG9x, EC200U and EG916U";
const GUIDE = "hardware guide of a Cat 1 module, maker not named";
const SESSION = "public session of EG800K";
const COMMANDS = "public list of EG800K's commands";
const UNSEEN = "general knowledge; no capture";

export const quectelEc800m = defineDriver({
	id: "quectel-ec800m",
	tier: "cat1",
	vendor: "Quectel",
	models: ["EC800M", "EC800M-CN", "EC801E", "EC801E-CN", "EC200U", "EC200S", "EG915U", "EG915Q", "EG800K"],
	documents: [CAPTURE, BOOT, ADDRESSES, OPEN_DRIVERS, KIN, GUIDE, SESSION, COMMANDS],
	// A line and the 1,460 bytes that are read behind it.
	uart: { baud: 115_200, flowControl: "none", lineBytes: 1536 },
	// The UART takes commands 6 s after PWRKEY, 10 s at most are seen; 15 s and the rest after the banner are assumptions.
	boot: { banners: ["RDY"], withinMs: 15_000, settleMs: 300 },
	// All are asserted by a low level; DTR is what wakes it.
	pins: { power: { asserted: 0 }, reset: { asserted: 0 }, wake: { asserted: 0 } },
	defaultCid: 1,
	// Modes above 2 are not seen on these modules: the higher ones of TS 27.007 10.1.22 are tried, for the cause and the timers of PSM.
	registration: { domain: "EPS", mode: 5, fallbacks: [4, 3, 2] },
	edrxActType: EdrxAct.wbS1,
	iccid: QCCID.execute,
	sockets: quectelLte,
	sms: { mode: "pdu" },
	// That it has no +CIREG is not known; the switch of VoLTE is left as it is.
	voice: { ims: false },
	gnss: quectelGnss,
	// Which connection serves what is an assumption; nobody is known to have multiplexed one of these.
	cmux: { frameBytes: 127, at: 1, data: 2, nmea: 3 },
	urcs: lteReports,
	procedures: {
		powerOn: [pulse("power", 500, `PWRKEY low for 500 ms (${OPEN_DRIVERS})`)],
		reset: [pulse("reset", 300, `RESET low for 100 to 450 ms (${GUIDE})`)],
		powerOff: {
			commands: powerOffByCommand,
			pins: [pulse("power", 800, "PWRKEY held longer than to start: an assumption"), pause(5000, "until it is off: an assumption")],
			// Supply may be cut 12 s after the command.
			shutdownMs: 12_000,
		},
		initialize: initializeLte,
		define: defineLte,
		bands: bandsLte,
		activate: activateLte,
	},
	sleep: { ...sleepByDtr, wakePins: [pulse("wake", 50, `DTR low keeps it awake (${COMMANDS}); the time is an assumption`)] },
	capabilities: {
		rats: capability("LTE", "transcript", `${CAPTURE}: attached to LTE`),
		udpSockets: capability(5, "inferred", `${OPEN_DRIVERS}: +QIOPEN of "UDP"; how many are open at a time is not known`),
		tcpSockets: capability(5, "inferred", `${CAPTURE}: +QIOPEN of "TCP"; how many are open at a time is not known`),
		sendBytes: capability(1460, "manual", `${OPEN_DRIVERS}: no more at a prompt`),
		receiveBytes: capability(1460, "inferred", "as sent; +QIRD takes up to 1,500"),
		ipv6: capability(true, "inferred", `${ADDRESSES}: +CGCONTRDP has IPv6; an IPv6 peer of +QIOPEN is tried at run time`),
		psm: capability("unknown", "inferred", `+CPSMS: ${UNSEEN}`),
		edrx: capability("unknown", "inferred", `+CEDRXS: ${UNSEEN}`),
		releaseAssistance: capability("none", "inferred", "no command for it is known"),
		dns: capability(true, "manual", `${OPEN_DRIVERS}: +QIDNSGIP, answered by +QIURC: "dnsgip"`),
		dnsFamily: capability(false, "inferred", "+QIDNSGIP has no family"),
		tls: capability(true, "inferred", "esp-ml307: +QSSLOPEN, +QSSLCFG"),
		tlsSockets: capability(2, "inferred", `esp-ml307: +QSSLOPEN; files, reading and checks as in ${KIN}; two at a time is an assumption`),
		tlsChecksName: capability("unknown", "inferred", `"checkhost" is known of ${KIN} and not of EG800K: it is tried`),
		dtls: capability("unknown", "inferred", "no DTLS command is known"),
		sms: capability("text,pdu", "inferred", "capture of the vendor's text mode; PDU mode is TS 27.005"),
		voice: capability("unknown", "inferred", `ATD, +CLCC and VoLTE: ${UNSEEN}, and not every model has voice`),
		gnss: capability(
			"gps,beidou,glonass,galileo",
			"inferred",
			`${SESSION}: +QGPS, +QGPSLOC; "gnssconfig" of kin; fitted on some models only`,
		),
		cmux: capability(true, "inferred", `TS 27.010: ${UNSEEN}`),
		ping: capability(true, "inferred", "+QPING as on the vendor's NB-IoT modules"),
	},
});

export default quectelEc800m;
