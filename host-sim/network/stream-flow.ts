import { type FlowsOwner, sourceAddress } from "./flow-path.js";
import type { Endpoint, PublicStream, PublicStreamEvents } from "./public-network.js";
import { PlainLayer, type StreamLayer } from "./stream-layer.js";
import {
	DEVICE_DELAYED_ACK_MS,
	DEVICE_GIVE_UP_MS,
	FULL_WINDOW_BYTES,
	HOST_DELAYED_ACK_MS,
	HOST_GIVE_UP_MS,
	TcpEndpoint,
} from "./tcp-endpoint.js";
import { maximumSegmentBytes, TcpPath } from "./tcp-path.js";
import { TlsLayer } from "./tls-layer.js";
import type { Flow, FlowListener, FlowOptions, TlsFailure } from "./ue.js";

/** What a module's stack holds for one connection that is not yet acknowledged; more is refused until some of it is. */
export const SEND_BUFFER_BYTES = 65_536;
/** A host that has more than this on its way to the device has to wait. */
const HOST_BUFFER_BYTES = 65_536;

type State = "resolving" | "connecting" | "open" | "over";

/** A TCP connection of the module, with TLS on it or without: both ends of it, for what lies between them is the simulation. */
export class StreamFlow implements Flow {
	readonly cid: number;
	readonly localPort: number;
	readonly #o: FlowsOwner;
	readonly #port: number;
	readonly #listener: FlowListener;
	readonly #options: FlowOptions;
	readonly #gone: () => void;
	/** Once there is nothing left that this end would still send. */
	readonly #done: () => void;
	#state: State = "resolving";
	/** The host of the module is not told any more. */
	#deaf = false;
	#peer = "";
	#source = "";
	#path: TcpPath | undefined;
	#device: TcpEndpoint | undefined;
	#host: TcpEndpoint | undefined;
	#stream: PublicStream | undefined;
	#layer: StreamLayer | undefined;
	#hostWaits = false;
	/** What `send` was given, and the wire byte that ends it. */
	readonly #unacknowledged: { readonly bytes: number; readonly end: number }[] = [];
	#pendingBytes = 0;

	constructor(
		owner: FlowsOwner,
		endpoint: { readonly cid: number; readonly port: number; readonly localPort: number },
		listener: FlowListener,
		options: FlowOptions,
		on: { readonly gone: () => void; readonly done: () => void },
	) {
		this.#o = owner;
		this.cid = endpoint.cid;
		this.#port = endpoint.port;
		this.localPort = endpoint.localPort;
		this.#listener = listener;
		this.#options = options;
		this.#gone = on.gone;
		this.#done = on.done;
	}

