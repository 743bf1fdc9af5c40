/**
 * What the application library is handed by its platform: shapes of ECMA-419 classes and of Moddable's `timer` and `time`
 * modules, no more than this library uses.
 */
export type Millis = number;

/** `{ io: UDP, …anything }`: everything but `io` goes to the constructor as it stands. */
export interface InjectedClass<Instance> {
	readonly io: new (options: any) => Instance;
	readonly [option: string]: unknown;
}

export interface Datagram extends ArrayBuffer {
	readonly address?: string;
	readonly port?: number;
}

/** ECMA-419 UDP, and the hint that a cellular module's UDP class takes beside it; others ignore the fourth argument. */
export interface UdpSocket {
	read(): Datagram | undefined;
	write(bytes: Uint8Array, address: string, port: number, hint?: { readonly release: "after-uplink" | "after-response" }): void;
	close(): void;
}

export interface TimerModule {
	set(callback: () => void, delayMs: Millis): unknown;
	clear(id: any): void;
}

/** Milliseconds in 32 bits: they wrap, and restart when the microcontroller wakes from deep sleep. */
export interface TimeModule {
	readonly ticks: number;
}

/** An open domain of ECMA-419 `embedded:storage/key-value` in "buffer" format. */
export interface KeyValueStore {
	read(key: string): ArrayBuffer | undefined;
	write(key: string, value: ArrayBuffer): void;
}
