import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { busyHint } from "./owner.js";
import type { Framing } from "./port.js";
import { PortError } from "./port-error.js";

/** The host's end of a line outside this process: a real serial port, a pty, or a simulated module's TCP or unix socket. */
export interface Device {
	/** The bytes are copied. Ignored before `opened` and after `close`. */
	write(bytes: Uint8Array): void;
	/** Modem-control lines, where the port has them; a pty has none, which is no error. */
	setSignals(signals: { readonly dtr?: boolean; readonly rts?: boolean; readonly brk?: boolean }): void;
	close(): void;
}

/** Called on later turns only, never after `close`. */
export interface DeviceListener {
	opened(): void;
	/** The listener may keep the bytes. */
	received(bytes: Uint8Array): void;
	/** Everything written has been handed to the system. */
	drained(): void;
	/** The device is gone or never came; nothing follows. */
	failed(error: PortError): void;
}

/** What the system said, as what the person can do. */
export function openError(path: string, error: Error & { code?: string }): PortError {
	const text = error.message;
	if (error.code === "ENOENT" || /no such file|file not found/i.test(text)) {
		return new PortError("missing", path, `${path}: no such port; is the module plugged in? Simulated ports end with their program`);
	}
	if (/permission denied|access denied|EACCES/i.test(text)) {
		return new PortError(
			"denied",
			path,
			`${path}: permission denied; add yourself to the group that owns it (\`sudo usermod -aG dialout $USER\`) and log in again`,
		);
	}
	if (/busy|lock port|temporarily unavailable|EBUSY/i.test(text)) return new PortError("busy", path, `${path} is busy: ${busyHint(path)}`);
	if (error.code === "ECONNREFUSED") return new PortError("missing", path, `${path}: nobody listens there; start the simulator first`);
	return new PortError("failed", path, `${path}: ${text.replace(/^Error:?\s*/, "")}`);
}

/** A port is locked until its last closing is through, so the next opening of the same path waits for that. */
const closings = new Map<string, Promise<void>>();

type SerialPortClass = typeof import("serialport").SerialPort;

async function loadSerialPort(path: string): Promise<SerialPortClass> {
	try {
		return (await import("serialport")).SerialPort;
	} catch {
		throw new PortError("unavailable", path, `${path}: real ports need the optional package serialport: npm install serialport`);
	}
}

/** How soon a port that vanished is missed where serialport does not say so. */
const watchMs = 500;

class SerialDevice implements Device {
	readonly #path: string;
	readonly #listener: DeviceListener;
	#port: InstanceType<SerialPortClass> | undefined;
	#watch: NodeJS.Timeout | undefined;
	#closed = false;
	#unsent = 0;

	constructor(path: string, framing: Framing, listener: DeviceListener) {
		this.#path = path;
		this.#listener = listener;
		this.#open(framing).catch(error => this.#fail(error instanceof PortError ? error : openError(path, error)));
	}

