import { clearTimer, fire, on, send, setTimer } from "./native.js";

/** Delays on a board are 32-bit integers; a longer one would fire at the wrong time there. */
const longestDelayMs = 2 ** 31 - 1;

function toDelayMs(value) {
	if (typeof value === "bigint" || typeof value === "symbol") throw new TypeError("a delay is a number of milliseconds");
	const delayMs = Math.trunc(Number(value ?? 0)) || 0;
	if (delayMs > longestDelayMs) throw new RangeError(`a delay of ${delayMs} ms does not fit a board's 32-bit timer: split it`);
	return Math.max(delayMs, 0);
}

/** Timers that may still fire. The clock is Node's: it says which is due. */
const timers = new Map();
let lastId = 0;

export default class Timer {
	#id = ++lastId;
	#callback;
	#repeatMs = 0;
	/** Counts what was asked of this timer, so that `#fire` sees whether its callback asked anything. */
	#asked = 0;

	constructor(callback) {
		this.#callback = callback;
		timers.set(this.#id, this);
	}

	/** Once after `delayMs`, then every `repeatMs` unless that is 0. Never from inside this call. */
	static set(callback, delayMs, repeatMs) {
		const first = toDelayMs(delayMs);
		const repeat = toDelayMs(repeatMs);
		const timer = new Timer(callback);
		timer.#arm(first, repeat);
		return timer;
	}

	static repeat(callback, intervalMs) {
		return Timer.set(callback, intervalMs, intervalMs);
	}

	/** Without a delay the timer waits until it is scheduled again. */
	static schedule(timer, delayMs, repeatMs) {
		if (!(timer instanceof Timer) || !timers.has(timer.#id))
			throw new SyntaxError("the timer has been cleared, or fired for the last time");
		if (delayMs !== undefined) {
			timer.#arm(toDelayMs(delayMs), toDelayMs(repeatMs));
			return;
		}
		timer.#asked++;
		send(clearTimer, timer.#id, 0);
	}

	static clear(timer) {
		if (timer instanceof Timer) timer.#end();
	}

	static delay() {
		throw new Error("Timer.delay stops the whole board: use Timer.set");
	}

	#arm(delayMs, repeatMs) {
		this.#asked++;
		this.#repeatMs = repeatMs;
		send(setTimer, this.#id, delayMs);
	}

	#end() {
		this.#asked++;
		if (timers.delete(this.#id)) send(clearTimer, this.#id, 0);
	}

	static fire(timer) {
		const asked = timer.#asked;
		const callback = timer.#callback;
		callback(timer);
		if (timer.#asked !== asked) return;
		if (timer.#repeatMs > 0) send(setTimer, timer.#id, timer.#repeatMs);
		else timers.delete(timer.#id);
	}
}

const fireTimer = Timer.fire;
delete Timer.fire;

on(fire, id => {
	const timer = timers.get(id);
	if (timer !== undefined) fireTimer(timer);
});
