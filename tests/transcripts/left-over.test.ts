import { expect, test } from "vitest";
import { replay } from "../../host-sim/apps/replay-transcript.js";

test("half a line at the end is left over, and said", () => {
	const whole = "> AT\\r\n< \\r\\nOK\\r\\n\n";
	expect(replay(whole).errors).toEqual([]);
	const cut = replay(`${whole}< \\r\\n+CME ER\n`);
	expect(cut.ok).toBe(false);
	expect(cut.errors).toEqual(['left over: the transcript ends within the line "+CME ER"']);
});

test("a prompt at the end is not half a line", () => {
	expect(replay("> AT\\r\n< \\r\\nOK\\r\\n\n< \\r\\n>\\x20\n").errors).toEqual([]);
});