	async #open(framing: Framing): Promise<void> {
		const SerialPort = await loadSerialPort(this.#path);
		while (closings.has(this.#path)) await closings.get(this.#path);
		if (this.#closed) return;
		if (process.platform !== "win32" && !existsSync(this.#path)) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
		const { baud: baudRate, parity } = framing;
		const dataBits = framing.dataBits as 7 | 8;
		const stopBits = framing.stopBits as 1 | 2;
		const port = new SerialPort({ path: this.#path, baudRate, dataBits, parity, stopBits, autoOpen: false });
		this.#port = port;
		await new Promise<void>((resolve, reject) => port.open(error => (error ? reject(error) : resolve())));
		port.on("data", (bytes: Uint8Array) => !this.#closed && this.#listener.received(bytes));
		// A write under way when the port goes fails first.
		port.on("error", error => (/\bE(IO|NXIO|NODEV)\b/.test(error.message) ? this.#gone() : this.#fail(openError(this.#path, error))));
		port.on("close", () => this.#gone());
		// serialport reads a terminal that hung up over and over when a read was under way: its file is gone all the same.
		this.#watch = setInterval(() => existsSync(this.#path) || this.#gone(), watchMs);
		this.#watch.unref();
		if (this.#closed) this.#release(port);
		else this.#listener.opened();
	}

	write(bytes: Uint8Array): void {
		if (this.#closed || this.#port?.isOpen !== true) return;
		this.#unsent++;
		this.#port.write(Buffer.from(bytes), error => {
			this.#unsent--;
			if (!error && this.#unsent === 0 && !this.#closed) this.#listener.drained();
		});
	}

	setSignals(signals: { readonly dtr?: boolean; readonly rts?: boolean; readonly brk?: boolean }): void {
		if (this.#port?.isOpen) this.#port.set({ ...signals }, () => undefined);
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		clearInterval(this.#watch);
		if (this.#port?.isOpen) this.#release(this.#port);
	}

	#release(port: InstanceType<SerialPortClass>): void {
		const closing = new Promise<void>(resolve => {
			port.close(() => {
				if (closings.get(this.#path) === closing) closings.delete(this.#path);
				resolve();
			});
		});
		closings.set(this.#path, closing);
	}

	#gone(): void {
		if (this.#closed) return;
		this.#fail(new PortError("unplugged", this.#path, `${this.#path} is gone: the module was unplugged or the simulator ended`));
		if (this.#port?.isOpen) this.#release(this.#port);
	}

	#fail(error: PortError): void {
		if (this.#closed) return;
		this.#closed = true;
		clearInterval(this.#watch);
		this.#listener.failed(error);
	}
}

class SocketDevice implements Device {
	readonly #socket: Socket;
	#closed = false;

	constructor(path: string, socket: Socket, listener: DeviceListener) {
		this.#socket = socket;
		const fail = (error: PortError): void => {
			if (this.#closed) return;
			this.#closed = true;
			socket.destroy();
			listener.failed(error);
		};
		socket.setNoDelay(true);
		socket.on("connect", () => !this.#closed && listener.opened());
		socket.on("data", bytes => !this.#closed && listener.received(bytes));
		socket.on("drain", () => !this.#closed && listener.drained());
		socket.on("error", error => fail(openError(path, error)));
		socket.on("close", () =>
			fail(new PortError("unplugged", path, `${path}: the other side closed the line (it serves one client at a time)`)),
		);
		this.write = bytes => {
			if (this.#closed) return;
			// Node says `drain` only after a refusal; an idle line has drained at once.
			if (socket.write(Buffer.from(bytes))) setImmediate(() => !this.#closed && listener.drained());
		};
	}

	write: (bytes: Uint8Array) => void;

	setSignals(): void {}

	close(): void {
		this.#closed = true;
		this.#socket.destroy();
	}
}

/** `tcp:5000`, `tcp:127.0.0.1:5000`, `tcp:[::1]:5000`. */
export function parseTcp(path: string): { readonly host: string; readonly port: number } {
	const match = /^tcp:(?:(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(path);
	const port = Number(match?.[3]);
	if (match === null || port > 65_535)
		throw new PortError("invalid", path, `${path}: write tcp:PORT or tcp:HOST:PORT, with a port up to 65535`);
	return { host: match[1] ?? match[2] ?? "127.0.0.1", port };
}

/**
 * Opens the host's end. Never throws for what the machine lacks: that comes as `failed`; a path that cannot be meant throws a PortError `"invalid"`.
 * @param path a serial port's path or COM name, `tcp:HOST:PORT` or `unix:PATH`
 */
export function openDevice(path: string, framing: Framing, listener: DeviceListener): Device {
	if (path.startsWith("tcp:")) return new SocketDevice(path, connect(parseTcp(path)), listener);
	if (path.startsWith("unix:")) return new SocketDevice(path, connect(path.slice("unix:".length)), listener);
	if (path === "") throw new PortError("invalid", path, "an empty path names no port");
	return new SerialDevice(path, framing, listener);
}
