import type { Millis } from "../platform.js";

/** RFC 7252 4.8: the parameters that may be set. */
export interface CoapTimers {
	/** ACK_TIMEOUT. */
	readonly ackTimeoutMs: Millis;
	/** ACK_RANDOM_FACTOR, 1 or more. */
	readonly ackRandomFactor: number;
	readonly maxRetransmit: number;
	/** MAX_LATENCY: how long a datagram may be under way. */
	readonly maxLatencyMs: Millis;
	/** How long to wait for a response after the request was acknowledged, or after a non-confirmable request. */
	readonly responseTimeoutMs: Millis;
}

/** RFC 7252 4.8.2: what follows from them. Both ends need the same numbers, so one function makes them. */
export interface DerivedTimers extends CoapTimers {
	/** From the first transmission of a message to its last. */
	readonly maxTransmitSpanMs: Millis;
	/** From the first transmission until the sender gives up. */
	readonly maxTransmitWaitMs: Millis;
	readonly processingDelayMs: Millis;
	readonly maxRttMs: Millis;
	/** How long a message id of a confirmable message must not be used again, and a receiver must know it again. */
	readonly exchangeLifetimeMs: Millis;
	/** The same for a non-confirmable one. */
	readonly nonLifetimeMs: Millis;
}

/**
 * ACK_TIMEOUT is 10 s and not RFC 7252's 2 s, an assumption from the 10 s in which 3GPP TR 45.820 wants an urgent report delivered in deep
 * coverage: RFC 7252 4.8.1 asks for no less than a round trip usually takes, and with 2 s such a device would send every report twice.
 * The others are RFC 7252 4.8's. The time to wait for a separate response, which the RFC leaves open, is MAX_TRANSMIT_WAIT, as long as for the acknowledgement.
 */
export const nbIotTimers: Readonly<Omit<CoapTimers, "responseTimeoutMs">> = Object.freeze({
	ackTimeoutMs: 10_000,
	ackRandomFactor: 1.5,
	maxRetransmit: 4,
	maxLatencyMs: 100_000,
});

/**
 * RFC 7252 4.8.2. PROCESSING_DELAY is ACK_TIMEOUT, as there.
 * @throws RangeError for a timeout that is not positive, a factor below 1, or more than 15 or a fraction of retransmissions.
 */
export function deriveTimers(timers: Partial<CoapTimers> = {}): DerivedTimers {
	const ackTimeoutMs = timers.ackTimeoutMs ?? nbIotTimers.ackTimeoutMs;
	const ackRandomFactor = timers.ackRandomFactor ?? nbIotTimers.ackRandomFactor;
	const maxRetransmit = timers.maxRetransmit ?? nbIotTimers.maxRetransmit;
	const maxLatencyMs = timers.maxLatencyMs ?? nbIotTimers.maxLatencyMs;
	if (!(ackTimeoutMs > 0 && maxLatencyMs > 0)) throw new RangeError("coap: ackTimeoutMs and maxLatencyMs must be more than 0");
	if (!(ackRandomFactor >= 1)) throw new RangeError("coap: ackRandomFactor must be 1 or more");
	if (!(maxRetransmit >= 0 && maxRetransmit <= 15 && Math.floor(maxRetransmit) === maxRetransmit))
		throw new RangeError("coap: maxRetransmit must be a whole number, 0 to 15");
	const maxTransmitSpanMs = ackTimeoutMs * (2 ** maxRetransmit - 1) * ackRandomFactor;
	const maxTransmitWaitMs = ackTimeoutMs * (2 ** (maxRetransmit + 1) - 1) * ackRandomFactor;
	const processingDelayMs = ackTimeoutMs;
	const maxRttMs = 2 * maxLatencyMs + processingDelayMs;
	const responseTimeoutMs = timers.responseTimeoutMs ?? maxTransmitWaitMs;
	if (!(responseTimeoutMs > 0)) throw new RangeError("coap: responseTimeoutMs must be more than 0");
	return {
		ackTimeoutMs,
		ackRandomFactor,
		maxRetransmit,
		maxLatencyMs,
		responseTimeoutMs,
		maxTransmitSpanMs,
		maxTransmitWaitMs,
		processingDelayMs,
		maxRttMs,
		exchangeLifetimeMs: maxTransmitSpanMs + maxRttMs,
		nonLifetimeMs: maxTransmitSpanMs + maxLatencyMs,
	};
}
