/**
 * The shapes of ECMA-419 classes that this package is given by the board: an options object with `io`, the class,
 * and whatever else that class's constructor takes. Only what the portable floor of all Moddable ports has.
 */
export interface SerialPort {
	/** ECMA-419 clause 11: `count` is what `onReadable` announced; more throws on some ports. */
	read(count?: number): ArrayBuffer | undefined;
	/** No larger than what `onWritable` announced. */
	write(bytes: ArrayBuffer): void;
	close(): void;
	target?: unknown;
}
export interface SerialOptions {
	readonly baud: number;
	readonly format: "buffer";
	readonly onReadable: (bytes: number) => void;
	readonly onWritable: (bytes: number) => void;
	readonly [option: string]: unknown;
}
export interface DigitalPin {
	read(): number;
	write(level: number): void;
	close(): void;
}
export type Constructor<Options, Instance> = new (options: Options) => Instance;
/** `{ io: Serial, port: 1, receive: 16, transmit: 17 }`: everything but `io` is handed to the constructor. */
export interface Injected<Instance> {
	readonly io: Constructor<any, Instance>;
	readonly [option: string]: unknown;
}
/** Moddable's `timer` module. */
export interface TimerModule {
	set(callback: () => void, delayMs: number): unknown;
	clear(id: any): void;
}
/** Moddable's `time` module: milliseconds, 32 bits, wraps, restarts after the microcontroller's deep sleep. */
export interface TimeModule {
	readonly ticks: number;
}
