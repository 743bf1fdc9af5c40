import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { quectelEc800m } from "../../drivers/cat1/quectel-ec800m.js";
import { quectelBc660k } from "../../drivers/nbiot/quectel-bc660k.js";
import { replay } from "../../host-sim/apps/replay-transcript.js";
import { parseTranscript, serializeTranscript } from "../../host-sim/transcript/format.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(folder).filter(name => name.endsWith(".at"));
const read = (name: string): string => readFileSync(`${folder}${name}`, "utf8");

describe("every captured dialogue", () => {
	test.each(files)("%s replays against the 27.007 base", name => {
		const result = replay(read(name));
		expect(result.errors).toEqual([]);
		expect(result.ok).toBe(true);
		expect(result.driver).toBeNull();
	});

	test.each(files)("%s has a header that says what it is worth, and is written as it is read", name => {
		const text = read(name);
		const transcript = parseTranscript(text);
		expect(Object.keys(transcript.header)).toEqual(["source", "module", "firmware", "evidence", "framing", "note"]);
		expect(["exact", "assumed"]).toContain(transcript.header.framing);
		expect(serializeTranscript(transcript)).toBe(text);
		expect(name).toMatch(/^[a-z]+-[a-z0-9]+\.[a-z0-9-]+\.at$/);
	});
});

describe("replay", () => {
	test("the BC660K-GL session with its driver: each command declared, nothing unknown", () => {
		const result = replay(read("quectel-bc660k.session.at"), { driver: quectelBc660k });
		expect(result).toEqual({ driver: "quectel-bc660k", exchanges: 29, urcs: [], unknownLines: [], errors: [], ok: true });
	});

	test("the EC800M-CN session and a start of its family with their driver: nothing unknown", () => {
		const session = replay(read("quectel-ec800m.bringup-tcp.at"), { driver: quectelEc800m });
		expect(session).toMatchObject({ driver: "quectel-ec800m", exchanges: 9, unknownLines: [], errors: [], ok: true });
		expect(session.urcs).toEqual(["+QIOPEN"]);
		expect(replay(read("quectel-eg25.boot-urcs.at"), { driver: quectelEc800m })).toMatchObject({
			urcs: ["RDY", "+CFUN", "+CPIN", "+QUSIM", "+QIND", "+QIND"],
			unknownLines: [],
			ok: true,
		});
	});

	test("URCs, and lines that no table knows, are listed and are no failure", () => {
		expect(replay(read("simcom-a7670e.gsm-cme-verbose.at"))).toMatchObject({ urcs: ["+CGEV"], unknownLines: ["+NETOPEN: 0"], ok: true });
		expect(replay(read("quectel-eg25.boot-urcs.at"))).toMatchObject({
			exchanges: 1,
			urcs: ["+CFUN", "+CPIN"],
			unknownLines: ["RDY", "+QUSIM: 1", "+QIND: SMS DONE", "+QIND: PB DONE"],
			ok: true,
		});
	});

	test("an answer that a declaration cannot read is a failure that says where", () => {
		const text = "> AT+CSQ\\r\n< \\r\\n+CSQ: x,y\\r\\n\\r\\nOK\\r\\n\n";
		expect(replay(text)).toMatchObject({
			exchanges: 1,
			ok: false,
			errors: ["1:1: AT+CSQ: the transcript shows ok, the channel says malformed"],
		});
	});

	test("each kind of result is compared, and a command without one", () => {
		const dialogue = (answer: string) => `> AT+FOO=1\\r\n< \\r\\n${answer}\\r\\n\n`;
		for (const answer of [
			"OK",
			"ERROR",
			"+CME ERROR: 50",
			"+CME ERROR:50",
			"+CME ERROR: unknown",
			"+CMS ERROR: 500",
			"NO CARRIER",
			"CONNECTION",
		]) {
			expect(replay(dialogue(answer)).errors).toEqual([]);
		}
		expect(replay("> AT\\r\n").errors).toEqual([]);
	});

	test("a prompt and its payload", () => {
		const text = '> AT+CMGS="1"\\r\n< \\r\\n> \\x20\n'.replace("> \\x20", ">\\x20");
		const result = replay(`${text}> OK\\x1A\n< \\r\\n+CMGS: 7\\r\\n\\r\\nOK\\r\\n\n`);
		expect(result).toMatchObject({ exchanges: 1, errors: [], ok: true });
	});

	test("a payload that nobody asked for is left over", () => {
		expect(replay("> AT\\r\n< OK\\r\\n\n> hello\n").errors).toEqual(['3:1: the transcript\'s host sent "hello", the channel ""']);
	});

	test("a file that is no transcript fails with its place", () => {
		expect(replay("> AT\\q\n")).toMatchObject({ exchanges: 0, ok: false, errors: ["1:5: an escape is \\r, \\n, \\\\ or \\xNN"] });
	});

	test("one changed byte of a capture makes its replay fail", () => {
		const text = read("quectel-bc660k.session.at");
		expect(replay(text.replace("+CPIN: READY", "+CPIM: READY"), { driver: quectelBc660k }).ok).toBe(false);
		expect(replay(text.replace("> AT+CGATT?", "> AT+CGATT!"), { driver: quectelBc660k }).ok).toBe(true);
		expect(replay(text.replace("+CGATT: 1", "+CGATT: x"), { driver: quectelBc660k }).ok).toBe(false);
	});
});
