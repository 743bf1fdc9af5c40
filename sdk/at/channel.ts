import type { Command } from "./command.js";
import { Completions } from "./completions.js";
import { type Exchange, Phase } from "./exchange.js";
import type { Millis } from "./line.js";
import type { AtChannelOptions, Done, OnLine } from "./options.js";
import { compileUrcs, type UrcTable } from "./prefixes.js";
import { CommandQueue, type Entry } from "./queue.js";
import type { Resync } from "./resync.js";
import { Runner } from "./runner.js";
import { Tracer } from "./trace.js";
import type { Transmitter } from "./transmitter.js";
import type { Urc } from "./urc.js";

export type { AtChannelOptions, Done, OnLine } from "./options.js";
export { compileUrcs, type UrcTable } from "./prefixes.js";
export type { FinalResult, Urc } from "./urc.js";

const DEFAULT_LINE_CAPACITY = 512;
const DEFAULT_QUEUE_CAPACITY = 8;
/** CR LF O K CR LF */
const OK_LENGTH = 6;
/** Read with every command; a property of a table costs more. */
const NONE = Phase.none;
const LINE = Phase.line;
const FINAL = Phase.final;

/**
 * Talks AT to a module, one command at a time. Sans-IO: bytes and time go in; bytes and a deadline come out.
 *
 * After every call, take `transmit` until it returns undefined, then call `expire` at `deadline`. Early and repeated calls do no harm.
 * `now` may start again from a lower value (a microcontroller after deep sleep): what was awaited then waits as long as before.
 * A submitted command gets exactly one `done`, never inside `submit`, unless the queue has no room even to note the refusal: then at once.
 * Callbacks may call `submit`, `abort`, `reset` and `rebooted`; what those lead to is told after the callback. See resync.ts for timeouts.
 */
export class AtChannel<C> {
	readonly #runner: Runner<C>;
	readonly #completions: Completions;
	readonly #exchange: Exchange;
	readonly #queue: CommandQueue;
	readonly #transmitter: Transmitter;
	readonly #tracer: Tracer | undefined;
	#readyMs: Millis = 0;
	readonly #gapMs: Millis;
	#lastTicket = 0;
	readonly #resync: Resync;

