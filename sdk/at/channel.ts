import type { Command, FormSpec } from "./command.js";
import { Completions } from "./completions.js";
import { Records } from "./decode.js";
import type { AtError, AtErrorCode } from "./errors.js";
import { Exchange, Phase } from "./exchange.js";
import { codeOf, errorNumber, errorText, Final } from "./finals.js";
import { Framer } from "./framer.js";
import type { AtLine, Millis } from "./line.js";
import { CommandQueue, type Entry } from "./queue.js";
import { Resync } from "./resync.js";
import { Router } from "./router.js";
import { type OnTrace, Tracer } from "./trace.js";
import { Transmitter } from "./transmitter.js";
import type { FinalResult, Urc } from "./urc.js";

export type { FinalResult, Urc } from "./urc.js";

/** `result` is a record that the channel uses again: valid only inside the call, and undefined when there is an error. */
export type Done<T, R> = (this: T, error: AtError | undefined, result: R) => void;
export type OnLine<T> = (this: T, line: AtLine) => void;

export interface AtChannelOptions<C> {
	/** Handed to the handlers of URCs. */
	readonly context: C;
	/** At most 255 rows. */
	readonly urcs: readonly Urc<C>[];
	readonly finals?: readonly FinalResult[];
	/** Longest line with its binary data, bytes; default 512. A longer one is reported as `overflow`, or as an unknown line. */
	readonly lineCapacity?: number;
	/** Longest command line, bytes; default `lineCapacity`. */
	readonly transmitCapacity?: number;
	/** Commands that may wait; default 8. */
	readonly queueCapacity?: number;
	/** Silence between a received line and the next command; default 20 (an assumption; it also absorbs a doubled `OK`, F10). */
	readonly commandGapMs?: Millis;
	readonly onTrace?: OnTrace;
	readonly onUnknown?: (context: C, line: AtLine) => void;
	/** What a callback threw; the channel goes on. Left out, it is only counted. */
	readonly onException?: (context: C, thrown: unknown) => void;
}

const DEFAULT_LINE_CAPACITY = 512;
const DEFAULT_QUEUE_CAPACITY = 8;
const DEFAULT_GAP_MS = 20;
/** TS 27.007 and V.250 give no limit; the manuals read so far give 300 ms to 5 s for a command that has none of its own. */
const DEFAULT_TIMEOUT_MS = 5_000;
const CR = 0x0d;
const ESC = 0x1b;

/**
 * Talks AT to a module, one command at a time. Sans-IO: bytes and time go in; bytes and a deadline come out.
 *
 * After every call, take `transmit` until it returns undefined, then call `expire` at `deadline`. Early and repeated calls do no harm.
 * `now` may start again from a lower value (a microcontroller after deep sleep): what was awaited then waits as long as before.
 * A submitted command gets exactly one `done`, never inside `submit`, unless the queue has no room even to note the refusal: then at once.
 * Callbacks may call `submit`, `abort`, `reset` and `rebooted`; what those lead to is told after the callback. See resync.ts for timeouts.
 */
export class AtChannel<C> {
	readonly #framer: Framer;
	readonly #router: Router<C>;
	readonly #exchange = new Exchange();
	readonly #queue: CommandQueue;
	readonly #transmitter: Transmitter;
	readonly #records = new Records();
	readonly #resync = new Resync();
	readonly #completions: Completions;
	readonly #tracer: Tracer | undefined;
	readonly #gapMs: Millis;
	#now: Millis = 0;
	#readyMs: Millis = 0;
	#lastTicket = 0;
	#commands = 0;
	#strayResults = 0;
	#problem: string | undefined = undefined;
	#isAbortPending = false;
	#endedBy: AtErrorCode = "aborted";
	/** What ends a line or prompt that a timeout left half-way: CR, ESC or nothing. */
	#probeLead: 0 | typeof CR | typeof ESC = 0;

