import { command } from "../../sdk/at/command.js";
import { optional, text, uint } from "../../sdk/at/fields.js";
import type { AtLine } from "../../sdk/at/line.js";
import { capability, defineDriver, type ModemContext, pulse, readCompareWrite, type Settings, send } from "../../sdk/modem/driver.js";
import { cmccMip, LARGEST_READ, MIPCALL } from "../dialect/cmcc-mip.js";

/** China Mobile ML307R, LTE Cat.1 bis; ML307A, C and N have the same commands. The default PDP context has the id 1. */
const CAPTURE = "capture of firmware ML307R-DL-MBRH0S01";
const DIGEST = "digest of the ML307R AT manuals";
const TCPIP = "China Mobile IoT TCP/IP AT manual";
const TLS = "China Mobile IoT SSL AT manual";
const OPEN_DRIVER = "esp-ml307";
const GUIDE = "hardware guide of a Cat.1 module, maker not named";
const BY_ANALOGY = "the capture shows an IPv6 address; no socket to one";

const ICCID = command("+ICCID", { spec: CAPTURE, execute: { lines: true } });
/** `OK`, `REBOOTING`, and some time later `+MATREADY`. */
const MREBOOT = command("+MREBOOT", { spec: DIGEST, set: { params: { mode: uint(0, 0) } } });
/** `OK`, then `POWER OFF`. */
const MPOF = command("+MPOF", { spec: DIGEST, set: { params: { mode: uint(0, 0) } } });
/** `"sleepmode"`: 0 none, 1 light, 2 light and deep; the last parameter whether it is kept. `"sleepind"`: reports of both. */
const MLPMCFG = command("+MLPMCFG", {
	spec: `${CAPTURE}, ${DIGEST}`,
	set: { params: { name: text(16), value: uint(), keep: optional(uint(0, 1)) } },
});

function isDialled(line: AtLine, { cid }: Settings): boolean {
	return line.uint(0) === cid && line.uint(1) === 1;
}
function onAsleep(modem: ModemContext): void {
	modem.sleeping("light");
}
function onAwake(modem: ModemContext): void {
	modem.sleeping("awake");
}
function onOff(modem: ModemContext): void {
	modem.sleeping("off");
}
function ignore(): void {}

export const cmccMl307r = defineDriver({
	id: "cmcc-ml307r",
	tier: "cat1",
	vendor: "CMCC",
	models: [
		"ML307R",
		"ML307R-DC",
		"ML307R-DL",
		"ML307A",
		"ML307A-DCLN",
		"ML307A-DSLN",
		"ML307A-DL",
		"ML307C",
		"ML307C-DL-CN",
		"ML307N",
		"ML307N-DL",
	],
	documents: [CAPTURE, DIGEST, TCPIP, TLS, OPEN_DRIVER, GUIDE],
	// What is read at a time is twice as many digits, and at most 30 characters before them.
	uart: { baud: 115_200, flowControl: "none", lineBytes: 2 * LARGEST_READ + 40 },
	// After the banner at least 2 s before AT+CFUN (digest). How long a boot takes is an assumption.
	boot: { banners: ["+MATREADY"], withinMs: 15_000, settleMs: 2000 },
	// As on the vendor's kin: keys that are pulled up inside.
	pins: { power: { asserted: 0 }, reset: { asserted: 0 } },
	defaultCid: 1,
	registration: { domain: "EPS", mode: 2 },
	edrxActType: 4,
	iccid: ICCID.execute,
	sockets: cmccMip,
	sms: { mode: "pdu" },
	urcs: [
		{ prefix: "+MLPMENTER", spec: DIGEST, handle: onAsleep },
		{ prefix: "+MLPMEXIT", spec: DIGEST, handle: onAwake },
		{ prefix: "POWER OFF", spec: DIGEST, handle: onOff },
		{ prefix: "REBOOTING", spec: DIGEST, handle: ignore },
	],
	procedures: {
		powerOn: [pulse("power", 500, `PWRKEY low for 500 ms, as typical of such modules (${GUIDE})`)],
		reset: [pulse("reset", 300, `RESET low for 100 to 450 ms (${GUIDE})`)],
		restart: [send(MREBOOT.set, { mode: 0 })],
		powerOff: { commands: [send(MPOF.set, { mode: 0 })], shutdownMs: 5000 },
		initialize: [
			send(MLPMCFG.set, { name: "sleepmode", value: 0, keep: 0 }, { onError: "ignore" }),
			send(MLPMCFG.set, { name: "sleepind", value: 1 }, { onError: "ignore" }),
		],
		// Often dialled at boot, and then an error (F18).
		activate: [readCompareWrite(MIPCALL.read, MIPCALL.set, { sameLine: isDialled, params: ({ cid }) => ({ action: 1, cid }) })],
	},
	sleep: {
		// Deep sleep is left alone: what it does to sockets is not known.
		allow: [send(MLPMCFG.set, { name: "sleepmode", value: 1, keep: 0 })],
		forbid: [send(MLPMCFG.set, { name: "sleepmode", value: 0, keep: 0 })],
		// An assumption: long enough that an exchange of several commands is not interrupted.
		idleMs: 2000,
		probe: { answerMs: 500, times: 10 },
		reportsPsm: false,
		// Data of a server wake it (digest), so a connection outlives light sleep.
		keepsSockets: true,
	},
	capabilities: {
		rats: capability("LTE", "transcript", `${CAPTURE}: AcT 7`),
		udpSockets: capability(6, "manual", `${TCPIP}: ids 0 to 5 for either kind`),
		tcpSockets: capability(6, "manual", `${TCPIP}: ids 0 to 5 for either kind`),
		tlsSockets: capability(6, "inferred", `${TLS}: contexts 0 to 5; some kin have two connections at a time`),
		tlsChecksName: capability("unknown", "inferred", "no document at hand says that the certificate's name is compared"),
		dtls: capability(false, "manual", `${TCPIP}: TLS is a property of TCP sockets`),
		sendBytes: capability(1460, "manual", `${OPEN_DRIVER}; ${TCPIP}: up to 8,192 behind a prompt, packets of the MTU are advised`),
		receiveBytes: capability(LARGEST_READ, "manual", `${TCPIP}: +MIPRD reads up to 4,096; what a line of this driver holds`),
		ipv6: capability(true, "inferred", BY_ANALOGY),
		psm: capability("unknown", "inferred", "nothing at hand about +CPSMS"),
		edrx: capability("unknown", "inferred", "nothing at hand about +CEDRXS"),
		releaseAssistance: capability("none", "manual", `${TCPIP}: <rai> is not for LTE`),
		dns: capability(true, "manual", `${TCPIP}, ${DIGEST}: +MDNSGIP, in two forms`),
		dnsFamily: capability(false, "manual", `${TCPIP}: the priority is a setting of the module`),
		sms: capability("pdu", "inferred", "+CMGF and +CMGS as in TS 27.005; public forwarders of messages use them"),
		voice: capability("unknown", "inferred", "nothing at hand about calls"),
		cmux: capability("unknown", "inferred", "nothing at hand about +CMUX"),
		gnss: capability("", "manual", `${DIGEST}: no receiver`),
		ping: capability(true, "manual", `${DIGEST}: +MPING`),
	},
});

export default cmccMl307r;
