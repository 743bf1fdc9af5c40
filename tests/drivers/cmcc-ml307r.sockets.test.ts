import { describe, expect, test } from "vitest";
import { cmccMl307r } from "../../drivers/cat1/cmcc-ml307r.js";
import { cmccMip, MIPCALL } from "../../drivers/dialect/cmcc-mip.js";
import type { SecureSettings } from "../../sdk/modem/driver.js";
import { Bench, Credential, dialogue, type Feed, feeds, Task } from "./bench.js";

const OK = "\r\nOK\r\n";
const ERROR = "\r\nERROR\r\n";
const FINISHED = ["finish", undefined, undefined];
const stream = (values: Partial<Task> = {}): Task => new Task({ kind: "tcp", socket: 1, address: "2001:db8::7", port: 1883, ...values });
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
const digits = Buffer.from(everyByte).toString("hex").toUpperCase();
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const oks = (count: number): string[] => Array.from({ length: count }, () => OK);

describe("opening", () => {
	function opened(task: Task, replies: readonly string[], feed: Feed = "whole"): { bench: Bench; sent: string[] } {
		const bench = new Bench(cmccMl307r);
		cmccMip.open(bench.channel, task);
		return { bench, sent: dialogue(bench, replies, feed) };
	}
	const STREAM = [
		'AT+MIPCFG="encoding",1,0,1',
		'AT+MIPCFG="autofree",1,1',
		'AT+MIPCFG="ssl",1,0',
		'AT+MIPOPEN=1,"TCP","2001:db8::7",1883,,2',
	];
	test("a stream whose data wait in the module, read in hexadecimal; the result behind OK, split anywhere", () => {
		const reply = `${OK}\r\n+MIPOPEN: 1,0\r\n`;
		for (const feed of feeds(reply)) {
			const task = stream();
			const { sent, bench } = opened(task, oks(3));
			expect(sent).toEqual(STREAM);
			bench.says(reply, feed);
			expect([task.ends, bench.unknown, bench.reports, bench.channel.idle]).toEqual([[FINISHED], [], [], true]);
		}
	});
	test("datagrams wait one by one, with a port of our own", () => {
		const task = new Task({ socket: 4, address: "192.0.2.33", localPort: 4000 });
		expect(opened(task, [OK, OK, `${OK}\r\n+MIPOPEN: 4,0\r\n`]).sent).toEqual([
			'AT+MIPCFG="encoding",4,0,1',
			'AT+MIPCFG="autofree",4,1',
			'AT+MIPOPEN=4,"UDP","192.0.2.33",5683,,3,4000',
			"",
		]);
		expect(task.ends).toEqual([FINISHED]);
	});
	test("older firmware has neither autofree nor TLS", () => {
		const task = stream();
		opened(task, [OK, "\r\n+CME ERROR: 50\r\n", ERROR, `${OK}\r\n+MIPOPEN: 1,0\r\n`]);
		expect(task.ends).toEqual([FINISHED]);
	});
	test("without hexadecimal nothing can be read, so there is no connection", () => {
		const task = stream();
		expect(opened(task, [ERROR]).sent).toEqual([STREAM[0], ""]);
		expect(task.ends).toEqual([["finish", "error", undefined]]);
	});
	test.each([
		[`${OK}\r\n+MIPOPEN: 1,557\r\n`, ["fail", 557, "connection refused"]],
		[`${OK}\r\n+MIPOPEN: 1,580\r\n`, ["fail", 580, "host not found"]],
		[`\r\n+MIPOPEN: 1,559\r\n${ERROR}`, ["fail", 559, "connection failed"]],
		["\r\n+CME ERROR: 552\r\n", ["finish", "cme", undefined]],
	])("refused by %j", (reply, end) => {
		const task = stream();
		opened(task, [...oks(3), reply]);
		expect(task.ends).toEqual([end]);
	});
	test("another socket's result is not this one's; silence is bounded; a late result is nobody's", () => {
		const task = stream();
		const { bench } = opened(task, [...oks(3), `${OK}\r\n+MIPOPEN: 0,0\r\n`]);
		expect(task.ends).toEqual([]);
		bench.now = 65_001;
		bench.channel.expire(bench.now);
		bench.says("\r\n+MIPOPEN: 1,0\r\n");
		expect([task.ends, bench.unknown]).toEqual([[["finish", "timeout", undefined]], []]);
	});

	const VERIFIED: SecureSettings = { serverName: "mqtt.example.org", verify: true, minimumVersion: "1.2", ca: "root" };
	const secure = (settings: SecureSettings = VERIFIED): Task => stream({ kind: "tls", address: "mqtt.example.org", secure: settings });
	test("TLS 1.2, verified with its time, SNI on, as the socket's own property", () => {
		const task = secure();
		const { sent } = opened(task, [...oks(8), `${OK}\r\n+MIPOPEN: 1,0\r\n`]);
		expect(sent).toEqual([
			'AT+MIPCFG="encoding",1,0,1',
			'AT+MIPCFG="autofree",1,1',
			'AT+MSSLCFG="version",1,3',
			'AT+MSSLCFG="auth",1,1',
			'AT+MSSLCFG="cert",1,"root_ca.pem"',
			'AT+MSSLCFG="ignorestamp",1,0',
			'AT+MSSLCFG="sni",1,1',
			'AT+MIPCFG="ssl",1,1,1',
			'AT+MIPOPEN=1,"TCP","mqtt.example.org",1883,,2',
			"",
		]);
		expect(task.ends).toEqual([FINISHED]);
	});
	test("both sides authenticated; nobody", () => {
		const both = opened(secure({ ...VERIFIED, certificate: "unit", key: "unit" }), oks(4));
		expect(both.sent.slice(3)).toEqual(['AT+MSSLCFG="auth",1,2', 'AT+MSSLCFG="cert",1,"root_ca.pem","unit_cert.pem","unit_key.pem"']);
		const nobody = opened(secure({ ...VERIFIED, verify: false, ca: undefined }), oks(5));
		expect(nobody.sent.slice(3)).toEqual(['AT+MSSLCFG="auth",1,0', 'AT+MSSLCFG="sni",1,1', 'AT+MIPCFG="ssl",1,1,1']);
	});
	test.each([2, 3, 4, 7])("setting %i that the connection's safety hangs on is refused: no connection", at => {
		const task = secure();
		const { sent } = opened(task, [...oks(at), "\r\n+CME ERROR: 50\r\n"]);
		expect([sent.at(-1), sent.length, task.ends]).toEqual(["", at + 2, [["finish", "cme", undefined]]]);
	});
	test("what it has not", () => {
		const ends = [{ minimumVersion: "1.3" as const }, { psk: "unit" }].map(more => {
			const task = secure({ ...VERIFIED, ...more });
			expect(opened(task, []).sent).toEqual([""]);
			return task.ends[0];
		});
		expect(ends).toEqual([
			["fail", 577, "TLS above 1.2 not supported"],
			["fail", 577, "pre-shared keys not supported"],
		]);
	});
});

