// A board for measuring: timers, ticks and a serial port in the engine itself, at whose other end a module answers at once.
import { ascii } from "./ascii.js";

const fifoBytes = 1024;
const lineCapacityBytes = 1200;

export class Board {
	nowMs = 0;
	#timers = [];
	#outbox = [];
	#answers;
	#line = new Uint8Array(lineCapacityBytes);
	#length = 0;
	#serial;

	/** `answers`: from the start of a command to what the module says; the longest start that fits counts, and `OK` where none does. */
	constructor(answers) {
		this.#answers = Object.entries(answers)
			.sort(([a], [b]) => b.length - a.length)
			.map(([start, said]) => ({ start: ascii(start), buffer: ascii(said).buffer }));
		this.#answers.push({ start: ascii(""), buffer: ascii("\r\nOK\r\n").buffer });
		const board = this;
		this.Serial = class {
			constructor(options) {
				this.target = options.target;
				board.#serial = options;
				board.#unread = [];
				board.timer.set(() => options.onWritable.call(this, fifoBytes), 0);
			}
			read() {
				return board.#unread.shift();
			}
			write(buffer) {
				board.#receive(new Uint8Array(buffer));
				board.#isWritable = true;
			}
			close() {}
		};
		this.timer = {
			set: (callback, delayMs) => this.#set(callback, delayMs),
			clear: timer => {
				timer.callback = undefined;
			},
		};
		this.time = {
			get ticks() {
				return board.nowMs | 0;
			},
		};
	}
	#unread = [];
	#isWritable = false;

	/** Until nothing is left to do but wait for timers later than `untilMs`. */
	run(untilMs) {
		while (this.#deliver() || this.#fire(untilMs));
	}

	#deliver() {
		if (this.#isWritable) {
			this.#isWritable = false;
			this.#serial.onWritable(fifoBytes);
			return true;
		}
		const buffer = this.#outbox.shift();
		if (buffer === undefined) return false;
		this.#unread.push(buffer);
		this.#serial.onReadable(buffer.byteLength);
		return true;
	}

	#set(callback, delayMs) {
		for (let i = 0; i < this.#timers.length; i++) {
			const timer = this.#timers[i];
			if (timer.callback !== undefined) continue;
			timer.callback = callback;
			timer.dueMs = this.nowMs + delayMs;
			return timer;
		}
		const timer = { callback, dueMs: this.nowMs + delayMs };
		this.#timers.push(timer);
		return timer;
	}

	#fire(untilMs) {
		let first;
		for (let i = 0; i < this.#timers.length; i++) {
			const timer = this.#timers[i];
			if (timer.callback !== undefined && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
		}
		if (first === undefined || first.dueMs > untilMs) return false;
		this.nowMs = Math.max(this.nowMs, first.dueMs);
		const callback = first.callback;
		first.callback = undefined;
		callback();
		return true;
	}

	/** Compares bytes and makes nothing, so that what is allocated is the SDK's. */
	#receive(bytes) {
		const line = this.#line;
		let length = this.#length;
		for (let i = 0; i < bytes.length; i++) {
			const byte = bytes[i];
			if (byte !== 13) line[length++] = byte;
			else {
				this.#outbox.push(this.#answerTo(length));
				length = 0;
			}
		}
		this.#length = length;
	}

	#answerTo(length) {
		for (let i = 0; ; i++) {
			const { start, buffer } = this.#answers[i];
			let same = 0;
			while (same < start.length && same < length && start[same] === this.#line[same]) same++;
			if (same === start.length) return buffer;
		}
	}
}
