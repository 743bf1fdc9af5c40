import type { RunOptions } from "./options.js";
import type { Trace } from "./trace.js";

export function traceText(_trace: Trace, _options: RunOptions): string {
	return "";
}
