import type { Command } from "./command.js";
import type { Completions } from "./completions.js";
import { Records, type Row } from "./decode.js";
import type { AtError, AtErrorCode } from "./errors.js";
import { Exchange, isPayloadSendable, Phase } from "./exchange.js";
import { codeOf, errorNumber, errorText, Final } from "./finals.js";
import { Framer } from "./framer.js";
import type { Millis } from "./line.js";
import { isPromptOfLine } from "./prompt.js";
import type { Entry } from "./queue.js";
import { Resync } from "./resync.js";
import { Router, type RouterEvents, type RouterOptions } from "./router.js";
import { Transmitter } from "./transmitter.js";

const CR = 0x0d;
const LF = 0x0a;
const ESC = 0x1b;
/** Read with every command; a property of a table costs more. */
const OK = Final.ok;
const NONE = Phase.none;
const LINE = Phase.line;
const FINAL = Phase.final;

/** Takes one command from its first byte to its result; the channel decides which and when. */
export class Runner<C> implements RouterEvents {
	now: Millis = 0;
	readonly framer: Framer;
	commands = 0;
	readonly exchange = new Exchange();
	readonly transmitter: Transmitter;
	readonly router: Router<C>;
	readonly resync = new Resync();
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
		this.router = new Router(options, this.exchange, this.#records, this.transmitter.line, this);
		this.framer = new Framer(lineCapacity, this.router, options.urcs.hasMarks);
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
		const router = this.router;
		const entry = exchange.entry;
		const command = entry.command!;
		const plan = command.plan;
		exchange.begin(command, this.now);
		exchange.isPlain = plan.isPlain && this.resync.isSynchronised && router.stale === undefined;
		router.isEchoSeen = false;
		const refusal = this.transmitter.line.encode(command, entry.params);
		if (refusal === undefined && (entry.payload === undefined ? !plan.needsPayload : isPayloadSendable(command.rule, entry.payload))) {
			this.transmitter.start();
			return true;
		}
		const problem = this.transmitter.line.problem;
		this.end(refusal ?? "malformed");
		this.#problem = problem === "" ? "payload is missing, not expected or contains its own end" : problem;
		return false;
	}

	/** `AT`, because a timeout has left it open whose the next result is. */
	startProbe(): void {
		this.router.isEchoSeen = false;
		this.transmitter.stop();
		this.transmitter.line.encodeProbe(this.resync.lead);
		this.transmitter.start();
	}

	/** The line is as new: the port was closed, or the module has restarted. */
	forget(code: AtErrorCode): void {
		const exchange = this.exchange;
		this.transmitter.stop();
		this.framer.armPrompt(undefined);
		this.framer.expectEcho(undefined);
		this.resync.clear();
		this.router.stale = undefined;
		this.router.openRow = -1;
		if (exchange.phase < Phase.line) return;
		this.end(code);
	}

	/** The command in flight is of no interest any more; the line is the module's until it has answered. */
	abort(): void {
		const exchange = this.exchange;
		if (exchange.isDetached) return;
		if (this.transmitter.sent === 0) {
			this.transmitter.stop();
			this.end("aborted");
			return;
		}
		exchange.isDetached = true;
		this.isAbortPending = true;
		this.#completions.hasWork = true;
		if (exchange.phase === Phase.prompt) this.leavePrompt();
		else if (exchange.phase === Phase.final && exchange.rule.abortable) this.transmitter.sendAbort(CR);
	}

	private leavePrompt(): void {
		this.framer.armPrompt(undefined);
		this.transmitter.sendAbort(ESC);
		this.exchange.phase = Phase.final;
	}

	/** Its `done` is told by `settle`. */
	private end(code: AtErrorCode): void {
		this.#completions.hasWork = true;
		this.exchange.phase = Phase.ended;
		this.#endedBy = code;
	}

	get isPayloadSecret(): boolean {
		return this.exchange.isListening && this.exchange.rule.redactPayload === true;
	}

