import type { Clock, Scheduled } from "../clock/clock.js";
import { createRandom, type Random } from "../clock/random.js";
import type { Framing, Port } from "../ports/port.js";
import type { Consumption } from "./consumption.js";
import { FrameScanner, type Measure } from "./frames.js";

/**
 * What a meter does wrong: says nothing; answers with a wrong check code, with one byte changed, or with half the frame;
 * has noise before its answer; refuses what is asked; answers when nobody waits any more.
 */
export type MeterFault = "silent" | "bad-checksum" | "garbled" | "cut" | "noise" | "refuses" | "late";

export const meterFaults: readonly MeterFault[] = ["silent", "bad-checksum", "garbled", "cut", "noise", "refuses", "late"];

export interface MeterOptions {
	readonly clock: Clock;
	readonly port: Port;
	/** Decides address, consumption and how soon it answers. */
	readonly seed: number;
	/** Decimal digits as printed on the meter; without one the seed chooses. */
	readonly address?: string | undefined;
	/** What its calendar shows when the simulation begins: UTC milliseconds of its local time. Default 2026-01-01 00:00. */
	readonly calendarMs?: number | undefined;
}

/** Eight data bits, even parity, one stop bit: byte format of CJ/T 188-2004 and of DL/T 645-2007 (clause 5). 2,400 baud: the usual rate of both. */
export const meterFraming: Framing = Object.freeze({ baud: 2400, dataBits: 8, parity: "even", stopBits: 1 });

/** DL/T 645-2007 clause 5, Td: 20 ms to 500 ms. The narrower range is an assumption: what a meter needs to look up a register. */
const soonestAnswerMs = 25;
const latestAnswerMs = 120;

/** Beyond the 500 ms and any patience of a reader that keeps to them. */
const lateAnswerMs = 3000;

/** What a protocol makes of a meter. */
export interface MeterProtocol {
	readonly measure: Measure;
	readonly preambleBytes: number;
	/** The answer without preamble; undefined for a frame that is not for this meter or is not sound. */
	answer(frame: Uint8Array, refuses: boolean): Uint8Array | undefined;
}

/** A meter on a port: hears requests, answers after a while, fails as told. */
export class Meter {
	/** Answers given, sound or not. */
	answers = 0;
	readonly address: string;
	readonly consumption: Consumption;
	readonly #clock: Clock;
	readonly #port: Port;
	readonly #random: Random;
	readonly #scanner: FrameScanner;
	readonly #protocol: MeterProtocol;
	#answering: Scheduled | undefined;
	#fault: MeterFault | undefined;
	#faultTimes = 0;

	constructor(options: MeterOptions, address: string, consumption: Consumption, protocol: MeterProtocol) {
		this.address = address;
		this.consumption = consumption;
		this.#clock = options.clock;
		this.#port = options.port;
		this.#protocol = protocol;
		this.#random = createRandom(options.seed).fork("answers");
		this.#scanner = new FrameScanner(protocol.measure);
		this.#port.framing = meterFraming;
		this.#port.onBytes = bytes => this.#hear(bytes);
	}

	/** The register now, in hundredths of the unit. */
	get hundredths(): number {
		return this.consumption.total;
	}

	/** From the next request on, for so many requests; undefined mends it. */
	setFault(fault: MeterFault | undefined, times = Number.POSITIVE_INFINITY): void {
		this.#fault = fault;
		this.#faultTimes = fault === undefined ? 0 : times;
	}

	/** Leaves the port open: that is its owner's. */
	close(): void {
		this.#clock.cancel(this.#answering);
		this.#port.onBytes = undefined;
	}

	#hear(bytes: Uint8Array): void {
		for (const frame of this.#scanner.push(bytes, this.#clock.now())) this.#take(frame);
	}

	#take(frame: Uint8Array): void {
		const refuses = this.#fault === "refuses" && this.#faultTimes > 0;
		const answer = this.#protocol.answer(frame, refuses);
		if (answer === undefined) return;
		const fault = this.#nextFault();
		if (fault === "silent") return;
		const delayMs = fault === "late" ? lateAnswerMs : this.#random.integer(soonestAnswerMs, latestAnswerMs);
		const bytes = this.#spoil(answer, fault);
		// A new request makes the meter forget the one it was working on.
		this.#clock.cancel(this.#answering);
		this.#answering = this.#clock.after(delayMs, () => {
			this.answers++;
			this.#port.write(bytes);
		});
	}

	#nextFault(): MeterFault | undefined {
		if (this.#faultTimes <= 0) return undefined;
		this.#faultTimes--;
		return this.#fault;
	}

	#spoil(answer: Uint8Array, fault: MeterFault | undefined): Uint8Array {
		const preamble = new Uint8Array(this.#protocol.preambleBytes).fill(0xfe);
		const bytes = Uint8Array.of(...preamble, ...answer);
		const check = bytes.length - 2;
		if (fault === "bad-checksum") bytes[check] = ((bytes[check] ?? 0) + 1) & 0xff;
		if (fault === "garbled") {
			const at = this.#random.integer(preamble.length + 1, check - 1);
			bytes[at] = (bytes[at] ?? 0) ^ (1 << this.#random.integer(0, 7));
		}
		if (fault === "cut") return bytes.slice(0, this.#random.integer(preamble.length + 1, check));
		// Starts with what looks like the start of a frame: the worst noise for whoever looks for one.
		if (fault === "noise") return Uint8Array.of(0x68, this.#random.integer(0, 255), 0x68, this.#random.integer(0, 255), ...bytes);
		return bytes;
	}
}
