export type CoapErrorCode =
	| "timeout"
	| "reset"
	| "badOption"
	| "malformed"
	| "tooLarge"
	| "blockMismatch"
	| "queueFull"
	| "usage"
	| "socket"
	| "callback"
	| "closed";

/** What to do about each; no text of a request or response is ever in a message. */
const advice: Readonly<Record<CoapErrorCode, string>> = Object.freeze({
	timeout: "no answer in the time the timers allow; keep the data and try again at the next report",
	reset: "the server rejected the message; check that it speaks CoAP on this port",
	badOption: "the response has a critical option that this client does not know; it must not be used",
	malformed: "the response breaks the format of RFC 7252 or RFC 7959",
	tooLarge: "the response is larger than responseCapacity, or the request does not fit a datagram; raise the capacity or send less",
	blockMismatch: "the representation changed during the transfer, or blocks came out of order; ask again",
	queueFull: "wait for a request to end, or raise queueCapacity",
	usage: "the request's options are wrong",
	socket: "the socket refused a datagram; it is sent again by its timer",
	callback: "a callback threw; the client goes on",
	closed: "the client was closed",
});

/** `code` says what happened, the message what to do. */
export class CoapError extends Error {
	readonly code: CoapErrorCode;
	constructor(code: CoapErrorCode, detail?: string) {
		super(`coap: ${code}: ${detail === undefined ? advice[code] : detail}`);
		this.code = code;
	}
	override get name(): string {
		return "CoapError";
	}
}
