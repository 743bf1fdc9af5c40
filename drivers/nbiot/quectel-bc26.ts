import { EdrxAct } from "../../sdk/3gpp/edrx.js";
import { command } from "../../sdk/at/command.js";
import { optional, text, word } from "../../sdk/at/fields.js";
import { capability, defineDriver, pause, pulse, readCompareWrite, type Settings } from "../../sdk/modem/driver.js";
import { quectelNbEx } from "../dialect/quectel-nb.js";
import {
	bandsNb,
	initializeNb,
	powerOffByCommand,
	QCCID,
	restartByCommand,
	servingCell,
	sleepByClock,
	sleepReports,
} from "../dialect/quectel-nb-device.js";

/** Quectel BC26 and BC66 (MediaTek MT2625): BC660K's commands but for the context's id, which is 1, the send command and the definition. */
const OPEN_DRIVER = "Zephyr drivers/modem bc66x (BC66 and BC660K)";
const RT_THREAD = "RT-Thread at_device bc26";
const NOTES = "public command notes of BC26";
const BOOT_ROM = "capture of BC66-NA, boot ROM";
const SIBLING = "BC660K-GL, whose commands these are";
const BY_ANALOGY = "no document at hand shows it: tried at run time, and the other family is used when it fails";

/** The definition of the default context, kept by the module and used from its next start on. The read form is an assumption. */
const MCGDEFCONT = command("*MCGDEFCONT", {
	spec: OPEN_DRIVER,
	set: {
		params: {
			pdpType: word("IP", "IPV6", "IPV4V6"),
			apn: optional(text(100)),
			user: optional(text(64)),
			password: optional(text(64)),
		},
		redact: [2, 3],
	},
	read: { response: { pdpType: optional(text()), apn: optional(text()), user: optional(text()) } },
});

function isSameDefinition(
	result: { pdpType?: string | undefined; apn?: string | undefined; user?: string | undefined },
	wanted: Settings,
): boolean {
	if (result.pdpType !== wanted.pdpType) return false;
	if (wanted.apn !== undefined && result.apn !== wanted.apn) return false;
	return wanted.user === undefined || result.user === wanted.user;
}

function definition({ pdpType, apn, user, password }: Settings) {
	return { pdpType, apn, user, password };
}

export const quectelBc26 = defineDriver({
	id: "quectel-bc26",
	tier: "nbiot",
	vendor: "Quectel",
	models: ["BC26", "BC66", "BC66-NA"],
	documents: [OPEN_DRIVER, RT_THREAD, NOTES, BOOT_ROM],
	// A pushed datagram of 512 bytes is 1,024 digits and at most 25 characters around them; of a stream at most 1,024 bytes come at a time,
	// as in the firmware of BC260Y (an assumption here).
	uart: { baud: 115_200, flowControl: "none", lineBytes: 1100, streamLineBytes: 2100 },
	// The boot ROM talks on this UART before the banner. 10 s is an assumption, as for BC660K.
	boot: { banners: ["RDY"], withinMs: 10_000, settleMs: 300 },
	// Both are pulled up inside; the boards of the open drivers invert them.
	pins: { power: { asserted: 0 }, wake: { asserted: 0 } },
	defaultCid: 1,
	registration: { domain: "EPS", mode: 5 },
	edrxActType: EdrxAct.nbS1,
	iccid: QCCID.execute,
	signal: servingCell,
	sockets: quectelNbEx,
	urcs: [sleepReports, { prefix: "+IP", spec: SIBLING, handle: (modem, line) => modem.addressed(1, line.text(0) ?? "") }],
	procedures: {
		powerOn: [pulse("power", 500, `${RT_THREAD}: 500 ms`), pause(600, `until it takes commands (${OPEN_DRIVER})`)],
		restart: restartByCommand,
		powerOff: powerOffByCommand,
		initialize: initializeNb,
		define: [readCompareWrite(MCGDEFCONT.read, MCGDEFCONT.set, { same: isSameDefinition, params: definition, restart: true })],
		bands: bandsNb,
	},
	sleep: { ...sleepByClock, wakePins: [pulse("wake", 100, `${RT_THREAD}: 100 ms`), pause(200, `${RT_THREAD}: 200 ms of rest`)] },
	capabilities: {
		rats: capability("NB-IoT", "manual", OPEN_DRIVER),
		udpSockets: capability(5, "inferred", `${SIBLING}: ids 0 to 4`),
		tcpSockets: capability(5, "inferred", `${SIBLING}: ids 0 to 4; ${NOTES}: an open one keeps the module out of deep sleep`),
		sendBytes: capability(512, "inferred", `${OPEN_DRIVER} sends no more in hexadecimal`),
		receiveBytes: capability(512, "inferred", `${OPEN_DRIVER} takes no more`),
		ipv6: capability(true, "inferred", BY_ANALOGY),
		psm: capability(true, "manual", `${NOTES}: +CPSMS and the timers it grants`),
		edrx: capability(true, "manual", `${NOTES}: cycles up to 89 s leave the UART awake`),
		releaseAssistance: capability("none", "manual", `${NOTES}: +QNBIOTRAI works only while connected; +QISENDEX has no such parameter`),
		dns: capability(true, "manual", `${RT_THREAD}: +QIDNSGIP, answered by +QIURC: "dnsgip"`),
		dnsFamily: capability(false, "inferred", `${SIBLING}: +QIDNSGIP has no family`),
		tls: capability("unknown", "inferred", "no TLS command in the documents at hand"),
		dtls: capability("unknown", "inferred", "no DTLS command in the documents at hand"),
		ping: capability(true, "inferred", `${SIBLING}: +QPING`),
	},
});

export default quectelBc26;
