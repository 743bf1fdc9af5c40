/** RFC 7252 4.8 and 4.8.2, as a server needs them; the client's ACK_TIMEOUT decides how long an id must be known. */
export interface ServerTimers {
	readonly ackTimeoutMs: number;
	readonly maxRetransmit: number;
	/** How long a message of the client is known again. */
	readonly exchangeLifetimeMs: number;
}

const ACK_RANDOM_FACTOR = 1.5;
const MAX_RETRANSMIT = 4;
const MAX_LATENCY_MS = 100_000;

export function serverTimers(ackTimeoutMs: number): ServerTimers {
	const span = ackTimeoutMs * (2 ** MAX_RETRANSMIT - 1) * ACK_RANDOM_FACTOR;
	return { ackTimeoutMs, maxRetransmit: MAX_RETRANSMIT, exchangeLifetimeMs: span + 2 * MAX_LATENCY_MS + ackTimeoutMs };
}
