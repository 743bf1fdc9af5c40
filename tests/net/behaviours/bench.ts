import type { Modem } from "../../../sdk/index.js";

/** One connection as its far end sees it. */
export interface FarConnection {
	/** All that came, in order. */
	readonly received: Uint8Array;
	/** The other side has closed it, or the connection is gone. */
	readonly isClosed: boolean;
	send(bytes: Uint8Array): void;
	close(): void;
}
export interface FarDatagram {
	readonly bytes: Uint8Array;
	/** Answers whoever sent it. */
	reply(bytes: Uint8Array): void;
}
/** A far end: whoever connects is accepted, whatever comes is kept. */
export interface FarEnd {
	/** Text of its address, and a name that resolves to it where the module (or its double) has DNS. */
	readonly address: string;
	readonly host: string;
	readonly port: number;
	/** A port where nobody listens. */
	readonly closedPort: number;
	readonly connections: readonly FarConnection[];
	/** A port for datagrams. */
	readonly datagramPort: number;
	readonly datagrams: readonly FarDatagram[];
}
/** A modem that is connected, and the far end. Time goes on only by `run`. */
export interface Bench {
	readonly modem: Modem;
	readonly far: FarEnd;
	/** What left a callback of the port or a timer; must stay empty. */
	readonly thrown: readonly unknown[];
	/** Simulated milliseconds, or less when the condition holds before. */
	run(ms: number, until?: () => boolean): void | Promise<void>;
	/** Another modem of the same driver; it need not be connected. */
	another(): Modem;
	/** The most bytes of one datagram that the modem sends. */
	readonly datagramBytes: number;
}
export type Behaviour = (bench: Bench) => Promise<void>;
/** By the name of the test file that runs it. */
export type Behaviours = Readonly<Record<string, Readonly<Record<string, Behaviour>>>>;

/** Longer than any exchange with any module takes here, retries included. */
export const SOON_MS = 120_000;

export function bytes(text: string): Uint8Array {
	return Uint8Array.from(text, c => c.charCodeAt(0));
}
export function text(of: ArrayBuffer | Uint8Array | number | undefined): string | undefined {
	if (of === undefined || typeof of === "number") return undefined;
	return String.fromCharCode(...new Uint8Array(of));
}
/** Every byte value, over and over. */
export function pattern(length: number, first = 0): Uint8Array {
	return Uint8Array.from({ length }, (_, i) => (first + i + (i >> 8)) & 0xff);
}
