import { AtChannel, type Urc } from "../../../sdk/at/channel.js";
import type { Command } from "../../../sdk/at/command.js";
import type { AtError } from "../../../sdk/at/errors.js";
import type { AtLine } from "../../../sdk/at/line.js";
import type { Clock, Scheduled } from "../../clock/clock.js";
import type { Device, DeviceListener } from "../../ports/device.js";
import type { PortError } from "../../ports/port-error.js";

/** Opens the host's end at a rate; may throw a PortError for a path that cannot be meant. */
export type OpenLine = (baud: number, listener: DeviceListener) => Pick<Device, "write" | "close">;

/** The module answered before and does not any more, or its port is gone. */
export class LineLost extends Error {
	readonly port: PortError | undefined;
	constructor(command: string, port?: PortError) {
		super(command);
		this.port = port;
	}
	override get name() {
		return "LineLost";
	}
}

export interface Answer<R> {
	readonly error: AtError | undefined;
	/** A copy; undefined with an error. */
	readonly result: R | undefined;
}

/** The longest line that a module says about itself; `+CGCONTRDP` with IPv6 as dotted decimals is about 500 (an assumption: double that). */
const LINE_BYTES = 1024;
/** More than any module says at once before the listener looks. */
const HEARD_BYTES = 4096;

/** A port at one rate: first bytes as they are, for finding the rate, then AT commands with answers to await. */
export class DoctorLine {
	readonly #clock: Clock;
	readonly #device: Pick<Device, "write" | "close">;
	#opened: (() => void) | undefined;
	#failed: ((error: PortError) => void) | undefined;
	#channel: AtChannel<undefined> | undefined;
	#scheduled: Scheduled | undefined;
	#heard = "";
	#portError: PortError | undefined;
	#closed = false;

	private constructor(clock: Clock, open: OpenLine, baud: number) {
		this.#clock = clock;
		this.#device = open(baud, {
			opened: () => this.#opened?.(),
			received: bytes => this.#receive(bytes),
			drained: () => undefined,
			failed: error => {
				this.#portError = error;
				this.#channel?.reset("closed");
				this.#failed?.(error);
			},
		});
	}

	/** Rejects with the PortError when the port cannot be had. */
	static open(clock: Clock, open: OpenLine, baud: number): Promise<DoctorLine> {
		return new Promise((resolve, reject) => {
			const line = new DoctorLine(clock, open, baud);
			line.#opened = () => resolve(line);
			line.#failed = reject;
		});
	}

	/** What came since the last call, one character per byte. */
	take(): string {
		const heard = this.#heard;
		this.#heard = "";
		return heard;
	}

	write(text: string): void {
		if (!this.#closed) this.#device.write(Uint8Array.from(text, character => character.charCodeAt(0)));
	}

	/** @throws LineLost when the port went away meanwhile */
	async pause(ms: number): Promise<void> {
		await new Promise<void>(resolve => {
			this.#clock.after(ms, resolve);
		});
		if (this.#portError !== undefined) throw new LineLost("", this.#portError);
	}

	/** From now on what comes is the answer to a command, or a row of `urcs`. */
	speak(urcs: readonly Urc<undefined>[]): void {
		this.#channel = new AtChannel<undefined>({ context: undefined, urcs, lineCapacity: LINE_BYTES });
	}

	/**
	 * Sends a command that asks and waits for its end. A line that was lost, as the first one after sleep, is sent once more.
	 * @throws LineLost after the second silence, or when the port is gone
	 */
	async ask<P, R>(command: Command<P, R>, params: P, onLine?: (line: AtLine) => void): Promise<Answer<R>> {
		let answer = await this.#once(command, params, onLine);
		if (answer.error?.code === "timeout") answer = await this.#once(command, params, onLine);
		if (answer.error?.code === "timeout" || answer.error?.code === "closed") throw new LineLost(command.head, this.#portError);
		return answer;
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#clock.cancel(this.#scheduled);
		this.#device.close();
	}

	#once<P, R>(command: Command<P, R>, params: P, onLine: ((line: AtLine) => void) | undefined): Promise<Answer<R>> {
		const channel = this.#channel!;
		return new Promise(resolve => {
			const done = (error: AtError | undefined, result: R) => resolve({ error, result: error === undefined ? { ...result } : undefined });
			if (this.#portError !== undefined) resolve({ error: { code: "closed", command: command.head, afterMs: 0 }, result: undefined });
			else {
				channel.submit(command, params, undefined, done, undefined, onLine);
				this.#pump();
			}
		});
	}

	#receive(bytes: Uint8Array): void {
		if (this.#closed) return;
		if (this.#channel === undefined) {
			this.#heard = (this.#heard + Buffer.from(bytes).toString("latin1")).slice(-HEARD_BYTES);
			return;
		}
		this.#channel.receive(bytes, this.#clock.now());
		this.#pump();
	}

	/** Gives the port what there is to write and comes back when the channel wants it. */
	#pump(): void {
		const channel = this.#channel;
		if (channel === undefined || this.#closed) return;
		const nowMs = this.#clock.now();
		for (let bytes = channel.transmit(LINE_BYTES, nowMs); bytes !== undefined; bytes = channel.transmit(LINE_BYTES, nowMs))
			this.#device.write(bytes);
		this.#clock.cancel(this.#scheduled);
		this.#scheduled = undefined;
		const { deadline } = channel;
		if (deadline === undefined) return;
		this.#scheduled = this.#clock.at(deadline, () => {
			channel.expire(this.#clock.now());
			this.#pump();
		});
	}
}
