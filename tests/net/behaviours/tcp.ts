import { expect } from "vitest";
import type { Modem, TCP, TCPOptions } from "../../../sdk/index.js";
import { type Behaviour, type Behaviours, type Bench, bytes, type FarConnection, pattern, SOON_MS, text } from "./bench.js";

/** A socket whose callbacks note what came, and read everything unless told otherwise. */
export interface Noted {
	readonly socket: TCP;
	readonly log: string[];
	readonly received: number[];
	writable: number;
	readonly errors: number;
}
export function note(bench: Bench, options: TCPOptions = {}, Class: Modem["TCP"] = bench.modem.TCP): Noted {
	const log: string[] = [];
	const received: number[] = [];
	const noted = { log, received, writable: 0, errors: 0 } as { -readonly [K in keyof Noted]: Noted[K] };
	const check = (socket: unknown): void => {
		expect(socket).toBe(noted.socket);
	};
	noted.socket = new Class({
		address: bench.far.address,
		port: bench.far.port,
		onWritable(count) {
			check(this);
			noted.writable = count;
			log.push("writable");
		},
		onReadable(count) {
			check(this);
			log.push(`readable ${count}`);
			received.push(...new Uint8Array(this.read()));
		},
		onError(...values: unknown[]) {
			check(this);
			expect(values).toEqual([]);
			noted.errors++;
			log.push("error");
		},
		...options,
	});
	return noted;
}
export async function connected(bench: Bench, options: TCPOptions = {}): Promise<Noted & { far: FarConnection }> {
	const before = bench.far.connections.length;
	const noted = note(bench, options);
	await bench.run(SOON_MS, () => noted.writable > 0);
	expect(noted.writable, noted.socket.error?.message).toBeGreaterThanOrEqual(512);
	return Object.assign(noted, { far: bench.far.connections[before]! });
}
/** Waits until the far end has so many bytes. */
export async function arrived(bench: Bench, far: FarConnection, count: number): Promise<Uint8Array> {
	await bench.run(SOON_MS, () => far.received.length >= count);
	return far.received;
}
async function settle(bench: Bench): Promise<void> {
	await bench.run(10_000);
}

const close: Record<string, Behaviour> = {
	"the far end sees it, nothing is called afterwards, again is no error": async bench => {
		const { socket, log, far } = await connected(bench);
		log.length = 0;
		socket.close();
		socket.close();
		far.send(bytes("late"));
		await bench.run(SOON_MS, () => far.isClosed);
		await settle(bench);
		expect(far.isClosed).toBe(true);
		expect(log).toEqual([]);
	},
	"what was written before goes out": async bench => {
		const { socket, far } = await connected(bench);
		socket.write(bytes("bye"));
		socket.close();
		await bench.run(SOON_MS, () => far.isClosed);
		expect(text(far.received)).toBe("bye");
		expect(far.isClosed).toBe(true);
	},
	"from within each callback": async bench => {
		let calls = 0;
		function end(this: TCP): void {
			calls++;
			this.close();
		}
		note(bench, { onWritable: end });
		await bench.run(SOON_MS, () => calls > 0);
		const { far } = await connected(bench, { onReadable: end });
		far.send(bytes("x"));
		await bench.run(SOON_MS, () => calls > 1);
		note(bench, { port: bench.far.closedPort, onError: end });
		await bench.run(SOON_MS, () => calls > 2);
		await settle(bench);
		expect(calls).toBe(3);
	},
	"read, write, format and the peer of a closed socket throw": async bench => {
		const { socket } = await connected(bench);
		socket.close();
		for (const use of [
			() => socket.read(),
			() => socket.write(bytes("a")),
			() => socket.format,
			() => {
				socket.format = "number";
			},
			() => socket.remoteAddress,
			() => socket.remotePort,
			() => socket.error,
		])
			expect(use).toThrow("closed");
	},
	"its place is free for another": async bench => {
		for (let i = 0; i < 6; i++) {
			const { socket } = await connected(bench);
			socket.close();
		}
		await settle(bench);
		expect(bench.far.connections.every(connection => connection.isClosed)).toBe(true);
	},
};