	constructor(options: AtChannelOptions<C>) {
		const { context, urcs, finals = [], onUnknown, onTrace, onException, lineCapacity = DEFAULT_LINE_CAPACITY } = options;
		this.#gapMs = options.commandGapMs ?? DEFAULT_GAP_MS;
		this.#queue = new CommandQueue(options.queueCapacity ?? DEFAULT_QUEUE_CAPACITY);
		this.#completions = new Completions(this.#queue, onException && (thrown => onException(context, thrown)));
		this.#transmitter = new Transmitter(options.transmitCapacity ?? lineCapacity);
		this.#tracer = onTrace && new Tracer(onTrace, this.#transmitter.line);
		this.#router = new Router({ context, urcs, finals, onUnknown }, this.#exchange, this.#records, this.#transmitter.line, {
			onFinal: final => this.#onFinal(final),
			onResult: () => this.#onResult(),
			onPrompt: () => this.#onPrompt(),
			onException: thrown => this.#completions.contain(thrown),
		});
		this.#framer = new Framer(
			lineCapacity,
			this.#router,
			urcs.some(urc => urc.binaryAfter !== undefined),
		);
		this.#router.line = this.#framer.line;
	}

	/** No command runs or waits. */
	get idle(): boolean {
		return this.#exchange.phase === Phase.none && this.#queue.count === 0 && !this.#resync.isProbing;
	}

	/** Lines that no table knows. */
	get unknownLines(): number {
		return this.#router.unknownLines;
	}

	/** Commands written so far, probes included. */
	get commands(): number {
		return this.#commands;
	}

	/** Final results that nothing waited for: a doubled `OK` (F10), a late answer. */
	get strayResults(): number {
		return this.#strayResults;
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
		const exchange = this.#exchange;
		if (this.#completions.hasRefusals || this.#isAbortPending || exchange.phase === Phase.ended) return this.#now;
		if (exchange.phase !== Phase.none) return earlier(this.#framer.deadline, exchange.dueMs);
		const isWaiting = this.#queue.waiting > 0;
		const held = this.#resync.deadline;
		if (held !== undefined && (isWaiting || this.#resync.isProbing)) return earlier(this.#framer.deadline, held);
		return isWaiting ? earlier(this.#framer.deadline, Math.max(this.#readyMs, this.#now)) : this.#framer.deadline;
	}

	/** Takes what the port has read; keeps none of it. */
	receive(bytes: Uint8Array, now: Millis): void {
		this.#advance(now);
		this.#readyMs = now + this.#gapMs;
		this.#tracer?.received(bytes, now);
		this.#completions.isBusy = true;
		this.#framer.receive(bytes, now);
		this.#completions.isBusy = false;
		this.#settle();
	}

	/** What to write next, at most `limit` bytes; a view, valid until the next call. Undefined: nothing now, see `deadline`. */
	transmit(limit: number, now: Millis): Uint8Array | undefined {
		this.#advance(now);
		this.#settle();
		this.#startNext();
		const transmitter = this.#transmitter;
		const isFirst = !transmitter.hasBegun;
		const sentBefore = transmitter.sent;
		const chunk = transmitter.next(limit);
		if (chunk === undefined) return undefined;
		if (isFirst) this.#onFirstByte();
		this.#tracer?.sent(chunk, transmitter.sent > sentBefore ? sentBefore : -1, this.#isPayloadSecret, now);
		this.#onWritten();
		return chunk;
	}

	/** Ends what has waited too long; harmless when called early. */
	expire(now: Millis): void {
		this.#advance(now);
		this.#completions.isBusy = true;
		this.#framer.expire(now);
		const exchange = this.#exchange;
		if (exchange.phase >= Phase.line && now >= exchange.dueMs) this.#onTimeout();
		if (this.#resync.isProbing) this.#expireProbe();
		this.#completions.isBusy = false;
		this.#settle();
		this.#startNext();
	}

	/**
	 * Queues a command; `done` is called once with `target` as its `this`, `onLine` for the information lines its declaration names.
	 * `params` and `payload` must not change until then. Returns a ticket for `abort`, 0 when it was refused at once.
	 */
	submit<P, R, T>(command: Command<P, R>, params: P, target: T, done: Done<T, R>, payload?: Uint8Array, onLine?: OnLine<T>): number {
		const queue = this.#queue;
		const isFull = queue.isFull;
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
		if (isFull) {
			entry.refusal = "queueFull";
			this.#completions.hasRefusals = true;
		} else queue.accept();
		return entry.ticket;
	}

	/**
	 * Gives a command up: `done` gets "aborted", at once or after the callback that called this. One that the module is working on keeps
	 * the line until its result or timeout; an abortable one is sent a character that ends it (V.250 5.6.1).
	 */
	abort(ticket: number): void {
		const exchange = this.#exchange;
		if (exchange.phase >= Phase.line && exchange.entry.ticket === ticket) this.#abortRunning();
		else {
			const entry = this.#queue.find(ticket);
			if (entry !== undefined && entry.refusal === undefined) this.#completions.refuse(entry, "aborted");
		}
		this.#settle();
	}

	/** Fails everything, once each. "closed" also forgets the line: the port is gone. */
	reset(code: "closed" | "aborted"): void {
		for (let entry = this.#queue.first(); entry !== undefined; entry = this.#queue.first()) this.#completions.refuse(entry, code);
		if (code === "aborted") {
			if (this.#exchange.phase >= Phase.line) this.#abortRunning();
		} else {
			this.#endRunning(code);
			this.#framer.reset();
		}
		this.#settle();
	}

	/** The module has restarted: the command in flight fails with "unexpected", the waiting ones stay. */
	rebooted(): void {
		this.#endRunning("unexpected");
		this.#settle();
	}

	#endRunning(code: AtErrorCode): void {
		const exchange = this.#exchange;
		this.#transmitter.stop();
		this.#framer.armPrompt(false);
		this.#framer.expectEcho(undefined);
		this.#resync.clear();
		this.#router.stale = undefined;
		if (exchange.phase < Phase.line) return;
		exchange.phase = Phase.ended;
		this.#endedBy = code;
	}

	#abortRunning(): void {
		const exchange = this.#exchange;
		if (exchange.isDetached) return;
		if (!this.#transmitter.hasBegun) {
			this.#transmitter.stop();
			exchange.phase = Phase.ended;
			this.#endedBy = "aborted";
			return;
		}
		exchange.isDetached = true;
		this.#isAbortPending = true;
		if (exchange.phase === Phase.prompt) this.#leavePrompt();
		else if (exchange.phase === Phase.final && exchange.rule.abortable) this.#transmitter.sendAbort(CR);
	}

	#leavePrompt(): void {
		this.#framer.armPrompt(false);
		this.#transmitter.sendAbort(ESC);
		this.#exchange.phase = Phase.final;
	}

	get #isPayloadSecret(): boolean {
		return this.#exchange.isListening && this.#exchange.rule.redactPayload === true;
	}

	/** A clock that went back moves everything awaited with it. */
	#advance(now: Millis): void {
		const byMs = now - this.#now;
		this.#now = now;
		if (byMs >= 0) return;
		this.#exchange.startedMs += byMs;
		this.#exchange.dueMs += byMs;
		this.#readyMs += byMs;
		this.#resync.shift(byMs);
		this.#framer.shift(byMs);
	}

	/** Writes the next command's line into the buffer, or a probe when a timeout has left it open whose the next result is. */
	#startNext(): void {
		const exchange = this.#exchange;
		while (exchange.phase === Phase.none && this.#queue.waiting > 0 && this.#now >= this.#readyMs && !this.#resync.isHolding(this.#now)) {
			const entry = this.#queue.first()!;
			const rule = entry.command!.rule;
			if (this.#resync.isLost && !rule.probe) {
				this.#resync.beginAttempt(this.#now);
				this.#startProbe();
				return;
			}
			this.#queue.take(entry, exchange.entry);
			exchange.begin(this.#now, rule.timeoutMs ?? DEFAULT_TIMEOUT_MS);
			this.#problem = this.#encode();
			this.#settle();
		}
	}

	#startProbe(): void {
		this.#router.isEchoSeen = false;
		this.#transmitter.startProbe(this.#probeLead);
	}

	#encode(): string | undefined {
		const exchange = this.#exchange;
		const { command, params, payload } = exchange.entry;
		const line = this.#transmitter.line;
		const refusal = line.encode(command!, params) ?? (isPayloadSendable(command!.rule, payload) ? undefined : "malformed");
		this.#router.isEchoSeen = false;
		if (refusal === undefined) {
			this.#transmitter.start();
			return undefined;
		}
		exchange.phase = Phase.ended;
		this.#endedBy = refusal;
		return line.problem === "" ? "payload is missing, not expected or contains its own end" : line.problem;
	}

	#onFirstByte(): void {
		const exchange = this.#exchange;
		this.#commands++;
		if (exchange.phase === Phase.none) return;
		exchange.dueMs += this.#now - exchange.startedMs;
		exchange.startedMs = this.#now;
	}

	/** The last byte of a line or payload has been given to the port. */
	#onWritten(): void {
		const exchange = this.#exchange;
		if (!this.#transmitter.isDone) return;
		if (exchange.phase === Phase.payload) exchange.phase = Phase.final;
		if (exchange.phase !== Phase.line) return;
		exchange.phase = exchange.rule.prompt ? Phase.prompt : Phase.final;
		if (exchange.rule.prompt && exchange.isDetached) this.#leavePrompt();
		else if (exchange.rule.prompt) this.#framer.armPrompt(true);
	}

	#onPrompt(): void {
		const exchange = this.#exchange;
		if (exchange.phase !== Phase.prompt) return;
		const payload = exchange.entry.payload;
		exchange.phase = Phase.payload;
		this.#transmitter.startPayload(payload, exchange.rule.terminator);
		this.#framer.expectEcho(this.#router.isEchoSeen ? payload : undefined);
		if (this.#transmitter.isDone) exchange.phase = Phase.final;
	}

	#onFinal(final: Final): void {
		const exchange = this.#exchange;
		if (!exchange.isListening || (final === Final.ok && !this.#endsWithOk())) {
			if (!this.#resync.onFinal(this.#now)) this.#strayResults++;
			return;
		}
		if (final === Final.ok && exchange.rule.result && !exchange.isResultSeen) {
			exchange.isOkSeen = true;
			exchange.phase = Phase.result;
			exchange.dueMs = this.#now + (exchange.rule.result.timeoutMs ?? exchange.rule.timeoutMs ?? DEFAULT_TIMEOUT_MS);
			return;
		}
		if (this.#resync.isLost) this.#resync.onFinal(this.#now);
		if (final === Final.ok) this.#finish(undefined);
		else this.#finishWithError(final);
	}

	/** `OK` while the payload is being written, or a second one before the result line (F10), ends nothing. */
	#endsWithOk(): boolean {
		const exchange = this.#exchange;
		if (exchange.phase === Phase.payload || exchange.phase === Phase.result) return exchange.isResultSeen;
		if (exchange.phase === Phase.prompt) {
			exchange.fault ??= "malformed";
			this.#problem ??= "no prompt came for the payload";
		}
		return true;
	}

	#onResult(): void {
		if (this.#exchange.isOkSeen) this.#finish(undefined);
	}

	#finishWithError(final: Final): void {
		const line = this.#framer.line;
		const reason = this.#exchange.reason(line);
		const number = final === Final.cme || final === Final.cms ? errorNumber(line) : undefined;
		const text = number === undefined && final <= Final.cms && final >= Final.error ? errorText(line, final) : undefined;
		this.#finish(codeOf(final), number, text ?? reason);
	}

	#onTimeout(): void {
		const exchange = this.#exchange;
		const { phase, rule } = exchange;
		if (phase === Phase.result || exchange.isOkSeen) this.#router.stale = rule;
		else if (this.#transmitter.hasBegun) {
			this.#probeLead = phase === Phase.line ? CR : phase === Phase.prompt || phase === Phase.payload ? ESC : 0;
			this.#resync.lose();
		}
		this.#finish("timeout");
	}

	#expireProbe(): void {
		if (this.#resync.expire(this.#now)) this.#startProbe();
		const entry = this.#resync.isLost ? this.#queue.first() : undefined;
		if (entry !== undefined) this.#completions.refuse(entry, "timeout");
	}

	#finish(code: AtErrorCode | undefined, number?: number, text?: string): void {
		const exchange = this.#exchange;
		const { command, done, target } = exchange.entry;
		const result = code === undefined ? exchange.result(this.#records) : undefined;
		const failure = code ?? exchange.fault;
		exchange.phase = Phase.none;
		exchange.entry.clear();
		this.#transmitter.stop();
		this.#framer.armPrompt(false);
		this.#framer.expectEcho(undefined);
		if (exchange.isDetached) {
			if (this.#isAbortPending) this.#tellAborted(command!, done, target);
		} else if (failure === undefined) this.#completions.call(done, target, undefined, result);
		else this.#completions.call(done, target, this.#errorOf(failure, command!, number, text), undefined);
	}

	#errorOf(code: AtErrorCode, command: Command<any, any>, number: number | undefined, text: string | undefined): AtError {
		const afterMs = this.#transmitter.hasBegun ? this.#now - this.#exchange.startedMs : 0;
		const detail = text ?? this.#problem;
		this.#problem = undefined;
		return {
			code,
			command: command.head,
			afterMs,
			...(number === undefined ? {} : { number }),
			...(detail === undefined ? {} : { text: detail }),
		};
	}

	/** Tells what could not be told inside a callback. */
	#settle(): void {
		const completions = this.#completions;
		if (completions.isBusy) return;
		completions.isBusy = true;
		if (this.#exchange.phase === Phase.ended) this.#finish(this.#endedBy);
		if (this.#isAbortPending) {
			const { command, done, target } = this.#exchange.entry;
			this.#exchange.entry.done = undefined;
			this.#tellAborted(command!, done, target);
		}
		if (completions.hasRefusals) completions.tellRefused(this.#lastTicket);
		completions.isBusy = false;
	}

	#tellAborted(command: Command<any, any>, done: Entry["done"], target: unknown): void {
		this.#isAbortPending = false;
		this.#completions.call(done, target, this.#errorOf("aborted", command, undefined, undefined), undefined);
	}
}

/** A payload needs a prompt, and must not hold the byte that would end it or ESC when it ends with one (TS 27.005 3.5.1). */
function isPayloadSendable(rule: FormSpec, payload: Uint8Array | undefined): boolean {
	if (!rule.prompt) return payload === undefined;
	if (rule.terminator === undefined) return payload !== undefined;
	return payload === undefined || !(payload.includes(rule.terminator) || payload.includes(ESC));
}

function earlier(a: Millis | undefined, b: Millis): Millis {
	return a !== undefined && a < b ? a : b;
}
