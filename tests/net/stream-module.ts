import { expect } from "vitest";
import { Modem, type ModemOptions } from "../../sdk/index.js";
import { Board } from "../io/board.js";
import { driver as noStreams } from "../modem/driver.js";
import { error, HAPPY, hex, ok } from "../modem/world.js";
import type { Bench, FarConnection, FarDatagram, FarEnd } from "./behaviours/bench.js";
import { BUSY, type StreamDriverOptions, streamDriver } from "./stream-driver.js";

const CLOSED_PORT = 9;

/** How the module hands bytes to the host: kept until they are read, or pushed as hex or as they are. */
export type Delivery = "pull" | "hex" | "raw";
export interface StreamModuleOptions extends Omit<StreamDriverOptions, "pulls"> {
	readonly delivery?: Delivery;
	/** Bytes that the module keeps of one connection, before the far end has to wait. */
	readonly windowBytes?: number;
	readonly onError?: ModemOptions["onError"];
	readonly onTrace?: ModemOptions["onTrace"];
}

/** A connection through the module. The far end's bytes wait in `waiting` as they would in the network. */
class Connection implements FarConnection {
	readonly id: number;
	readonly kind: string;
	readonly module: StreamModule;
	#received = new Uint8Array(1_024);
	#count = 0;
	/** Sizes of what the host sent at a time. */
	readonly sends: number[] = [];
	isClosed = false;
	waiting: number[] = [];
	kept: number[] = [];
	isFarClosed = false;
	isAnnounced = false;
	isCloseTold = false;
	constructor(module: StreamModule, id: number, kind: string) {
		this.module = module;
		this.id = id;
		this.kind = kind;
	}
	get received(): Uint8Array {
		return this.#received.subarray(0, this.#count);
	}
	take(bytes: Uint8Array): void {
		if (this.#count + bytes.length > this.#received.length) {
			const larger = new Uint8Array(2 * (this.#count + bytes.length));
			larger.set(this.received);
			this.#received = larger;
		}
		this.#received.set(bytes, this.#count);
		this.#count += bytes.length;
	}
	send(bytes: Uint8Array): void {
		this.waiting.push(...bytes);
		this.module.pump(this);
	}
	close(): void {
		this.isFarClosed = true;
		this.module.pump(this);
	}
}

/** The module at the other end of the board's serial port, as far as its sockets go; the rest is `HAPPY`. */
export class StreamModule {
	readonly board: Board;
	readonly connections: Connection[] = [];
	/** Answers for exact command lines, before anything else. */
	script: Record<string, string | undefined> = {};
	/** Takes at most so many bytes of a send; 0: busy. */
	takes = Number.POSITIVE_INFINITY;
	pushBytes = 64;
	readonly delivery: Delivery;
	readonly windowBytes: number;
	#freeAtMs = 0;
	constructor(options: StreamModuleOptions) {
		this.delivery = options.delivery ?? "pull";
		this.windowBytes = options.windowBytes ?? 256;
		this.board = new Board();
		this.board.script = new Proxy(
			{},
			{ has: () => true, get: (_, line) => (typeof line === "string" ? this.answer(line) : undefined) },
		) as Board["script"];
	}
	/** Those that the host has sent, out of its own commands. */
	get datagrams(): FarDatagram[] {
		return this.board.commands.flatMap(line => {
			const [, id, data] = /^AT\+USEND=(\d),\d+,"(.*)"/.exec(line) ?? [];
			if (data === undefined) return [];
			const reply = (bytes: Uint8Array): void => {
				const text = String.fromCharCode(...bytes);
				this.board.say(`\r\n+UDATA: ${id},${text.length},"${hex(text)}"\r\n`);
			};
			return [{ bytes: Uint8Array.from(Buffer.from(data, "hex")), reply }];
		});
	}
	private open(id: number): Connection | undefined {
		return this.connections.filter(connection => connection.id === id && !connection.isClosed).at(-1);
	}
	answer(line: string): string | undefined {
		if (line in this.script) return this.script[line];
		const [, name = "", parameters = ""] = /^AT(\+[A-Z]+)=?(.*)$/.exec(line) ?? [];
		const fields = parameters.split(",").map(field => field.replaceAll('"', ""));
		const id = Number(fields[0]);
		const connection = this.open(id);
		switch (name) {
			case "+CGATT":
			case "+USENDTO":
			case "+UDTLS":
			case "+UTLS":
			case "+UCERT":
				return ok;
			case "+UTOPEN":
				if (connection !== undefined) return error;
				if (Number(fields[3]) === CLOSED_PORT) return `${ok}\r\n+UTOPEN: ${id},111\r\n`;
				this.connections.push(new Connection(this, id, fields[1]!));
				return `${ok}\r\n+UTOPEN: ${id},0\r\n`;
			case "+UTSEND": {
				if (connection === undefined || connection.isFarClosed) return error;
				const data = Buffer.from(fields[1]!, "hex");
				if (this.takes === 0) return `\r\n+CME ERROR: ${BUSY}\r\n`;
				const taken = data.subarray(0, this.takes);
				connection.sends.push(taken.length);
				connection.take(taken);
				return `\r\n+UTSEND: ${taken.length}\r\n${ok}`;
			}
			case "+UTREAD": {
				if (connection === undefined) return error;
				const some = connection.kept.splice(0, Number(fields[1]));
				// Said once, and again only after all was read, as modules do.
				connection.isAnnounced = connection.kept.length > 0;
				const answer = `\r\n+UTREAD: ${id},${some.length},${connection.kept.length}\r\n${String.fromCharCode(...some)}${ok}`;
				this.pump(connection);
				return answer;
			}
			case "+UTCLOSE":
				if (connection !== undefined) connection.isClosed = true;
				return connection === undefined ? error : ok;
			default:
				return (HAPPY as Record<string, string>)[line] ?? error;
		}
	}
	/** Moves bytes from the network into the module, and tells the host. */
	pump(connection: Connection): void {
		if (connection.isClosed) return;
		if (this.delivery !== "pull") {
			for (let some = connection.waiting.splice(0, this.pushBytes); some.length > 0; some = connection.waiting.splice(0, this.pushBytes))
				this.say(this.pushed(connection.id, String.fromCharCode(...some)));
		} else {
			connection.kept.push(...connection.waiting.splice(0, this.windowBytes - connection.kept.length));
			if (connection.kept.length > 0 && !connection.isAnnounced) {
				connection.isAnnounced = true;
				this.board.say(`\r\n+UTWAIT: ${connection.id}\r\n`);
			}
		}
		if (!connection.isFarClosed || connection.waiting.length > 0 || connection.isCloseTold) return;
		connection.isCloseTold = true;
		this.say(`\r\n+UTCLOSED: ${connection.id}\r\n`);
	}
	/** One after the other, as fast as 115,200 baud allow. */
	private say(line: string): void {
		const { now } = this.board;
		this.#freeAtMs = Math.max(now, this.#freeAtMs) + Math.ceil(line.length / 11.52);
		this.board.say(line, this.#freeAtMs - now);
	}
	private pushed(id: number, text: string): string {
		if (this.delivery === "hex") return `\r\n+UTHEX: ${id},${text.length},"${hex(text)}"\r\n`;
		return `\r\n+UTRAW: ${id},${text.length}\r\n${text}\r\n`;
	}
	/** The module is as after a power cut: nothing is open. */
	restart(): void {
		for (const connection of this.connections) connection.isClosed = true;
		this.board.say("\r\nRDY\r\n");
	}
}

export interface StreamBench extends Bench {
	readonly board: Board;
	readonly module: StreamModule;
	readonly far: FarEnd & { readonly connections: Connection[] };
}
function start(board: Board, options: StreamModuleOptions): Modem {
	const driver = streamDriver({ ...options, pulls: (options.delivery ?? "pull") === "pull" });
	const { onError, onTrace } = options;
	return new Modem({
		driver,
		serial: { io: board.Serial },
		timer: board.timer,
		time: board.time,
		...(onError && { onError }),
		...(onTrace && { onTrace }),
	});
}
/** A modem with connections that is connected to the network, and its far end. */
export function streamBench(options: StreamModuleOptions = {}): StreamBench {
	const module = new StreamModule(options);
	const { board } = module;
	const modem = start(board, options);
	modem.connect({ apn: "iot.test" });
	board.run(60_000, () => modem.connection === 500);
	board.run(1_000);
	expect(modem.connection).toBe(500);
	board.commands.length = 0;
	return {
		modem,
		board,
		module,
		thrown: board.thrown,
		run: (ms, until) => board.run(ms, until),
		another: () => start(new Board(), options),
		datagramBytes: 64,
		far: {
			address: "2001:db8::1",
			host: "far.test",
			port: 7,
			closedPort: CLOSED_PORT,
			connections: module.connections,
			datagramPort: 5683,
			get datagrams() {
				return module.datagrams;
			},
		},
	};
}
export { noStreams };
