import type { Command } from "./command.js";
import type { Records } from "./decode.js";
import type { CommandLine } from "./encode.js";
import { type Exchange, Phase } from "./exchange.js";
import { callFinal, commonFinal, declaredFinal, Final, isExtendedErrorAt, isPromptLine } from "./finals.js";
import type { FrameSink } from "./frame-sink.js";
import type { AtLine } from "./line.js";
import type { LineBuffer } from "./line-buffer.js";
import { type FinalPlan, finalPlan } from "./plan.js";
import { AMBIGUOUS, afterColonOrBlanks, matchAt, PrefixIndex, type UrcTable } from "./prefixes.js";
import type { FinalResult, Urc } from "./urc.js";

/** Read for every line; a property of a table costs more. */
const LISTENING = Phase.prompt;
const PROMPT = Phase.prompt;
const NONE = Final.none;
const INTERMEDIATE = Final.intermediate;
const FINAL = Phase.final;
const LETTER_A = 0x41;
const LETTER_K = 0x4b;
const LETTER_O = 0x4f;
const COLON = 0x3a;
const COMMA = 0x2c;

/** What the router tells the channel. */
export interface RouterEvents {
	onFinal(final: Final): void;
	/** `OK` of a command that has nothing but `OK` and errors for results. */
	onPlainOk(): void;
	/** The result line that comes after `OK`. */
	onResult(): void;
	onPrompt(): void;
	onException(thrown: unknown): void;
}

export interface RouterOptions<C> {
	readonly context: C;
	readonly urcs: UrcTable<C>;
	readonly finals: readonly FinalResult[];
	readonly onUnknown: ((context: C, line: AtLine) => void) | undefined;
}

/** Decides whose a line is: the echo of the command in flight, its final result, its information, a URC, or nobody's. */
export class Router<C> implements FrameSink {
	/** The framer's; set once both exist. */
	line!: LineBuffer;
	/** The command's echo has come, so its payload will be echoed too. */
	isEchoSeen = false;
	/** A result that a timed-out command may still get after its `OK`: it is not the next command's. */
	stale: Command<any, any> | undefined = undefined;
	/** The row whose report goes on in the next line; -1 for none. */
	openRow = -1;
	unknownLines = 0;
	readonly #exchange: Exchange;
	readonly #events: RouterEvents;
	readonly #finals: readonly FinalPlan[];
	readonly #urcs: readonly Urc<C>[];
	readonly #index: PrefixIndex;
	readonly #records: Records;
	/** The row that has just the prefix of this command, so that a polled command finds it once. */
	#rowCommand: Command<any, any> | undefined = undefined;
	#row = -1;
	readonly #context: C;
	readonly #sent: CommandLine;
	readonly #onUnknown: ((context: C, line: AtLine) => void) | undefined;
	/** Whose data are being counted: a row of the URC table, or -1 for the command in flight. */
	#dataRow = -1;

	constructor(options: RouterOptions<C>, exchange: Exchange, records: Records, sent: CommandLine, events: RouterEvents) {
		this.#exchange = exchange;
		this.#events = events;
		this.#finals = options.finals.map(({ text, ok }) => finalPlan(text, ok));
		this.#urcs = options.urcs.rows;
		this.#index = new PrefixIndex(options.urcs);
		this.#records = records;
		this.#context = options.context;
		this.#sent = sent;
		this.#onUnknown = options.onUnknown;
	}

	onFrameLine(): number {
		const line = this.line;
		const data = line.data;
		const begin = line.begin;
		const first = data[begin]!;
		const exchange = this.#exchange;
		try {
			if (first === LETTER_O && exchange.isPlain && exchange.phase === FINAL && data[begin + 1] === LETTER_K && line.end === begin + 2) {
				this.#events.onPlainOk();
				return 0;
			}
			if (!this.isEchoSeen && (first & 0xdf) === LETTER_A && this.isEcho()) return 0;
			return this.route(exchange);
		} catch (thrown) {
			this.#events.onException(thrown);
			return 0;
		}
	}

