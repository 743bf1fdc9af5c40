import { describe, expect, test } from "vitest";
import { simcomA7670 } from "../../drivers/cat1/simcom-a7670.js";
import { simcomCip } from "../../drivers/dialect/simcom-cip.js";
import { CSQ } from "../../sdk/3gpp/commands.js";
import { Bench, dialogue, type Feed, feeds, Task } from "./bench.js";

const OK = "\r\nOK\r\n";
const ERROR = "\r\nERROR\r\n";
const FINISHED = ["finish", undefined, undefined];
const stream = (values: Partial<Task> = {}): Task => new Task({ kind: "tcp", address: "2001:db8::7", port: 1883, ...values });
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
/** Bytes that mean something to whoever reads lines. */
const TRICKY = "\r\nOK\r\n\r\nERROR\r\n> +IPCLOSE: 0,1\r\n+CIPRXGET: 1,0\r\n\0\x1a\x1b";
const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

describe("opening", () => {
	function opened(task: Task, replies: readonly string[], feed: Feed = "whole"): { bench: Bench; sent: string[] } {
		const bench = new Bench(simcomA7670);
		simcomCip.open(bench.channel, task);
		return { bench, sent: dialogue(bench, replies, feed) };
	}
	test.each([
		[stream({ socket: 2 }), 'AT+CIPOPEN=2,"TCP","2001:db8::7",1883'],
		[stream({ address: "mqtt.example.org", localPort: 4000 }), 'AT+CIPOPEN=0,"TCP","mqtt.example.org",1883,4000'],
		[new Task({ socket: 1 }), 'AT+CIPOPEN=1,"UDP",,,49153'],
		[new Task({ socket: 1, localPort: 5683 }), 'AT+CIPOPEN=1,"UDP",,,5683'],
	])("of %j", (task, expected) => {
		expect(opened(task, []).sent).toEqual([expected]);
	});
	test("the result comes behind OK, or before it, however the bytes arrive", () => {
		for (const reply of [`${OK}\r\n+CIPOPEN: 2,0\r\n`, `\r\n+CIPOPEN: 2,0\r\n${OK}`])
			for (const feed of feeds(reply)) {
				const task = stream({ socket: 2 });
				const { bench } = opened(task, [reply], feed);
				expect([task.ends, bench.unknown, bench.reports, bench.channel.idle]).toEqual([[FINISHED], [], [], true]);
			}
	});
	test("F8: the reason comes before ERROR", () => {
		const reply = `\r\n+CIPOPEN: 2,3\r\n${ERROR}`;
		for (const feed of feeds(reply)) {
			const task = stream({ socket: 2 });
			expect(opened(task, [reply], feed).bench.unknown).toEqual([]);
			expect(task.ends).toEqual([["fail", 3, "wrong parameter"]]);
		}
	});
	test.each([
		[`${OK}\r\n+CIPOPEN: 2,1\r\n`, ["fail", 1, "network failure"]],
		[`${OK}\r\n+CIPOPEN: 2,10\r\n`, ["fail", 10, "timeout"]],
		[`${OK}\r\n+CIPOPEN: 2,77\r\n`, ["fail", 77, undefined]],
		[ERROR, ["finish", "error", undefined]],
		["\r\n+CME ERROR: 3\r\n", ["finish", "cme", undefined]],
		["\r\n+IP ERROR: Network not opened\r\n\r\nERROR\r\n", ["finish", "error", undefined]],
	])("refused by %j", (reply, end) => {
		const task = stream({ socket: 2 });
		expect(opened(task, [reply]).bench.unknown).toEqual([]);
		expect(task.ends).toEqual([end]);
	});
	test("another link's result is not this one's; silence is bounded; a late result is nobody's", () => {
		const task = stream({ socket: 2 });
		const { bench } = opened(task, [`${OK}\r\n+CIPOPEN: 1,0\r\n`]);
		expect(task.ends).toEqual([]);
		bench.now = 120_001;
		bench.channel.expire(bench.now);
		expect(task.ends).toEqual([["finish", "timeout", undefined]]);
		bench.says("\r\n+CIPOPEN: 2,0\r\n");
		expect([task.ends.length, bench.unknown]).toEqual([1, []]);
	});
});