	constructor(options: AtChannelOptions<C>) {
		const { context, urcs, finals = [], onUnknown, onTrace, onException, lineCapacity = DEFAULT_LINE_CAPACITY } = options;
		this.#gapMs = options.commandGapMs ?? 0;
		this.#queue = new CommandQueue(options.queueCapacity ?? DEFAULT_QUEUE_CAPACITY);
		this.#completions = new Completions(this.#queue, context, onException);
		this.#runner = new Runner(
			{ context, urcs: isTable(urcs) ? urcs : compileUrcs(urcs), finals, onUnknown },
			lineCapacity,
			options.transmitCapacity ?? lineCapacity,
			this.#completions,
		);
		this.#exchange = this.#runner.exchange;
		this.#resync = this.#runner.resync;
		this.#transmitter = this.#runner.transmitter;
		this.#tracer = onTrace && new Tracer(onTrace, this.#transmitter.line);
	}

	/** No command runs or waits. */
	get idle(): boolean {
		return (
			this.#exchange.phase === NONE &&
			this.#queue.waiting === 0 &&
			!this.#completions.hasWork &&
			(this.#resync.isSynchronised || !this.#resync.isProbing)
		);
	}

	/** Longest line from the module, bytes. */
	get lineCapacity(): number {
		return this.#runner.framer.line.capacity;
	}

	/** Makes room for lines of this length; it is never given back, and a shorter one changes nothing. Not from a callback of this channel. */
	reserveLine(capacity: number): void {
		const { line } = this.#runner.framer;
		if (capacity > line.capacity) line.grow(capacity);
	}

	/** Lines that no table knows. */
	get unknownLines(): number {
		return this.#runner.router.unknownLines;
	}

	/** Commands written so far, probes included. */
	get commands(): number {
		return this.#runner.commands;
	}

	/** Final results that nothing waited for: a doubled `OK` (F10), a late answer. */
	get strayResults(): number {
		return this.#runner.strayResults;
	}

	/** Attempts to find the line again after a timeout. */
	get resynchronisations(): number {
		return this.#resync.attempts;
	}

	/** Exceptions that callbacks threw. */
	get exceptions(): number {
		return this.#completions.exceptions;
	}

	/** Call `expire` then; undefined when nothing is awaited. It may lie in the past. */
	get deadline(): Millis | undefined {
		const runner = this.#runner;
		const exchange = this.#exchange;
		if (this.#completions.hasWork) return runner.now;
		const held = this.#resync.isSynchronised ? undefined : this.#resync.deadline;
		let due: Millis | undefined;
		if (exchange.phase !== NONE) due = exchange.dueMs;
		else if (held !== undefined && this.#resync.isProbing) due = held;
		else if (this.#queue.waiting > 0) {
			due = this.#readyMs > runner.now ? this.#readyMs : runner.now;
			if (held !== undefined && held > due) due = held;
		}
		const dataDue = runner.framer.deadline;
		return dataDue !== undefined && (due === undefined || dataDue < due) ? dataDue : due;
	}

	/** Takes what the port has read; keeps none of it. */
	receive(bytes: Uint8Array, now: Millis): void {
		const runner = this.#runner;
		const completions = this.#completions;
		if (now < runner.now) this.goBack(now);
		runner.now = now;
		this.#readyMs = now + this.#gapMs;
		if (this.#tracer !== undefined) this.#tracer.received(bytes, now);
		completions.isBusy = true;
		if (bytes.length === OK_LENGTH && runner.isOk(bytes)) runner.onWholeOk();
		else runner.framer.receive(bytes, now);
		completions.isBusy = false;
		if (completions.hasWork) this.settle();
	}

	/** What to write next, at most `limit` bytes; a view, valid until the next call. Undefined: nothing now, see `deadline`. */
	transmit(limit: number, now: Millis): Uint8Array | undefined {
		const runner = this.#runner;
		const transmitter = this.#transmitter;
		if (now < runner.now) this.goBack(now);
		runner.now = now;
		if (this.#completions.hasWork) this.settle();
		const exchange = this.#exchange;
		if (exchange.phase === NONE && this.#queue.waiting > 0) this.startNext();
		if (transmitter.isDone) return undefined;
		const start = transmitter.sent;
		const chunk = transmitter.next(limit);
		if (chunk === undefined) return undefined;
		if (start === 0) {
			runner.commands++;
			if (exchange.phase === LINE && exchange.startedMs !== now) runner.restartTimeout();
		}
		if (this.#tracer !== undefined) this.#tracer.sent(chunk, transmitter.sent > start ? start : -1, runner.isPayloadSecret, now);
		if (transmitter.isDone) {
			if (exchange.phase === LINE && exchange.isPlain) exchange.phase = FINAL;
			else runner.onWritten();
		}
		return chunk;
	}

	/** Ends what has waited too long; harmless when called early. */
	expire(now: Millis): void {
		const runner = this.#runner;
		const exchange = this.#exchange;
		if (now < runner.now) this.goBack(now);
		runner.now = now;
		if (exchange.phase !== NONE || runner.framer.deadline !== undefined || !this.#resync.isSynchronised) this.expireWaits(now);
		if (this.#completions.hasWork) this.settle();
		if (this.#queue.waiting > 0 && exchange.phase === NONE) this.startNext();
	}

	/**
	 * Queues a command; `done` is called once with `target` as its `this`, `onLine` for the information lines its declaration names.
	 * `params` and `payload` must not change until then. Returns a ticket for `abort`, 0 when it was refused at once.
	 */
	submit<P, R, T>(command: Command<P, R>, params: P, target: T, done: Done<T, R>, payload?: Uint8Array, onLine?: OnLine<T>): number {
		const queue = this.#queue;
		const isFull = queue.waiting >= queue.capacity;
		const entry = queue.add();
		if (entry === undefined) {
			this.#completions.call(done, target, { code: "queueFull", command: command.head, afterMs: 0 }, undefined);
			return 0;
		}
		entry.ticket = ++this.#lastTicket;
		entry.command = command;
		entry.params = params as Entry["params"];
		entry.target = target;
		entry.done = done;
		entry.onLine = onLine;
		entry.payload = payload;
		entry.refusal = undefined;
		if (isFull) {
			entry.refusal = "queueFull";
			queue.refused++;
			this.#completions.hasWork = true;
		} else queue.waiting++;
		return entry.ticket;
	}

	/**
	 * Gives a command up: `done` gets "aborted", at once or after the callback that called this. One that the module is working on keeps
	 * the line until its result or timeout; an abortable one is sent a character that ends it (V.250 5.6.1).
	 */
	abort(ticket: number): void {
		const exchange = this.#exchange;
		if (exchange.phase >= Phase.line && exchange.entry.ticket === ticket) this.#runner.abort();
		else {
			const entry = this.#queue.find(ticket);
			if (entry !== undefined && entry.refusal === undefined) this.#completions.refuse(entry, "aborted");
		}
		this.settle();
	}

	/** Fails everything, once each. "closed" also forgets the line: the port is gone. */
	reset(code: "closed" | "aborted"): void {
		for (let entry = this.#queue.first(); entry !== undefined; entry = this.#queue.first()) this.#completions.refuse(entry, code);
		if (code === "aborted") {
			if (this.#exchange.phase >= Phase.line) this.#runner.abort();
		} else {
			this.#runner.forget(code);
			this.#runner.framer.reset();
		}
		this.settle();
	}

	/** The module has restarted: the command in flight fails with "unexpected", the waiting ones stay. */
	rebooted(): void {
		this.#runner.forget("unexpected");
		this.settle();
	}

	/** The clock started again: what is awaited moves with it. */
	private goBack(now: Millis): void {
		const byMs = now - this.#runner.now;
		this.#readyMs += byMs;
		this.#runner.shift(byMs);
	}

	/** Writes the next command's line into the buffer, or a probe when a timeout has left it open whose the next result is. */
	private startNext(): void {
		const exchange = this.#exchange;
		const queue = this.#queue;
		const resync = this.#resync;
		const runner = this.#runner;
		while (queue.waiting > 0 && exchange.phase === NONE && runner.now >= this.#readyMs) {
			if (!resync.isSynchronised) {
				if (resync.isHolding(runner.now)) return;
				if (resync.isLost && !queue.first()!.command!.rule.probe) {
					resync.beginAttempt(runner.now);
					runner.startProbe();
					return;
				}
			}
			exchange.entry = queue.take(exchange.entry);
			if (!runner.start()) this.settle();
		}
	}

	private expireWaits(now: Millis): void {
		const completions = this.#completions;
		completions.isBusy = true;
		this.#runner.framer.expire(now);
		if (this.#exchange.phase >= LINE && now >= this.#exchange.dueMs) this.#runner.onTimeout();
		if (this.#resync.isProbing) this.expireProbe();
		completions.isBusy = false;
	}

	private expireProbe(): void {
		if (this.#resync.expire(this.#runner.now)) this.#runner.startProbe();
		const entry = this.#resync.isLost ? this.#queue.first() : undefined;
		if (entry !== undefined) this.#completions.refuse(entry, "timeout");
	}

	/** Tells what could not be told inside a callback; what that leads to comes the next time. */
	private settle(): void {
		const completions = this.#completions;
		if (completions.isBusy) return;
		completions.isBusy = true;
		completions.hasWork = false;
		this.#runner.settle();
		completions.tellRefused(this.#lastTicket);
		completions.isBusy = false;
	}
}

function isTable<C>(urcs: readonly Urc<C>[] | UrcTable<C>): urcs is UrcTable<C> {
	return "rows" in urcs;
}
