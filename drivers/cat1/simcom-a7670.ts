import { command } from "../../sdk/at/command.js";
import { capability, defineDriver, pause, pulse, readCompareWrite, send } from "../../sdk/modem/driver.js";
import { holdData } from "../dialect/cip.js";
import { NETOPEN, simcomCip } from "../dialect/simcom-cip.js";
import { servingCell } from "../dialect/simcom-cpsi.js";

/** SIMCom A7670 and A7672 (ASR1603) and the older SIM7600: LTE Cat.1, the latter Cat.4. The default PDP context has the id 1. */
const CAPTURE = "captures of A7670E";
const OLDER = "captures of SIM7600 and SIM7600E-H";
const OPEN_DRIVER = "TinyGSM, class of A7672x; RT-Thread at_device sim76xx";
const BOARDS = "LilyGO's boards with A7670 and SIM7670G";
const SCANNER = "public tools that read +CPSI of SIMCom modules";
const GENERAL = "general knowledge of SIMCom's commands, no document at hand";
const BY_ANALOGY = "no document at hand shows it: tried at run time, and the other family is used when it fails";

/** Off, after `OK`. */
const CPOF = command("+CPOF", { spec: OPEN_DRIVER, execute: {} });
const CRESET = command("+CRESET", { spec: OPEN_DRIVER, execute: {} });
const CICCID = command("+CICCID", { spec: OPEN_DRIVER, execute: { lines: true, prefix: null } });

/** How far the start is, the network's name and clock: nothing that is not known by other means. */
function ignore(): void {}

export const simcomA7670 = defineDriver({
	id: "simcom-a7670",
	tier: "cat1",
	vendor: "SIMCom",
	models: [
		"A7670E",
		"A7670E-FASE",
		"A7670E-LASE",
		"A7670SA",
		"A7670SA-FASE",
		"A7670SA-LASE",
		"A7670G",
		"A7670C",
		"A7670C-FASL",
		"A7672E",
		"A7672E-FASE",
		"A7672S",
		"A7672S-FASE",
		"A7672SA",
		"A7672SA-LASE",
		"A7672G",
		"SIM7600E",
		"SIM7600E-H",
		"SIM7600CE",
		"SIM7600G-H",
	],
	documents: [CAPTURE, OLDER, OPEN_DRIVER, BOARDS, SCANNER, GENERAL],
	// 1,500 bytes that are fetched at a time stand in the buffer with the line before them.
	uart: { baud: 115_200, flowControl: "none", lineBytes: 1600 },
	// SIM7600 says RDY. How long a boot takes is an assumption; boards drop commands that come before the banner.
	boot: { banners: ["*ATREADY", "RDY"], withinMs: 20_000, settleMs: 1000 },
	// Both keys are pulled up inside, as far as the boards tell.
	pins: { power: { asserted: 0 }, reset: { asserted: 0 } },
	defaultCid: 1,
	registration: { domain: "EPS", mode: 2 },
	edrxActType: 4,
	iccid: CICCID.execute,
	signal: servingCell,
	sockets: simcomCip,
	sms: { mode: "pdu" },
	// That it has no +CIREG is not known.
	voice: { ims: false },
	urcs: [
		{ prefix: "SMS DONE", spec: OLDER, handle: ignore },
		{ prefix: "PB DONE", spec: OLDER, handle: ignore },
		{ prefix: "*PSNWID", spec: OPEN_DRIVER, handle: ignore },
		{ prefix: "*PSUTTZ", spec: OPEN_DRIVER, handle: ignore },
		{ prefix: "DST", spec: OPEN_DRIVER, handle: ignore },
	],
	procedures: {
		powerOn: [pulse("power", 100, `PWRKEY low for 100 ms switches on (${BOARDS})`), pause(3000, `until it takes commands (${BOARDS})`)],
		reset: [pulse("reset", 2600, `RESET for 2.6 s (${BOARDS})`), pause(3000, "as after switching on (an assumption)")],
		restart: [send(CRESET.execute)],
		// TinyGSM and the boards hold the key for 3 s to switch off.
		powerOff: {
			commands: [send(CPOF.execute)],
			pins: [pulse("power", 3000, `PWRKEY low for 3 s switches off (${BOARDS})`)],
			shutdownMs: 5000,
		},
		activate: [
			holdData,
			readCompareWrite(NETOPEN.read, NETOPEN.execute, { same: (result: { state: number }) => result.state === 1, params: {} }),
		],
	},
	capabilities: {
		rats: capability("LTE,GSM", "transcript", `${CAPTURE}: +CPSI and AcT of both`),
		udpSockets: capability(10, "manual", `${OPEN_DRIVER}: ten links`),
		tcpSockets: capability(10, "manual", `${OPEN_DRIVER}: ten links`),
		tlsSockets: capability(2, "inferred", `${GENERAL}: +CCHOPEN, sessions 0 and 1; the open driver uses one`),
		tlsChecksName: capability("unknown", "inferred", "no document at hand says that the certificate's name is compared"),
		dtls: capability("unknown", "inferred", "no command for it at hand"),
		sendBytes: capability(1500, "manual", `${OPEN_DRIVER}: +CIPSEND`),
		receiveBytes: capability(1500, "inferred", `${OPEN_DRIVER}: +CIPRXGET=2 reads at least 1,460`),
		ipv6: capability(true, "inferred", BY_ANALOGY),
		psm: capability("unknown", "inferred", "no capture of +CPSMS"),
		edrx: capability("unknown", "inferred", "no capture of +CEDRXS"),
		releaseAssistance: capability("none", "manual", `${OPEN_DRIVER}: +CIPSEND has no parameter for it`),
		dns: capability(true, "manual", `${OPEN_DRIVER}: +CDNSGIP`),
		dnsFamily: capability(false, "manual", `${OPEN_DRIVER}: +CDNSGIP has a host only`),
		sms: capability("text,pdu", "inferred", `${OPEN_DRIVER} has text mode; PDU mode is TS 27.005`),
		voice: capability("unknown", "inferred", `${OPEN_DRIVER} dials; not every model has voice`),
		cmux: capability("unknown", "inferred", "no capture of +CMUX"),
		gnss: capability("unknown", "inferred", "fitted on some models only; no capture of its commands on A7670"),
		ping: capability(true, "transcript", `${CAPTURE}: +CPING, the kind of address is mandatory`),
	},
});

export default simcomA7670;