describe("sending", () => {
	function sending(task: Task): Bench {
		const bench = new Bench(simcomA7670);
		simcomCip.send(bench.channel, task);
		return bench;
	}
	test.each([
		[stream({ socket: 2, data: everyByte }), "AT+CIPSEND=2,256\r"],
		[new Task({ socket: 1, data: everyByte, address: "192.0.2.33" }), 'AT+CIPSEND=1,256,"192.0.2.33",5683\r'],
	])("a datagram names its peer; every byte value goes out behind the prompt", (task, line) => {
		const bench = sending(task);
		expect(bench.sent()).toBe(line);
		bench.says("\r\n>");
		expect(bench.sent()).toBe(textOf(everyByte));
		bench.says(`\r\n+CIPSEND: ${task.socket},256,256\r\n${OK}`);
		expect([task.ends, task.taken]).toEqual([[FINISHED], 256]);
	});
	test("bytes that look like answers, with and without a blank behind the prompt, the result on either side of OK, split anywhere", () => {
		for (const prompt of ["\r\n> ", ">"])
			for (const reply of [`${OK}\r\n+CIPSEND: 2,52,52\r\n`, `\r\n+CIPSEND: 2,52,52\r\n${OK}`])
				for (const feed of feeds(reply)) {
					const task = stream({ socket: 2, data: bytesOf(TRICKY) });
					const bench = sending(task);
					bench.sent();
					bench.says(prompt);
					expect(bench.sent()).toBe(TRICKY);
					bench.says(reply, feed);
					expect([task.ends, bench.unknown, bench.channel.idle]).toEqual([[FINISHED], [], true]);
				}
	});
	test("a report at each place of the exchange ends nothing and is delivered", () => {
		const urc = "\r\n+CIPRXGET: 1,3\r\n";
		const pieces = [">", OK, "\r\n+CIPSEND: 2,256,256\r\n", ""];
		for (let at = 0; at < pieces.length; at++) {
			const task = stream({ socket: 2, data: everyByte });
			const bench = sending(task);
			bench.sent();
			pieces.forEach((piece, i) => {
				if (i === at) bench.says(urc);
				bench.says(piece);
				bench.sent();
			});
			expect([task.ends, bench.reports, bench.unknown]).toEqual([[FINISHED], [["readable", 3]], []]);
		}
	});
	test.each([
		["tcp", `${OK}\r\n+CIPSEND: 2,256,100\r\n`, FINISHED, 100],
		["udp", `${OK}\r\n+CIPSEND: 2,256,100\r\n`, ["fail", 0, "not sent"], undefined],
		["tcp", `${OK}\r\n+CIPSEND: 2,256,0\r\n`, ["busy"], undefined],
		["tcp", `\r\n+CIPSEND: 2,256,0\r\n${ERROR}`, ["busy"], undefined],
		["tcp", `${OK}\r\n+CIPSEND: 2,256,-1\r\n`, ["fail", 0, "not sent"], undefined],
		["tcp", ERROR, ["finish", "error", undefined], undefined],
		["udp", ERROR, ["finish", "error", undefined], undefined],
	] as const)("%s: %j", (kind, reply, end, taken) => {
		const task = new Task({ kind, socket: 2, data: everyByte });
		const bench = sending(task);
		bench.sent();
		bench.says(">");
		bench.sent();
		bench.says(reply);
		expect([task.ends, task.taken]).toEqual([[end], taken]);
	});
	test("refused instead of the prompt, with the vendor's own reason beside it", () => {
		const task = stream({ socket: 2, data: everyByte });
		const bench = sending(task);
		bench.sent();
		bench.says("\r\n+CIPERROR: 4\r\n\r\nERROR\r\n");
		expect([bench.sent(), task.ends, bench.unknown]).toEqual(["", [["finish", "error", undefined]], []]);
		expect(simcomCip.errorMeansNotSent).toBe(true);
	});
});

