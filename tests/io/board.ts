import { expect } from "vitest";
import { type Answer, error, HAPPY, ok } from "../modem/world.js";

/**
 * A board with one serial port, timers and ticks, as strict as the strictest of Moddable's ports, and the scripted module at the
 * other end. Ticks are 32 bits and may begin anywhere.
 */
export class Board {
	now = 0;
	readonly commands: string[] = [];
	readonly thrown: unknown[] = [];
	readonly delays: number[] = [];
	readonly written: number[] = [];
	readonly pinWrites: string[] = [];
	script: Record<string, Answer>;
	firstTick: number;
	/** What the port's buffer takes. */
	room = 64;
	isOpen = false;
	failOpen: Error | undefined = undefined;
	failWrite: Error | undefined = undefined;
	timers: { at: number; callback: () => void }[] = [];
	#waiting: { at: number; run: () => void }[] = [];
	#partial = "";
	#options: any;
	#unread = new Uint8Array(0);
	#free = 0;
	#inConstructor = false;

	constructor(options: { script?: Record<string, Answer>; firstTick?: number } = {}) {
		this.script = { ...HAPPY, ...options.script };
		this.firstTick = options.firstTick ?? 0;
	}
	readonly time = Object.defineProperty({} as { ticks: number }, "ticks", { get: () => (this.firstTick + this.now) | 0 });
	readonly timer = {
		set: (callback: () => void, delayMs: number): unknown => {
			if (!Number.isInteger(delayMs) || delayMs < 0 || delayMs > 0x7fffffff) throw new RangeError(`delay ${delayMs}`);
			this.delays.push(delayMs);
			const entry = { at: this.now + delayMs, callback };
			this.timers.push(entry);
			return entry;
		},
		clear: (id: any): void => {
			if (!this.timers.includes(id)) throw new Error("this timer is not running");
			this.timers = this.timers.filter(entry => entry !== id);
		},
	};
	readonly Serial = this.#serialClass();
	#serialClass() {
		const board = this;
		return class Serial {
			constructor(options: any) {
				if (board.failOpen) throw board.failOpen;
				board.#inConstructor = true;
				board.#options = options;
				board.isOpen = true;
				board.#later(0, () => board.#writable());
				board.#inConstructor = false;
			}
			read(count?: number): ArrayBuffer | undefined {
				const unread = board.#unread;
				if (unread.length === 0 || count === undefined || count > unread.length) throw new Error("nothing to read");
				board.#unread = unread.slice(count);
				return unread.slice(0, count).buffer;
			}
			write(bytes: ArrayBuffer): void {
				if (board.failWrite) throw board.failWrite;
				if (!(bytes instanceof ArrayBuffer)) throw new TypeError("ArrayBuffer");
				if (bytes.byteLength > board.#free) throw new Error("overflow");
				board.#free -= bytes.byteLength;
				board.written.push(bytes.byteLength);
				board.#later(1, () => board.#writable());
				board.#hear(new Uint8Array(bytes));
			}
			close(): void {
				board.isOpen = false;
			}
		};
	}
	get options(): any {
		return this.#options;
	}
	/** ECMA-419 Digital. */
	digital(name: string) {
		const board = this;
		return {
			io: class {
				constructor(options: any) {
					if (options.fail) throw new Error("no such pin");
				}
				read(): number {
					return 1;
				}
				write(level: number): void {
					board.pinWrites.push(`${name} ${level}`);
				}
				close(): void {
					board.pinWrites.push(`${name} closed`);
				}
			},
		};
	}
	#later(afterMs: number, run: () => void): void {
		this.#waiting.push({ at: this.now + afterMs, run });
	}
	#writable(): void {
		if (!this.isOpen) return;
		this.#free = this.room;
		this.#call(() => this.#options.onWritable(this.room));
	}
	#call(callback: () => void): void {
		try {
			callback();
		} catch (thrown) {
			this.thrown.push(thrown);
		}
	}
	#hear(bytes: Uint8Array): void {
		expect(this.#inConstructor).toBe(false);
		this.#partial += String.fromCharCode(...bytes);
		for (let end = this.#partial.indexOf("\r"); end >= 0; end = this.#partial.indexOf("\r")) {
			const command = this.#partial.slice(0, end);
			this.#partial = this.#partial.slice(end + 1);
			this.commands.push(command);
			const open = /^AT\+UOPEN=(\d)/.exec(command);
			const answer = open
				? `${ok}\r\n+UOPEN: ${open[1]},0\r\n`
				: command.startsWith("AT+USEND=")
					? `${ok}\r\nSEND OK\r\n`
					: command.startsWith("AT+UCLOSE=")
						? `${ok}\r\nCLOSE OK\r\n`
						: command in this.script
							? this.script[command]
							: error;
			if (typeof answer === "string") this.say(answer, 20);
		}
	}
	say(text: string, afterMs = 0): void {
		this.#later(afterMs, () => {
			if (!this.isOpen) return;
			this.#unread = Uint8Array.from([...this.#unread, ...Array.from(text, c => c.charCodeAt(0))]);
			const count = this.#unread.length;
			this.#call(() => this.#options.onReadable(count));
		});
	}
	run(ms: number, until?: () => boolean): void {
		const end = this.now + ms;
		for (let count = 0; !until?.(); count++) {
			expect(count, "a hang: events without end").toBeLessThan(50_000);
			const timer = this.timers.reduce<(typeof this.timers)[0] | undefined>((a, b) => (a && a.at <= b.at ? a : b), undefined);
			const wait = this.#waiting.reduce<(typeof this.timers)[0] | any>((a, b) => (a && a.at <= b.at ? a : b), undefined);
			const at = Math.min(timer?.at ?? Number.POSITIVE_INFINITY, wait?.at ?? Number.POSITIVE_INFINITY);
			if (at > end) {
				this.now = end;
				return;
			}
			this.now = Math.max(this.now, at);
			if (wait && wait.at === at) {
				this.#waiting.splice(this.#waiting.indexOf(wait), 1);
				wait.run();
			} else {
				this.timers = this.timers.filter(entry => entry !== timer);
				this.#call(() => timer!.callback());
			}
		}
	}
}
