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
/**
 * ECMA-419 clause 25, as Moddable's own client has it: on a board the module is Moddable's, on the desktop this package's. MQTT 3.1.1.
 * Nothing is kept and nothing is sent again: after `onError` make another client, and send what was not acknowledged with `duplicate`.
 */
declare module "embedded:network/mqtt/client" {
	type Bytes = ArrayBuffer | Uint8Array | DataView;
	/** Of one fragment. The first one of a message has all properties, the others `more` only. */
	export interface MessageOptions {
		/** Another fragment of the same message follows. */
		more: boolean;
		topic?: string;
		QoS?: 0 | 1 | 2;
		/** Of the whole message. */
		byteLength?: number;
	}
	/** A packet of the broker that is no message. */
	export interface ControlMessage {
		/** `MQTTClient.CONNACK`, `.PUBACK`, … */
		operation: number;
		/** Where the packet has one: what `write` was given. */
		id?: number;
		/** CONNACK: 0, any other ends in `onError`. */
		returnCode?: number;
		/** SUBACK: for each item the QoS that was granted, or 128 for none. */
		payload?: number[];
	}
	export interface MQTTOptions {
		socket: { io: new (options: any) => any; [option: string]: any };
		dns: { io: new (options: any) => any; [option: string]: any };
		host: string;
		/** Default 1883. */
		port?: number;
		/** Default "": the broker makes one up. */
		id?: string;
		user?: string;
		password?: string | ArrayBuffer;
		/** Milliseconds, rounded up to seconds; default 0: no PINGREQ is sent. */
		keepAlive?: number;
		/** Default true: the broker forgets subscriptions and messages of former connections. */
		clean?: boolean;
		/** What the broker publishes when the connection ends without DISCONNECT. */
		will?: { topic: string; message: string | ArrayBuffer; QoS?: 0 | 1 | 2; retain?: boolean };
		target?: unknown;
		/**
		 * `count` bytes of the message can be read, 0 of one that is empty (Moddable's client loses those). What comes after them is
		 * told when they were read, and the last one is acknowledged then.
		 */
		onReadable?(this: MQTTClient, count: number, options: MessageOptions): void;
		/** So many bytes fit, of a message's header and payload together. First after CONNACK. */
		onWritable?(this: MQTTClient, count: number): void;
		/** The standard's text has the operation as an argument before the message; Moddable's client, which a board runs, has not. */
		onControl?(this: MQTTClient, message: ControlMessage): void;
		/** The connection is over, whoever ended it; the client is closed. Moddable's gives no reason. */
		onError?(this: MQTTClient, error?: Error): void;
	}
	export interface WriteOptions {
		/** Default PUBLISH. The others: SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT. */
		operation?: number;
		/** 1..65535. Given for all messages, or for none: the client counts then. */
		id?: number;
		/** For PUBLISH. */
		topic?: string;
		QoS?: 0 | 1 | 2;
		retain?: boolean;
		/** The message may have reached the broker in a former connection. */
		duplicate?: boolean;
		/** Of the whole message, where `data` is its first fragment; the others are written without options. */
		byteLength?: number;
		/** For SUBSCRIBE and UNSUBSCRIBE. */
		items?: { topic: string; QoS?: 0 | 1 | 2 }[];
	}
	export default class MQTTClient {
		static readonly CONNECT: 1;
		static readonly CONNACK: 2;
		static readonly PUBLISH: 3;
		static readonly PUBACK: 4;
		static readonly PUBREC: 5;
		static readonly PUBREL: 6;
		static readonly PUBCOMP: 7;
		static readonly SUBSCRIBE: 8;
		static readonly SUBACK: 9;
		static readonly UNSUBSCRIBE: 10;
		static readonly UNSUBACK: 11;
		static readonly PINGREQ: 12;
		static readonly PINGRESP: 13;
		static readonly DISCONNECT: 14;
		constructor(options: MQTTOptions);
		target: unknown;
		format: "buffer";
		/** At most `count` bytes of the fragment that was told; undefined when all of it was read. */
		read(count?: number): ArrayBuffer | undefined;
		/** Fills the buffer as far as the fragment goes and returns how many bytes. */
		read(buffer: Bytes): number | undefined;
		/** All or nothing: throws before CONNACK and when there is no room. Returns how many bytes fit now, as `onWritable` would say. */
		write(data: Bytes | null, options?: WriteOptions): number;
		/** At once, without DISCONNECT: the broker publishes the will. */
		close(): void;
	}
}
/** ECMA-419 clause 20, as Moddable's own client has it. One connection to one host; requests follow one another on it. */
declare module "embedded:network/http/client" {
	type Bytes = ArrayBuffer | Uint8Array | DataView;
	export interface HTTPOptions {
		socket: { io: new (options: any) => any; [option: string]: any };
		dns: { io: new (options: any) => any; [option: string]: any };
		host: string;
		/** Default 80. */
		port?: number;
		/** The connection is over, whoever ended it; the client is closed. */
		onError?(this: void, error?: Error): void;
	}
	export interface RequestOptions {
		/** Default "GET". */
		method?: string;
		/** Default "/". With the query. */
		path?: string;
		/** A body follows where `content-length` is not 0 or `transfer-encoding` is chunked. */
		headers?: Map<string, string | number>;
		/** Lower case: the only ones that `onHeaders` is given. */
		headersMask?: string[];
		onHeaders?(this: HTTPRequest, status: number, headers: Map<string, string>, statusText: string): void;
		/** `count` bytes of the body can be read. What follows is told when they were. */
		onReadable?(this: HTTPRequest, count: number): void;
		/** So many bytes of the body may be written. */
		onWritable?(this: HTTPRequest, count: number): void;
		/** Called once: null when the response is complete. */
		onDone?(this: HTTPRequest, error: Error | null): void;
	}
	export interface HTTPRequest {
		read(count?: number): ArrayBuffer | undefined;
		read(buffer: Bytes): number | undefined;
		/** All or nothing; returns how many bytes fit now. Without data: the end of a chunked body. */
		write(data?: Bytes): number;
		[property: string]: any;
	}
	export default class HTTPClient {
		constructor(options: HTTPOptions);
		request(options: RequestOptions): HTTPRequest;
		/** Nothing is called any more, `onDone` of waiting requests neither. */
		close(): void;
	}
}
