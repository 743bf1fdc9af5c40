import type { TCP, TCPOptions } from "../../../sdk/net/tcp.js";
import type { TLSOptions } from "../../../sdk/net/tls.js";
import type { Bench } from "./bench.js";
import { check, equal } from "./case.js";
import { FAR_ADDRESSES, Port } from "./far-end.js";
import type { FarStream } from "./far-stream.js";

/** Longer than any module here takes to connect, and to say that it could not. */
export const STREAM_MS = 300_000;
/** What the slowest of these links moves, hexadecimal at 9,600 bit/s with a round trip for each piece (an assumption), in bytes each second. */
const SLOWEST_RATE = 40;

export function transferMs(bytes: number): number {
	return STREAM_MS + (1000 * bytes) / SLOWEST_RATE;
}
/** Every byte value, in an order that does not repeat itself at once. */
export function pattern(length: number, first = 0): Uint8Array {
	return Uint8Array.from({ length }, (_, i) => (first + i + (i >> 8) * 7) & 0xff);
}
export function text(of: string): Uint8Array {
	return Uint8Array.from(of, character => character.charCodeAt(0));
}

type Options = Omit<TLSOptions, "onReadable" | "onWritable" | "onError"> & {
	/** Bytes stay where they are until `readAll`. */
	readonly isSlow?: boolean;
	/** The class of the socket; TCP when absent. */
	readonly class?: new (
		options: TCPOptions,
	) => TCP;
};

/** One connection of the application's side: it writes what it was given as room comes, reads, and notes what it was told. */
export class StreamTalk {
	readonly socket: TCP;
	/** What it was told, in order: "writable", "readable", "error". */
	readonly told: string[] = [];
	readonly #bench: Bench;
	readonly #pieces: Uint8Array[] = [];
	#unwritten: Uint8Array = new Uint8Array(0);
	/** Bytes read. */
	count = 0;
	/** As the last `onWritable` or `write` said. */
	room = 0;

	constructor(bench: Bench, { isSlow = false, class: Class = bench.modem.TCP, ...options }: Options = {}) {
		this.#bench = bench;
		const far = options.host === undefined ? { address: bench.reachable(FAR_ADDRESSES) } : {};
		this.socket = new Class({
			port: Port.echo,
			...far,
			...options,
			onReadable: () => {
				this.told.push("readable");
				if (!isSlow) this.readAll();
			},
			onWritable: (count: number) => {
				this.told.push("writable");
				this.room = count;
				this.#writeOn();
			},
			onError: (...values: unknown[]) => {
				this.told.push("error");
				check(values.length === 0, `onError was given ${values.length} arguments`);
			},
		});
	}
	get bytes(): Uint8Array {
		return Buffer.concat(this.#pieces);
	}
	get isOver(): boolean {
		return this.told.includes("error");
	}
	/** Why it is over, in words. */
	get why(): string {
		const { error } = this.socket;
		return error === undefined ? "" : `${error.code}: ${error.message}`;
	}
	/** Of all that it was told, how often. */
	times(what: "writable" | "readable" | "error"): number {
		return this.told.filter(told => told === what).length;
	}
	async connected(): Promise<this> {
		await this.#bench.until("the connection", () => this.room > 0 || this.isOver, STREAM_MS);
		check(!this.isOver, `it could not be connected: ${this.why}`);
		return this;
	}
	/** To be written as there is room for it. */
	write(bytes: Uint8Array): void {
		this.#unwritten = Buffer.concat([this.#unwritten, bytes]);
		this.#writeOn();
	}
	/** @returns how many bytes there were */
	readAll(): number {
		return this.#took(this.socket.read());
	}
	/** At most so many. */
	read(most: number): number {
		let left = most;
		while (left > 0) {
			const byte = this.#took(this.socket.read(1));
			if (byte === 0) break;
			left--;
		}
		return most - left;
	}
	/** Waits until so many bytes were read in all. */
	async has(count: number, withinMs = transferMs(count)): Promise<void> {
		await this.#bench.until(`byte ${count}`, () => this.count >= count || this.isOver, withinMs);
		check(this.count >= count, `it ended after ${this.count} of ${count} bytes: ${this.why}`);
	}
	async over(withinMs = STREAM_MS): Promise<void> {
		await this.#bench.until("the end of the stream", () => this.isOver, withinMs);
		equal(this.times("error"), 1, "how often the end was told");
	}
	/** Sends, and waits for the same to come back. */
	async echo(bytes: Uint8Array): Promise<void> {
		const before = this.count;
		this.write(bytes);
		await this.has(before + bytes.length, transferMs(2 * bytes.length));
		same(this.bytes.subarray(before), bytes, "what came back");
	}

	#writeOn(): void {
		const part = this.#unwritten.subarray(0, this.room);
		if (part.length === 0 || this.isOver) return;
		this.#unwritten = this.#unwritten.subarray(part.length);
		this.room = this.socket.write(part);
	}
	#took(bytes: ArrayBuffer | number | undefined): number {
		if (bytes === undefined || typeof bytes === "number") return 0;
		this.#pieces.push(new Uint8Array(bytes));
		this.count += bytes.byteLength;
		return bytes.byteLength;
	}
}

export function same(actual: Uint8Array, expected: Uint8Array, what: string): void {
	const length = Math.min(actual.length, expected.length);
	for (let i = 0; i < length; i++)
		check(actual[i] === expected[i], `${what}: byte ${i} of ${expected.length} is ${actual[i]}, not ${expected[i]}`);
	equal(actual.length, expected.length, `${what}: its length`);
}
/** The far end's side of the connection that was accepted last. */
export function farOf(bench: Bench): FarStream {
	const stream = bench.far.streams.at(-1);
	check(stream !== undefined, "nobody has connected to the far end");
	return stream;
}
/** Waits until the far end has so many bytes. */
export async function arrived(bench: Bench, stream: FarStream, bytes: Uint8Array): Promise<void> {
	await bench.until(`byte ${bytes.length} at the far end`, () => stream.count >= bytes.length, transferMs(bytes.length));
	same(stream.bytes, bytes, "what arrived");
}