const onReadable: Record<string, Behaviour> = {
	"says how many bytes wait in all; they come in order, whole, of every value": async bench => {
		const noted = await connected(bench);
		const sent = pattern(3_000);
		noted.far.send(sent);
		await bench.run(SOON_MS, () => noted.received.length >= sent.length);
		expect(Uint8Array.from(noted.received)).toEqual(sent);
		expect(noted.errors).toBe(0);
	},
	"bytes that are left are counted again when more come, and only then": async bench => {
		const counts: number[] = [];
		const { socket, far } = await connected(bench, { onReadable: count => counts.push(count) });
		far.send(bytes("abc"));
		await settle(bench);
		expect(counts).toEqual([3]);
		far.send(bytes("de"));
		await settle(bench);
		expect(counts).toEqual([3, 5]);
		expect(text(socket.read() as ArrayBuffer)).toBe("abcde");
	},
	"is never called from within a call, and what it throws ends there": async bench => {
		let inside = false;
		let calls = 0;
		const { far } = await connected(bench, {
			onReadable() {
				expect(inside).toBe(false);
				inside = true;
				this.read();
				this.write(bytes("again"));
				inside = false;
				if (++calls === 1) throw new Error("oops");
			},
		});
		far.send(bytes("x"));
		await settle(bench);
		far.send(bytes("y"));
		await settle(bench);
		expect(calls).toBe(2);
		expect(text(far.received)).toBe("againagain");
	},
	"a slow reader loses nothing": async bench => {
		const { socket, far, received } = await connected(bench, { onReadable() {} });
		const sent = pattern(2_000, 5);
		far.send(sent);
		for (let i = 0; received.length < sent.length && socket.error === undefined && i < 2_000; i++) {
			await bench.run(500);
			let some = socket.read(1);
			for (let n = 0; some !== undefined && n < 40; n++) {
				received.push(...new Uint8Array(some as ArrayBuffer));
				some = n < 39 ? readOne(socket) : undefined;
			}
		}
		// A module that pushes does not wait for a reader: then the end says that there was more.
		if (socket.error === undefined) expect(received.length).toBe(sent.length);
		else expect(socket.error.code).toBe("overflow");
		expect(Uint8Array.from(received)).toEqual(sent.subarray(0, received.length));
	},
};
function readOne(socket: TCP): ArrayBuffer | undefined {
	try {
		return socket.read(1) as ArrayBuffer | undefined;
	} catch {
		return undefined;
	}
}

const onError: Record<string, Behaviour> = {
	"nobody listens: once, without argument, nothing before and nothing after": async bench => {
		const noted = note(bench, { port: bench.far.closedPort });
		await bench.run(SOON_MS * 3, () => noted.errors > 0);
		await settle(bench);
		expect(noted.log).toEqual(["error"]);
		expect(noted.socket.error?.code).toMatch(/^(socket|error|cme|timeout)$/);
	},
	"the peer closes: after what it sent has been read": async bench => {
		const log: string[] = [];
		const { socket, far } = await connected(bench, {
			onReadable: count => log.push(`readable ${count}`),
			onError: () => log.push("error"),
		});
		far.send(bytes("last words"));
		await bench.run(SOON_MS, () => log.length > 0);
		far.close();
		await settle(bench);
		expect(log).toEqual(["readable 10"]);
		expect(socket.error).toBe(undefined);
		expect(text(socket.read(5) as ArrayBuffer)).toBe("last ");
		await settle(bench);
		expect(log).toEqual(["readable 10"]);
		expect(text(socket.read() as ArrayBuffer)).toBe("words");
		await settle(bench);
		expect(log).toEqual(["readable 10", "error"]);
		expect(socket.error?.code).toBe("closed");
	},
	"bytes and the end at once": async bench => {
		const noted = await connected(bench);
		const sent = pattern(600);
		noted.far.send(sent);
		noted.far.close();
		await bench.run(SOON_MS, () => noted.errors > 0);
		expect(Uint8Array.from(noted.received)).toEqual(sent);
		expect(noted.log.at(-1)).toBe("error");
	},
	"afterwards nothing can be read, and what is written is ignored": async bench => {
		const noted = await connected(bench);
		noted.far.close();
		await bench.run(SOON_MS, () => noted.errors > 0);
		expect(noted.socket.read()).toBe(undefined);
		expect(noted.socket.write(bytes("x"))).toBe(0);
		noted.socket.close();
		await settle(bench);
		expect(noted.errors).toBe(1);
	},
};

