import type { Command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";

/** How a command ended: "ok", "none" (no final result at all), or the error with its number or text. */
export type Result = "ok" | "none" | "nothing" | { readonly code: string; readonly detail: string };

const CALL_RESULTS: { readonly [text: string]: string } = {
	"NO CARRIER": "noCarrier",
	BUSY: "busy",
	"NO ANSWER": "noAnswer",
	"NO DIALTONE": "noDialtone",
};

/** What the answer itself shows, read here a second time and in another way than the channel reads it. */
export function expectedResult(answer: string, command: Command<any, any>): Result {
	const finals = command.rule.finals;
	let result: Result = "none";
	for (const line of answer.split(/[\r\n]+/).map(text => text.trim())) {
		const extended = /(?:^|\D)\+(CM[ES]) ERROR: ?(.*)$/.exec(line);
		if (extended) return { code: extended[1]!.toLowerCase(), detail: extended[2]! };
		if (/^ERROR(?:$|[: ])/.test(line)) return { code: "error", detail: "" };
		if (finals?.error.some(text => line.startsWith(text))) return { code: CALL_RESULTS[line] ?? "error", detail: "" };
		if (line === "OK" || /^AT.*[A-Z?=\d"]OK$/.test(line) || finals?.ok.some(text => line.startsWith(text))) result = "ok";
		if (result === "none" && command.rule.isRaw && CALL_RESULTS[line]) return { code: CALL_RESULTS[line], detail: "" };
		if (result === "ok" && !finals) return result;
	}
	return result;
}

export function resultOf(error: AtError | undefined): Result {
	if (!error) return "ok";
	if (error.code === "timeout") return "none";
	return { code: error.code, detail: error.number !== undefined ? String(error.number) : (error.text ?? "") };
}

/** The information line before `ERROR` is a help, not a part of the result. */
export function sameResult(expected: Result, got: Result): boolean {
	if (typeof expected === "string" || typeof got === "string") return expected === got;
	return expected.code === got.code && (expected.code === "error" || expected.detail === got.detail);
}

export function show(result: Result): string {
	if (result === "none") return "no result";
	return typeof result === "string" ? result : `${result.code} ${result.detail}`.trim();
}