	resolved(address: string | undefined): void {
		if (this.#state !== "resolving") return;
		const source = address === undefined ? undefined : sourceAddress(this.#o, this.cid, address);
		if (address === undefined || source === undefined) return void this.#fail("unreachable");
		this.#peer = address;
		this.#source = source;
		this.#state = "connecting";
		this.#build({ address: source, port: this.localPort }, { address, port: this.#port });
		this.#device!.connect();
	}

	send(bytes: Uint8Array, options?: { readonly rai?: 0 | 1 | 2 }): void {
		const ok = this.#state === "open" && this.#pendingBytes + bytes.length <= SEND_BUFFER_BYTES;
		if (!ok || bytes.length === 0) {
			this.#o.clock.after(0, () => this.#tell(() => this.#listener.sent(bytes.length, ok)));
			return;
		}
		this.#path!.rai = options?.rai ?? 0;
		this.#pendingBytes += bytes.length;
		this.#unacknowledged.push({ bytes: bytes.length, end: this.#layer!.deviceSend(bytes) });
		this.#o.emit("stream-up", { to: this.#peer, port: this.#port, bytes: bytes.length });
		this.#passed("data", "up", bytes);
	}
	consumed(bytes: number): void {
		this.#device?.consumed(bytes);
	}
	/** What was taken still goes out; nothing is heard of it any more. */
	close(): void {
		if (this.#state === "over") return;
		const established = this.#state === "open";
		this.#end();
		this.#deaf = true;
		if (established) {
			this.#layer!.deviceClose();
			this.#device!.close();
			this.#o.emit("stream-closed", { by: "device" });
			this.#passed("close", "up");
			return;
		}
		this.#device?.abort();
		this.#done();
	}
	/** The address is gone: the host will find out by itself. */
	lose(): void {
		if (this.#state === "over") return;
		const open = this.#state === "open";
		this.#end();
		this.#device?.kill();
		this.#done();
		if (open) this.#o.emit("stream-closed", { by: "context" });
		this.#o.clock.after(0, () => (open ? this.#tellClosed() : this.#tell(() => this.#listener.failed("no-context"))));
	}
	/** Power loss: nobody is left to be told. */
	drop(): void {
		this.#end();
		this.#deaf = true;
		this.#device?.kill();
		this.#done();
	}

	#passed(kind: "open" | "data" | "close", direction: "up" | "down", bytes: Uint8Array = new Uint8Array(0)): void {
		const device = { address: this.#source, port: this.localPort };
		this.#o.traffic({ kind, direction, device, host: { address: this.#peer, port: this.#port }, bytes });
	}
	#end(): void {
		if (this.#state === "over") return;
		this.#state = "over";
		this.#gone();
	}
	#tell(action: () => void): void {
		if (!this.#deaf) action();
	}
	#fail(why: "refused" | "timeout" | "unreachable" | TlsFailure): void {
		if (this.#state === "over") return;
		this.#end();
		this.#o.emit("stream-failed", { to: this.#peer, port: this.#port, why });
		this.#tell(() => this.#listener.failed(why));
		this.#deaf = true;
		if (this.#device === undefined) this.#done();
	}
	#closedBy(by: string): void {
		if (this.#state === "over") return;
		this.#end();
		this.#o.emit("stream-closed", { by });
		this.#passed("close", "down");
		this.#tellClosed();
	}
	#tellClosed(): void {
		for (const { bytes } of this.#unacknowledged.splice(0)) this.#tell(() => this.#listener.sent(bytes, false));
		this.#tell(() => this.#listener.closed());
		this.#deaf = true;
	}

	#build(from: Endpoint, to: Endpoint): void {
		const { clock, network } = this.#o;
		const mssBytes = maximumSegmentBytes(network.operator.mtuBytes, to.address);
		const stands = (): boolean => sourceAddress(this.#o, this.cid, to.address) === from.address;
		const path = new TcpPath({ flows: this.#o, from, to, stands });
		this.#path = path;
		const device: TcpEndpoint = new TcpEndpoint(
			clock,
			{ mssBytes, giveUpMs: DEVICE_GIVE_UP_MS, delayedAckMs: DEVICE_DELAYED_ACK_MS, windowBytes: this.#options.windowBytes },
			{
				transmit: (segment, left) => path.up(segment, left, () => this.#arriveAtHost(segment, from, to)),
				established: () => this.#layer!.established(),
				deliver: bytes => this.#layer!.deviceReceived(bytes),
				ended: () => this.#deviceEnded(),
				acknowledged: total => this.#acknowledged(total),
				lost: why => this.#deviceLost(why),
				finished: () => this.#done(),
			},
		);
		this.#device = device;
		this.#host = new TcpEndpoint(
			clock,
			{ mssBytes, giveUpMs: HOST_GIVE_UP_MS, delayedAckMs: HOST_DELAYED_ACK_MS, windowBytes: FULL_WINDOW_BYTES },
			{
				transmit: (segment, left) => path.down(segment, left, () => device.receive(segment)),
				established() {},
				deliver: bytes => this.#layer!.hostReceived(bytes),
				ended: () => this.#hostEnded(),
				acknowledged: () => this.#paceHost(),
				lost: () => this.#stream?.reset(),
				finished() {},
			},
		);
		this.#layer = this.#createLayer(device, this.#host);
	}
	#createLayer(device: TcpEndpoint, host: TcpEndpoint): StreamLayer {
		const ends = {
			device,
			host,
			opened: (): void => {
				if (this.#state !== "connecting") return;
				this.#state = "open";
				this.#o.emit("stream-opened", { to: this.#peer, port: this.#port });
				this.#passed("open", "up");
				this.#tell(() => this.#listener.opened());
			},
			failed: (why: TlsFailure): void => {
				this.#fail(why);
				device.close();
			},
			toDevice: (bytes: Uint8Array): void => {
				// After `close` nobody reads any more; what was taken before still has to get out.
				if (this.#state !== "open") return void device.consumed(bytes.length);
				this.#o.emit("stream-down", { from: this.#peer, port: this.#port, bytes: bytes.length });
				this.#passed("data", "down", bytes);
				this.#tell(() => this.#listener.received(bytes, this.#peer, this.#port));
			},
			toHost: (bytes: Uint8Array, taken: () => void): void => this.#stream?.send(bytes, taken),
			secure: (done: Parameters<PublicStream["secure"]>[2]): void => this.#stream?.secure(this.#options.tls!, this.#o.utcMs(), done),
		};
		return this.#options.tls === undefined ? new PlainLayer(ends) : new TlsLayer(this.#options.tls, ends);
	}

	#arriveAtHost(segment: Parameters<TcpEndpoint["receive"]>[0], from: Endpoint, to: Endpoint): void {
		const host = this.#host!;
		if (segment.syn === true && this.#stream === undefined) this.#stream = this.#o.internet.connect(from, to, this.#hostEvents(host));
		// Until the host has made up its mind there is no connection that a segment could belong to.
		if (host.state !== "new") host.receive(segment);
	}
	#hostEvents(host: TcpEndpoint): PublicStreamEvents {
		return {
			accepted: () => host.accept(),
			refused: () => host.abort(),
			received: bytes => {
				this.#layer!.hostSend(bytes);
				this.#paceHost();
			},
			ended: () => {
				this.#layer!.hostClose();
				host.close();
			},
			reset: () => host.abort(),
		};
	}
	#paceHost(): void {
		const full = this.#host!.unsentBytes > HOST_BUFFER_BYTES;
		if (full === this.#hostWaits) return;
		this.#hostWaits = full;
		this.#stream?.pace(!full);
	}
	/** The host of the module closed, and everything it had sent has arrived: the server's application is told, and this end closes as well. */
	#hostEnded(): void {
		this.#stream?.end();
		this.#host!.close();
	}
	#deviceEnded(): void {
		this.#layer!.deviceEnded();
		if (this.#state === "connecting") this.#fail(this.#options.tls === undefined ? "refused" : "tls-handshake");
		else this.#closedBy("peer");
		this.#device!.close();
	}
	#deviceLost(why: "refused" | "reset" | "timeout"): void {
		if (this.#state === "connecting") this.#fail(why === "timeout" ? "timeout" : "refused");
		else this.#closedBy(why);
		this.#done();
	}
	#acknowledged(total: number): void {
		while (this.#unacknowledged.length > 0 && this.#unacknowledged[0]!.end <= total) {
			const { bytes } = this.#unacknowledged.shift()!;
			this.#pendingBytes -= bytes;
			this.#tell(() => this.#listener.sent(bytes, true));
		}
	}
}
