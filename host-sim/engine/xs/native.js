/**
 * The host's functions, taken off the global object before the application can see them, and the types of frames as
 * host-sim/engine/xs-frames.ts has them (a character's code each: a method call on a string would allocate).
 */
const native = globalThis.xsCellularHost;
delete globalThis.xsCellularHost;

export const fire = 84; // T
export const lineBytes = 66; // B
export const lineWritable = 86; // V
export const deviceBytes = 100; // d
export const deviceWritable = 119; // w
export const setTimer = 83; // S
export const clearTimer = 67; // C
export const openLine = 79; // O
export const writeLine = 87; // W
export const closeLine = 88; // X
export const setPin = 80; // P
export const readPin = 112; // p
export const readStorage = 107; // k
export const writeStorage = 75; // K
export const deleteStorage = 90; // Z
export const listStorage = 108; // l
export const monitorEvent = 77; // M
export const log = 71; // G

const handlers = [];

/** What to do with frames of `type`: `handler(id, payload)`. */
export function on(type, handler) {
	handlers[type] = handler;
}

native.receive((type, id, payload) => handlers[type]?.(id, payload));

/** `send(type, id, value, payload?)`; the payload is text or an ArrayBuffer. */
export const send = native.send;
/** The same, and waits for Node's answer: undefined, a number or an ArrayBuffer. */
export const ask = native.ask;
/** Milliseconds since the simulation began. */
export const now = native.now;
/** `openSerial(path, baud, dataBits, stopBits, "n" | "e" | "o")`, a handle. Does not return when it fails. */
export const openSerial = native.openSerial;
/** `writeSerial(handle, buffer)`, the number of bytes that may be written next. */
export const writeSerial = native.writeSerial;
export const closeSerial = native.closeSerial;
/** Collects garbage and begins the peaks anew. */
export const collect = native.collect;
/** Reports memory, collections and computrons. */
export const figures = native.figures;
/** How many so far. */
export const computrons = native.computrons;
/** What `Time.ticks` begins with. */
export const firstTick = native.firstTick;
/** On the real clock this process opens ttys itself; on the virtual one every line is Node's. */
export const isRealTime = native.isRealTime;
