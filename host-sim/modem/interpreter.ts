import type { Scheduled } from "../clock/clock.js";
import type { Call, CommandRow, Prompt } from "./command.js";
import { type Form, type Request, splitCommandLine } from "./command-line.js";
import type { ModuleCore } from "./core.js";
import { cmeNames } from "./error-names.js";
import { LineInput } from "./line-input.js";
import type { Parameters } from "./parameters.js";
import { bytesOf } from "./text.js";

const ctrlZ = 0x1a;
const escapeCharacter = 0x1b;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

interface DataEntry {
	readonly prompt: Prompt;
	readonly bytes: number[];
	readonly done: (data: Uint8Array | undefined) => void;
}

/** Takes the host's bytes, runs one command line at a time, says its result (V.250 5). */
export class Interpreter {
	readonly #core: ModuleCore;
	readonly #write: (bytes: Uint8Array) => void;
	readonly #input: LineInput;
	#last = "";
	#queue: Request[] = [];
	#call: RunningCall | undefined;
	#data: DataEntry | undefined;
	#echoed: number[] = [];

	/** @param write to the host, on the connection that this one serves */
	constructor(core: ModuleCore, write: (bytes: Uint8Array) => void) {
		this.#core = core;
		this.#write = write;
		this.#input = new LineInput(core.settings, {
			line: body => this.#line(body),
			repeat: () => this.#line(this.#last),
			overflow: () => this.#result("ERROR", 4, "", "", false),
			echo: bytes => this.#echoed.push(...bytes),
		});
	}

	get busy(): boolean {
		return this.#call !== undefined;
	}

	/** An unsolicited result code may leave now. */
	get atBoundary(): boolean {
		return this.#data === undefined && !(this.#input.inLine && this.#core.settings.echo);
	}

	receive(bytes: Uint8Array): void {
		for (const byte of bytes) {
			if (this.#data) this.#dataByte(byte);
			else if (this.#call) this.#whileBusy(byte);
			else this.#input.push(byte);
		}
		this.#flushEcho();
		this.#core.flushHeld();
	}

	#flushEcho(): void {
		if (this.#echoed.length === 0) return;
		this.#write(Uint8Array.from(this.#echoed));
		this.#echoed = [];
	}

	/** V.250 5.6.1: any character aborts an abortable command; to others the module is deaf. */
	#whileBusy(byte: number): void {
		const abort = this.#call?.onAbort;
		if (abort && byte !== carriageReturn && byte !== lineFeed) abort();
	}

	#line(body: string): void {
		const core = this.#core;
		this.#flushEcho();
		this.#last = body;
		core.hardware.counters.commands++;
		const first = /^[^=?;]*/.exec(body)![0].toUpperCase();
		core.emit({ type: "command", line: body });
		if (core.hardware.faults.strikes("lost-command", first)) return;
		const requests = splitCommandLine(body);
		if (!requests || requests.some(request => request.parameters.malformed)) {
			this.#later(core.persona.answerMs, () => this.#result("ERROR", 4, "", first, false));
			return;
		}
		this.#queue = requests;
		if (requests.length === 0) this.#later(core.persona.answerMs, () => this.#result("OK", 0, "", "", true));
		else this.#next();
	}

	/** Keeps the module busy until `action`, for answers that belong to no command. */
	#later(delayMs: number, action: () => void): void {
		const call = new RunningCall(this.#core, this, nothing);
		this.#call = call;
		call.after(delayMs, action);
	}

	#next(): void {
		const request = this.#queue.shift()!;
		const core = this.#core;
		const call = new RunningCall(core, this, request);
		this.#call = call;
		const row = core.table.get(request.name);
		const slow = core.hardware.faults.take("slow-answer", request.name);
		const delayMs = (row?.formMs?.[request.form] ?? row?.answerMs ?? core.persona.answerMs) + Number(slow?.delayMs ?? 0);
		call.after(delayMs, () => this.#run(call, row));
	}

	#run(call: RunningCall, row: CommandRow | undefined): void {
		if (this.#failsByFault(call)) return;
		const handler = row?.[call.form];
		if (handler === undefined) {
			if (row === undefined || this.#core.persona.unknownCommand === "error") call.unknown();
			else call.cme(4);
			return;
		}
		const refusal = row?.needsSim ? this.#core.simRefusal() : undefined;
		if (refusal !== undefined) {
			call.cme(refusal);
			return;
		}
		const answer = typeof handler === "string" ? handler : handler(call);
		if (typeof answer === "string") {
			call.info(answer);
			call.ok();
		} else if (typeof answer === "number") call.cme(answer);
	}

	#failsByFault(call: RunningCall): boolean {
		const faults = this.#core.hardware.faults;
		const name = call.request.name;
		const failure = faults.take("error-answer", name);
		const words = faults.take("cme-text", name);
		if (words) call.end(`+CME ERROR: ${words.text}`, 4, false);
		else if (!failure) return false;
		else if (Number(failure.cms) >= 0) call.cms(Number(failure.cms));
		else if (Number(failure.cme) >= 0) call.cme(Number(failure.cme));
		else call.error();
		return true;
	}

	/** Called by the running call when it has ended. */
	finished(call: RunningCall, final: string, code: number, ok: boolean): void {
		if (this.#call !== call) return;
		this.#data = undefined;
		if (ok && this.#queue.length > 0) {
			this.say(call.takeInfo());
			this.#next();
			return;
		}
		this.#queue = [];
		this.#result(final, code, call.takeInfo(), call.request.name, ok);
	}

	/** An answer, or a part of one. */
	say(text: string): void {
		if (text !== "") this.#write(this.#core.encode(text));
	}

	ask(prompt: Prompt, done: (data: Uint8Array | undefined) => void): void {
		const { faults } = this.#core.hardware;
		const command = this.#call?.request.name ?? "";
		if (!faults.strikes("lost-prompt", command)) this.#write(bytesOf(prompt.text));
		const beside = faults.take("urc-at-prompt", command);
		if (beside) this.say(String(beside.text));
		this.#data = { prompt, bytes: [], done };
	}

	#dataByte(byte: number): void {
		const data = this.#data!;
		const { length, binary, limit } = data.prompt;
		if ((data.prompt.echo ?? this.#core.settings.echo) && byte !== escapeCharacter && byte !== ctrlZ) this.#echoed.push(byte);
		if (!binary && byte === escapeCharacter) this.#endData(undefined);
		else if (length === undefined && byte === ctrlZ) this.#endData(Uint8Array.from(data.bytes));
		else {
			if (data.bytes.length < (length ?? limit ?? Number.POSITIVE_INFINITY)) data.bytes.push(byte);
			if (length !== undefined && data.bytes.length >= length) this.#endData(Uint8Array.from(data.bytes));
		}
	}

	#endData(bytes: Uint8Array | undefined): void {
		const { done } = this.#data!;
		this.#data = undefined;
		this.#flushEcho();
		done(bytes);
	}

	#result(final: string, code: number, info: string, command: string, ok: boolean): void {
		this.#call = undefined;
		const core = this.#core;
		const { verbose, quiet } = core.settings;
		const text = quiet || final === "" ? "" : verbose || code < 0 ? `\r\n${final}\r\n` : `${code}\r`;
		const whole = core.hardware.faults.alterAnswer(command, { info: verbose ? info : info.replace(/^\r\n/, ""), final: text, ok });
		const reboot = core.hardware.faults.take("reboot-mid-command", command);
		if (reboot) {
			this.say(whole.slice(0, Number(reboot.afterBytes)));
			core.hardware.restart("fault");
			return;
		}
		this.say(whole);
		core.afterCommand();
	}
}

