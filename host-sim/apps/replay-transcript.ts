import { AtChannel, type Urc } from "../../sdk/at/channel.js";
import type { AtError } from "../../sdk/at/errors.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { Driver } from "../../sdk/modem/driver.js";
import { parseTranscript, type Transcript, TranscriptError } from "../transcript/format.js";
import { CommandTable, type Request } from "./replay-commands.js";
import { expectedResult, type Result, resultOf, sameResult, show } from "./replay-results.js";
import { anyContext, urcsOf } from "./replay-urcs.js";

/** The document that `replay --json` prints for each file, without the file's name. */
export interface ReplayResult {
	readonly driver: string | null;
	/** Commands that the transcript's host sent. */
	readonly exchanges: number;
	/** Prefixes of the unsolicited result codes that a table knows, in their order. */
	readonly urcs: readonly string[];
	readonly unknownLines: readonly string[];
	readonly errors: readonly string[];
	/** Every command got exactly the result that the transcript shows, nothing was thrown, nothing is left over. */
	readonly ok: boolean;
}

/** Plays the transcript as the module against an AT channel with the tables of 27.007, or of a driver. Needs no clock: time is the transcript's. */
export function replay(text: string, options: { readonly driver?: Driver | undefined } = {}): ReplayResult {
	let transcript: Transcript;
	try {
		transcript = parseTranscript(text);
	} catch (error) {
		if (!(error instanceof TranscriptError)) throw error;
		return { driver: options.driver?.id ?? null, exchanges: 0, urcs: [], unknownLines: [], errors: [error.message], ok: false };
	}
	return new Replay(transcript, options.driver).run();
}

/** The longest a command may wait: transcripts have network scans in them. */
const RAW_TIMEOUT_MS = 600_000;

class Replay {
	readonly #transcript: Transcript;
	readonly #driver: Driver | undefined;
	readonly #commands: CommandTable;
	readonly #channel: AtChannel<unknown>;
	readonly #urcs: string[] = [];
	readonly #unknown: string[] = [];
	readonly #errors: string[] = [];
	#exchanges = 0;
	#now = 0;
	/** What the channel wrote and the transcript's host has not sent yet. */
	#written = "";
	/** What the module sent after its last line end. */
	#tail = "";
	#running: { request: Request; line: number; result: Result | undefined; answer: string } | undefined;

