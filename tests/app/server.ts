import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { CoapHost, type CoapHostOptions } from "../../host-sim/internet/coap-host.js";
import type { ServerAnswer, ServerBehaviour, ServerRequest } from "../../host-sim/internet/collector.js";
import {
	CoapClient,
	type CoapClientOptions,
	type CoapError,
	type CoapObserveRequest,
	type CoapRequest,
	type CoapResponse,
} from "../../sdk/app/coap.js";
import { Random } from "../../sdk/app/random.js";

export const serverAddress = "2001:db8::1";
const clientAddress = { address: "2001:db8::2", port: 40000 };

/** What happens to a datagram on its way; several delays mean several copies, none means that it is lost. */
export type Path = (bytes: Uint8Array, direction: "up" | "down") => readonly number[];
export interface Sent {
	readonly atMs: number;
	readonly direction: "up" | "down";
	readonly hex: string;
	readonly release: string | undefined;
}

export function hex(bytes: Uint8Array): string {
	return Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
}
export function unhex(text: string): Uint8Array {
	const digits = text.replaceAll(/\s/g, "");
	return Uint8Array.from({ length: digits.length / 2 }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16));
}

export interface Outcome {
	readonly code: string;
	readonly payload?: string;
	readonly bytes?: Uint8Array;
	readonly more?: boolean;
	readonly piggybacked?: boolean;
	readonly contentFormat?: number;
}

/** A client and whatever answers it, on a virtual clock, with a path in between. */
export class World {
	readonly clock = new VirtualClock();
	readonly sent: Sent[] = [];
	readonly outcomes: Outcome[] = [];
	readonly errors: CoapError[] = [];
	path: Path = () => [50];
	/** Answers what comes up; a test without a server sets it. */
	server: (bytes: Uint8Array, reply: (bytes: Uint8Array) => void) => void = () => {};
	client!: CoapClient;
	#deliver: ((bytes: Uint8Array) => void) | undefined;

	open(options: Partial<CoapClientOptions> = {}, firstTick = 0): CoapClient {
		const world = this;
		class Udp {
			#queue: (ArrayBuffer & { address?: string; port?: number })[] = [];
			constructor(socket: { onReadable(packets: number): void }) {
				world.#deliver = bytes => {
					const datagram = bytes.slice().buffer as ArrayBuffer & { address?: string; port?: number };
					datagram.address = "2001:0DB8:0:0:0:0:0:1";
					datagram.port = 5683;
					this.#queue.push(datagram);
					socket.onReadable(1);
				};
			}
			read() {
				return this.#queue.shift();
			}
			write(bytes: Uint8Array, _address: string, _port: number, hint?: { release: string }): void {
				world.#pass(bytes.slice(), "up", hint?.release, copy =>
					world.server(copy, back => world.#pass(back.slice(), "down", undefined, answer => world.#deliver?.(answer))),
				);
			}
			close(): void {
				world.#deliver = undefined;
			}
		}
		const clock = this.clock;
		const random = new Random(1);
		this.client = new CoapClient({
			socket: { io: Udp as any },
			address: serverAddress,
			timer: {
				set: (callback: () => void, delayMs: number) => clock.after(delayMs, callback),
				clear: (id: any) => clock.cancel(id),
			},
			time: {
				get ticks() {
					return (clock.now() + firstTick) | 0;
				},
			},
			random: () => random.fraction(),
			onError: error => this.errors.push(error),
			...options,
		});
		return this.client;
	}
	/** A server that speaks through coap-packet. */
	serve(handle: (request: ServerRequest) => ServerAnswer, options: Partial<CoapHostOptions> = {}): ServerBehaviour {
		const behaviour: ServerBehaviour = { available: true, delayMs: 0, response: "piggybacked", lossRate: 0 };
		const host = new CoapHost({ clock: this.clock, addresses: [serverAddress], behaviour, handle, ...options });
		this.server = (bytes, reply) => host.datagram(5683, bytes, clientAddress, reply);
		return behaviour;
	}
	/** As if the server had sent it. */
	inject(bytes: Uint8Array): void {
		this.#deliver?.(bytes);
	}
	request(request: Partial<CoapRequest<any>> = {}): number {
		return this.client.request({
			method: "POST",
			path: "/readings",
			onResponse: response => this.outcomes.push(outcomeOf(response)),
			onError: error => this.outcomes.push({ code: error.code }),
			...request,
		} as CoapRequest<any>);
	}
	observe(request: Partial<CoapObserveRequest<any>> = {}): number {
		return this.client.observe({
			path: "/state",
			onResponse: response => this.outcomes.push(outcomeOf(response)),
			onError: error => this.outcomes.push({ code: error.code }),
			...request,
		} as CoapObserveRequest<any>);
	}
	run(forMs: number): void {
		this.clock.run(this.clock.now() + forMs);
	}
	get up(): string[] {
		return this.sent.filter(({ direction }) => direction === "up").map(({ hex: text }) => text);
	}
	get upTimes(): number[] {
		return this.sent.filter(({ direction }) => direction === "up").map(({ atMs }) => atMs);
	}
	#pass(bytes: Uint8Array, direction: "up" | "down", release: string | undefined, arrive: (bytes: Uint8Array) => void): void {
		this.sent.push({ atMs: this.clock.now(), direction, hex: hex(bytes), release });
		for (const delayMs of this.path(bytes, direction)) this.clock.after(delayMs, () => arrive(bytes));
	}
}

function outcomeOf(response: CoapResponse): Outcome {
	return {
		code: response.codeText,
		payload: new TextDecoder().decode(response.payload),
		bytes: response.payload.slice(),
		more: response.more,
		piggybacked: response.piggybacked,
		contentFormat: response.contentFormat,
	};
}
