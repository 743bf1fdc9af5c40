import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeBytes, parseTranscript, serializeTranscript, unescapeBytes } from "../../host-sim/transcript/format.js";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, character => character.charCodeAt(0));

describe("transcripts as text", () => {
	test("header, records and pauses", () => {
		const transcript = parseTranscript("# source: a: b\n# framing: exact\n\n> AT\\r\n@ 120\n# a remark\n< \\r\\nOK\\r\\n\r\n");
		expect(transcript.header).toEqual({ source: "a: b", framing: "exact" });
		expect(transcript.records).toEqual([
			{ kind: "sent", bytes: bytes("AT\r"), line: 4 },
			{ kind: "pause", ms: 120, line: 5 },
			{ kind: "received", bytes: bytes("\r\nOK\r\n"), line: 7 },
		]);
	});

	test("any bytes survive", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 64 }), data => {
				const text = escapeBytes(data);
				expect(text).toMatch(/^[\x20-\x7e]*$/);
				expect(text.endsWith(" ")).toBe(false);
				expect([...unescapeBytes(text)]).toEqual([...data]);
			}),
		);
	});

	test("a whole file survives", () => {
		const text = "# source: x\n\n> AT\\r\n< \\x00\\xFF\\\\ \\x20\n@ 5\n";
		expect(serializeTranscript(parseTranscript(text))).toBe(text);
	});

	test("what is wrong is said with its line and column", () => {
		const cases: [string, string][] = [
			["> AT\nhello\n", "2:1: a line begins with `> `, `< `, `@ ` or `#`"],
			[">AT\n", "1:1: a line begins with `> `, `< `, `@ ` or `#`"],
			["> a\\tb\n", "1:4: an escape is \\r, \\n, \\\\ or \\xNN"],
			["> a\\x1\n", "1:4: an escape is \\r, \\n, \\\\ or \\xNN"],
			["> a\\\n", "1:4: an escape is \\r, \\n, \\\\ or \\xNN"],
			["> caf\u00e9\n", "1:6: write a byte that is no ASCII text as \\xNN"],
			["> a\tb\n", "1:4: write a byte that is no ASCII text as \\xNN"],
			["< a \n", "1:4: write a blank at the end of a line as \\x20"],
			["@ soon\n", "1:3: a pause is a whole number of milliseconds"],
			["@ -1\n", "1:3: a pause is a whole number of milliseconds"],
			["# nothing\n", "1:1: a header line is `# key: value`"],
			["# a: 1\n# a: 2\n", "2:1: header `a` is there twice"],
		];
		for (const [text, message] of cases) expect(() => parseTranscript(text)).toThrow(message);
	});
});
