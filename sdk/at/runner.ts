import type { Command } from "./command.js";
import type { Completions } from "./completions.js";
import { Records } from "./decode.js";
import type { AtError, AtErrorCode } from "./errors.js";
import { Exchange, isPayloadSendable, Phase } from "./exchange.js";
import { codeOf, errorNumber, errorText, Final } from "./finals.js";
import { Framer } from "./framer.js";
import type { Millis } from "./line.js";
import type { Entry } from "./queue.js";
import { Resync } from "./resync.js";
import { Router, type RouterOptions } from "./router.js";
import { Transmitter } from "./transmitter.js";

/** TS 27.007 and V.250 give no limit; the manuals read so far give 300 ms to 5 s for a command that has none of its own. */
const DEFAULT_TIMEOUT_MS = 5_000;
const CR = 0x0d;
const ESC = 0x1b;

/** Takes one command from its first byte to its result; the channel decides which and when. */
export class Runner<C> {
	readonly exchange = new Exchange();
	readonly resync = new Resync();
	readonly framer: Framer;
	readonly router: Router<C>;
	readonly transmitter: Transmitter;
	now: Millis = 0;
	commands = 0;
	strayResults = 0;
	/** The command in flight was aborted and its `done` is still to be told. */
	isAbortPending = false;
	readonly #records = new Records();
	readonly #completions: Completions;
	#problem: string | undefined = undefined;
	#endedBy: AtErrorCode = "aborted";