const onWritable: Record<string, Behaviour> = {
	"says that it is connected, with room for 512 bytes at least, and never inside the constructor": async bench => {
		const { log } = note(bench);
		expect(log).toEqual([]);
		await bench.run(SOON_MS, () => log.length > 0);
		expect(log).toEqual(["writable"]);
	},
	"again when the module has taken bytes, with all that is free": async bench => {
		const noted = await connected(bench);
		const room = noted.writable;
		noted.socket.write(bytes("hello"));
		noted.writable = 0;
		await bench.run(SOON_MS, () => noted.writable > 0);
		expect(noted.writable).toBe(room);
		expect(text(await arrived(bench, noted.far, 5))).toBe("hello");
	},
	"what is written as it allows arrives whole, 20,000 bytes of every value": async bench => {
		const sent = pattern(20_000);
		let at = 0;
		const { far } = await connectedBy(bench, {
			onWritable(count) {
				const part = sent.subarray(at, at + count);
				at += part.length;
				if (part.length > 0) this.write(part);
			},
		});
		await bench.run(SOON_MS * 5, () => far().received.length >= sent.length);
		expect(far().received).toEqual(sent);
	},
};
/** With an `onWritable` of its own. */
async function connectedBy(bench: Bench, options: TCPOptions): Promise<{ socket: TCP; far: () => FarConnection }> {
	const before = bench.far.connections.length;
	const { socket } = note(bench, options);
	await bench.run(SOON_MS, () => bench.far.connections.length > before);
	return { socket, far: () => bench.far.connections[before]! };
}

const from: Record<string, Behaviour> = {
	"takes the connection over, unread bytes included; the other is closed": async bench => {
		const { socket: first, log, far } = await connected(bench, { onReadable() {} });
		far.send(bytes("kept"));
		await settle(bench);
		log.length = 0;
		const told: unknown[] = [];
		const second = new bench.modem.TCP({
			from: first,
			onReadable(count) {
				told.push(this === second, count, text(this.read()));
			},
			onWritable(count) {
				told.push(count >= 512);
				this.write(bytes("over"));
			},
		});
		expect(told).toEqual([]);
		await bench.run(SOON_MS, () => far.received.length >= 4);
		expect(told).toEqual(expect.arrayContaining([true, 4, "kept", true]));
		expect(text(far.received)).toMatch(/^over/);
		expect(log).toEqual([]);
		expect(() => first.read()).toThrow("closed");
		first.close();
		expect([second.remoteAddress, second.remotePort]).toEqual([bench.far.address, bench.far.port]);
		second.close();
		await settle(bench);
		expect(far.isClosed).toBe(true);
	},
	"a closed socket cannot be taken over": async bench => {
		const { socket } = note(bench);
		socket.close();
		expect(() => new bench.modem.TCP({ from: socket })).toThrow("closed");
	},
};

