/**
 * Names of the causes with which a network refuses: mobility management (EMM, TS 24.301 annex A; 5GMM, TS 24.501 annex A) and session
 * management (ESM, TS 24.301 annex B; 5GSM, TS 24.501 annex B).
 */
export type CauseDomain = "EMM" | "ESM" | "5GMM" | "5GSM";

/** What all four protocols share (TS 24.301 A.5 and B.3). */
const PROTOCOL: Readonly<Record<number, string>> = Object.freeze({
	95: "semantically incorrect message",
	96: "invalid mandatory information",
	97: "message type non-existent or not implemented",
	98: "message type not compatible with the protocol state",
	99: "information element non-existent or not implemented",
	100: "conditional information element error",
	101: "message not compatible with the protocol state",
	111: "protocol error, unspecified",
});

const EMM: Readonly<Record<number, string>> = Object.freeze({
	2: "IMSI unknown in HSS",
	3: "illegal UE",
	5: "IMEI not accepted",
	6: "illegal ME",
	7: "EPS services not allowed",
	8: "EPS services and non-EPS services not allowed",
	9: "UE identity cannot be derived by the network",
	10: "implicitly detached",
	11: "PLMN not allowed",
	12: "tracking area not allowed",
	13: "roaming not allowed in this tracking area",
	14: "EPS services not allowed in this PLMN",
	15: "no suitable cells in tracking area",
	16: "MSC temporarily not reachable",
	17: "network failure",
	18: "CS domain not available",
	19: "ESM failure",
	20: "MAC failure",
	21: "synch failure",
	22: "congestion",
	23: "UE security capabilities mismatch",
	24: "security mode rejected, unspecified",
	25: "not authorised for this CSG",
	26: "non-EPS authentication unacceptable",
	31: "redirection to 5GCN required",
	35: "requested service option not authorised in this PLMN",
	36: "IAB node operation not authorised",
	39: "CS service temporarily not available",
	40: "no EPS bearer context activated",
	42: "severe network failure",
	78: "PLMN not allowed to operate at the present UE location",
});

const ESM: Readonly<Record<number, string>> = Object.freeze({
	8: "operator determined barring",
	26: "insufficient resources",
	27: "missing or unknown APN",
	28: "unknown PDN type",
	29: "user authentication or authorisation failed",
	30: "request rejected by the gateway",
	31: "request rejected, unspecified",
	32: "service option not supported",
	33: "requested service option not subscribed",
	34: "service option temporarily out of order",
	35: "PTI already in use",
	36: "regular deactivation",
	37: "EPS QoS not accepted",
	38: "network failure",
	39: "reactivation requested",
	41: "semantic error in the TFT operation",
	42: "syntactical error in the TFT operation",
	43: "invalid EPS bearer identity",
	44: "semantic errors in packet filters",
	45: "syntactical errors in packet filters",
	47: "PTI mismatch",
	49: "last PDN disconnection not allowed",
	50: "PDN type IPv4 only allowed",
	51: "PDN type IPv6 only allowed",
	52: "single address bearers only allowed",
	53: "ESM information not received",
	54: "PDN connection does not exist",
	55: "multiple PDN connections for a given APN not allowed",
	56: "collision with network initiated request",
	57: "PDN type IPv4v6 only allowed",
	58: "PDN type non-IP only allowed",
	59: "unsupported QCI value",
	60: "bearer handling not supported",
	61: "PDN type Ethernet only allowed",
	65: "maximum number of EPS bearers reached",
	66: "requested APN not supported in current RAT and PLMN combination",
	81: "invalid PTI value",
	112: "APN restriction value incompatible with active EPS bearer context",
	113: "multiple accesses to a PDN connection not allowed",
});