describe("sending", () => {
	function sending(data: Uint8Array): { bench: Bench; task: Task } {
		const bench = new Bench(cmccMl307r);
		const task = stream({ data });
		cmccMip.send(bench.channel, task);
		expect(bench.sent()).toBe(`AT+MIPSEND=1,${data.byteLength}\r`);
		return { bench, task };
	}
	const TRICKY = Buffer.from('\r\nOK\r\n+MIPSEND: 1,9\r\nERROR\r\n> +MIPURC: "disconn",1,1\r\n\0\x1a\x1b', "latin1");
	test("as they are behind the prompt, every value and bytes that look like answers; the report on either side of OK, split anywhere", () => {
		for (const data of [everyByte, TRICKY])
			for (const reply of [`${OK}\r\n+MIPSEND: 1,${data.length}\r\n`, `\r\n+MIPSEND: 1,${data.length}\r\n${OK}`])
				for (const feed of feeds(reply)) {
					const { bench, task } = sending(data);
					bench.says("\r\n>");
					expect(bench.sent()).toBe(textOf(data));
					bench.says(reply, feed);
					expect([task.ends, task.taken, bench.unknown]).toEqual([[FINISHED], data.length, []]);
				}
	});
	test("a report at each place of the exchange is delivered and ends nothing", () => {
		const pieces = [">", OK, "\r\n+MIPSEND: 1,256\r\n"];
		for (let at = 0; at <= pieces.length; at++) {
			const { bench, task } = sending(everyByte);
			[...pieces, ""].forEach((piece, i) => {
				if (i === at) bench.says('\r\n+MIPURC: "rtcp",3,10,20\r\n');
				bench.says(piece);
				bench.sent();
			});
			expect([task.ends, bench.reports]).toEqual([[FINISHED], [["readable", 3, 20]]]);
		}
	});
	test.each([
		[`\r\n+MIPSEND: 1,100\r\n${OK}`, FINISHED, 100],
		[`\r\n+MIPSEND: 1,0\r\n${OK}`, ["busy"], undefined],
		["\r\n+CME ERROR: 560\r\n", ["finish", "cme", undefined], undefined],
	])("%j", (reply, end, taken) => {
		const { bench, task } = sending(everyByte);
		bench.says(">");
		bench.sent();
		bench.says(reply);
		expect([task.ends, task.taken]).toEqual([[end], taken]);
	});
	test("refused instead of the prompt", () => {
		const { bench, task } = sending(everyByte);
		bench.says("\r\n+CME ERROR: 553\r\n");
		expect([bench.sent(), task.ends]).toEqual(["", [["finish", "cme", undefined]]]);
	});
});

