import { command } from "../../sdk/at/command.js";
import { capability, defineDriver, pulse, type Settings, send } from "../../sdk/modem/driver.js";
import { holdData } from "../dialect/cip.js";
import { CIFSR, CIICR, CIPMUX, CIPQSEND, CIPSHUT, CSTT, openluatCip } from "../dialect/openluat-cip.js";

/** OpenLuat Air780E, EP and EPV with AT firmware (EC618, EC718), LTE Cat.1 bis. The default PDP context has the id 1. */
const SNIPPETS = "snippets of Air780E V1171 and Air780EPV V1011";
const DIGEST = "digest of the Air780EP AT manual V1.6.7";
const NOTES = "OpenLuat's own notes on TLS with Air780";
const LOW_POWER = "docs.openluat.com, low power of Air780E";
const BOARD = "public notes of a board with Air780E";
const GUIDE = "hardware guide of a Cat.1 module, maker not named";
const BY_ANALOGY = "no document at hand shows it: tried at run time, and the other family is used when it fails";

const ICCID = command("+ICCID", { spec: DIGEST, execute: { lines: true } });
const RESET = command("+RESET", { spec: DIGEST, execute: {} });

function namedApn({
	apn,
	user,
	password,
}: Settings): { apn: string; user?: string | undefined; password?: string | undefined } | undefined {
	return apn === undefined ? undefined : { apn, user, password };
}
function noApn({ apn }: Settings): Record<string, never> | undefined {
	return apn === undefined ? {} : undefined;
}

export const openluatAir780e = defineDriver({
	id: "openluat-air780e",
	tier: "cat1",
	vendor: "OpenLuat",
	models: ["Air780E", "Air780EP", "Air780EPV", "Air780EPS", "Air780EL", "Air780EX"],
	documents: [SNIPPETS, DIGEST, NOTES, LOW_POWER, BOARD, GUIDE],
	// 1,460 bytes that are fetched at a time stand in the buffer with the line before them.
	uart: { baud: 115_200, flowControl: "none", lineBytes: 1560 },
	// Not in the manual, but seen in practice. How long a boot takes is an assumption.
	boot: { banners: ["RDY"], withinMs: 15_000, settleMs: 500 },
	pins: { power: { asserted: 0 }, reset: { asserted: 0 } },
	defaultCid: 1,
	registration: { domain: "EPS", mode: 3 },
	edrxActType: 4,
	iccid: ICCID.execute,
	sockets: openluatCip,
	sms: { mode: "pdu" },
	procedures: {
		powerOn: [pulse("power", 1200, `PWRKEY low for more than 1 s switches on (${BOARD})`)],
		reset: [pulse("reset", 300, `RESET low for 100 to 450 ms (${GUIDE})`)],
		restart: [send(RESET.execute)],
		// Several connections and quick sending are chosen before the network is brought up, and that must be down before.
		activate: [
			send(CIPSHUT.execute, undefined, { onError: "ignore" }),
			send(CIPMUX.set, { several: 1 }),
			send(CIPQSEND.set, { quick: 1 }),
			holdData,
			send(CSTT.set, namedApn),
			send(CSTT.execute, noApn),
			send(CIICR.execute),
			send(CIFSR.execute),
		],
	},
	capabilities: {
		rats: capability("LTE", "manual", `${DIGEST}: AcT 7`),
		udpSockets: capability(6, "manual", `${DIGEST}: connections 0 to 5 of either kind`),
		tcpSockets: capability(6, "manual", `${DIGEST}: connections 0 to 5 of either kind`),
		tlsSockets: capability(6, "inferred", `${DIGEST}: settings 0 to 5 for TCP; +CIPSSL is not in all firmware`),
		dtls: capability(false, "manual", `${DIGEST}: +CIPSSL is for TCP`),
		sendBytes: capability(1460, "manual", `${DIGEST}: +CIPSEND`),
		receiveBytes: capability(1460, "manual", `${DIGEST}: +CIPRXGET=2`),
		ipv6: capability(true, "inferred", BY_ANALOGY),
		psm: capability("unknown", "manual", `${LOW_POWER}: +POWERMODE, which is not 3GPP's PSM`),
		edrx: capability("unknown", "inferred", "nothing at hand about +CEDRXS"),
		releaseAssistance: capability("none", "manual", `${DIGEST}: +CIPSEND has no parameter for it`),
		dns: capability(true, "manual", `${DIGEST}: +CDNSGIP`),
		dnsFamily: capability(false, "manual", `${DIGEST}: +CDNSGIP has a host only`),
		sms: capability("pdu", "inferred", `${SNIPPETS}: +CPMS with room for ten; PDU mode is TS 27.005`),
		voice: capability("unknown", "inferred", "nothing at hand about calls"),
		cmux: capability("unknown", "inferred", "nothing at hand about +CMUX"),
		gnss: capability("", "manual", `${DIGEST}: none in this family`),
		ping: capability(true, "manual", `${DIGEST}: +CIPPING`),
	},
});

export default openluatAir780e;
