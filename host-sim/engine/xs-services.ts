import type { Scheduled } from "../clock/clock.js";
import { openWire, type Wire } from "../platform/serial-wire.js";
import type { ApplicationHost } from "./engine.js";
import { type Frame, type HostFigures, toHost, toNode } from "./xs-frames.js";
import type { Link } from "./xs-link.js";

const fromText = new TextEncoder();
const toText = new TextDecoder();

function splitAtZero(bytes: Uint8Array): [string, Uint8Array] {
	const zero = bytes.indexOf(0);
	return zero < 0
		? [toText.decode(bytes), bytes.subarray(bytes.length)]
		: [toText.decode(bytes.subarray(0, zero)), bytes.subarray(zero + 1)];
}

/** What the host in its process asks of this one: timers, lines in memory, pins, storage, and to be heard. */
export class XsServices {
	readonly #host: ApplicationHost;
	readonly #link: () => Link;
	readonly #timers = new Map<number, Scheduled>();
	readonly #lines = new Map<number, Wire>();
	readonly #failed: (error: Error) => void;
	readonly #handlers: Readonly<Record<string, (frame: Frame) => void>>;
	#figures: HostFigures | undefined;

	/** `failed`: a port that the application has open has gone. */
	constructor(host: ApplicationHost, link: () => Link, failed: (error: Error) => void) {
		this.#host = host;
		this.#link = link;
		this.#failed = failed;
		this.#handlers = {
			[toNode.setTimer]: ({ id, value }) => this.#setTimer(id, value),
			[toNode.clearTimer]: ({ id }) => this.#clearTimer(id),
			[toNode.openLine]: frame => this.#openLine(frame),
			[toNode.writeLine]: ({ id, payload }) => this.#lines.get(id)?.write(payload),
			[toNode.closeLine]: ({ id }) => this.#closeLine(id),
			[toNode.setPin]: ({ value, payload }) => host.setPin(toText.decode(payload), value),
			[toNode.readPin]: ({ payload }) => link().answer(1, host.readPin(toText.decode(payload))),
			[toNode.readStorage]: ({ payload }) => this.#readStorage(toText.decode(payload)),
			[toNode.writeStorage]: ({ payload }) => {
				const [key, value] = splitAtZero(payload);
				host.storage.set(key, value.slice());
			},
			[toNode.deleteStorage]: ({ payload }) => host.storage.delete(toText.decode(payload)),
			[toNode.listStorage]: () => link().answer(2, 0, fromText.encode(JSON.stringify([...host.storage.keys()]))),
			[toNode.monitor]: ({ payload }) => {
				const [event, data] = splitAtZero(payload);
				host.monitor(event, JSON.parse(toText.decode(data)));
			},
			[toNode.log]: ({ payload }) => host.log(toText.decode(payload)),
			[toNode.figures]: ({ payload }) => {
				this.#figures = JSON.parse(toText.decode(payload));
			},
		};
	}

	/** What the host said last; it does when it ends. */
	get figures(): HostFigures | undefined {
		return this.#figures;
	}

	handle(frame: Frame): void {
		this.#handlers[frame.type]?.(frame);
	}

	/** Nothing of the application comes back to life afterwards. */
	close(): void {
		for (const scheduled of this.#timers.values()) this.#host.clock.cancel(scheduled);
		this.#timers.clear();
		for (const id of [...this.#lines.keys()]) this.#closeLine(id);
	}

	#setTimer(id: number, delayMs: number): void {
		this.#clearTimer(id);
		const scheduled = this.#host.clock.after(delayMs, () => {
			this.#timers.delete(id);
			this.#link().turn(toHost.fire, id);
		});
		this.#timers.set(id, scheduled);
	}

	#clearTimer(id: number): void {
		this.#host.clock.cancel(this.#timers.get(id));
		this.#timers.delete(id);
	}

	/** Answers how much may be written at once, or in words why there is no such line. */
	#openLine({ id, payload }: Frame): void {
		const { device, ...framing } = JSON.parse(toText.decode(payload));
		try {
			const line = openWire(this.#host, device, framing, {
				writable: () => this.#turn(id, toHost.writable),
				received: bytes => this.#turn(id, toHost.bytes, bytes),
				failed: this.#failed,
			});
			this.#lines.set(id, line);
			this.#link().answer(1, line.capacityBytes);
		} catch (error) {
			this.#link().answer(2, 0, fromText.encode((error as Error).message));
		}
	}

	#turn(line: number, type: string, bytes?: Uint8Array): void {
		if (this.#lines.has(line)) this.#link().turn(type, line, bytes);
	}

	#closeLine(id: number): void {
		this.#lines.get(id)?.close();
		this.#lines.delete(id);
	}

	#readStorage(key: string): void {
		const stored = this.#host.storage.get(key);
		if (stored === undefined) this.#link().answer(0);
		else this.#link().answer(2, 0, stored);
	}
}