describe("fetching", () => {
	function fetched(task: Task, reply: string, feed: Feed = "whole"): { sent: string; bench: Bench } {
		const bench = new Bench(cmccMl307r);
		cmccMip.receive?.(bench.channel, task);
		const sent = bench.sent();
		bench.says(reply, feed);
		return { sent, bench };
	}
	test("of a stream: every byte value and what still waits, split anywhere", () => {
		const reply = `\r\n+MIPRD: 1,300,256,${digits}\r\n${OK}`;
		for (const feed of feeds(reply)) {
			const task = stream({ into: new Uint8Array(1460) });
			const { sent, bench } = fetched(task, reply, feed);
			expect(sent).toBe("AT+MIPRD=1,1460\r");
			expect([task.received, task.remaining, task.ends, bench.unknown]).toEqual([256, 300, [FINISHED], []]);
			expect(task.into.subarray(0, 256)).toEqual(everyByte);
		}
	});
	test("of datagrams: one, and how many still wait", () => {
		const task = new Task({ socket: 4, into: new Uint8Array(512) });
		expect(fetched(task, `\r\n+MIPRD: 4,2,4,64450d0A\r\n${OK}`).sent).toBe("AT+MIPRD=4,1\r");
		expect([task.received, task.remaining, textOf(task.into.subarray(0, 4))]).toEqual([4, 2, "dE\r\n"]);
	});
	test("1,460 bytes fit a line, and no more are asked for", () => {
		const task = stream({ into: new Uint8Array(4096) });
		expect(fetched(task, `\r\n+MIPRD: 1,0,1460,${"A5".repeat(1460)}\r\n${OK}`, "byByte").sent).toBe("AT+MIPRD=1,1460\r");
		expect([task.received, task.remaining]).toEqual([1460, 0]);
	});
	test.each([OK, "\r\n+CME ERROR: 551\r\n", `\r\n+MIPRD: 1,0\r\n${OK}`, `\r\n+MIPRD: 1,0,0,\r\n${OK}`])("nothing there: %j", reply => {
		const task = stream({ into: new Uint8Array(4) });
		fetched(task, reply);
		expect([task.received, task.remaining, task.ends]).toEqual([0, undefined, [FINISHED]]);
	});
	test.each(["2,6X41", "3,4142", "5,4142434445"])("%s cannot be used: a stream has a gap, a datagram is lost", data => {
		for (const [kind, end] of [
			["tcp", ["fail", 0, "data that were read are malformed"]],
			["tls", ["fail", 0, "data that were read are malformed"]],
			["udp", FINISHED],
		] as const) {
			const task = stream({ kind, into: new Uint8Array(4) });
			fetched(task, `\r\n+MIPRD: 1,7,${data}\r\n${OK}`);
			expect([task.received, task.remaining, task.ends]).toEqual([0, undefined, [end]]);
		}
	});
});

