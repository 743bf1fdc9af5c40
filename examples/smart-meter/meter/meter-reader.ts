import type { Frame, MeterProtocol, MeterStep, Register } from "./protocol.js";

/** The board's serial class (ECMA-419 11) and what else its constructor takes: port, pins. */
export interface MeterSerialOptions {
	readonly io: new (options: any) => MeterSerial;
	readonly [option: string]: unknown;
}
interface MeterSerial {
	read(count?: number): ArrayBuffer | undefined;
	write(bytes: ArrayBuffer): void;
	close(): void;
	/** Where the port has the option: what it was set to. */
	readonly parity?: string;
}
export interface MeterTimer {
	set(callback: () => void, delayMs: number): unknown;
	clear(id: any): void;
}

export interface MeterReaderOptions {
	readonly serial: MeterSerialOptions;
	readonly timer: MeterTimer;
	readonly protocol: MeterProtocol;
	/** Digits as printed on the meter; undefined asks the meter. */
	readonly address?: string;
	/** How often one request is sent before the reading fails; default 3. */
	readonly attempts?: number;
	/** DL/T 645 7.1 gives a meter 500 ms to begin its answer; the longest answer takes as long again at 2,400 baud. */
	readonly answerMs?: number;
}

export type MeterFailure = "no-answer" | "bad-frame" | "refused" | "port";
export type MeterDone = (
	failure: { readonly code: MeterFailure; readonly why: string } | undefined,
	register: Register | undefined,
) => void;

const REQUEST_BYTES = 32;
const ANSWER_BYTES = 256;

/** One meter on one serial line: asks, waits, asks again. One reading at a time; `done` is called exactly once for each. */
export class MeterReader {
	readonly #options: MeterReaderOptions;
	readonly #buffer = new Uint8Array(ANSWER_BYTES);
	#length = 0;
	#serial: MeterSerial | undefined;
	#writable = 0;
	#address: Uint8Array | undefined;
	#step = 0;
	#attempt = 0;
	#why = "";
	#timer: unknown;
	#done: MeterDone | undefined;
	#unsent: Uint8Array | undefined;

	/** @throws Error with what is wrong when the address is no address of this protocol, or the port has no parity option. */
	constructor(options: MeterReaderOptions) {
		this.#options = options;
		const protocol = options.protocol;
		if (options.address !== undefined) {
			this.#address = protocol.encodeAddress(options.address);
			if (!this.#address) throw new Error(`meter address "${options.address}" is not one of ${protocol.name}: give its digits as printed`);
		}
		const { io: Serial, ...port } = options.serial;
		this.#serial = new Serial({
			...port,
			baud: protocol.baud,
			parity: protocol.parity,
			dataBits: protocol.dataBits,
			stopBits: protocol.stopBits,
			format: "buffer",
			onReadable: (bytes: number) => this.#readable(bytes),
			onWritable: (bytes: number) => this.#canWrite(bytes),
		});
		// ECMA-419 has no parity option and a port that does not know it ignores it: ask the port what it did.
		if (protocol.parity !== "none" && port.parityInHardware !== true && this.#serial?.parity !== protocol.parity) {
			this.close();
			throw new Error(
				`${protocol.name} needs ${protocol.parity} parity and this board's Serial has no parity option: use a port that has one, or set meter.parityInHardware when the wiring adds it`,
			);
		}
	}

	/** As printed on the meter; undefined until it is known. */
	get address(): string | undefined {
		return this.#address && this.#options.protocol.decodeAddress(this.#address);
	}

	/** Starts a reading; false when one is under way. */
	read(done: MeterDone): boolean {
		if (this.#done) return false;
		this.#done = done;
		this.#step = 0;
		this.#attempt = 0;
		this.#ask();
		return true;
	}

	close(): void {
		if (this.#timer !== undefined) this.#options.timer.clear(this.#timer);
		this.#timer = undefined;
		this.#done = undefined;
		this.#serial?.close();
		this.#serial = undefined;
	}

	get #current(): MeterStep {
		const steps = this.#options.protocol.steps;
		// A known address need not be asked for again.
		while (this.#step < steps.length - 1 && steps[this.#step] === "discover" && this.#address) this.#step++;
		return steps[this.#step];
	}

	#ask(): void {
		const { protocol, timer, answerMs = 1000 } = this.#options;
		this.#attempt++;
		this.#length = 0;
		const out = new Uint8Array(REQUEST_BYTES);
		const length = protocol.request(this.#current, this.#address, out);
		this.#unsent = out.subarray(0, length);
		this.#timer = timer.set(() => this.#silent(), answerMs);
		this.#send();
	}

	#send(): void {
		const unsent = this.#unsent;
		if (!unsent || this.#writable === 0) return;
		const count = Math.min(this.#writable, unsent.length);
		this.#writable -= count;
		this.#unsent = count < unsent.length ? unsent.subarray(count) : undefined;
		try {
			this.#serial?.write(unsent.slice(0, count).buffer as ArrayBuffer);
		} catch (e) {
			this.#finish("port", String(e));
		}
	}

	#canWrite(bytes: number): void {
		this.#writable = bytes;
		this.#send();
	}

	#readable(bytes: number): void {
		try {
			const chunk = this.#serial?.read(bytes);
			if (chunk) this.#receive(new Uint8Array(chunk));
		} catch (e) {
			this.#finish("port", String(e));
		}
	}

	#receive(bytes: Uint8Array): void {
		if (!this.#done) return; // nobody asked: noise on the line
		for (let i = 0; i < bytes.length; i++) {
			if (this.#length === ANSWER_BYTES) this.#drop(1);
			this.#buffer[this.#length++] = bytes[i];
		}
		for (;;) {
			const result = this.#options.protocol.parse(this.#buffer, this.#length);
			if (result.kind === "bad") this.#why = result.why;
			if (result.kind === "frame") this.#take(result.frame);
			if (result.skip > 0) this.#drop(result.skip);
			if (result.kind === "more" || !this.#done) return;
		}
	}

	#drop(count: number): void {
		if (count > this.#length) return; // a frame's taker asked again and emptied the buffer
		this.#buffer.copyWithin(0, count, this.#length);
		this.#length -= count;
	}

	#take(frame: Frame): void {
		const answer = this.#options.protocol.answer(this.#current, frame);
		if (answer.kind === "refused") {
			this.#finish("refused", answer.why);
		} else if (answer.kind === "address") {
			this.#address = answer.address.slice();
			this.#stopTimer();
			this.#attempt = 0;
			this.#step++;
			this.#ask();
		} else if (answer.kind === "register") {
			if (!this.#address) this.#address = frame.address.slice();
			this.#finish(undefined, "", answer.register);
		}
	}

	#silent(): void {
		this.#timer = undefined;
		if (this.#attempt < (this.#options.attempts ?? 3)) {
			this.#ask();
			return;
		}
		const why = this.#why || `no answer to ${this.#attempt} requests: check wiring, baud and parity`;
		this.#finish(this.#why ? "bad-frame" : "no-answer", why);
	}

	#stopTimer(): void {
		if (this.#timer !== undefined) this.#options.timer.clear(this.#timer);
		this.#timer = undefined;
	}

	#finish(code: MeterFailure | undefined, why: string, register?: Register): void {
		this.#stopTimer();
		const done = this.#done;
		this.#done = undefined;
		this.#why = "";
		this.#unsent = undefined;
		done?.(code && { code, why }, register);
	}
}