	onFrameData(isComplete: boolean): void {
		const row = this.#dataRow;
		this.#dataRow = -1;
		try {
			if (row < 0) this.commandData(isComplete);
			else if (isComplete && !this.line.isTruncated) this.urcData(this.#urcs[row]!);
			else this.cut(this.#urcs[row]!);
		} catch (thrown) {
			this.#events.onException(thrown);
		}
	}

	onFramePrompt(): void {
		this.#events.onPrompt();
	}

	knowsPrefixAt(position: number): boolean {
		const line = this.line;
		const exchange = this.#exchange;
		const after = exchange.isListening ? exchange.matchPrefix(line, position) : -1;
		if (after >= 0) return line.data[after] === COLON;
		if (isExtendedErrorAt(line, position)) return true;
		if (this.#index.find(line, position) < 0) return false;
		return line.data.lastIndexOf(COLON, this.#index.parameters - 1) > position;
	}

	onMark(byte: number): number {
		const line = this.line;
		const row = this.#index.find(line, line.begin);
		const after = row < 0 ? undefined : this.#urcs[row]!.binaryAfter;
		if (!after || after.mark.charCodeAt(0) !== byte || this.countMarks(byte) !== after.times) return -1;
		line.end--;
		line.parametersAt(this.dataParameters());
		this.#dataRow = row;
		try {
			return Math.max(0, this.#urcs[row]!.binary!(line) | 0);
		} catch (thrown) {
			this.#events.onException(thrown);
			return -1;
		}
	}

	/** `+RECEIVE,0,5:` has its parameters after a comma. */
	private dataParameters(): number {
		const at = this.#index.parameters;
		return this.line.data[at] === COMMA ? at + 1 : at;
	}

	private countMarks(byte: number): number {
		const line = this.line;
		let count = 0;
		for (let at = this.#index.parameters; at < line.end; at++) if (line.data[at] === byte) count++;
		return count;
	}

	/** The command line as it was written, without its CR; the answer may be glued to it (F13). */
	private isEcho(): boolean {
		const line = this.line;
		const sent = this.#sent;
		const first = sent.begin;
		const length = sent.length - 1 - first;
		if (length < 2 || line.end - line.begin < length) return false;
		for (let i = 0; i < length; i++) if (line.data[line.begin + i] !== sent.bytes[first + i]) return false;
		if (line.end - line.begin === length) {
			this.isEchoSeen = true;
			return true;
		}
		const begin = line.begin;
		line.set(begin + length, line.end);
		if (commonFinal(line) === Final.none && !this.knowsPrefixAt(line.begin)) line.set(begin, line.end);
		else this.isEchoSeen = true;
		return false;
	}

	private route(exchange: Exchange): number {
		if (this.stale !== undefined && this.isStale(this.stale)) return 0;
		if (exchange.phase < LISTENING) return this.routeWithoutCommand();
		const plan = exchange.command!.plan;
		if (exchange.phase === PROMPT && isPromptLine(this.line, plan.prompt)) {
			this.#events.onPrompt();
			return 0;
		}
		let final: Final = plan.hasFinals ? this.declaredFinal(exchange, plan.finals) : commonFinal(this.line);
		if (final === NONE && this.#finals.length > 0) final = declaredFinal(this.line, this.#finals);
		if (final === NONE && plan.isCall) final = callFinal(this.line);
		if (final === NONE) return this.routeToCommand(exchange);
		if (final !== INTERMEDIATE) this.#events.onFinal(final);
		return 0;
	}

	/** `OK` is not the end of a command that has finals of its own. */
	private declaredFinal(exchange: Exchange, finals: readonly FinalPlan[]): Final {
		const declared = declaredFinal(this.line, finals);
		const final = declared === NONE ? commonFinal(this.line) : declared;
		if (declared === Final.ok && exchange.rule.lines === true) this.deliverFinal(exchange);
		if (declared !== NONE || final !== Final.ok) return final;
		exchange.isOkSeen = true;
		return INTERMEDIATE;
	}

	/** A final result with figures of its own: `DATA ACCEPT:0,1460`. */
	private deliverFinal(exchange: Exchange): void {
		const line = this.line;
		const colon = line.data.indexOf(COLON, line.begin);
		line.parametersAfter(colon < 0 || colon >= line.end ? line.begin : colon);
		this.deliver(exchange);
	}

	private routeWithoutCommand(): number {
		const final = commonFinal(this.line);
		if (final === NONE) return this.routeToUrc();
		this.#events.onFinal(final);
		return 0;
	}

	/** A late `SEND OK` of a command that timed out after its `OK`. The next command's comes after that one's own `OK`. */
	private isStale(command: Command<any, any>): boolean {
		if (this.#exchange.isListening && this.#exchange.isOkSeen) return false;
		if (!command.rule.finals || declaredFinal(this.line, command.plan.finals) === NONE) return false;
		this.stale = undefined;
		return true;
	}

	private routeToCommand(exchange: Exchange): number {
		const line = this.line;
		const plan = exchange.command!.plan;
		if (plan.hasResult && this.isResult(exchange)) {
			this.acceptResult(exchange);
			return 0;
		}
		const prefix = plan.prefix;
		const length = prefix.length;
		const after = length === 0 ? -1 : matchAt(line, line.begin, prefix, length);
		if (after >= 0 && plan.wantsLines && this.isResponse(exchange, after)) return this.information(exchange);
		const row = this.#index.find(line, line.begin);
		if (row >= 0) return this.routeToRow(exchange, row);
		if (this.openRow >= 0) return this.goOn();
		if (plan.endsWithAnyLine) return this.acceptAny(exchange);
		if (exchange.takesBareLine(line)) {
			line.parametersAt(line.begin);
			return this.information(exchange);
		}
		if (after >= 0) exchange.keepReason(line);
		this.unknown();
		return 0;
	}

	/** The line has the command's prefix: it is the response unless the row that it also fits says otherwise, or knows more of it. */
	private isResponse(exchange: Exchange, after: number): boolean {
		const line = this.line;
		const command = exchange.command!;
		if (command !== this.#rowCommand) {
			this.#rowCommand = command;
			this.#row = this.#index.exact(command.plan.prefix);
		}
		let row = this.#row;
		if (row === AMBIGUOUS) row = this.#index.find(line, line.begin);
		line.parametersAt(afterColonOrBlanks(line, after));
		if (row < 0) return true;
		const isResponse = this.#urcs[row]!.isResponse;
		if (isResponse !== undefined) return isResponse(line, command);
		return this.#row === row || this.#index.length <= command.plan.prefix.length;
	}

	/** A row of the table, unless the command was written by hand and asks for just that, in a chain perhaps. */
	private routeToRow(exchange: Exchange, row: number): number {
		const parts = exchange.command!.rule.parts;
		for (let i = 0; parts !== undefined && i < parts.length; i++) {
			const urc = this.#urcs[row]!;
			this.line.parametersAt(this.#index.parameters);
			if (urc.prefix === parts[i]!.name && (urc.isResponse === undefined || urc.isResponse(this.line, parts[i]!)))
				return this.information(exchange);
		}
		return this.knownUrc(row);
	}

	private isResult(exchange: Exchange): boolean {
		if (exchange.isResultSeen) return false;
		const line = this.line;
		const prefix = exchange.command!.plan.resultPrefix;
		const after = matchAt(line, line.begin, prefix, prefix.length);
		if (after < 0) return false;
		line.parametersAt(afterColonOrBlanks(line, after));
		if (this.stale === exchange.command && !exchange.isOkSeen) {
			this.stale = undefined;
			return false;
		}
		const matches = exchange.rule.result!.matches;
		return matches === undefined || matches(line, exchange.entry.params);
	}

	private acceptResult(exchange: Exchange): void {
		exchange.isResultSeen = true;
		exchange.keepReason(this.line);
		this.deliver(exchange);
		this.#events.onResult();
	}

	private acceptAny(exchange: Exchange): number {
		this.line.parametersAt(this.line.begin);
		this.deliver(exchange);
		this.#events.onFinal(Final.ok);
		return 0;
	}

	private information(exchange: Exchange): number {
		const line = this.line;
		if (line.isTruncated) {
			exchange.fault = "overflow";
			this.unknown();
			return 0;
		}
		const command = exchange.command!;
		if (command.plan.keepsReason) exchange.keepReason(line);
		const binary = command.rule.binary;
		const count = binary === undefined ? 0 : Math.max(0, binary(line) | 0);
		if (count > 0) return count;
		this.deliver(exchange);
		return 0;
	}

	private deliver(exchange: Exchange): void {
		const line = this.line;
		const wasRecord = exchange.command!.plan.hasResponse && exchange.decode(line, this.#records);
		const entry = exchange.entry;
		const onLine = entry.onLine;
		if (onLine === undefined) return;
		if (!wasRecord || exchange.rule.lines === true || exchange.rule.binary !== undefined) onLine.call(entry.target, line);
	}

	private commandData(isComplete: boolean): void {
		const exchange = this.#exchange;
		if (!exchange.isListening) return;
		if (isComplete && !this.line.isTruncated) this.deliver(exchange);
		else exchange.fault ??= isComplete ? "overflow" : "malformed";
	}

	private routeToUrc(): number {
		const row = this.#index.find(this.line, this.line.begin);
		const late = this.stale?.rule.result;
		if (late !== undefined && this.line.startsWith(late.prefix)) this.stale = undefined;
		if (row >= 0) return this.knownUrc(row);
		if (this.openRow >= 0) return this.goOn();
		this.unknown();
		return 0;
	}

	/** The second line of a report. */
	private goOn(): number {
		const urc = this.#urcs[this.openRow]!;
		this.openRow = -1;
		const line = this.line;
		line.parametersAt(line.begin);
		if (line.isTruncated) this.unknown();
		else urc.handle(this.#context, line);
		return 0;
	}

	private knownUrc(row: number): number {
		this.line.parametersAt(this.#index.parameters);
		return this.urc(row);
	}

	private urc(row: number): number {
		const urc = this.#urcs[row]!;
		const line = this.line;
		if (line.isTruncated) return this.cut(urc);
		const count = urc.binary && !urc.binaryAfter ? Math.max(0, urc.binary(line) | 0) : 0;
		if (count > 0) {
			this.#dataRow = row;
			return count;
		}
		if (urc.nextLine?.(line)) this.openRow = row;
		urc.handle(this.#context, line);
		return 0;
	}

	private cut(urc: Urc<C>): number {
		if (urc.onTruncated) urc.onTruncated(this.#context, this.line);
		else this.unknown();
		return 0;
	}

	private urcData(urc: Urc<C>): void {
		urc.handle(this.#context, this.line);
		const payload = this.line.payload();
		if (payload && urc.onBinary) urc.onBinary(this.#context, payload);
	}

	/** Neither an error nor swallowed: counted and shown. */
	private unknown(): void {
		this.unknownLines++;
		this.line.parametersAt(this.line.begin);
		if (this.#onUnknown) this.#onUnknown(this.#context, this.line);
	}
}