test("F22: data behind OK are not lost, and more is asked for, split anywhere", () => {
	const reply = `${OK}\r\n+MIPRD: 1,0,256,${digits}\r\n`;
	for (const feed of feeds(reply)) {
		const bench = new Bench(cmccMl307r);
		const task = stream({ into: new Uint8Array(512) });
		cmccMip.receive?.(bench.channel, task);
		bench.sent();
		bench.says(reply, feed);
		expect([task.received, task.ends]).toEqual([0, [FINISHED]]);
		expect(bench.reports).toEqual([
			["received", 1, 256, textOf(everyByte)],
			["readable", 1],
		]);
	}
});

describe("closing", () => {
	test.each([`${OK}\r\n+MIPCLOSE: 1\r\n`, `${OK}\r\n+MIPCLOSE: 1,0\r\n`, `\r\n+MIPCLOSE: 1\r\n${OK}`, ERROR, "\r\n+CME ERROR: 551\r\n"])(
		"by %j",
		reply => {
			for (const feed of feeds(reply)) {
				const bench = new Bench(cmccMl307r);
				const task = stream();
				cmccMip.close(bench.channel, task);
				expect(bench.sent()).toBe("AT+MIPCLOSE=1\r");
				bench.says(reply, feed);
				expect([task.ends, bench.unknown]).toEqual([[FINISHED], []]);
			}
		},
	);
	test("a report that never comes is not waited for for ever, nor taken for silence of the module", () => {
		const bench = new Bench(cmccMl307r);
		const task = stream();
		cmccMip.close(bench.channel, task);
		dialogue(bench, [OK]);
		bench.now = 5_001;
		bench.channel.expire(bench.now);
		expect(task.ends).toEqual([FINISHED]);
	});
	test("by the far end, by the network with its context, and data that were dropped", () => {
		const bench = new Bench(cmccMl307r);
		bench.says('\r\n+MIPURC: "disconn",1,1\r\n\r\n+MIPURC:"disconn",2,2\r\n\r\n+MIPURC: "drop",0,10\r\n\r\n+MIPURC: "disconn",3,3\r\n');
		expect(bench.reports.slice(0, 3)).toEqual([
			["closed", 1],
			["closed", 2],
			["closed", 3],
		]);
		expect(bench.reports[3]).toMatchObject(["packetEvent", { kind: "deactivated", pdn: true }]);
		expect([bench.reports.length, bench.unknown]).toEqual([4, []]);
	});
});

test("hints: what waits of a stream in bytes, of datagrams not; other words for the same", () => {
	const bench = new Bench(cmccMl307r);
	bench.says('\r\n+MIPURC: "rtcp",0,10,30\r\n\r\n+MIPURC: "rudp",1,2\r\n\r\n+MIPURC: "rbuf",2,5\r\n\r\n+MIPURC: "recv",3,5\r\n');
	expect(bench.reports).toEqual([
		["readable", 0, 30],
		["readable", 1],
		["readable", 2],
		["readable", 3],
	]);
	expect(bench.unknown).toEqual([]);
});

