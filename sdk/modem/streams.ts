import type { Millis } from "../at/line.js";
import type { ModemCore } from "./core.js";
import { ModemError } from "./errors.js";
import { noSockets, socketLimit } from "./socket-places.js";
import type { StreamEndpoint } from "./stream-endpoint.js";
import { Timer } from "./timers.js";

/** The connections over TCP of the application, with TLS or without; made with the first of them. */
export class Streams {
	#core: ModemCore;
	#streams: StreamEndpoint[] = [];
	constructor(core: ModemCore) {
		this.#core = core;
	}
	/** Whether there may be one more. @throws ModemError "queueFull", "notSupported" */
	check(kind: "tcp" | "tls"): void {
		const limit = socketLimit(this.#core.driver, kind);
		let used = 0;
		for (const other of this.#streams) if (!other.closed && other.options.kind === kind) used++;
		if (limit === 0 || this.#core.driver.sockets === undefined)
			throw new ModemError("notSupported", noSockets(this.#core.driver, kind.toUpperCase()));
		if (used >= limit)
			throw new ModemError("queueFull", `all ${limit} sockets of the module for ${kind.toUpperCase()} are in use: close one first`);
	}
	add(stream: StreamEndpoint): void {
		this.#streams.push(stream);
	}
	remove(stream: StreamEndpoint): void {
		const at = this.#streams.indexOf(stream);
		if (at >= 0) this.#streams.splice(at, 1);
	}
	/** One that is to be connected. */
	get toOpen(): StreamEndpoint | undefined {
		for (let i = 0; i < this.#streams.length; i++) if (this.#streams[i]!.state === "waiting") return this.#streams[i];
		return undefined;
	}
	/** The one that has something to send and whose socket was used the longest ago. */
	get toSend(): StreamEndpoint | undefined {
		let next: StreamEndpoint | undefined;
		for (let i = 0; i < this.#streams.length; i++) {
			const stream = this.#streams[i]!;
			if (stream.slot?.state !== "open" || !stream.isSendDue(this.#core.now)) continue;
			if (next === undefined || stream.slot.lastUse < next.slot!.lastUse) next = stream;
		}
		return next;
	}
	/** All of them are over, also those that were not opened yet. */
	endAll(error: ModemError): void {
		for (let i = this.#streams.length - 1; i >= 0; i--) this.#streams[i]!.end(error);
	}
	/** The `stream` timer. */
	due(): void {
		const { now } = this.#core;
		for (let i = this.#streams.length - 1; i >= 0; i--) if (this.#streams[i]!.dueMs(now) <= now) this.#streams[i]!.due(now);
	}
	/** Called at the end of each turn. */
	announce(): void {
		const { now } = this.#core;
		// One that closes another moves those behind it: closing brings another turn, and they are told then.
		for (let i = 0; i < this.#streams.length; i++) this.#streams[i]!.announce(now);
		let next: Millis = Number.POSITIVE_INFINITY;
		for (let i = 0; i < this.#streams.length; i++) next = Math.min(next, this.#streams[i]!.dueMs(now));
		this.#core.timers.set(Timer.stream, next);
	}
}
