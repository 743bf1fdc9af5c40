/** Names of the numbers after `+CME ERROR:` (TS 27.007 9.2) and `+CMS ERROR:` (TS 27.005 3.2.5), and how to read a verbose error. */

const CME: Readonly<Record<number, string>> = Object.freeze({
	0: "phone failure",
	1: "no connection to phone",
	2: "phone adaptor link reserved",
	3: "operation not allowed",
	4: "operation not supported",
	5: "PH-SIM PIN required",
	6: "PH-FSIM PIN required",
	7: "PH-FSIM PUK required",
	10: "SIM not inserted",
	11: "SIM PIN required",
	12: "SIM PUK required",
	13: "SIM failure",
	14: "SIM busy",
	15: "SIM wrong",
	16: "incorrect password",
	17: "SIM PIN2 required",
	18: "SIM PUK2 required",
	20: "memory full",
	21: "invalid index",
	22: "not found",
	23: "memory failure",
	24: "text string too long",
	25: "invalid characters in text string",
	26: "dial string too long",
	27: "invalid characters in dial string",
	30: "no network service",
	31: "network timeout",
	32: "network not allowed, emergency calls only",
	40: "network personalisation PIN required",
	41: "network personalisation PUK required",
	42: "network subset personalisation PIN required",
	43: "network subset personalisation PUK required",
	44: "service provider personalisation PIN required",
	45: "service provider personalisation PUK required",
	46: "corporate personalisation PIN required",
	47: "corporate personalisation PUK required",
	48: "hidden key required",
	49: "EAP method not supported",
	50: "incorrect parameters",
	51: "command implemented but currently disabled",
	52: "command aborted by user",
	53: "not attached to network due to MT functionality restrictions",
	54: "modem not allowed, MT restricted to emergency calls only",
	55: "operation not allowed because of MT functionality restrictions",
	56: "fixed dial number only allowed",
	57: "temporarily out of service due to other MT usage",
	58: "language or alphabet not supported",
	59: "unexpected data value",
	60: "system failure",
	61: "data missing",
	62: "call barred",
	63: "message waiting indication subscription failure",
	100: "unknown",
	103: "illegal MS",
	106: "illegal ME",
	107: "GPRS services not allowed",
	108: "GPRS and non-GPRS services not allowed",
	111: "PLMN not allowed",
	112: "location area not allowed",
	113: "roaming not allowed in this location area",
	114: "GPRS services not allowed in this PLMN",
	115: "no suitable cells in location area",
	122: "congestion",
	125: "not authorised for this CSG",
	126: "insufficient resources",
	127: "missing or unknown APN",
	128: "unknown PDP address or PDP type",
	129: "user authentication failed",
	130: "request rejected by the gateway",
	131: "request rejected, unspecified",
	132: "service option not supported",
	133: "requested service option not subscribed",
	134: "service option temporarily out of order",
	140: "feature not supported",
	141: "semantic error in the TFT operation",
	142: "syntactical error in the TFT operation",
	143: "unknown PDP context",
	144: "semantic errors in packet filters",
	145: "syntactical errors in packet filters",
	146: "PDP context without TFT already activated",
	148: "unspecified GPRS error",
	149: "PDP authentication failure",
	150: "invalid mobile class",
	171: "last PDN disconnection not allowed",
	172: "semantically incorrect message",
	173: "mandatory information element error",
	174: "information element non-existent or not implemented",
	175: "conditional information element error",
	176: "protocol error, unspecified",
	177: "operator determined barring",
	178: "maximum number of PDP contexts reached",
	179: "requested APN not supported in current RAT and PLMN combination",
	180: "request rejected, bearer control mode violation",
	181: "unsupported QCI value",
	182: "user data transmission via control plane is congested",
});

const CMS: Readonly<Record<number, string>> = Object.freeze({
	1: "unassigned number",
	8: "operator determined barring",
	10: "call barred",
	21: "short message transfer rejected",
	27: "destination out of service",
	28: "unidentified subscriber",
	29: "facility rejected",
	30: "unknown subscriber",
	38: "network out of order",
	41: "temporary failure",
	42: "congestion",
	47: "resources unavailable",
	50: "requested facility not subscribed",
	69: "requested facility not implemented",
	81: "invalid short message transfer reference",
	95: "invalid message",
	96: "invalid mandatory information",
	97: "message type non-existent or not implemented",
	98: "message not compatible with the protocol state",
	99: "information element non-existent or not implemented",
	111: "protocol error, unspecified",
	127: "interworking, unspecified",
	128: "telematic interworking not supported",
	129: "short message type 0 not supported",
	130: "cannot replace short message",
	143: "unspecified TP-PID error",
	144: "data coding scheme not supported",
	145: "message class not supported",
	159: "unspecified TP-DCS error",
	160: "command cannot be actioned",
	161: "command unsupported",
	175: "unspecified TP-Command error",
	176: "TPDU not supported",
	192: "service centre busy",
	193: "no service centre subscription",
	194: "service centre system failure",
	195: "invalid short message entity address",
	196: "destination barred",
	197: "message rejected, duplicate",
	198: "validity period format not supported",
	199: "validity period not supported",
	208: "SIM message storage full",
	209: "no message storage capability in SIM",
	210: "error in MS",
	211: "memory capacity exceeded",
	212: "SIM application toolkit busy",
	213: "SIM data download error",
	255: "unspecified error",
	300: "ME failure",
	301: "message service of ME reserved",
	302: "operation not allowed",
	303: "operation not supported",
	304: "invalid PDU mode parameter",
	305: "invalid text mode parameter",
	310: "SIM not inserted",
	311: "SIM PIN required",
	312: "PH-SIM PIN required",
	313: "SIM failure",
	314: "SIM busy",
	315: "SIM wrong",
	316: "SIM PUK required",
	317: "SIM PIN2 required",
	318: "SIM PUK2 required",
	320: "memory failure",
	321: "invalid memory index",
	322: "memory full",
	330: "service centre address unknown",
	331: "no network service",
	332: "network timeout",
	340: "no acknowledgement expected",
	500: "unknown error",
});

/** Name of a `+CME ERROR` number; `undefined` for one that 27.007 does not have (vendors go on above 500). */
export function cmeErrorName(number: number): string | undefined {
	return CME[number];
}

/** Name of a `+CMS ERROR` number; `undefined` for one that 27.005 does not have. */
export function cmsErrorName(number: number): string | undefined {
	return CMS[number];
}

/**
 * The 3GPP cause at the end of a verbose error, `requested service option not subscribed (#33)` → 33: SIMCom and others print it so.
 * `undefined` when there is none.
 */
export function causeInVerboseText(text: string): number | undefined {
	const open = text.lastIndexOf("(#");
	if (open < 0) return undefined;
	let cause = 0;
	let at = open + 2;
	for (; at < text.length; at++) {
		const digit = text.charCodeAt(at) - 48;
		if (digit < 0 || digit > 9) break;
		cause = cause * 10 + digit;
	}
	return at > open + 2 && text.charAt(at) === ")" ? cause : undefined;
}

/**
 * The CME number whose name a verbose error gives, without regard to case; `undefined` for a text that no table has, such as a vendor's
 * own. "unknown" and "unknown error" are 100.
 */
export function cmeNumberOfText(text: string): number | undefined {
	const wanted = text.trim().toLowerCase();
	if (wanted === "unknown error") return 100;
	for (const number in CME) {
		if (CME[number]!.toLowerCase() === wanted) return Number(number);
	}
	return undefined;
}
