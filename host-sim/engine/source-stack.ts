import { SourceMap } from "node:module";

const marker = "//# sourceMappingURL=data:application/json;base64,";

function mapOf(bundle: string): SourceMap | undefined {
	const at = bundle.lastIndexOf(marker);
	if (at < 0) return undefined;
	return new SourceMap(JSON.parse(Buffer.from(bundle.slice(at + marker.length).trim(), "base64").toString("utf8")));
}

/** Puts the application's own files, lines and columns into a stack that speaks of the bundle as `file`. */
export function mapStack(stack: string, bundle: string, file: string): string {
	const map = stack.includes(file) ? mapOf(bundle) : undefined;
	if (map === undefined) return stack;
	return stack.replaceAll(new RegExp(`${file.replaceAll(".", "\\.")}:(\\d+):(\\d+)`, "g"), (place, line, column) => {
		const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
		return "originalSource" in entry ? `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}` : place;
	});
}