export const tcp: Behaviours = {
	"close-immediate": {
		"nothing is called, and no place is lost": async bench => {
			for (let i = 0; i < 5; i++) {
				const { socket, log } = note(bench);
				socket.close();
				await settle(bench);
				expect(log).toEqual([]);
			}
			await connected(bench);
		},
		"while it is being opened": async bench => {
			const { socket, log } = note(bench);
			await bench.run(5);
			socket.close();
			await settle(bench);
			await settle(bench);
			expect(log).toEqual([]);
			expect(bench.far.connections.every(connection => connection.isClosed)).toBe(true);
		},
	},
	close,
	"constructor-no-address": {
		"address or host must be given": async bench => {
			for (const options of [{ port: 7 }, { port: 7, address: "" }, { port: 7, host: 5 as never }])
				expect(() => new bench.modem.TCP(options)).toThrow(TypeError);
		},
		"a host is resolved by the module": async bench => {
			const noted = note(bench, { address: undefined as never, host: bench.far.host });
			await bench.run(SOON_MS, () => noted.writable > 0);
			expect(noted.log).toEqual(["writable"]);
			expect(noted.socket.remoteAddress).toBe(bench.far.host);
		},
	},
	"constructor-port": {
		"1 to 65,535": async bench => {
			for (const port of [undefined, 0, -1, 65_536, 1.5, Number.NaN, "80"] as never[])
				expect(() => new bench.modem.TCP({ address: bench.far.address, port })).toThrow(RangeError);
		},
	},
	"constructor-options": {
		"needs options; those it does not know are let through": async bench => {
			expect(() => new bench.modem.TCP(undefined as never)).toThrow(TypeError);
			const { socket } = note(bench, { io: 1, nodelay: true, anything: {} });
			expect(socket).toBeInstanceOf(bench.modem.TCP);
			socket.close();
		},
		"is another class for another modem; instances take more properties": async bench => {
			expect(bench.another().TCP).not.toBe(bench.modem.TCP);
			const socket = note(bench).socket as any;
			socket.readable = 3;
			socket.writable = 4;
			expect([socket.readable, socket.writable]).toEqual([3, 4]);
			socket.close();
		},
		"receiveBytes: 128 to 65,536": async bench => {
			for (const receiveBytes of [0, 127, 65_537, Number.NaN, "big" as never])
				expect(() => note(bench, { receiveBytes })).toThrow(RangeError);
		},
	},
	format: {
		'"buffer" or "number", and may be switched all the time': async bench => {
			const { socket, far } = await connected(bench, { onReadable() {} });
			expect(socket.format).toBe("buffer");
			for (const format of ["string", "", undefined, 1] as never[])
				expect(() => {
					socket.format = format;
				}).toThrow(RangeError);
			expect(() => note(bench, { format: "text" as never })).toThrow(RangeError);
			far.send(Uint8Array.of(0, 255, 7, 8, 9));
			await settle(bench);
			socket.format = "number";
			expect([socket.format, socket.read(), socket.read()]).toEqual(["number", 0, 255]);
			socket.format = "buffer";
			expect(new Uint8Array(socket.read() as ArrayBuffer)).toEqual(Uint8Array.of(7, 8, 9));
			socket.format = "number";
			expect(socket.read()).toBe(undefined);
			socket.write(65);
			socket.write(0x142);
			expect(() => socket.write(bytes("x"))).toThrow(TypeError);
			socket.format = "buffer";
			expect(() => socket.write(65)).toThrow(TypeError);
			expect(text(await arrived(bench, far, 2))).toBe("AB");
		},
	},
	from,
	"invalid-receiver": {
		"methods refuse anything that is not a TCP": async bench => {
			const { prototype } = bench.modem.TCP as unknown as { prototype: TCP };
			for (const receiver of [{}, Object.create(prototype), undefined, 1] as never[])
				for (const use of [
					() => prototype.read.call(receiver),
					() => prototype.write.call(receiver, bytes("a")),
					() => prototype.close.call(receiver),
				])
					expect(use).toThrow(TypeError);
		},
	},
	"no-callbacks": {
		"without callbacks it is used when its owner likes": async bench => {
			const { address, port } = bench.far;
			const socket = new bench.modem.TCP({ address, port });
			await settle(bench);
			socket.write(bytes("hi"));
			const far = bench.far.connections.at(-1)!;
			expect(text(await arrived(bench, far, 2))).toBe("hi");
			far.send(bytes("there"));
			far.close();
			await settle(bench);
			expect(text(socket.read() as ArrayBuffer)).toBe("there");
			await settle(bench);
			expect(socket.error?.code).toBe("closed");
		},
		"what is no function is refused": async bench => {
			for (const name of ["onReadable", "onWritable", "onError"]) expect(() => note(bench, { [name]: 1 })).toThrow(TypeError);
		},
	},
	onError,
	onReadable,
	"onWritable-overflow": {
		"more than is free throws, and nothing of it is sent": async bench => {
			const { socket, far, writable } = await connected(bench);
			expect(() => socket.write(new Uint8Array(writable + 1))).toThrow(`${writable} may be written`);
			const free = socket.write(bytes("a"));
			expect(free).toBe(writable - 1);
			expect(() => socket.write(new Uint8Array(free + 1))).toThrow();
			expect(socket.write(pattern(free))).toBe(0);
			expect(() => socket.write(bytes("b"))).toThrow();
			expect(await arrived(bench, far, writable)).toEqual(Uint8Array.from([97, ...pattern(free)]));
		},
		"before it is connected nothing can be written": async bench => {
			const { socket } = note(bench);
			expect(() => socket.write(bytes("a"))).toThrow("not connected yet");
			socket.close();
		},
	},
	onWritable,
	"read-beyond-available": {
		"throws, and takes nothing": async bench => {
			const { socket, far } = await connected(bench, { onReadable() {} });
			expect(socket.read(1)).toBe(undefined);
			far.send(bytes("abc"));
			await settle(bench);
			for (const count of [4, 0, -1, 1.5, Number.NaN]) expect(() => socket.read(count)).toThrow(RangeError);
			expect(() => socket.read(new Uint8Array(4))).toThrow(RangeError);
			expect(() => socket.read(new ArrayBuffer(0))).toThrow(RangeError);
			expect(text(socket.read(3) as ArrayBuffer)).toBe("abc");
		},
	},
	"read-into-view": {
		"fills a buffer or a view, from its offset, and returns how many": async bench => {
			const { socket, far } = await connected(bench, { onReadable() {} });
			far.send(bytes("abcdefg"));
			await settle(bench);
			const whole = new Uint8Array(6).fill(46);
			expect(socket.read(whole.subarray(2, 4))).toBe(2);
			expect(text(whole)).toBe("..ab..");
			expect(socket.read(new DataView(whole.buffer, 5))).toBe(1);
			expect(text(whole)).toBe("..ab.c");
			expect(socket.read(whole.buffer.slice(0, 4))).toBe(4);
			expect(socket.read()).toBe(undefined);
		},
	},
	"read-no-argument": {
		"all that waits; then undefined": async bench => {
			const { socket, far } = await connected(bench, { onReadable() {} });
			expect(socket.read()).toBe(undefined);
			far.send(bytes("abc"));
			await settle(bench);
			const packet = socket.read();
			expect(packet).toBeInstanceOf(ArrayBuffer);
			expect(text(packet)).toBe("abc");
			expect(socket.read()).toBe(undefined);
		},
	},
	"read-outside-callback": {
		"at any time, in parts": async bench => {
			const { socket, far } = await connected(bench, { onReadable() {} });
			far.send(bytes("one two"));
			await settle(bench);
			expect(text(socket.read(3) as ArrayBuffer)).toBe("one");
			await settle(bench);
			expect(text(socket.read() as ArrayBuffer)).toBe(" two");
		},
	},
	remoteAddress: {
		"what it was given": async bench => {
			const { socket } = note(bench);
			expect(socket.remoteAddress).toBe(bench.far.address);
			socket.close();
		},
	},
	remotePort: {
		"what it was given": async bench => {
			const { socket } = note(bench);
			expect(socket.remotePort).toBe(bench.far.port);
			socket.close();
		},
	},
	target: {
		"is kept, and may be changed": async bench => {
			const { socket } = note(bench, { target: bench });
			expect(socket.target).toBe(bench);
			socket.target = 5;
			expect(socket.target).toBe(5);
			expect(note(bench).socket.target).toBe(undefined);
		},
	},
	"write-outside-callback": {
		"is copied at once; a view of a part is that part; byteLength takes less": async bench => {
			const { socket, far } = await connected(bench);
			const whole = bytes("abcdef");
			socket.write(whole.subarray(1, 3));
			socket.write(new DataView(whole.buffer, 5), {});
			socket.write(whole.buffer as ArrayBuffer, { byteLength: 2 });
			whole.fill(0);
			expect(text(await arrived(bench, far, 5))).toBe("bcfab");
			expect(() => socket.write("text" as never)).toThrow(TypeError);
			expect(() => socket.write(whole, { byteLength: 7 })).toThrow(RangeError);
			expect(socket.write(new ArrayBuffer(0))).toBeGreaterThan(0);
		},
		"more: true waits for what follows, and not for ever": async bench => {
			const { socket, far } = await connected(bench);
			// As Moddable's clients write: the length is that of both.
			socket.write(bytes("a"), { more: true, byteLength: 2 });
			socket.write(bytes("b"));
			expect(text(await arrived(bench, far, 2))).toBe("ab");
			socket.write(bytes("c"), { more: true });
			expect(text(await arrived(bench, far, 3))).toBe("abc");
		},
	},
};
