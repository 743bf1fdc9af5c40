import type { Engine } from "../engine/engine.js";
import type { Configuration } from "../internet/collector.js";
import type { MeterKind } from "../meters/create-meter.js";
import type { Persona } from "../modem/persona.js";
import type { Scenario } from "../scenario/scenario.js";
import type { Example } from "./example.js";
import type { FarEndKind } from "./far-end/far-end.js";

export interface RunOptions {
	readonly example: Example;
	/** Path of the driver's module. */
	readonly driver: string;
	readonly driverId: string;
	/** The simulated module; undefined with a real port. */
	readonly persona: Persona | undefined;
	readonly port: string | undefined;
	readonly engine: Engine;
	readonly clock: "real" | "virtual";
	/** Simulated time; undefined: until {@link REPORTS} reports are acknowledged or {@link PATIENCE_MS} passed. */
	readonly forMs: number | undefined;
	readonly scenario: Scenario | undefined;
	readonly seed: number;
	readonly apn: string | undefined;
	readonly pin: string | undefined;
	readonly server: { readonly host: string; readonly port: number; readonly path: string } | undefined;
	/** What receives at the server's end of the simulated internet; readings over CoAP when absent. */
	readonly farEnd?: FarEndKind | undefined;
	/** What the application is told of it, where it has more than one way to send. */
	readonly uplink?: string | undefined;
	/** Where it is not the example's: another protocol has another port. */
	readonly serverPort?: number | undefined;
	/** A GPX file that the simulated vehicle drives, and the moments of it. */
	readonly route?: string | undefined;
	/** Keep the IP traffic, for a capture. */
	readonly captured?: boolean;
	/** A real meter's serial port. */
	readonly meter: string | undefined;
	readonly simulatedMeter: MeterKind | undefined;
	/** First tick that the application sees; default 0. */
	readonly firstTick?: number;
	/** Instants at which the application is ended and started anew, as by a watchdog: storage, module, meter and server stay as they are. */
	readonly restartsMs?: readonly number[];
	/** What the server answers to each report. */
	readonly configuration?: Configuration;
	/** Keep the AT dialogue. */
	readonly traced: boolean;
	/** What the application and the world say while it runs. */
	readonly onEvent?: (timeMs: number, event: string, data: Record<string, unknown>) => void;
	readonly onLog?: (text: string) => void;
	/** Simulated milliseconds so far, a few times a second. */
	readonly onProgress?: (simulatedMs: number, ofMs: number | undefined) => void;
	/** The user asked to end: the run stops and is summed up as it stands. */
	readonly stopped?: () => boolean;
}

/** Without `--for` a run ends when so many reports have been acknowledged. */
export const REPORTS = 3;
/** Or after this long, on the run's clock: a run that gets nowhere must end too. */
export const PATIENCE_MS = { real: 10 * 60_000, virtual: 30 * 86_400_000 } as const;