const nothing: Request = { name: "", form: "execute", parameters: undefined as unknown as Parameters, argument: "", semicolon: false };

class RunningCall implements Call {
	readonly request: Request;
	onAbort: (() => void) | undefined;
	readonly #core: ModuleCore;
	readonly #interpreter: Interpreter;
	readonly #timers: Scheduled[] = [];
	#info = "";
	#ended = false;

	constructor(core: ModuleCore, interpreter: Interpreter, request: Request) {
		this.#core = core;
		this.#interpreter = interpreter;
		this.request = request;
	}

	get form(): Form {
		return this.request.form;
	}

	get parameters(): Parameters {
		return this.request.parameters;
	}

	info(text: string): void {
		if (!this.#ended) this.#info += text;
	}

	takeInfo(): string {
		const text = this.#info;
		this.#info = "";
		return text;
	}

	ok(): void {
		this.end("OK", 0, true);
	}

	error(): void {
		this.end("ERROR", 4, false);
	}

	unknown(): void {
		const { unknownCommand } = this.#core.persona;
		if (unknownCommand === "error") this.error();
		else this.cme(unknownCommand);
	}

	cme(number: number): void {
		const { cmee } = this.#core.settings;
		if (cmee === 0) this.error();
		else this.end(`+CME ERROR: ${cmee === 1 ? number : (cmeNames.get(number) ?? String(number))}`, -1, false);
	}

	cms(number: number): void {
		this.end(`+CMS ERROR: ${number}`, -1, false);
	}

	final(text: string, code: number): void {
		this.end(text, code, false);
	}

	end(final: string, code: number, ok: boolean): void {
		if (this.#ended) return;
		this.#ended = true;
		for (const timer of this.#timers) this.#core.clock.cancel(timer);
		this.#interpreter.finished(this, final, code, ok);
	}

	prompt(prompt: Prompt, done: (data: Uint8Array | undefined) => void): void {
		if (this.#ended) return;
		this.#interpreter.say(this.takeInfo());
		this.#interpreter.ask(prompt, done);
	}

	after(delayMs: number, action: () => void): void {
		this.#timers.push(
			this.#core.after(delayMs, () => {
				if (!this.#ended) action();
			}),
		);
	}

	until(condition: () => boolean, timeoutMs: number, done: (met: boolean) => void): void {
		this.#core.until(condition, timeoutMs, met => {
			if (!this.#ended) done(met);
		});
	}
}

/** Bytes of an answer with the line characters that the host asked for with S3 and S4 (V.250 6.2.1, 6.2.2). */
export function withLineCharacters(text: string, cr: number, lf: number): Uint8Array {
	const bytes = bytesOf(text);
	if (cr === carriageReturn && lf === lineFeed) return bytes;
	return bytes.map(byte => (byte === carriageReturn ? cr : byte === lineFeed ? lf : byte));
}
