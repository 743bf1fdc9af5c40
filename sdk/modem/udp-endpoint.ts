import type { AtLine } from "../at/line.js";
import type { Release, SecureSettings } from "./driver.js";
import type { ModemError } from "./errors.js";
import type { Sockets } from "./sockets.js";

/** One received datagram, as ECMA-419 hands it out. */
export type Packet = ArrayBuffer & { address: string; port: number };

/** Who is told about an endpoint; called at the end of a turn, never from within a call. */
export interface EndpointOwner {
	/** `packets` are waiting in all. */
	readable(packets: number): void;
	failed(error: ModemError): void;
}

/** Datagrams that wait to be read; one more is dropped and counted, as a network would. */
const RECEIVE_CAPACITY = 8;

/** A UDP port of the application. The module has a socket per peer for it: see `Sockets`. */
export class UdpEndpoint {
	#sockets: Sockets;
	readonly localPort: number;
	readonly owner: EndpointOwner;
	/** A ring; its places are made when they are first needed. */
	#packets: (Packet | undefined)[] = [];
	#first = 0;
	#count = 0;
	#announced = 0;
	#error: ModemError | undefined = undefined;
	closed = false;
	/** Datagrams dropped because nobody read. */
	dropped = 0;
	constructor(sockets: Sockets, localPort: number, owner: EndpointOwner) {
		this.#sockets = sockets;
		this.localPort = localPort;
		this.owner = owner;
		sockets.add(this);
	}
	get isStream(): false {
		return false;
	}
	get kind(): "udp" | "dtls" {
		return "udp";
	}
	get secure(): SecureSettings | undefined {
		return undefined;
	}
	/** @throws ModemError "queueFull" when too much waits already, "usage" for a datagram the module cannot send. */
	send(data: Uint8Array, address: string, port: number, release: Release): void {
		this.#sockets.send(this, data, address, port, release);
	}
	read(): Packet | undefined {
		if (this.#count === 0) return undefined;
		if (this.#count === RECEIVE_CAPACITY) this.#sockets.roomAgain();
		const packet = this.#packets[this.#first];
		this.#packets[this.#first] = undefined;
		this.#first = (this.#first + 1) % RECEIVE_CAPACITY;
		if (--this.#count === 0) this.#first = 0;
		if (this.#announced > this.#count) this.#announced = this.#count;
		return packet;
	}
	get hasRoom(): boolean {
		return this.#count < RECEIVE_CAPACITY;
	}
	get waiting(): number {
		return this.#count;
	}
	close(): void {
		if (this.closed) return;
		this.closed = true;
		this.#packets = [];
		this.#count = 0;
		this.#sockets.remove(this);
	}
	/** Room for a datagram of `byteCount` bytes; undefined, and counted, when the application does not read. */
	reserve(byteCount: number, address: string, port: number): Uint8Array | undefined {
		if (this.closed) return undefined;
		if (this.#count === RECEIVE_CAPACITY) {
			this.dropped++;
			return undefined;
		}
		const packet = new ArrayBuffer(byteCount) as Packet;
		packet.address = address;
		packet.port = port;
		this.#packets[(this.#first + this.#count) % RECEIVE_CAPACITY] = packet;
		return new Uint8Array(packet);
	}
	/** What `reserve` gave room for is complete. */
	commit(): void {
		this.#count++;
	}
	receiveHex(line: AtLine, index: number, byteCount: number, address: string, port: number): boolean {
		const room = this.reserve(byteCount, address, port);
		if (room === undefined || line.hexBytes(index, room) !== byteCount) return false;
		this.commit();
		return true;
	}
	/** A datagram may be lost, as on any network. */
	lost(): void {}
	fail(error: ModemError): void {
		if (!this.closed) this.#error = error;
	}
	get hasNews(): boolean {
		return this.#error !== undefined || this.#count > this.#announced;
	}
	/** Called at the end of a turn. */
	announce(): void {
		const error = this.#error;
		this.#error = undefined;
		if (this.#count > this.#announced) {
			this.#announced = this.#count;
			this.owner.readable(this.#count);
		}
		if (error !== undefined && !this.closed) this.owner.failed(error);
	}
}
