import {
	ask,
	closeLine,
	closeSerial,
	deviceBytes,
	deviceWritable,
	isRealTime,
	lineBytes,
	lineWritable,
	log,
	on,
	openLine,
	openSerial,
	send,
	writeLine,
	writeSerial,
} from "./native.js";

/** What an application that never reads may leave unread: the size of a Linux tty's input buffer. */
const unreadCapacityBytes = 4096;

/** A tty of this machine, opened by the engine's own process. */
class DeviceWire {
	constructor(device, { baud, dataBits, stopBits, parity }) {
		this.key = openSerial(device, baud, dataBits, stopBits, parity[0]);
		this.capacityBytes = 1024;
	}
	write(buffer) {
		writeSerial(this.key, buffer);
	}
	close() {
		closeSerial(this.key);
	}
}

let lastLine = 1000;

/** A line that Node has: in memory, or to a simulated module's socket. */
class NodeWire {
	constructor(device, framing) {
		this.key = ++lastLine;
		const answer = ask(openLine, this.key, 0, JSON.stringify({ device, ...framing }));
		if (typeof answer !== "number") throw new Error(String.fromArrayBuffer(answer));
		this.capacityBytes = answer;
	}
	write(buffer) {
		send(writeLine, this.key, 0, buffer);
	}
	close() {
		send(closeLine, this.key, 0);
	}
}

function framingOf({ baud, parity = "none", dataBits = 8, stopBits = 1 }) {
	if (!Number.isInteger(baud) || baud <= 0 || baud > 20_000_000) throw new RangeError("invalid baud");
	if (parity !== "none" && parity !== "even" && parity !== "odd") throw new RangeError("parity is none, even or odd");
	if (dataBits !== 7 && dataBits !== 8) throw new RangeError("dataBits is 7 or 8");
	if (stopBits !== 1 && stopBits !== 2) throw new RangeError("stopBits is 1 or 2");
	return { baud, parity, dataBits, stopBits };
}

/** Open ports by their wire's key: handles of this process are below 1000, lines of Node above. */
const ports = new Map();

/** As strict as the strictest of Moddable's ports, like the Node engine's. */
export default class Serial {
	#wire;
	#device;
	#onReadable;
	#onWritable;
	#parity;
	#format;
	#free = 0;
	#unread = new ArrayBuffer(0);
	#overflowed = false;

	constructor(options) {
		if (options === undefined) throw new TypeError("a Serial needs options");
		const framing = framingOf(options);
		const device = options.device ?? options.port;
		if (typeof device !== "string")
			throw new Error("on the desktop a Serial needs `device`: a port's path, memory:NAME, tcp:HOST:PORT or unix:PATH");
		this.#device = device;
		this.#parity = options.parity ?? "none";
		this.format = options.format ?? "buffer";
		if (options.target !== undefined) this.target = options.target;
		this.#onReadable = options.onReadable;
		this.#onWritable = options.onWritable;
		this.#wire = isRealTime && device.startsWith("/") ? new DeviceWire(device, framing) : new NodeWire(device, framing);
		ports.set(this.#wire.key, this);
	}

	get parity() {
		return this.#parity;
	}

	get format() {
		return this.#format;
	}

	set format(format) {
		if (format !== "buffer" && format !== "number") throw new RangeError("format is buffer or number");
		this.#format = format;
	}

	read(wanted) {
		this.#opened();
		if (this.#format === "number") return new Uint8Array(this.#take(1))[0];
		if (typeof wanted !== "object") return this.#take(wanted ?? this.#unread.byteLength);
		const into = ArrayBuffer.isView(wanted) ? new Uint8Array(wanted.buffer, wanted.byteOffset, wanted.byteLength) : new Uint8Array(wanted);
		into.set(new Uint8Array(this.#take(into.length)));
		return into.length;
	}

	write(data) {
		const wire = this.#opened();
		const buffer = this.#format === "number" ? Uint8Array.of(Number(data)).buffer : data;
		if (!(buffer instanceof ArrayBuffer)) throw new TypeError("write takes an ArrayBuffer: not every board's port takes a view");
		const count = buffer.byteLength;
		if (count > this.#free) throw new Error(`output full: ${count} bytes where onWritable left room for ${this.#free}`);
		if (count === 0) return;
		this.#free -= count;
		wire.write(buffer);
	}

	/** Nothing is called back afterwards. */
	close() {
		if (this.#wire === undefined) return;
		ports.delete(this.#wire.key);
		this.#wire.close();
		this.#wire = undefined;
	}

	static writable(port) {
		port.#free = port.#wire.capacityBytes;
		port.#onWritable?.(port.#free);
	}

	static received(port, buffer) {
		const there = port.#unread.byteLength;
		const room = unreadCapacityBytes - there;
		const fits = buffer.byteLength > room ? buffer.slice(0, room) : buffer;
		port.#unread = there === 0 ? fits : port.#unread.concat(fits);
		if (fits !== buffer && !port.#overflowed) {
			port.#overflowed = true;
			send(log, 0, 0, `${port.#device}: the application does not read; bytes are lost\n`);
		}
		port.#onReadable?.(port.#unread.byteLength);
	}

	#opened() {
		if (this.#wire === undefined) throw new Error("the port is closed");
		return this.#wire;
	}

	#take(wanted) {
		const unread = this.#unread;
		const there = unread.byteLength;
		if (!(wanted > 0 && wanted <= there)) throw new Error(`cannot read ${wanted} bytes: ${there} wait`);
		const count = Math.trunc(wanted);
		if (count === there) {
			this.#unread = new ArrayBuffer(0);
			return unread;
		}
		this.#unread = unread.slice(count);
		return unread.slice(0, count);
	}
}

const { writable, received } = Serial;
delete Serial.writable;
delete Serial.received;

function onWritable(key) {
	const port = ports.get(key);
	if (port !== undefined) writable(port);
}

function onBytes(key, buffer) {
	const port = ports.get(key);
	if (port !== undefined) received(port, buffer);
}

// The engine's own devices and Node's lines speak alike.
on(lineWritable, onWritable);
on(deviceWritable, onWritable);
on(lineBytes, onBytes);
on(deviceBytes, onBytes);
