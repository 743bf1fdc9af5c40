export interface Finding {
	readonly topic: "registration" | "PSM" | "eDRX" | "IPv6" | "RAI";
	readonly verdict: "granted" | "changed" | "denied" | "not used" | "unknown";
	/** What the network did. */
	readonly said: string;
	/** Why, as far as the data carry it. */
	readonly why?: string;
	/** What it costs in this run. */
	readonly costs?: string;
	/** What to ask the operator for, or to change. */
	readonly ask?: string;
}
