/** Modules that a Moddable manifest (on a board) or esbuild (on the desktop) maps for an application. */
declare module "mc/config" {
	const config: any;
	export default config;
}
declare module "xs-cellular/driver" {
	const driver: any;
	export default driver;
}
/** What an application tells whoever watches it: a line of `trace` on a board, an event of the simulation on the desktop. */
declare module "xs-cellular/monitor" {
	export default function monitor(event: string, data: Record<string, unknown>): void;
}

/** What a board's global object has beside the language. */
declare function trace(...parts: unknown[]): void;

/**
 * ECMA-419 clause 11, no more than every port of Moddable has, and `parity`, `dataBits`, `stopBits` for the ports that have
 * them (the desktop's; a board's ignores them). Moddable's own typings want pins on a desktop and promise a `flush` that no port has.
 */
declare module "embedded:io/serial" {
	export interface SerialOptions {
		/** A desktop's port: its path, `memory:NAME`, `tcp:HOST:PORT` or `unix:PATH`. */
		device?: string;
		/** A board's port: its number; on the desktop the same as `device`. */
		port?: string | number;
		receive?: number | string;
		transmit?: number | string;
		baud: number;
		parity?: "none" | "even" | "odd";
		dataBits?: 7 | 8;
		stopBits?: 1 | 2;
		format?: "buffer" | "number";
		target?: unknown;
		/** `count`: all bytes that wait. */
		onReadable?(this: Serial, count: number): void;
		/** `count`: the most that may be written now. */
		onWritable?(this: Serial, count: number): void;
	}
	export default class Serial {
		constructor(options: SerialOptions);
		target: unknown;
		/** What the port was opened with, where it has the option; a board's has not. */
		readonly parity?: "none" | "even" | "odd";
		format: "buffer" | "number";
		/** Throws when `count` is not what waits or less; without a count, all that waits. In format "number" one byte. */
		read(count?: number): ArrayBuffer | undefined;
		read(buffer: ArrayBuffer | ArrayBufferView): number | undefined;
		/** Throws when there is no room for all of it. */
		write(bytes: ArrayBuffer | number): void;
		close(): void;
	}
}
/** ECMA-419 clause 10. */
declare module "embedded:io/digital" {
	export default class Digital {
		static readonly Input: number;
		static readonly InputPullUp: number;
		static readonly InputPullDown: number;
		static readonly InputPullUpDown: number;
		static readonly Output: number;
		static readonly OutputOpenDrain: number;
		static readonly Rising: number;
		static readonly Falling: number;
		constructor(options: {
			pin: number | string;
			mode: number;
			initialValue?: number;
			target?: unknown;
			edge?: number;
			onReadable?(this: Digital): void;
		});
		target: unknown;
		read(): number;
		write(level: number): void;
		close(): void;
	}
}
/** Moddable's key-value storage: small values that survive a restart. Keys of one `path` are a domain of their own. */
declare module "embedded:storage/key-value" {
	type Format = "buffer" | "string" | "uint8" | "int8" | "uint16" | "int16" | "uint32" | "int32" | "uint64" | "int64";
	export interface Storage {
		format: Format;
		/** Undefined where nothing is stored. The type is the format's: ArrayBuffer for "buffer". */
		read(key: string): any;
		/** Copies into the buffer and returns how many bytes. */
		read(key: string, into: ArrayBuffer | ArrayBufferView): number | undefined;
		write(key: string, value: ArrayBuffer | ArrayBufferView | string | number | bigint): void;
		delete(key: string): void;
		close(): void;
		[Symbol.iterator](): IterableIterator<string>;
	}
	const keyValue: { open(options: { path: string; mode?: "r" | "r+"; format?: Format }): Storage };
	export default keyValue;
}
/** Moddable's timers. Delays are 32-bit integers of milliseconds. */
declare module "timer" {
	/** Only good for being handed back. */
	export type Timer = object;
	const Timer: {
		/** Never calls back from inside; once after `delayMs`, then every `repeatMs` unless that is 0 or left out. */
		set(callback: (timer: Timer) => void, delayMs?: number, repeatMs?: number): Timer;
		repeat(callback: (timer: Timer) => void, intervalMs: number): Timer;
		/** Without a delay: waits until it is scheduled again. */
		schedule(timer: Timer, delayMs?: number, repeatMs?: number): void;
		clear(timer: Timer | undefined | null): void;
	};
	export default Timer;
}
/** Moddable's clock of the run: milliseconds as a 32-bit integer with sign, which wraps, and restarts after the microcontroller's deep sleep. */
declare module "time" {
	const Time: {
		readonly ticks: number;
		/** From one value of `ticks` to another, or to now; right across one wrap. */
		delta(start: number, end?: number): number;
	};
	export default Time;
}
