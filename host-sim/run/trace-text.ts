import type { CommentLine } from "../capture/capture.js";
import { TranscriptWriter } from "../transcript/writer.js";
import type { RunOptions } from "./options.js";
import type { Trace } from "./trace.js";

/** The dialogue as a transcript, identifiers and secrets masked. */
export function traceText(trace: Trace, options: RunOptions): string {
	return pieces(trace, options)
		.map(({ text }) => text)
		.join("");
}

/** Its lines, masked, each with the time at which it passed. */
export function traceLines(trace: Trace, options: RunOptions): CommentLine[] {
	return pieces(trace, options).flatMap(({ timeMs, text }) =>
		text
			.split("\n")
			.filter(line => line.startsWith(">") || line.startsWith("<"))
			.map(line => ({ timeMs, text: line })),
	);
}

function pieces(trace: Trace, options: RunOptions): CommentLine[] {
	const parts: CommentLine[] = [];
	let timeMs = 0;
	const writer = new TranscriptWriter({
		header: {
			source: `xs-cellular run ${options.example.name}, ${options.clock} clock, ${options.engine.name} engine, seed ${options.seed}`,
			module: options.persona ? `simulated ${options.persona.id}` : `driven by ${options.driverId}`,
			framing: "exact",
			...(trace.droppedBytes > 0 ? { note: `the beginning only, ${trace.droppedBytes} bytes came after it` } : {}),
		},
		onText: text => void parts.push({ timeMs, text }),
		now: () => timeMs,
	});
	for (const entry of trace.entries) {
		timeMs = entry.timeMs;
		if (entry.direction === ">") writer.sent(entry.bytes);
		else writer.received(entry.bytes);
	}
	writer.close();
	return parts;
}
