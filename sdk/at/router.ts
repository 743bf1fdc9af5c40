import type { FormSpec } from "./command.js";
import type { Records } from "./decode.js";
import type { CommandLine } from "./encode.js";
import type { Exchange } from "./exchange.js";
import { acceptsAnyLine, callFinal, commonFinal, declaredFinal, Final, matchesFinal } from "./finals.js";
import type { FrameSink } from "./framer.js";
import type { AtLine } from "./line.js";
import type { LineBuffer } from "./line-buffer.js";
import { afterColonOrBlanks, matchAt, PrefixIndex } from "./prefixes.js";
import type { FinalResult, Urc } from "./urc.js";

const COLON = 0x3a;
const COMMA = 0x2c;

/** What the router tells the channel. */
export interface RouterEvents {
	onFinal(final: Final): void;
	/** The result line that comes after `OK`. */
	onResult(): void;
	onPrompt(): void;
	onException(thrown: unknown): void;
}

export interface RouterOptions<C> {
	readonly context: C;
	readonly urcs: readonly Urc<C>[];
	readonly finals: readonly FinalResult[];
	readonly onUnknown: ((context: C, line: AtLine) => void) | undefined;
}

/** Decides whose a line is: the echo of the command in flight, its final result, its information, a URC, or nobody's. */
export class Router<C> implements FrameSink {
	unknownLines = 0;
	/** The framer's; set once both exist. */
	line!: LineBuffer;
	/** The command's echo has come, so its payload will be echoed too. */
	isEchoSeen = false;
	/** A result that a timed-out command may still get after its `OK`: it is not the next command's. */
	stale: FormSpec | undefined = undefined;
	readonly #context: C;
	readonly #urcs: readonly Urc<C>[];
	readonly #index: PrefixIndex;
	readonly #finals: readonly FinalResult[];
	readonly #onUnknown: ((context: C, line: AtLine) => void) | undefined;
	readonly #exchange: Exchange;
	readonly #records: Records;
	readonly #sent: CommandLine;
	readonly #events: RouterEvents;
	/** Whose data are being counted: a row of the URC table, or -1 for the command in flight. */
	#dataRow = -1;

	constructor(options: RouterOptions<C>, exchange: Exchange, records: Records, sent: CommandLine, events: RouterEvents) {
		this.#context = options.context;
		this.#urcs = options.urcs;
		this.#index = new PrefixIndex(options.urcs.map(urc => urc.prefix));
		this.#finals = options.finals;
		this.#onUnknown = options.onUnknown;
		this.#exchange = exchange;
		this.#records = records;
		this.#sent = sent;
		this.#events = events;
	}

	onFrameLine(): number {
		try {
			return this.#isEcho() ? 0 : this.#route();
		} catch (thrown) {
			this.#events.onException(thrown);
			return 0;
		}
	}

