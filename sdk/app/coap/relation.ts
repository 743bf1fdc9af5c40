import type { Millis } from "../platform.js";
import type { CoapObserveRequest, Ticket } from "./types.js";

export const tokenBytes = 4;
/** RFC 7641 3.4: a notification this much later is newer whatever its number says. */
const orderWindowMs = 128_000;
/** RFC 7641 3.3.1: register again a random 5 to 15 s after the state's age has run out. */
const graceMs = 5000;
const graceSpreadMs = 10_000;

/** An observation (RFC 7641) as the client knows it. */
export class Relation {
	ticket: Ticket = 0;
	request: CoapObserveRequest<any> | undefined;
	readonly token = new Uint8Array(tokenBytes);
	/** It is this relation's turn to send a GET with Observe. */
	register = false;
	/** A notification came in blocks: fetch the representation. */
	fetch = false;
	/** The server has accepted it. */
	established = false;
	registerAt: Millis | undefined;
	#number = 0;
	#receivedAt: Millis | undefined;

	begin(ticket: Ticket, request: CoapObserveRequest<any>): void {
		this.ticket = ticket;
		this.request = request;
		this.register = true;
		this.fetch = this.established = false;
		this.registerAt = this.#receivedAt = undefined;
	}
	end(): void {
		this.request = undefined;
		this.register = this.fetch = this.established = false;
		this.registerAt = undefined;
	}
	/** Takes a new state's number and age; false when a newer one has come before. */
	isNewer(number: number, maxAgeSeconds: number, random: number, now: Millis): boolean {
		const last = this.#receivedAt;
		const distance = (number - this.#number) & 0xffffff;
		if (last !== undefined && !(distance > 0 && distance < 0x800000) && now <= last + orderWindowMs) return false;
		this.#number = number;
		this.#receivedAt = now;
		this.registerAt = now + maxAgeSeconds * 1000 + graceMs + random * graceSpreadMs;
		return true;
	}
	/** A registration starts the numbers anew. */
	renew(): void {
		this.register = true;
		this.registerAt = undefined;
		this.#receivedAt = undefined;
	}
}
