import type { AtError } from "../at/errors.js";
import { isInterrupted, isSilence, type ModemError } from "./errors.js";
import { type Datagram, free, type Slot } from "./socket-slot.js";
import type { Sockets } from "./sockets.js";
import type { StreamEndpoint } from "./stream-endpoint.js";
import type { TaskResults } from "./task-results.js";

/** A refusal that comes this soon may be about the socket's number; the network's own takes a round trip or a timeout (an assumption). */
const AT_ONCE_MS = 2_000;

/** How an open ended. `at` is the error of its command, where that was what failed. */
export function opened(sockets: Sockets, slot: Slot, error: ModemError | undefined, at: AtError | undefined, tookMs: number): void {
	const user = slot.endpoint;
	if (error === undefined) {
		const isWanted = user !== undefined && !user.closed && !(user.isStream && user.state === "ended");
		slot.state = isWanted ? "open" : "closing";
		sockets.used(slot);
		if (user?.isStream) user.opened();
		else if (sockets.head !== undefined) sockets.head.refusedOpens = 0;
		return;
	}
	if (at !== undefined && isInterrupted(at)) {
		free(slot);
		return;
	}
	// The number may still be in use in the module, from before its sleep or ours.
	slot.state = "closing";
	if (user?.isStream) connectRefused(slot, user, error, at, tookMs);
	else if (sockets.head !== undefined && !(at !== undefined && isSilence(at))) datagramRefused(sockets, sockets.head, error);
}
function connectRefused(slot: Slot, stream: StreamEndpoint, error: ModemError, at: AtError | undefined, tookMs: number): void {
	const mayBeNumber = slot.lastUse === 0 && !stream.wasRefused && tookMs <= AT_ONCE_MS && !(at !== undefined && isSilence(at));
	stream.slot = undefined;
	slot.endpoint = undefined;
	stream.wasRefused = true;
	if (mayBeNumber && !stream.closed) stream.state = "waiting";
	else stream.end(error);
}
function datagramRefused(sockets: Sockets, datagram: Datagram, error: ModemError): void {
	if (datagram.refusedOpens++ === 0) return;
	if (datagram.address.includes(":")) sockets.core.addresses.refuseIpv6(`the module refused an IPv6 socket (${error.message})`);
	sockets.drop(error);
}

export function datagramSent(sockets: Sockets, slot: Slot, error: ModemError | undefined, at: AtError | undefined): void {
	if (error === undefined) {
		if (slot.state === "stale") slot.state = "open";
		sockets.drop(undefined);
		sockets.used(slot);
		return;
	}
	// The module restarted: sent or not, the datagram goes out again when there is a connection; receivers know duplicates.
	if (at !== undefined && isInterrupted(at)) return;
	if (slot.state !== "free") slot.state = "closing";
	const datagram = sockets.head;
	const mayResend = at !== undefined && !isSilence(at) && sockets.core.driver.sockets?.errorMeansNotSent === true;
	if (datagram === undefined) return;
	if (mayResend && !datagram.isSecondTry) datagram.isSecondTry = true;
	else sockets.drop(error);
}

/** Bytes that may have gone out and may not cannot be sent again: the stream is over. What came before is still read. */
export function streamSent(
	sockets: Sockets,
	slot: Slot,
	stream: StreamEndpoint,
	results: Readonly<TaskResults>,
	error: ModemError | undefined,
): void {
	if (error === undefined) {
		sockets.used(slot);
		stream.taken(results.taken);
		return;
	}
	stream.end(error);
	sockets.streamEnded(slot);
}

export function datagramFetched(sockets: Sockets, slot: Slot, into: Uint8Array, results: Readonly<TaskResults>): void {
	const { received, remaining, fromAddress, fromPort } = results;
	if (received === 0) return;
	if (!sockets.handOn(slot, into.subarray(0, received), fromAddress, fromPort)) sockets.dropped++;
	if (remaining !== 0) slot.readable = true;
	sockets.used(slot);
	sockets.core.touch();
}

/** A read that failed may have taken bytes from the module that never came here. */
export function streamFetched(
	sockets: Sockets,
	slot: Slot,
	stream: StreamEndpoint,
	results: Readonly<TaskResults>,
	error: ModemError | undefined,
): void {
	const { received, remaining } = results;
	stream.fetched(error === undefined ? received : 0);
	if (error !== undefined) {
		stream.end(error);
		if (slot.state !== "free") slot.state = "closing";
		return;
	}
	if (received > 0) {
		sockets.used(slot);
		sockets.core.touch();
		if (remaining !== 0) slot.readable = true;
	}
	// The peer had closed it, and that was the last of what the module kept.
	if (stream.state === "ended" && !slot.readable && slot.state !== "free") slot.state = "closing";
}