const FIVE_GMM: Readonly<Record<number, string>> = Object.freeze({
	3: "illegal UE",
	5: "PEI not accepted",
	6: "illegal ME",
	7: "5GS services not allowed",
	9: "UE identity cannot be derived by the network",
	10: "implicitly de-registered",
	11: "PLMN not allowed",
	12: "tracking area not allowed",
	13: "roaming not allowed in this tracking area",
	15: "no suitable cells in tracking area",
	20: "MAC failure",
	21: "synch failure",
	22: "congestion",
	23: "UE security capabilities mismatch",
	24: "security mode rejected, unspecified",
	26: "non-5G authentication unacceptable",
	27: "N1 mode not allowed",
	28: "restricted service area",
	31: "redirection to EPC required",
	36: "IAB node operation not authorised",
	43: "LADN not available",
	62: "no network slices available",
	65: "maximum number of PDU sessions reached",
	67: "insufficient resources for specific slice and DNN",
	69: "insufficient resources for specific slice",
	71: "ngKSI already in use",
	72: "non-3GPP access to 5GCN not allowed",
	73: "serving network not authorised",
	74: "temporarily not authorised for this SNPN",
	75: "permanently not authorised for this SNPN",
	76: "not authorised for this CAG or authorised for CAG cells only",
	77: "wireline access area not allowed",
	78: "PLMN not allowed to operate at the present UE location",
	79: "UAS services not allowed",
	90: "payload was not forwarded",
	91: "DNN not supported or not subscribed in the slice",
	92: "insufficient user-plane resources for the PDU session",
});

/** There is no #52 here: a 5GS session has one family, or both. */
const FIVE_GSM: Readonly<Record<number, string>> = Object.freeze({
	8: "operator determined barring",
	26: "insufficient resources",
	27: "missing or unknown DNN",
	28: "unknown PDU session type",
	29: "user authentication or authorisation failed",
	31: "request rejected, unspecified",
	32: "service option not supported",
	33: "requested service option not subscribed",
	35: "PTI already in use",
	36: "regular deactivation",
	37: "5GS QoS not accepted",
	38: "network failure",
	39: "reactivation requested",
	41: "semantic error in the TFT operation",
	42: "syntactical error in the TFT operation",
	43: "invalid PDU session identity",
	44: "semantic errors in packet filters",
	45: "syntactical errors in packet filters",
	46: "out of LADN service area",
	47: "PTI mismatch",
	50: "PDU session type IPv4 only allowed",
	51: "PDU session type IPv6 only allowed",
	54: "PDU session does not exist",
	57: "PDU session type IPv4v6 only allowed",
	58: "PDU session type unstructured only allowed",
	59: "unsupported 5QI value",
	61: "PDU session type Ethernet only allowed",
	67: "insufficient resources for specific slice and DNN",
	68: "not supported SSC mode",
	69: "insufficient resources for specific slice",
	70: "missing or unknown DNN in a slice",
	81: "invalid PTI value",
	82: "maximum data rate per UE for user-plane integrity protection is too low",
	83: "semantic error in the QoS operation",
	84: "syntactical error in the QoS operation",
	85: "invalid mapped EPS bearer identity",
});

function tableOf(domain: CauseDomain): Readonly<Record<number, string>> {
	if (domain === "EMM") return EMM;
	if (domain === "ESM") return ESM;
	return domain === "5GMM" ? FIVE_GMM : FIVE_GSM;
}

/** Name of a cause; `undefined` for a number that the specification does not have. */
export function causeName(domain: CauseDomain, cause: number): string | undefined {
	return tableOf(domain)[cause] ?? PROTOCOL[cause];
}

/** Causes of mobility management after which asking again, in this place with this SIM, only costs charge (TS 24.301 5.5.1.2.5). */
const FINAL_CAUSES: readonly number[] = Object.freeze([3, 6, 7, 8, 11, 14, 35]);

/**
 * Whether a mobility management cause is final for this SIM or this operator until something changes from outside. All others are retried
 * by the module itself by its back-off timers.
 */
export function isFinalRejection(cause: number): boolean {
	return FINAL_CAUSES.includes(cause);
}
