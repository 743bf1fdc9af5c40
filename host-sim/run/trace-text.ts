import { TranscriptWriter } from "../transcript/writer.js";
import type { RunOptions } from "./options.js";
import type { Trace } from "./trace.js";

/** The dialogue as a transcript, identifiers and secrets masked. */
export function traceText(trace: Trace, options: RunOptions): string {
	const parts: string[] = [];
	let timeMs = 0;
	const writer = new TranscriptWriter({
		header: {
			source: `xs-cellular run ${options.example.name}, ${options.clock} clock, ${options.engine.name} engine, seed ${options.seed}`,
			module: options.persona ? `simulated ${options.persona.id}` : `driven by ${options.driverId}`,
			framing: "exact",
			...(trace.droppedBytes > 0 ? { note: `the beginning only, ${trace.droppedBytes} bytes came after it` } : {}),
		},
		onText: text => parts.push(text),
		now: () => timeMs,
	});
	for (const entry of trace.entries) {
		timeMs = entry.timeMs;
		if (entry.direction === ">") writer.sent(entry.bytes);
		else writer.received(entry.bytes);
	}
	writer.close();
	return parts.join("");
}
