import { expect } from "vitest";
import { AtChannel, type AtChannelOptions, type Urc } from "../../sdk/at/channel.js";
import type { Command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import type { AtLine } from "../../sdk/at/line.js";

/** Every character is one byte: "\xff" is 0xFF. */
export function bytes(text: string): Uint8Array {
	const out = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
	return out;
}

export function latin1(data: Uint8Array): string {
	let out = "";
	for (const byte of data) out += String.fromCharCode(byte);
	return out;
}

export interface Outcome {
	command: string;
	error?: AtError;
	result?: unknown;
}

export const URCS: readonly Urc<Pair>[] = [
	{
		prefix: "+CEREG",
		spec: "TS 27.007 10.1.22",
		isResponse: line => line.uint(1) !== undefined && !line.isQuoted(1) && line.uint(0) !== undefined,
		handle: (pair, line) => pair.urcs.push(line.toText()),
	},
	{
		prefix: "+CSCON",
		spec: "TS 27.007 10.1.30",
		isResponse: line => line.count > 1,
		handle: (pair, line) => pair.urcs.push(line.toText()),
	},
	{ prefix: "+CPIN", spec: "TS 27.007 8.3", handle: (pair, line) => pair.urcs.push(line.toText()) },
	{ prefix: "+QNBIOTEVENT", spec: "BC660K-GL", handle: (pair, line) => pair.urcs.push(line.toText()) },
	{ prefix: "RDY", spec: "BC660K-GL", handle: (pair, line) => pair.urcs.push(line.toText()) },
];

/** A channel and the bytes that came out of it, on a clock that jumps from deadline to deadline. */
export class Pair {
	now = 1000;
	written = "";
	readonly urcs: string[] = [];
	readonly unknown: string[] = [];
	readonly thrown: unknown[] = [];
	readonly outcomes: Outcome[] = [];
	readonly lines: string[] = [];
	readonly payloads: string[] = [];
	readonly channel: AtChannel<Pair>;
	/** What the port takes at once. */
	limit = 4096;

	constructor(options: Partial<AtChannelOptions<Pair>> = {}) {
		this.channel = new AtChannel<Pair>({
			context: this,
			urcs: URCS,
			onUnknown: (pair, line) => pair.unknown.push(line.toText()),
			onException: (pair, thrown) => pair.thrown.push(thrown),
			...options,
		});
	}

	/** Submits and keeps what comes of it; the record is copied because it is valid only inside the call. */
	submit<P>(command: Command<P, any>, params: P, payload?: Uint8Array): number {
		const outcomes = this.outcomes;
		const ticket = this.channel.submit(
			command,
			params,
			this,
			(error, result) => {
				const outcome: Outcome = { command: command.head };
				if (error) outcome.error = error;
				else outcome.result = result && typeof result === "object" ? { ...result } : result;
				outcomes.push(outcome);
			},
			payload,
			this.#onLine,
		);
		this.pump();
		return ticket;
	}

	#onLine(line: AtLine): void {
		this.lines.push(line.toText());
		const payload = line.payload();
		if (payload) this.payloads.push(latin1(payload));
	}

	/** Gives the port all there is. */
	pump(): void {
		for (let chunk = this.channel.transmit(this.limit, this.now); chunk; chunk = this.channel.transmit(this.limit, this.now)) {
			this.written += latin1(chunk);
		}
	}

	/** What was written since the last call. */
	take(): string {
		const written = this.written;
		this.written = "";
		return written;
	}

	receive(text: string): void {
		this.channel.receive(bytes(text), this.now);
		this.pump();
	}

	/** Lets time pass, stopping at each deadline. */
	wait(ms: number): void {
		const end = this.now + ms;
		for (let deadline = this.channel.deadline; deadline !== undefined && deadline <= end; deadline = this.channel.deadline) {
			this.now = Math.max(this.now, deadline);
			this.channel.expire(this.now);
			this.pump();
		}
		this.now = end;
	}

	/** Runs to the last deadline; fails when there is none. */
	settle(limitMs = 10_000_000): void {
		const end = this.now + limitMs;
		let rounds = 0;
		for (let deadline = this.channel.deadline; deadline !== undefined; deadline = this.channel.deadline) {
			if (++rounds > 100_000 || deadline > end) throw new Error("the channel never comes to rest");
			this.now = Math.max(this.now, deadline);
			this.channel.expire(this.now);
			this.pump();
		}
	}

	get last(): Outcome | undefined {
		return this.outcomes[this.outcomes.length - 1];
	}
}

/** The ways an answer can arrive: whole, byte by byte, and in two at each place. What the host sends in between separates its parts. */
export function cuts(...parts: string[]): string[][] {
	const all: string[][] = [parts, parts.flatMap(part => [...part])];
	for (const [index, part] of parts.entries()) {
		for (let at = 1; at < part.length; at++)
			all.push([...parts.slice(0, index), part.slice(0, at), part.slice(at), ...parts.slice(index + 1)]);
	}
	return all;
}

/**
 * Runs one dialogue in every way its bytes can arrive, and once with a URC right behind it. `check` sees the pair after the answer;
 * an answer of several parts has something written between them.
 */
export function everyWay(
	start: (pair: Pair) => void,
	answer: string | readonly string[],
	check: (pair: Pair) => void,
	options?: Partial<AtChannelOptions<Pair>>,
): void {
	const parts = typeof answer === "string" ? [answer] : [...answer];
	for (const pieces of cuts(...parts)) {
		const pair = new Pair(options);
		start(pair);
		for (const piece of pieces) pair.receive(piece);
		check(pair);
		expect(pair.thrown).toEqual([]);
	}
	const trailing = new Pair(options);
	start(trailing);
	for (const part of parts.slice(0, -1)) trailing.receive(part);
	trailing.receive(`${parts[parts.length - 1]}\r\n+CSCON: 1\r\n`);
	expect(trailing.urcs.pop()).toBe("+CSCON: 1");
	check(trailing);
}
