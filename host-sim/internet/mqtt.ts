/** What a broker accepted from a client, once for each packet PUBLISH that begins a delivery; QoS 2 as soon as it is its own. */
export interface PublishedMessage {
	readonly atMs: number;
	/** "" for what the server itself published. */
	readonly clientId: string;
	readonly topic: string;
	readonly payload: Uint8Array;
	readonly qos: 0 | 1 | 2;
	readonly retain: boolean;
	/** The client said that it may have sent it before. */
	readonly duplicate: boolean;
}

/** Return codes of CONNACK (MQTT 3.1.1, 3.2.2.3) with which a broker may refuse a client. */
export type Refusal = 2 | 3 | 4 | 5;

/** Whether a client may connect: 0, or why not. */
export type Authorise = (client: {
	readonly id: string;
	readonly user: string | undefined;
	readonly password: string | undefined;
}) => 0 | Refusal;

/** 4.7.1: whether a filter is one. `#` stands last and alone in its level, `+` alone in its. */
export function isTopicFilter(filter: string): boolean {
	if (filter === "" || filter.includes("\0")) return false;
	const levels = filter.split("/");
	return levels.every(
		(level, at) => level === "+" || (level === "#" ? at === levels.length - 1 : !level.includes("+") && !level.includes("#")),
	);
}

/** 4.7.1, 4.7.2: whether a message of this topic is for who subscribed to the filter. */
export function matchesFilter(filter: string, topic: string): boolean {
	const wanted = filter.split("/");
	const levels = topic.split("/");
	if (topic.startsWith("$") && (wanted[0] === "#" || wanted[0] === "+")) return false;
	for (const [at, level] of wanted.entries()) {
		if (level === "#") return true;
		if (at >= levels.length || (level !== "+" && level !== levels[at])) return false;
	}
	return wanted.length === levels.length;
}
