/** What a cause means to somebody who has to do something about it. */
export interface CauseText {
	readonly why: string;
	readonly ask: string;
}

/** EMM causes (TS 24.301 annex A). */
export const EMM: Readonly<Record<number, CauseText>> = {
	3: { why: "the network takes the SIM for illegal", ask: "whether the SIM is active, and blocked or not" },
	6: { why: "the network refuses this module's IMEI", ask: "whether the IMEI is on a list of the subscription" },
	7: { why: "the subscription has no packet service", ask: "for a subscription with EPS services" },
	8: { why: "the subscription has neither packet nor circuit-switched service", ask: "whether the SIM is active" },
	10: { why: "the network has forgotten the registration", ask: "how long it keeps a silent device; report more often than that" },
	11: { why: "this network is not allowed", ask: "which networks the subscription may roam in" },
	12: { why: "this tracking area is not allowed", ask: "whether the subscription is tied to places" },
	13: { why: "roaming is not allowed in this tracking area", ask: "for roaming with this network" },
	14: { why: "no packet services here", ask: "whether roaming of data is in the subscription" },
	15: { why: "no suitable cell in this tracking area", ask: "whether NB-IoT or LTE-M is in the subscription, by name" },
	18: { why: "the subscription has no voice", ask: "nothing, where only data is wanted: register for EPS alone" },
	19: { why: "the default bearer was refused", ask: "for the right APN, and see the cause of the context" },
	22: { why: "congestion; a back-off timer may have come with it", ask: "nothing yet: wait for the timer, and spread reports over time" },
	35: { why: "the service option is not authorised in this network", ask: "whether the subscription holds this access technology" },
};

/** ESM causes (TS 24.301 annex B). */
export const ESM: Readonly<Record<number, CauseText>> = {
	8: { why: "barred by the operator", ask: "what the subscription bars" },
	26: { why: "no resources", ask: "nothing yet: try later" },
	27: { why: "unknown or missing APN", ask: "for the APN's exact name, and pass it with --apn" },
	28: { why: "this address family is unknown to the APN", ask: "for IPv6 on the APN" },
	29: { why: "user name or password of the APN refused", ask: "for the APN's credentials" },
	33: { why: "the subscription does not hold this APN", ask: "to add the APN to the subscription" },
	50: { why: "the APN gives IPv4 only", ask: "for IPv6 on the APN" },
	51: { why: "the APN gives IPv6 only", ask: "nothing, where the server has IPv6" },
	52: { why: "one address family to a context", ask: "nothing: a second context for the other family" },
};