describe("fetching", () => {
	function fetched(reply: string, feed: Feed = "whole", room = 512): { task: Task; bench: Bench; sent: string } {
		const bench = new Bench(simcomA7670);
		const task = stream({ socket: 2, into: new Uint8Array(room) });
		simcomCip.receive?.(bench.channel, task);
		const sent = bench.sent();
		bench.says(reply, feed);
		return { task, bench, sent };
	}
	test.each([
		["every byte value", textOf(everyByte)],
		["what looks like answers", TRICKY],
		["line ends alone", "\n\r\n"],
	])("%s, by count, split anywhere, with more behind it", (_what, data) => {
		const reply = `\r\n+CIPRXGET: 2,2,${data.length},7\r\n${data}\r\n${OK}`;
		for (const feed of feeds(reply)) {
			const { task, bench, sent } = fetched(reply, feed);
			expect(sent).toBe("AT+CIPRXGET=2,2,512\r");
			expect([task.received, task.remaining, task.ends]).toEqual([data.length, 7, [FINISHED]]);
			expect(textOf(task.into.subarray(0, data.length))).toBe(data);
			bench.says("\r\n+CIPRXGET: 1,0\r\n");
			expect([bench.reports, bench.unknown]).toEqual([[["readable", 0]], []]);
		}
	});
	test("1,500 bytes fit the buffer", () => {
		const data = "\xff".repeat(1500);
		const { task } = fetched(`\r\n+CIPRXGET: 2,2,1500,0\r\n${data}\r\n${OK}`, "byByte", 1500);
		expect([task.received, task.remaining]).toEqual([1500, 0]);
	});
	test.each([`\r\n+CIPRXGET: 2,2,0,0\r\n${OK}`, OK, ERROR, "\r\n+IP ERROR: No data\r\n\r\nERROR\r\n", "\r\n+CME ERROR: 4\r\n"])(
		"nothing there: %j",
		reply => {
			const { task, bench } = fetched(reply);
			expect([task.received, task.ends, bench.unknown]).toEqual([0, [FINISHED], []]);
		},
	);
	test("a hint between command and answer is one, and the answer still is", () => {
		const { task, bench } = fetched(`\r\n+CIPRXGET: 1,5\r\n\r\n+IPCLOSE: 5,1\r\n\r\n+CIPRXGET: 2,2,2,0\r\nhi\r\n${OK}`);
		expect(textOf(task.into.subarray(0, task.received))).toBe("hi");
		expect(bench.reports).toEqual([
			["readable", 5],
			["closed", 5],
		]);
	});
	test("data that stop half-way end the command with an error, and lines are lines again", () => {
		const { task, bench } = fetched("\r\n+CIPRXGET: 2,2,10,0\r\nhello");
		bench.now = 5_001;
		bench.channel.expire(bench.now);
		bench.says(`\r\n${OK}`);
		expect(task.ends).toEqual([["finish", "malformed", undefined]]);
		bench.says("\r\n+IPCLOSE: 2,1\r\n");
		expect(bench.reports).toEqual([["closed", 2]]);
	});
	test("F22: data behind OK are not lost, and more is asked for, split anywhere", () => {
		const reply = `${OK}\r\n+CIPRXGET: 2,2,256,0\r\n${textOf(everyByte)}\r\n`;
		for (const feed of feeds(reply)) {
			const { task, bench } = fetched(reply, feed);
			expect([task.received, task.ends]).toEqual([0, [FINISHED]]);
			expect(bench.reports).toEqual([
				["receiving", 2],
				["readable", 2],
				["receivedBytes", textOf(everyByte)],
			]);
		}
	});
	test("more than there is room for: the stream has a gap", () => {
		const { task } = fetched(`\r\n+CIPRXGET: 2,2,6,0\r\nabcdef\r\n${OK}`, "whole", 4);
		expect([task.received, task.ends]).toEqual([0, [["fail", 0, "data that were read are malformed"]]]);
	});
});