	constructor(transcript: Transcript, driver: Driver | undefined) {
		this.#transcript = transcript;
		this.#driver = driver;
		this.#commands = new CommandTable(driver, RAW_TIMEOUT_MS);
		this.#channel = new AtChannel<unknown>({
			context: anyContext(),
			urcs: urcsOf(driver).map(row => this.#observed(row)),
			finals: driver?.finals ?? [],
			lineCapacity: 4096,
			onUnknown: (_, line) => this.#unknown.push(line.toText()),
			onException: (_, thrown) => this.#errors.push(`a handler threw: ${(thrown as Error)?.message ?? thrown}`),
		});
	}

	run(): ReplayResult {
		for (const record of this.#transcript.records) {
			if (record.kind === "pause") this.#pass(record.ms);
			else if (record.kind === "received") this.#receive(record.bytes);
			else this.#send(latin1(record.bytes), record.line);
		}
		this.#end();
		if (this.#tail.trim() !== "" && !this.#commands.endsWithPrompt(this.#tail))
			this.#errors.push(`left over: the transcript ends within the line ${JSON.stringify(this.#tail)}`);
		if (this.#written !== "") this.#errors.push(`left over: the channel wrote ${JSON.stringify(this.#written)}`);
		return {
			driver: this.#driver?.id ?? null,
			exchanges: this.#exchanges,
			urcs: this.#urcs,
			unknownLines: this.#unknown,
			errors: this.#errors,
			ok: this.#errors.length === 0,
		};
	}

	#observed(row: Urc<any>): Urc<unknown> {
		return {
			...row,
			handle: (context, line) => {
				this.#urcs.push(row.prefix);
				row.handle(context, line);
			},
		};
	}

	/** A command line, or what follows a prompt. */
	#send(text: string, line: number): void {
		if (this.#written === "" && /^[^A-Za-z]*(?:AT)?\x1b\r?$/i.test(text)) {
			// ESC leaves a prompt that an earlier host may have left open: no command, and no answer to it.
			this.#end();
			return;
		}
		if (this.#written === "" && this.#isCommand(text)) this.#command(text, line);
		this.#compare(text, line);
	}

	#isCommand(text: string): boolean {
		return /^[^A-Za-z]{0,4}AT[^\r\n]*[\r\n]+$/i.test(text);
	}

	#command(text: string, line: number): void {
		this.#end();
		this.#exchanges++;
		const request = this.#commands.find(text.replace(/[\r\n]+$/, ""), this.#payloadAfter(line));
		const running = { request, line, result: undefined as Result | undefined, answer: "" };
		this.#running = running;
		this.#channel.submit(
			request.command,
			request.params,
			this,
			(error: AtError | undefined) => {
				running.result = resultOf(error);
			},
			request.payload,
			this.#onLine,
		);
		this.#pump();
		for (
			let deadline = this.#channel.deadline;
			this.#written === "" && deadline !== undefined && !running.result;
			deadline = this.#channel.deadline
		) {
			this.#expire(deadline);
		}
	}

	/** What the host sends after the module's prompt. */
	#payloadAfter(line: number): Uint8Array | undefined {
		const later = this.#transcript.records.filter(record => record.line > line);
		const index = later.findIndex(record => record.kind === "sent");
		const next = later[index];
		const shown = later.slice(0, Math.max(index, 0)).map(record => (record.kind === "received" ? latin1(record.bytes) : ""));
		return next?.kind === "sent" && this.#commands.endsWithPrompt(shown.join("")) ? next.bytes : undefined;
	}

	/** A raw command takes every line; one with another command's prefix is known to no table all the same. */
	#onLine(line: AtLine): void {
		const running = this.#running;
		if (!running?.request.isRaw) return;
		const text = line.toText();
		const prefix = /^[+^$*%#]([A-Za-z0-9]+):/.exec(text)?.[1];
		if (prefix && !running.request.text.toUpperCase().includes(prefix)) this.#unknown.push(text);
	}

	#compare(text: string, line: number): void {
		const written = this.#written;
		this.#written = "";
		const sent = text.replace(/^at/i, "AT");
		if (sent === written || sent === `${written}\n`) return;
		this.#errors.push(`${line}:1: the transcript's host sent ${JSON.stringify(text)}, the channel ${JSON.stringify(written)}`);
	}

	#receive(bytes: Uint8Array): void {
		this.#tail = (this.#tail + latin1(bytes)).replace(/^[\s\S]*[\r\n]/, "");
		if (this.#running) this.#running.answer += latin1(bytes);
		this.#channel.receive(bytes, this.#now);
		this.#pump();
	}

	#pass(ms: number): void {
		const end = this.#now + ms;
		for (let deadline = this.#channel.deadline; deadline !== undefined && deadline <= end; deadline = this.#channel.deadline)
			this.#expire(deadline);
		this.#now = end;
	}

	/** The command in flight has had all the answer that the transcript has: what became of it? */
	#end(): void {
		const running = this.#running;
		this.#running = undefined;
		if (!running) return;
		if (running.answer === "" && !running.result) {
			// The host gave up, as one that wakes a module does: so does the channel, which would look for the answer otherwise.
			this.#channel.reset("closed");
			running.result = "none";
		}
		for (let deadline = this.#channel.deadline; !running.result && deadline !== undefined; deadline = this.#channel.deadline)
			this.#expire(deadline);
		const expected = expectedResult(running.answer, running.request.command);
		const got = running.result ?? "nothing";
		if (!sameResult(expected, got)) {
			this.#errors.push(
				`${running.line}:1: ${running.request.text}: the transcript shows ${show(expected)}, the channel says ${show(got)}`,
			);
		}
	}

	#expire(deadline: number): void {
		this.#now = Math.max(this.#now, deadline);
		this.#channel.expire(this.#now);
		this.#pump();
	}

	#pump(): void {
		for (let chunk = this.#channel.transmit(4096, this.#now); chunk; chunk = this.#channel.transmit(4096, this.#now))
			this.#written += latin1(chunk);
	}
}

function latin1(bytes: Uint8Array): string {
	let text = "";
	for (const byte of bytes) text += String.fromCharCode(byte);
	return text;
}