describe("dialling", () => {
	test("both addresses behind OK; a refusal is one", () => {
		const bench = new Bench(cmccMl307r);
		const params = { action: 1, cid: 1 };
		const reply = `${OK}\r\n+MIPCALL: 1,1,"10.148.158.125","2409:8D21:DE2:E858::1"\r\n`;
		const dialled = bench.exchange(MIPCALL.set, params, reply);
		expect([dialled.sent, dialled.outcome?.result]).toEqual(["AT+MIPCALL=1,1\r", { cid: 1, state: 1 }]);
		expect(bench.exchange(MIPCALL.set, params, `${OK}\r\n+MIPCALL: 1,0\r\n`).outcome?.error?.code).toBe("malformed");
		expect(bench.exchange(MIPCALL.set, params, ERROR).outcome?.error?.code).toBe("error");
	});
	test("reports: addresses, and the context is gone, with and without a blank", () => {
		const bench = new Bench(cmccMl307r);
		bench.says('\r\n+MIPCALL: 1,1,"10.0.0.7","2001:DB8::17"\r\n\r\n+MIPCALL:1,0\r\n');
		expect(bench.reports.slice(0, 2)).toEqual([
			["addressed", 1, "10.0.0.7"],
			["addressed", 1, "2001:DB8::17"],
		]);
		expect(bench.reports[2]).toMatchObject(["packetEvent", { kind: "deactivated" }]);
		expect(bench.unknown).toEqual([]);
	});
});

describe("names", () => {
	function resolved(replies: readonly string[]): { sent: string[]; task: Task; reports: unknown[][] } {
		const bench = new Bench(cmccMl307r);
		const task = new Task({ address: "mqtt.example.org", cid: 1 });
		cmccMip.resolve?.(bench.channel, task);
		const sent = dialogue(bench, replies);
		expect(bench.unknown).toEqual([]);
		return { sent, task, reports: bench.reports };
	}
	test("with the context's id, and without it where that is refused", () => {
		const answer = '\r\n+MDNSGIP: "mqtt.example.org","192.0.2.33","2001:DB8:0:0:0:3:3E:5464"\r\n';
		const { sent, task, reports } = resolved([ERROR, OK + answer]);
		expect(sent).toEqual(['AT+MDNSGIP=1,"mqtt.example.org"', 'AT+MDNSGIP="mqtt.example.org"', ""]);
		expect(task.ends).toEqual([["accepted", undefined, undefined]]);
		expect(reports).toEqual([
			["resolving", 2, 0],
			["resolved", "192.0.2.33"],
			["resolved", "2001:DB8:0:0:0:3:3E:5464"],
		]);
		expect(resolved([OK]).sent).toEqual(['AT+MDNSGIP=1,"mqtt.example.org"', ""]);
	});
	test("the other manual's report", () => {
		expect(resolved([`${OK}\r\n+MDNSGIP: 1,0,"192.0.2.33"\r\n`]).reports).toEqual([
			["resolving", 1, 0],
			["resolved", "192.0.2.33"],
		]);
		expect(resolved([`${OK}\r\n+MDNSGIP: 1,581\r\n`]).reports).toEqual([["resolving", 0, 581]]);
	});
	test("none: the host comes back alone", () => {
		expect(resolved([`${OK}\r\n+MDNSGIP: "mqtt.example.org"\r\n`]).reports).toEqual([["resolving", 0, 580]]);
		expect(cmccMip.causes?.[580]).toBe("host not found");
	});
});

test("credentials: certificates and keys have commands of their own; erased; a key that is shared", () => {
	const pem = "-----BEGIN X-----\r\nMIIB\r\n-----END X-----\r\n";
	const bench = new Bench(cmccMl307r);
	const run = (credential: Credential, replies: readonly string[]): string[] => {
		cmccMip.credential?.(bench.channel, credential);
		return dialogue(bench, replies);
	};
	const ca = new Credential("ca", "root", pem);
	const key = new Credential("key", "unit", pem);
	const none = new Credential("certificate", "unit", "");
	const shared = new Credential("psk", "unit", "\x01");
	expect(run(ca, ["\r\n>", OK])).toEqual([`AT+MSSLCERTWR="root_ca.pem",0,${pem.length}`, pem, ""]);
	expect(run(key, ["\r\n>", OK])).toEqual([`AT+MSSLKEYWR="unit_key.pem",0,${pem.length}`, pem, ""]);
	expect(run(none, [OK])).toEqual(['AT+MSSLRM="unit_cert.pem"', ""]);
	expect(run(shared, [])).toEqual([""]);
	expect([ca.ends, key.ends, none.ends, shared.ends]).toEqual([
		[FINISHED],
		[FINISHED],
		[FINISHED],
		[["fail", 577, "pre-shared keys not supported"]],
	]);
});
