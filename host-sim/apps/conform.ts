import driver from "xs-cellular/driver";
import type { Driver } from "../../sdk/modem/driver.js";
import type { Clock } from "../clock/clock.js";
import type { ConformDocument } from "../conform/document.js";
import { PortBench } from "./conform/port-bench.js";
import { type ConformOptions, conform } from "./conform/suite.js";

export interface RunOptions extends Omit<ConformOptions, "driver" | "openBench"> {
	/** A real module's port instead of a persona. */
	readonly port?: { readonly path: string; readonly baud: number | undefined; readonly clock: Clock };
}

/** What the driver declares. */
export const capabilities = (driver as Driver | undefined)?.capabilities;

/** The suite over the driver that this bundle was made with. */
export function run({ port, ...options }: RunOptions): Promise<ConformDocument> {
	return conform({
		...options,
		driver: driver as Driver,
		...(port && { openBench: async (of: Driver) => new PortBench(of, port.path, port.baud, port.clock) }),
	});
}