	/** Tells what could not be told inside a callback. */
	settle(): void {
		if (this.exchange.phase === Phase.ended) this.finish(this.#endedBy, undefined, undefined);
		if (!this.isAbortPending) return;
		const { command, done, target } = this.exchange.entry;
		this.exchange.entry.done = undefined;
		this.tellAborted(command!, done, target);
	}

	/** The command waited for the port before its first byte: its time begins now. */
	restartTimeout(): void {
		const exchange = this.exchange;
		exchange.dueMs += this.now - exchange.startedMs;
		exchange.startedMs = this.now;
	}

	/** All there is has been given to the port. */
	onWritten(): void {
		const phase = this.exchange.phase;
		if (phase === LINE) this.onLineWritten();
		else if (phase === Phase.payload) this.exchange.phase = FINAL;
	}

	private onLineWritten(): void {
		const exchange = this.exchange;
		if (!exchange.command!.plan.needsPrompt) exchange.phase = FINAL;
		else if (exchange.isDetached) this.leavePrompt();
		else {
			exchange.phase = Phase.prompt;
			const codes = exchange.command!.plan.prompt;
			this.framer.armPrompt(isPromptOfLine(codes) ? undefined : codes);
		}
	}

	onPrompt(): void {
		const exchange = this.exchange;
		if (exchange.phase !== Phase.prompt) return;
		const payload = exchange.entry.payload;
		exchange.phase = Phase.payload;
		this.transmitter.startPayload(payload, exchange.rule.terminator);
		this.framer.expectEcho(this.router.isEchoSeen ? payload : undefined);
		if (this.transmitter.isDone) exchange.phase = Phase.final;
	}

	/** The answer that most commands get, in one chunk and between two lines: it need not go through the line buffer. */
	isOk(bytes: Uint8Array): boolean {
		const exchange = this.exchange;
		if (!exchange.isPlain || exchange.phase !== FINAL || !this.framer.isBetweenLines) return false;
		return bytes[2] === 0x4f && bytes[3] === 0x4b && bytes[0] === CR && bytes[1] === LF && bytes[4] === CR && bytes[5] === LF;
	}

	onWholeOk(): void {
		try {
			this.onPlainOk();
		} catch (thrown) {
			this.onException(thrown);
		}
	}

	/** `OK`, and that is all there is to it; whatever else comes of a command goes the long way. */
	onPlainOk(): void {
		const exchange = this.exchange;
		const entry = exchange.entry;
		const done = entry.done;
		const target = entry.target;
		const result = exchange.record;
		if (
			exchange.fault !== undefined ||
			done === undefined ||
			exchange.isDetached ||
			(result === undefined && exchange.command!.plan.hasResponse)
		) {
			this.finish(undefined, undefined, undefined);
			return;
		}
		exchange.phase = NONE;
		entry.clear();
		done.call(target, undefined, result);
	}

	onException(thrown: unknown): void {
		this.#completions.contain(thrown);
	}

	onFinal(final: Final): void {
		const exchange = this.exchange;
		const phase = exchange.phase;
		if (phase !== FINAL && (phase < Phase.prompt || (final === OK && !this.endsWithOk()))) {
			if (!this.resync.onFinal(this.now)) this.strayResults++;
			return;
		}
		if (this.resync.isLost) this.resync.onFinal(this.now);
		if (final !== OK) this.finishWithError(final);
		else if (exchange.command!.plan.hasResult && !exchange.isResultSeen) {
			exchange.isOkSeen = true;
			exchange.phase = Phase.result;
			exchange.dueMs = this.now + exchange.command!.plan.resultTimeoutMs;
		} else this.finish(undefined, undefined, undefined);
	}

	/** `OK` while the payload is being written, or a second one before the result line (F10), ends nothing. */
	private endsWithOk(): boolean {
		const exchange = this.exchange;
		if (exchange.phase === Phase.payload || exchange.phase === Phase.result) return exchange.isResultSeen;
		if (exchange.phase === Phase.prompt) {
			exchange.fault ??= "malformed";
			this.#problem ??= "no prompt came for the payload";
		}
		return true;
	}

	onResult(): void {
		if (this.exchange.isOkSeen) this.finish(undefined, undefined, undefined);
	}

	private finishWithError(final: Final): void {
		const line = this.framer.line;
		const reason = this.exchange.reason(line);
		const number = final === Final.cme || final === Final.cms ? errorNumber(line) : undefined;
		const text = number === undefined && final <= Final.cms && final >= Final.error ? errorText(line, final) : undefined;
		this.finish(codeOf(final), number, text ?? reason);
	}

	onTimeout(): void {
		const exchange = this.exchange;
		const phase = exchange.phase;
		if (phase === Phase.result || exchange.isOkSeen) this.router.stale = exchange.command;
		else if (this.transmitter.sent > 0) {
			this.resync.lose(phase === Phase.line ? CR : phase === Phase.prompt || phase === Phase.payload ? ESC : 0);
		}
		this.finish("timeout", undefined, undefined);
	}

	private finish(code: AtErrorCode | undefined, number: number | undefined, text: string | undefined): void {
		const exchange = this.exchange;
		const entry = exchange.entry;
		const command = exchange.command!;
		const plan = command.plan;
		const done = entry.done;
		const target = entry.target;
		let result: Row | undefined;
		if (code === undefined && plan.hasResponse) result = exchange.result(this.#records);
		const failure = code ?? exchange.fault;
		exchange.phase = NONE;
		entry.clear();
		if (!this.transmitter.isDone) this.transmitter.stop();
		if (plan.needsPrompt) {
			this.framer.armPrompt(undefined);
			this.framer.expectEcho(undefined);
		}
		if (exchange.isDetached) {
			if (this.isAbortPending) this.tellAborted(command, done, target);
		} else if (failure === undefined) this.#completions.call(done, target, undefined, result);
		else this.#completions.call(done, target, this.errorOf(failure, command, number, text), undefined);
	}

	private errorOf(code: AtErrorCode, command: Command<any, any>, number: number | undefined, text: string | undefined): AtError {
		const afterMs = this.transmitter.sent > 0 ? this.now - this.exchange.startedMs : 0;
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

	private tellAborted(command: Command<any, any>, done: Entry["done"], target: unknown): void {
		this.isAbortPending = false;
		this.#completions.call(done, target, this.errorOf("aborted", command, undefined, undefined), undefined);
	}
}