	onFrameData(isComplete: boolean): void {
		const row = this.#dataRow;
		this.#dataRow = -1;
		try {
			if (row < 0) this.#commandData(isComplete);
			else if (isComplete && !this.line.isTruncated) this.#urcData(this.#urcs[row]!);
			else this.#unknown();
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
		if (isExtendedError(line, position)) return true;
		if (this.#index.find(line, position) < 0) return false;
		return line.data.lastIndexOf(COLON, this.#index.parameters - 1) > position;
	}

	onMark(byte: number): number {
		const line = this.line;
		const row = this.#index.find(line, line.begin);
		const after = row < 0 ? undefined : this.#urcs[row]!.binaryAfter;
		if (!after || after.mark.charCodeAt(0) !== byte || this.#countMarks(byte) !== after.times) return -1;
		line.end--;
		line.payloadEnd = line.end;
		line.parametersAt(this.#dataParameters());
		this.#dataRow = row;
		try {
			return Math.max(0, this.#urcs[row]!.binary!(line) | 0);
		} catch (thrown) {
			this.#events.onException(thrown);
			return -1;
		}
	}

	/** `+RECEIVE,0,5:` has its parameters after a comma. */
	#dataParameters(): number {
		const at = this.#index.parameters;
		return this.line.data[at] === COMMA ? at + 1 : at;
	}

	#countMarks(byte: number): number {
		const line = this.line;
		let count = 0;
		for (let at = this.#index.parameters; at < line.end; at++) if (line.data[at] === byte) count++;
		return count;
	}

	/** The command line as it was written, without its CR; the answer may be glued to it (F13). */
	#isEcho(): boolean {
		const line = this.line;
		const sent = this.#sent;
		const first = sent.begin;
		const length = sent.length - 1 - first;
		if (this.isEchoSeen || length < 2 || (line.data[line.begin]! & 0xdf) !== 0x41 || line.end - line.begin < length) return false;
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

	#route(): number {
		const exchange = this.#exchange;
		if (this.#isStale()) return 0;
		const final = exchange.isListening ? this.#finalOf(exchange) : commonFinal(this.line);
		if (final === Final.intermediate) exchange.isOkSeen = true;
		else if (final !== Final.none) this.#events.onFinal(final);
		if (final !== Final.none) return 0;
		return exchange.isListening ? this.#routeToCommand(exchange) : this.#routeToUrc();
	}

	#finalOf(exchange: Exchange): Final {
		const rule = exchange.rule;
		if (rule.finals) {
			const declared = declaredFinal(this.line, rule.finals);
			if (declared !== Final.none) return declared;
		}
		const common = commonFinal(this.line);
		if (common === Final.ok && rule.finals) return Final.intermediate;
		if (common !== Final.none) return common;
		for (let i = 0; i < this.#finals.length; i++) {
			if (matchesFinal(this.line, this.#finals[i]!.text)) return this.#finals[i]!.ok ? Final.ok : Final.error;
		}
		return exchange.isCall ? callFinal(this.line) : Final.none;
	}

	/** A late `SEND OK` or `+QIOPEN: …` of a command that timed out after its `OK`. The next command's comes after that one's own `OK`. */
	#isStale(): boolean {
		const rule = this.stale;
		if (!rule || (this.#exchange.isListening && this.#exchange.isOkSeen)) return false;
		if (!rule.finals || declaredFinal(this.line, rule.finals) === Final.none) return false;
		this.stale = undefined;
		return true;
	}

	#routeToCommand(exchange: Exchange): number {
		const line = this.line;
		if (this.#isResult(exchange)) {
			this.#acceptResult(exchange);
			return 0;
		}
		const after = exchange.matchPrefix(line, line.begin);
		if (after >= 0 && exchange.wantsLines) {
			const row = this.#index.find(line, line.begin);
			line.parametersAt(afterColonOrBlanks(line, after));
			const isResponse = row < 0 ? undefined : this.#urcs[row]!.isResponse;
			if (isResponse === undefined || isResponse(line, exchange.entry.command!)) return this.#information(exchange);
			line.parametersAt(this.#index.parameters);
			return this.#urc(row);
		}
		const row = this.#index.find(line, line.begin);
		if (row >= 0) return this.#knownUrc(row);
		if (exchange.rule.finals && acceptsAnyLine(exchange.rule.finals)) return this.#acceptAny(exchange);
		if (exchange.takesBareLine(line)) {
			line.parametersAt(line.begin);
			return this.#information(exchange);
		}
		if (after >= 0) exchange.keepReason(line);
		this.#unknown();
		return 0;
	}

	#isResult(exchange: Exchange): boolean {
		const length = exchange.resultPrefixLength;
		if (length === 0 || exchange.isResultSeen) return false;
		const line = this.line;
		const after = matchAt(line, line.begin, exchange.resultPrefix, 0, length);
		if (after < 0) return false;
		line.parametersAt(afterColonOrBlanks(line, after));
		if (this.stale?.result && !exchange.isOkSeen && this.stale === exchange.rule) {
			this.stale = undefined;
			return false;
		}
		const matches = exchange.rule.result!.matches;
		return matches === undefined || matches(line, exchange.entry.params);
	}

	#acceptResult(exchange: Exchange): void {
		exchange.isResultSeen = true;
		exchange.keepReason(this.line);
		this.#deliver(exchange);
		this.#events.onResult();
	}

	#acceptAny(exchange: Exchange): number {
		this.line.parametersAt(this.line.begin);
		this.#deliver(exchange);
		this.#events.onFinal(Final.ok);
		return 0;
	}

	#information(exchange: Exchange): number {
		const line = this.line;
		if (line.isTruncated) {
			exchange.fault = "overflow";
			this.#unknown();
			return 0;
		}
		exchange.keepReason(line);
		const binary = exchange.rule.binary;
		const count = binary ? Math.max(0, binary(line) | 0) : 0;
		if (count > 0) return count;
		this.#deliver(exchange);
		return 0;
	}

	#deliver(exchange: Exchange): void {
		const wasRecord = exchange.decode(this.line, this.#records);
		const entry = exchange.entry;
		if (entry.onLine !== undefined && (!wasRecord || exchange.rule.lines === true || exchange.rule.binary !== undefined)) {
			entry.onLine.call(entry.target, this.line);
		}
	}

	#commandData(isComplete: boolean): void {
		const exchange = this.#exchange;
		if (!exchange.isListening) return;
		if (isComplete && !this.line.isTruncated) this.#deliver(exchange);
		else exchange.fault ??= isComplete ? "overflow" : "malformed";
	}

	#routeToUrc(): number {
		const row = this.#index.find(this.line, this.line.begin);
		if (this.stale?.result && this.line.startsWith(this.stale.result.prefix)) this.stale = undefined;
		if (row >= 0) return this.#knownUrc(row);
		this.#unknown();
		return 0;
	}

	#knownUrc(row: number): number {
		this.line.parametersAt(this.#index.parameters);
		return this.#urc(row);
	}

	#urc(row: number): number {
		const urc = this.#urcs[row]!;
		const line = this.line;
		if (line.isTruncated) {
			this.#unknown();
			return 0;
		}
		const count = urc.binary && !urc.binaryAfter ? Math.max(0, urc.binary(line) | 0) : 0;
		if (count > 0) {
			this.#dataRow = row;
			return count;
		}
		urc.handle(this.#context, line);
		return 0;
	}

	#urcData(urc: Urc<C>): void {
		urc.handle(this.#context, this.line);
		const payload = this.line.payload();
		if (payload && urc.onBinary) urc.onBinary(this.#context, payload);
	}

	/** Neither an error nor swallowed: counted and shown. */
	#unknown(): void {
		this.unknownLines++;
		this.line.parametersAt(this.line.begin);
		if (this.#onUnknown) this.#onUnknown(this.#context, this.line);
	}
}

function isExtendedError(line: LineBuffer, position: number): boolean {
	const { data, end } = line;
	if (end - position < 11 || data[position + 1] !== 0x43 || data[position + 2] !== 0x4d || data[position + 4] !== 0x20) return false;
	return data[position + 10] === COLON && data[position + 5] === 0x45;
}