	constructor(options: RouterOptions<C>, lineCapacity: number, transmitCapacity: number, completions: Completions) {
		this.#completions = completions;
		this.transmitter = new Transmitter(transmitCapacity);
		this.router = new Router(options, this.exchange, this.#records, this.transmitter.line, {
			onFinal: final => this.#onFinal(final),
			onResult: () => this.#onResult(),
			onPrompt: () => this.#onPrompt(),
			onException: thrown => completions.contain(thrown),
		});
		const hasMarks = options.urcs.some(urc => urc.binaryAfter !== undefined);
		this.framer = new Framer(lineCapacity, this.router, hasMarks);
		this.router.line = this.framer.line;
	}

	/** A clock that went back moves everything awaited with it. */
	shift(byMs: Millis): void {
		this.exchange.startedMs += byMs;
		this.exchange.dueMs += byMs;
		this.resync.shift(byMs);
		this.framer.shift(byMs);
	}

	/** Encodes the command that has been put into `exchange.entry`; one that cannot be sent is ended, and false. */
	start(): boolean {
		const exchange = this.exchange;
		const { command, params, payload } = exchange.entry;
		const line = this.transmitter.line;
		exchange.begin(this.now, command!.rule.timeoutMs ?? DEFAULT_TIMEOUT_MS);
		const refusal = line.encode(command!, params) ?? (isPayloadSendable(command!.rule, payload) ? undefined : "malformed");
		this.router.isEchoSeen = false;
		this.#problem = undefined;
		if (refusal === undefined) {
			this.transmitter.start();
			return true;
		}
		this.#end(refusal);
		this.#problem = line.problem === "" ? "payload is missing, not expected or contains its own end" : line.problem;
		return false;
	}

	/** `AT`, because a timeout has left it open whose the next result is. */
	startProbe(): void {
		this.router.isEchoSeen = false;
		this.transmitter.startProbe(this.resync.lead);
	}

	/** The line is as new: the port was closed, or the module has restarted. */
	forget(code: AtErrorCode): void {
		const exchange = this.exchange;
		this.transmitter.stop();
		this.framer.armPrompt(false);
		this.framer.expectEcho(undefined);
		this.resync.clear();
		this.router.stale = undefined;
		if (exchange.phase < Phase.line) return;
		this.#end(code);
	}

	/** The command in flight is of no interest any more; the line is the module's until it has answered. */
	abort(): void {
		const exchange = this.exchange;
		if (exchange.isDetached) return;
		if (!this.transmitter.hasBegun) {
			this.transmitter.stop();
			this.#end("aborted");
			return;
		}
		exchange.isDetached = true;
		this.isAbortPending = true;
		if (exchange.phase === Phase.prompt) this.#leavePrompt();
		else if (exchange.phase === Phase.final && exchange.rule.abortable) this.transmitter.sendAbort(CR);
	}

	#leavePrompt(): void {
		this.framer.armPrompt(false);
		this.transmitter.sendAbort(ESC);
		this.exchange.phase = Phase.final;
	}

	/** Its `done` is told by `settle`. */
	#end(code: AtErrorCode): void {
		this.exchange.phase = Phase.ended;
		this.#endedBy = code;
	}

	get isPayloadSecret(): boolean {
		return this.exchange.isListening && this.exchange.rule.redactPayload === true;
	}

	/** Tells what could not be told inside a callback. */
	settle(): void {
		if (this.exchange.phase === Phase.ended) this.#finish(this.#endedBy);
		if (!this.isAbortPending) return;
		const { command, done, target } = this.exchange.entry;
		this.exchange.entry.done = undefined;
		this.#tellAborted(command!, done, target);
	}

	/** The first byte of a line has been given to the port. */
	onFirstByte(): void {
		const exchange = this.exchange;
		this.commands++;
		if (exchange.phase === Phase.none) return;
		exchange.dueMs += this.now - exchange.startedMs;
		exchange.startedMs = this.now;
	}

	/** The last byte of a line or payload has been given to the port. */
	onWritten(): void {
		const exchange = this.exchange;
		if (!this.transmitter.isDone) return;
		if (exchange.phase === Phase.payload) exchange.phase = Phase.final;
		if (exchange.phase !== Phase.line) return;
		exchange.phase = exchange.rule.prompt ? Phase.prompt : Phase.final;
		if (exchange.rule.prompt && exchange.isDetached) this.#leavePrompt();
		else if (exchange.rule.prompt) this.framer.armPrompt(true);
	}

	#onPrompt(): void {
		const exchange = this.exchange;
		if (exchange.phase !== Phase.prompt) return;
		const payload = exchange.entry.payload;
		exchange.phase = Phase.payload;
		this.transmitter.startPayload(payload, exchange.rule.terminator);
		this.framer.expectEcho(this.router.isEchoSeen ? payload : undefined);
		if (this.transmitter.isDone) exchange.phase = Phase.final;
	}

	#onFinal(final: Final): void {
		const exchange = this.exchange;
		if (!exchange.isListening || (final === Final.ok && !this.#endsWithOk())) {
			if (!this.resync.onFinal(this.now)) this.strayResults++;
			return;
		}
		if (final === Final.ok && exchange.rule.result && !exchange.isResultSeen) {
			exchange.isOkSeen = true;
			exchange.phase = Phase.result;
			exchange.dueMs = this.now + (exchange.rule.result.timeoutMs ?? exchange.rule.timeoutMs ?? DEFAULT_TIMEOUT_MS);
			return;
		}
		if (this.resync.isLost) this.resync.onFinal(this.now);
		if (final === Final.ok) this.#finish(undefined);
		else this.#finishWithError(final);
	}

	/** `OK` while the payload is being written, or a second one before the result line (F10), ends nothing. */
	#endsWithOk(): boolean {
		const exchange = this.exchange;
		if (exchange.phase === Phase.payload || exchange.phase === Phase.result) return exchange.isResultSeen;
		if (exchange.phase === Phase.prompt) {
			exchange.fault ??= "malformed";
			this.#problem ??= "no prompt came for the payload";
		}
		return true;
	}

	#onResult(): void {
		if (this.exchange.isOkSeen) this.#finish(undefined);
	}

	#finishWithError(final: Final): void {
		const line = this.framer.line;
		const reason = this.exchange.reason(line);
		const number = final === Final.cme || final === Final.cms ? errorNumber(line) : undefined;
		const text = number === undefined && final <= Final.cms && final >= Final.error ? errorText(line, final) : undefined;
		this.#finish(codeOf(final), number, text ?? reason);
	}

	onTimeout(): void {
		const exchange = this.exchange;
		const { phase, rule } = exchange;
		if (phase === Phase.result || exchange.isOkSeen) this.router.stale = rule;
		else if (this.transmitter.hasBegun) {
			this.resync.lose(phase === Phase.line ? CR : phase === Phase.prompt || phase === Phase.payload ? ESC : 0);
		}
		this.#finish("timeout");
	}

	#finish(code: AtErrorCode | undefined, number?: number, text?: string): void {
		const exchange = this.exchange;
		const { command, done, target } = exchange.entry;
		const result = code === undefined ? exchange.result(this.#records) : undefined;
		const failure = code ?? exchange.fault;
		exchange.phase = Phase.none;
		exchange.entry.clear();
		this.transmitter.stop();
		this.framer.armPrompt(false);
		this.framer.expectEcho(undefined);
		if (exchange.isDetached) {
			if (this.isAbortPending) this.#tellAborted(command!, done, target);
		} else if (failure === undefined) this.#completions.call(done, target, undefined, result);
		else this.#completions.call(done, target, this.#errorOf(failure, command!, number, text), undefined);
	}

	#errorOf(code: AtErrorCode, command: Command<any, any>, number: number | undefined, text: string | undefined): AtError {
		const afterMs = this.transmitter.hasBegun ? this.now - this.exchange.startedMs : 0;
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

	#tellAborted(command: Command<any, any>, done: Entry["done"], target: unknown): void {
		this.isAbortPending = false;
		this.#completions.call(done, target, this.#errorOf("aborted", command, undefined, undefined), undefined);
	}
}
