import type { VirtualClock } from "../../../host-sim/clock/virtual-clock.js";
import type { HostConnection, HostStream, StreamHost } from "../../../host-sim/internet/host.js";

export interface WireOptions {
	readonly clock: VirtualClock;
	/** Who accepts; undefined from it is a refused connection. */
	readonly host: Pick<StreamHost, "accept">;
	/** Room for what is written; default 512. */
	readonly windowBytes?: number;
	/** Of what was written, so many bytes leave at a time; default all. */
	readonly drainBytes?: number;
	/** Of what arrives, so many bytes are told of at a time, in turn; default all. */
	readonly arrive?: readonly number[];
	/** One way; default 10. */
	readonly delayMs?: number;
}

const viewOf = (bytes: ArrayBuffer | ArrayBufferView): Uint8Array =>
	ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);

/** ECMA-419 TCP and Resolver in virtual time, strict: what a modem's socket throws at, this one throws at. */
export function createWire(options: WireOptions) {
	const {
		clock,
		host,
		windowBytes = 512,
		drainBytes = Number.POSITIVE_INFINITY,
		arrive = [Number.POSITIVE_INFINITY],
		delayMs = 10,
	} = options;
	/** `cut`: the network ends the connection; `cutRoom`: nothing that is written leaves any more. */
	const wire = { written: [] as number[], asked: [] as Record<string, unknown>[], open: 0, cut: () => {}, cutRoom: () => {} };

	class TCP {
		#options: any;
		#sent: number[] = [];
		#received: number[] = [];
		#arriving: number[] = [];
		#turns = 0;
		#peer: HostStream | undefined;
		#state: "connecting" | "connected" | "ended" | "closed" = "connecting";
		#peerClosed = false;
		#draining = false;
		#telling = false;

		constructor(options: any) {
			this.#options = options;
			wire.asked.push({ address: options.address, host: options.host, port: options.port });
			wire.open++;
			clock.after(delayMs, () => this.connect());
			wire.cut = () => this.lose();
			wire.cutRoom = () => void (this.#draining = true);
		}

		private connect(): void {
			if (this.#state !== "connecting") return;
			const connection: HostConnection = {
				from: { address: "2001:db8::77", port: 40000 },
				send: bytes => {
					const copy = [...bytes];
					clock.after(delayMs, () => {
						this.#arriving.push(...copy);
						this.tell();
					});
				},
				close: () => void clock.after(delayMs, () => this.lose()),
			};
			this.#peer = host.accept(this.#options.port, connection);
			this.#state = this.#peer === undefined ? "connecting" : "connected";
			if (this.#peer === undefined) this.fail();
			else this.#options.onWritable?.call(this, windowBytes);
		}

		/** What has arrived is still read before the end is told. */
		private lose(): void {
			this.#peerClosed = true;
			this.tell();
		}

		private fail(): void {
			if (this.#state === "closed" || this.#state === "ended") return;
			this.#state = "ended";
			this.#options.onError?.call(this);
		}

		/** One call of onReadable, and another one later for what it did not tell of. */
		private tell(): void {
			if (this.#telling || this.#state === "closed") return;
			this.#telling = true;
			clock.after(1, () => {
				this.#telling = false;
				if (this.#state !== "connected") return;
				const count = Math.min(arrive[this.#turns++ % arrive.length]!, this.#arriving.length);
				if (count > 0) {
					this.#received.push(...this.#arriving.splice(0, count));
					this.#options.onReadable?.call(this, this.#received.length);
				}
				if (this.#arriving.length > 0) this.tell();
				else if (this.#peerClosed && this.#received.length === 0) this.fail();
			});
		}

		private drain(): void {
			if (this.#draining) return;
			this.#draining = true;
			clock.after(delayMs, () => {
				this.#draining = false;
				const bytes = this.#sent.splice(0, Math.min(drainBytes, this.#sent.length));
				this.#peer?.received(Uint8Array.from(bytes));
				if (this.#state !== "connected") return;
				if (this.#sent.length > 0) this.drain();
				this.#options.onWritable?.call(this, windowBytes - this.#sent.length);
			});
		}

		read(into: any): ArrayBuffer | number | undefined {
			if (this.#state === "closed") throw new Error("closed");
			if (this.#received.length === 0 && typeof into !== "object") return undefined;
			const count = typeof into === "object" ? into.byteLength : (into ?? this.#received.length);
			if (!(count > 0) || count > this.#received.length) throw new Error(`read ${count} of ${this.#received.length}`);
			const bytes = Uint8Array.from(this.#received.splice(0, count));
			if (this.#peerClosed) this.tell();
			if (typeof into !== "object") return bytes.buffer;
			viewOf(into).set(bytes);
			return count;
		}

		write(bytes: ArrayBuffer | ArrayBufferView): number {
			if (this.#state === "ended") return 0;
			if (this.#state !== "connected") throw new Error(`write while ${this.#state}`);
			const view = viewOf(bytes);
			const free = windowBytes - this.#sent.length;
			if (view.length > free) throw new Error(`write ${view.length}, room for ${free}`);
			this.#sent.push(...view);
			wire.written.push(...view);
			this.drain();
			return free - view.length;
		}

		close(): void {
			if (this.#state === "closed") return;
			this.#state = "closed";
			wire.open--;
			const peer = this.#peer;
			// What was written leaves before the end.
			const rest = Uint8Array.from(this.#sent.splice(0));
			clock.after(delayMs, () => {
				if (rest.length > 0) peer?.received(rest);
				peer?.closed();
			});
		}

		get format() {
			return "buffer";
		}
	}

	class Resolver {
		resolve(query: { host: string; onResolved(host: string, address: string): void; onError(host: string): void }): void {
			clock.after(delayMs, () => {
				if (query.host.endsWith(".invalid")) query.onError(query.host);
				else if (query.host !== "silent.example") query.onResolved(query.host, "2001:db8::1");
			});
		}
		close(): void {}
	}

	return Object.assign(wire, { TCP, Resolver });
}

/** A server that answers what a script says, for literal bytes: each step waits for exactly these bytes. */
export function scripted(
	steps: readonly { readonly expect?: readonly number[]; readonly send?: readonly number[]; readonly close?: true }[],
) {
	const got: number[][] = [];
	let connection: HostConnection | undefined;
	const waiting = [...steps];
	let bytes: number[] = [];
	const advance = (): void => {
		for (let step = waiting[0]; step !== undefined; step = waiting[0]) {
			const wanted = step.expect?.length ?? 0;
			if (bytes.length < wanted) return;
			if (wanted > 0) got.push(bytes.splice(0, wanted));
			waiting.shift();
			if (step.send !== undefined) connection!.send(Uint8Array.from(step.send));
			if (step.close) connection!.close();
		}
	};
	return {
		/** What came, cut as the steps expect it. */
		got,
		get rest() {
			return bytes;
		},
		/** Says this beside the script. */
		send: (more: readonly number[]) => connection?.send(Uint8Array.from(more)),
		get done() {
			return waiting.length === 0;
		},
		accept(_port: number, accepted: HostConnection): HostStream {
			connection = accepted;
			bytes = [];
			advance();
			return {
				received(more) {
					bytes.push(...more);
					advance();
				},
				closed() {},
			};
		},
	};
}

export const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];
