import { clearTimer, fire, on, send, setTimer } from "./native.js";

/** The clock is Node's: it says which timer is due. */
const timers = new Map();
let lastId = 0;

function set(callback, delayMs = 1, repeatMs) {
	if (typeof callback !== "function") throw new TypeError("Timer.set needs a function");
	const timer = { id: ++lastId, callback, repeatMs };
	timers.set(timer.id, timer);
	send(setTimer, timer.id, Math.max(delayMs, 0));
	return timer;
}

function schedule(timer, delayMs, repeatMs) {
	if (!timers.has(timer?.id)) throw new Error("Timer.schedule: the timer has fired or was cleared");
	timer.repeatMs = repeatMs;
	send(setTimer, timer.id, Math.max(delayMs, 0));
}

function clear(timer) {
	if (timers.delete(timer?.id)) send(clearTimer, timer.id, 0);
}

on(fire, id => {
	const timer = timers.get(id);
	if (timer === undefined) return;
	if (timer.repeatMs === undefined) timers.delete(id);
	else send(setTimer, id, timer.repeatMs);
	timer.callback(timer);
});

export default { set, repeat: (callback, intervalMs) => set(callback, intervalMs, intervalMs), schedule, clear };
