// The bundler puts the chosen driver here, or undefined.
import driver from "xs-cellular/driver";
import type { Driver } from "../../sdk/modem/driver.js";
import { type ReplayResult, replay } from "./replay-transcript.js";

/** One row of `replay --json`. */
export function replayFile(file: string, text: string): ReplayResult & { readonly file: string } {
	return { file, ...replay(text, { driver: driver as Driver | undefined }) };
}
