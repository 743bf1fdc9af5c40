import type { Scheduled } from "../clock/clock.js";
import type { ApplicationHost, LineEnd } from "./engine.js";
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
	readonly #lines = new Map<number, LineEnd>();
	readonly #handlers: Readonly<Record<string, (frame: Frame) => void>>;
	#figures: HostFigures | undefined;

	constructor(host: ApplicationHost, link: () => Link) {
		this.#host = host;
		this.#link = link;
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
			[toNode.listStorage]: () => link().answer(2, 0, fromText.encode([...host.storage.keys()].join("\0"))),
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

	#openLine(frame: Frame): void {
		const { name, ...options } = JSON.parse(toText.decode(frame.payload));
		const line = this.#host.lines.get(name);
		if (line === undefined) {
			this.#link().answer(0);
			return;
		}
		this.#lines.set(frame.id, line);
		line.onBytes = bytes => this.#link().turn(toHost.bytes, frame.id, bytes);
		line.open(options);
		this.#link().answer(1, 1);
	}

	#closeLine(id: number): void {
		const line = this.#lines.get(id);
		if (line === undefined) return;
		this.#lines.delete(id);
		line.onBytes = undefined;
		line.close();
	}

	#readStorage(key: string): void {
		const stored = this.#host.storage.get(key);
		if (stored === undefined) this.#link().answer(0);
		else this.#link().answer(2, 0, stored);
	}
}
