import type { ThreeGppEvents } from "../3gpp/events.js";
import type { AtChannel, Urc } from "../at/channel.js";
import type { AtError } from "../at/errors.js";
import type { AtLine, Millis } from "../at/line.js";
import type { Family } from "./driver.js";

export type Release = "none" | "after-uplink" | "after-response";

/**
 * One piece of work for the dialect. The core owns a single one and runs one at a time, so results that carry no socket id
 * (`SEND OK`, `CLOSE OK`) cannot be mixed up. Give it as the target of `at.submit`; the method says how it ends:
 *
 *     send: (at, task) => void at.submit(QISEND.set, { id: task.socket, length: task.data.byteLength, data: task.data }, task, task.finish)
 */
export interface SocketTask {
	/** Chosen by the core (0 … sockets − 1, plus `firstSocket`); a dialect whose module chooses writes it in `open`. */
	socket: number;
	readonly kind: "udp" | "tcp";
	/** Text form of the peer's address, or the host to resolve. IPv6 in RFC 5952 form without brackets. */
	readonly address: string;
	readonly port: number;
	/** 0: any. */
	readonly localPort: number;
	/** What to send; valid until the task ends. */
	readonly data: Uint8Array;
	readonly release: Release;
	/** For pull: where to put what `receive` reads, and then `received` says how much there was. */
	readonly into: Uint8Array;
	received: number;
	readonly cid: number;
	/** Family that is wanted from `resolve`, where the module takes one. */
	readonly family: Family;
	/** The task is over. A `Done` of `at.submit`: the result is not looked at, a command that refused by its result calls `fail`. */
	finish(error: AtError | undefined, result?: unknown): void;
	/** The module refused with a number of its own (`+QIOPEN: 0,566`); `name` from the dialect's table of causes. */
	fail(causeNumber: number, name?: string): void;
	/**
	 * The command was accepted and the outcome comes by URC: `ModemContext.sockets` (`opened`, `closed`, `resolved`…).
	 * The core waits for it, `withinMs` of `SocketDialect` at most. A `Done` as well.
	 */
	accepted(error: AtError | undefined, result?: unknown): void;
}

/** A vendor's embedded UDP/TCP stack as commands. Every function ends, at once or later, with one call of the task's ends. */
export interface SocketDialect {
	readonly firstSocket: number;
	/** What may be refused when `AtError` comes for `send`: true where an `ERROR` means that nothing went out, so that it may be sent again. */
	readonly errorMeansNotSent: boolean;
	/** Bounds for outcomes that come by URC (see `SocketTask.accepted`). */
	readonly openWithinMs: Millis;
	readonly resolveWithinMs: Millis;
	open(at: AtChannel<ModemContext>, task: SocketTask): void;
	/** `task.data` is at most `capabilities.sendBytes`. */
	send(at: AtChannel<ModemContext>, task: SocketTask): void;
	close(at: AtChannel<ModemContext>, task: SocketTask): void;
	/** Absent where the module has no DNS of its own. */
	resolve?(at: AtChannel<ModemContext>, task: SocketTask): void;
	/** Only for modules that hold data until asked (pull): reads one datagram into `task.into`, sets `task.received`. */
	receive?(at: AtChannel<ModemContext>, task: SocketTask): void;
	/** Name for the module's own cause numbers, shown in errors: 569 → "timeout". */
	readonly causes?: Readonly<Record<number, string>>;
	readonly urcs: readonly Urc<ModemContext>[];
}

/** What a dialect's URC rows report. */
export interface SocketEvents {
	/** Outcome of `open` by URC; cause 0 is success. */
	opened(socket: number, cause: number): void;
	/** A pushed datagram whose payload is hex text in field `index` of the line; `byteCount` as the module says. Copied at once. */
	receivedHex(socket: number, line: AtLine, index: number, byteCount: number): void;
	/** A pushed datagram read by count. Copied at once. */
	receivedBytes(socket: number, bytes: Uint8Array): void;
	/** Data waits in the module (pull). */
	readable(socket: number): void;
	/** The module or the network closed it; it is opened again at the next write. */
	closed(socket: number): void;
	/** All sockets are gone (context deactivated). */
	allClosed(): void;
	/** How many addresses follow, or a cause when none will. */
	resolving(count: number, cause: number): void;
	/** One address of the host that is being resolved, in any text form. */
	resolved(address: string): void;
}

/** What URC rows of 3GPP, dialect and driver are given. They report; they never act. */
export interface ModemContext extends ThreeGppEvents {
	readonly sockets: SocketEvents;
	/** The module says that it enters ("psm", "deep", "light") or leaves ("awake") sleep, or is about to be off. */
	sleeping(state: "psm" | "deep" | "light" | "awake" | "off"): void;
	/** An address was assigned, in any text form (`+IP: …`). */
	addressed(cid: number, address: string): void;
	/** The module (re)started; rows for the banners of `Boot` are made by the core. */
	booted(): void;
}
