import { describe, expect, test } from "vitest";
import { parseTranscript } from "../../host-sim/transcript/format.js";
import { maskLine } from "../../host-sim/transcript/mask.js";
import { TranscriptWriter } from "../../host-sim/transcript/writer.js";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, character => character.charCodeAt(0));

describe("masking", () => {
	test("identifiers keep their type or network", () => {
		const cases: [string, string][] = [
			["867726031234567", "867726000000000"],
			["89860325161234567890", "89860300000000000000"],
			["8986032516123456789F", "8986030000000000000F"],
			["+CGSN: 867726031234567", "+CGSN: 867726000000000"],
			["+CIMI: 460111175123456", "+CIMI: 460111000000000"],
			['+QCCID: "89860325161234567890"', '+QCCID: "89860300000000000000"'],
			['+CNUM: "","+8613912345678",145', '+CNUM: "","+8613910000000",145'],
			['AT+CMGS="+8613912345678"', 'AT+CMGS="+8613910000000"'],
			["ATD13912345678;", "ATD13912300000;"],
			["ATD+8613912345678;", "ATD+8613910000000;"],
		];
		for (const [line, masked] of cases) expect(maskLine(line)).toBe(masked);
	});

	test("of secrets nothing is kept", () => {
		const cases: [string, string][] = [
			['AT+CPIN="1234"', 'AT+CPIN="****"'],
			["AT+CPIN=1234", "AT+CPIN=****"],
			['at+cpin="1234","5678"', 'at+cpin="****","****"'],
			['AT+CPWD="SC","1234","5678"', 'AT+CPWD="SC","****","****"'],
			['AT+CLCK="SC",1,"1234"', 'AT+CLCK="SC",1,"****"'],
			['AT+CGAUTH=0,1,"user","pass, word"', 'AT+CGAUTH=0,*,"****","**********"'.replace("0,*", "0,1")],
			['AT+QICSGP=1,1,"CTNET","user","secret",1', 'AT+QICSGP=1,1,"CTNET","****","******",*'],
			['AT+CMEE=1;+CPIN="1234";+CSQ', 'AT+CMEE=1;+CPIN="****";+CSQ'],
		];
		for (const [line, masked] of cases) expect(maskLine(line)).toBe(masked);
	});

	test("everything else stays", () => {
		for (const line of [
			"+CPIN: READY",
			"AT+CPIN?",
			"AT+CGSN=1",
			'+CEREG: 4,5,"0001","0000ABCD",9,,,"00100011","00101010"',
			'+QIURC: "recv",0,8,"3132333435363738"',
			"+QGDCNT: 109169083,82663256",
			'AT+QIOPEN=0,0,"UDP","2001:db8::1",5683',
			"OK",
			"",
		]) {
			expect(maskLine(line)).toBe(line);
		}
	});
});

describe("writing as it passes", () => {
	function session(): { writer: TranscriptWriter; text: () => string; at: (ms: number) => void } {
		let out = "";
		let now = 5_000;
		const writer = new TranscriptWriter({ header: { source: "test" }, onText: text => (out += text), now: () => now });
		return { writer, text: () => out, at: ms => (now = 5_000 + ms) };
	}

	test("lines, pauses and escapes", () => {
		const { writer, text, at } = session();
		writer.sent(bytes("AT\r"));
		at(20);
		writer.received(bytes("\r\nOK\r\n"));
		at(25);
		writer.received(bytes("\xff\r\n"));
		writer.close();
		expect(text()).toBe("# source: test\n\n> AT\\r\n@ 20\n< \\r\\nOK\\r\\n\n@ 5\n< \\xFF\\r\\n\n");
	});

	test("an identifier that comes in pieces is masked all the same", () => {
		const { writer, text } = session();
		for (const byte of "\r\n867726031234567\r\n\r\nOK\r\n") writer.received(bytes(byte));
		writer.close();
		expect(text()).not.toContain("31234567");
		expect(text()).toContain("867726000000000");
	});

	test("a PIN typed by hand, with its echo, is in no record", () => {
		const { writer, text } = session();
		for (const byte of 'AT+CPIN="1234"\r') {
			writer.sent(bytes(byte));
			writer.received(bytes(byte));
		}
		writer.received(bytes("\r\nOK\r\n"));
		writer.close();
		expect(text().replace(/\s@ \d+/g, "")).toBe('# source: test\n\n> AT+CPIN="****"\\r\n< AT+CPIN="****"\\r\n< \\r\\nOK\\r\\n\n');
	});

	test("a prompt comes before its payload, and the payload before the answer", () => {
		const { writer, text } = session();
		writer.sent(bytes('AT+CMGS="1"\r'));
		writer.received(bytes("\r\n> "));
		writer.sent(bytes("hello"));
		writer.sent(bytes("\x1a"));
		writer.received(bytes("\r\n+CMGS: 7\r\n\r\nOK\r\n"));
		writer.close();
		const records = parseTranscript(text()).records.map(record =>
			record.kind === "pause" ? "" : `${record.kind} ${String.fromCharCode(...record.bytes)}`,
		);
		expect(records).toEqual([
			'sent AT+CMGS="1"\r',
			"received \r\n",
			"received > ",
			"sent hello\x1a",
			"received \r\n+CMGS: 7\r\n\r\nOK\r\n",
		]);
	});

	test.each(["$ ", "SEND>", "$"])("so does the prompt %j, which is of one vendor's", prompt => {
		const { writer, text } = session();
		writer.sent(bytes("AT^SDAT=1,5\r"));
		writer.received(bytes(`\r\n${prompt}`));
		writer.sent(bytes("hello"));
		writer.received(bytes("\r\nACCEPTED\r\n"));
		writer.close();
		const records = parseTranscript(text()).records.filter(record => record.kind !== "pause");
		expect(records.map(({ kind, bytes }) => `${kind} ${String.fromCharCode(...bytes)}`)).toEqual([
			"sent AT^SDAT=1,5\r",
			"received \r\n",
			`received ${prompt}`,
			"sent hello",
			"received \r\nACCEPTED\r\n",
		]);
	});

	test("the beginning of a line is no prompt when a command follows it", () => {
		const { writer, text } = session();
		writer.received(bytes("\r\n+CPIN:"));
		writer.sent(bytes("AT\r"));
		writer.received(bytes(" READY\r\n"));
		writer.close();
		expect(text()).toContain("< +CPIN: READY\\r\\n");
	});

	test("on request nothing is masked", () => {
		let out = "";
		const writer = new TranscriptWriter({ header: {}, onText: text => (out += text), now: () => 0, masked: false });
		writer.sent(bytes('AT+CPIN="1234"\r'));
		writer.close();
		expect(out).toContain("1234");
	});
});