describe("closing", () => {
	test.each([OK, `\r\n+CIPCLOSE: 2,0\r\n${OK}`, `${OK}\r\n+CIPCLOSE: 2,0\r\n`, `\r\n+CIPCLOSE: 2,4\r\n${ERROR}`, ERROR])("by %j", reply => {
		const bench = new Bench(simcomA7670);
		const task = stream({ socket: 2 });
		simcomCip.close(bench.channel, task);
		expect(dialogue(bench, [reply])[0]).toBe("AT+CIPCLOSE=2");
		expect([task.ends, bench.reports, bench.unknown]).toEqual([[FINISHED], [], []]);
	});
	test("by the far end, with and without a colon; the network is gone", () => {
		const bench = new Bench(simcomA7670);
		bench.says("\r\n+IPCLOSE: 3,1\r\n\r\n+IPCLOSE 4,0\r\n\r\n+IPCLOSE:5,2\r\n\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\n");
		expect(bench.reports.slice(0, 3)).toEqual([
			["closed", 3],
			["closed", 4],
			["closed", 5],
		]);
		expect(bench.reports[3]).toMatchObject(["packetEvent", { kind: "deactivated", pdn: true, cid: undefined }]);
		expect(bench.unknown).toEqual([]);
	});
});

describe("names", () => {
	function resolved(reply: string, feed: Feed = "whole"): { task: Task; reports: unknown[][] } {
		const bench = new Bench(simcomA7670);
		const task = new Task({ address: "mqtt.example.org" });
		simcomCip.resolve?.(bench.channel, task);
		expect(bench.sent()).toBe('AT+CDNSGIP="mqtt.example.org"\r');
		bench.says(reply, feed);
		expect(bench.unknown).toEqual([]);
		return { task, reports: bench.reports };
	}
	const one = '\r\n+CDNSGIP: 1,"mqtt.example.org","2001:DB8::33"\r\n';
	test("an address before or behind OK, several", () => {
		for (const reply of [`${one}${OK}`, `${OK}${one}`])
			for (const feed of feeds(reply)) {
				const { task, reports } = resolved(reply, feed);
				expect(reports).toEqual([
					["resolving", 1, 0],
					["resolved", "2001:DB8::33"],
				]);
				expect(task.ends).toEqual([["accepted", undefined, undefined]]);
			}
		expect(resolved(`\r\n+CDNSGIP: 1,"a","192.0.2.1","2001:db8::1"\r\n${OK}`).reports).toEqual([
			["resolving", 2, 0],
			["resolved", "192.0.2.1"],
			["resolved", "2001:db8::1"],
		]);
	});
	test("F8: none, before ERROR or OK or behind OK; the ERROR is no other command's", () => {
		for (const final of [ERROR, OK, "\r\n+CME ERROR: 3\r\n"])
			for (const feed of feeds(`\r\n+CDNSGIP: 0,10\r\n${final}`)) {
				const { task, reports } = resolved(`\r\n+CDNSGIP: 0,10\r\n${final}`, feed);
				expect([task.ends, reports]).toEqual([[["fail", 10, "host not found"]], []]);
			}
		const late = resolved(`${OK}\r\n+CDNSGIP: 0,10\r\n`);
		expect([late.task.ends, late.reports]).toEqual([[["accepted", undefined, undefined]], [["resolving", 0, 10]]]);
		expect(resolved(ERROR).task.ends).toEqual([["accepted", "error", undefined]]);
		expect(simcomCip.causes?.[10]).toBe("host not found");
	});
});

test("reports of the start and of the network's name and clock are known, and none takes an answer of 27.007", () => {
	const bench = new Bench(simcomA7670);
	bench.says('\r\n*ATREADY: 1\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nPB DONE\r\n\r\n*PSNWID: "460","00","CMCC",0,"CMCC",0\r\n');
	bench.says("\r\n*PSUTTZ: 26/11/20,12:00:00\r\n\r\nDST: 0\r\n\r\n+CTZV: +32\r\n");
	expect(bench.unknown).toEqual([]);
	expect(bench.reports).toEqual([["booted"], ["simState", "READY"]]);
	expect(bench.exchange(CSQ.execute, undefined, `\r\n+CSQ: 14,0\r\n${OK}`).outcome?.result).toEqual({ rssi: 14, ber: 0 });
});
