import Table from "cli-table3";
import pc from "picocolors";

/** People read stderr, machines read one JSON document on stdout. */
export function json(document: unknown): void {
	process.stdout.write(`${JSON.stringify(document)}\n`);
}

export function say(line = ""): void {
	process.stderr.write(`${line}\n`);
}

export function print(line = ""): void {
	process.stdout.write(`${line}\n`);
}

/** Columns that align, without a frame; numbers to the right where the column says so. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[], right: readonly number[] = []): string {
	const none = "";
	const chars = Object.fromEntries(
		["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
			.concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid"])
			.map(name => [name, none]),
	);
	const made = new Table({
		head: head.map(text => pc.bold(text)),
		chars: { ...chars, middle: "  " },
		style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
		colAligns: head.map((_, i) => (right.includes(i) ? "right" : "left")),
	});
	for (const row of rows) made.push(row.map(String));
	return made
		.toString()
		.split("\n")
		.map(line => line.trimEnd())
		.join("\n");
}
