import type { Clock } from "../clock/clock.js";

/** The application's end of a serial line in memory (the module or meter has the other: a Port). */
export interface LineEnd {
	open(options: {
		readonly baud: number;
		readonly parity: "none" | "even" | "odd";
		readonly dataBits: number;
		readonly stopBits: number;
	}): void;
	/** Bytes arrive paced by the line's rate. */
	onBytes: ((bytes: Uint8Array) => void) | undefined;
	write(bytes: Uint8Array): void;
	close(): void;
}

/** Everything an application is given, whatever engine runs it. */
export interface ApplicationHost {
	readonly clock: Clock;
	/** `new Serial({ device: "memory:modem" })` finds "modem" here; any other device is a real path. */
	readonly lines: ReadonlyMap<string, LineEnd>;
	/** Level of an output pin by name, or the name of an unknown pin is ignored with one line in the log. */
	setPin(pin: string, level: number): void;
	readPin(pin: string): number;
	/** `embedded:storage/key-value`: survives a restart of the application, not of the host. Keys: the domain's path, `/`, the key. */
	readonly storage: Map<string, Uint8Array>;
	/** What the application said through `xs-cellular/monitor`; data is JSON. */
	monitor(event: string, data: Record<string, unknown>): void;
	/** What it printed with `trace`. */
	log(text: string): void;
	/** What passes over a real port that the application opened, as it passes: for a trace where no simulated module keeps one. */
	onSerial?(device: string, direction: "<" | ">", bytes: Uint8Array): void;
	/** First tick the application sees: set near 2^31 or 2^32 to try the wrap. */
	readonly firstTick: number;
}

export interface BundleOptions {
	/** Path of the application's main module; its default export is called. */
	readonly entry: string;
	/** Path of the module that `xs-cellular/driver` stands for; undefined where the application does not import it. */
	readonly driver: string | undefined;
	/** What `mc/config` exports by default. */
	readonly config: Record<string, unknown>;
	readonly format: "cjs" | "esm";
}

export interface XsFigures {
	readonly version: string;
	readonly computrons: number;
	readonly collections: number;
	readonly slotsPeak: number;
	readonly chunkBytesPeak: number;
}

export interface RunningApplication {
	/** Settles when the application failed (an exception left it, the engine died); never otherwise. */
	readonly failed: Promise<Error>;
	readonly failure: Error | undefined;
	readonly xs: XsFigures | undefined;
	stop(): Promise<void>;
}
export interface Engine {
	readonly name: "node" | "xs";
	start(bundle: string, host: ApplicationHost): Promise<RunningApplication>;
}
