import { describe, expect, test } from "vitest";
import { simcomA7670 } from "../../drivers/cat1/simcom-a7670.js";
import { simcomCip } from "../../drivers/dialect/simcom-cip.js";
import type { SecureSettings } from "../../sdk/modem/driver.js";
import { Bench, Credential, dialogue, type Feed, feeds, Task } from "./bench.js";

const OK = "\r\nOK\r\n";
const ERROR = "\r\nERROR\r\n";
const FINISHED = ["finish", undefined, undefined];
const VERIFIED: SecureSettings = { serverName: "mqtt.example.org", verify: true, minimumVersion: "1.2", ca: "root" };
/** Sessions 0 and 1 are the core's 16 and 17. */
const secure = (values: Partial<Task> = {}): Task =>
	new Task({ kind: "tls", socket: 17, address: "mqtt.example.org", port: 8883, secure: VERIFIED, ...values });
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
function opened(task: Task, replies: readonly string[], feed: Feed = "whole"): { bench: Bench; sent: string[] } {
	const bench = new Bench(simcomA7670);
	simcomCip.open(bench.channel, task);
	return { bench, sent: dialogue(bench, replies, feed) };
}
const SET_UP = [
	"AT+CCHSET=1,1",
	"AT+CCHSTART",
	'AT+CSSLCFG="sslversion",1,3',
	'AT+CSSLCFG="authmode",1,1',
	'AT+CSSLCFG="cacert",1,"root_ca.pem"',
	'AT+CSSLCFG="ignorelocaltime",1,0',
	'AT+CSSLCFG="enableSNI",1,1',
	"AT+CCHSSLCFG=1,1",
	'AT+CCHOPEN=1,"mqtt.example.org",8883,2',
];
const oks = (count: number): string[] => Array.from({ length: count }, () => OK);

describe("opening", () => {
	test("the numbers of sessions are clear of the links'", () => {
		expect([simcomCip.firstSecureSocket, simcomA7670.capabilities.tcpSockets.value]).toEqual([16, 10]);
	});
	test("TLS 1.2, verified with its time, SNI on, however the bytes arrive", () => {
		for (const feed of ["whole", "byByte", 1, 2, 3] as const) {
			const task = secure();
			const { bench, sent } = opened(task, [...oks(8), `${OK}\r\n+CCHOPEN: 1,0\r\n`], feed);
			expect(sent).toEqual([...SET_UP, ""]);
			expect([task.ends, bench.unknown]).toEqual([[FINISHED], []]);
		}
	});
	test("the service runs already, and the module takes no notice of time: passed over", () => {
		const task = secure();
		const replies = [ERROR, "\r\n+CCHSTART: 0\r\n\r\nERROR\r\n", OK, OK, OK, ERROR, OK, OK, `${OK}\r\n+CCHOPEN: 1,0\r\n`];
		expect(opened(task, replies).sent).toEqual([...SET_UP, ""]);
		expect(task.ends).toEqual([FINISHED]);
	});
	test.each([2, 3, 4, 6, 7])("setting %i that the connection's safety hangs on is refused: no connection", at => {
		const task = secure();
		expect(opened(task, [...oks(at), "\r\n+CME ERROR: 50\r\n"]).sent).toEqual([...SET_UP.slice(0, at + 1), ""]);
		expect(task.ends).toEqual([["finish", "cme", undefined]]);
	});
	test.each([
		[{ ...VERIFIED, certificate: "unit", key: "unit" }, 2],
		[{ ...VERIFIED, verify: false, certificate: "unit", key: "unit" }, 3],
		[{ ...VERIFIED, verify: false, ca: undefined }, 0],
	])("%j", (settings, mode) => {
		const { sent } = opened(secure({ secure: settings }), oks(10));
		expect(sent[3]).toBe(`AT+CSSLCFG="authmode",1,${mode}`);
		const files = sent.filter(line => line.includes(".pem"));
		const client = ['AT+CSSLCFG="clientcert",1,"unit_cert.pem"', 'AT+CSSLCFG="clientkey",1,"unit_key.pem"'];
		expect(files).toEqual([
			...("ca" in settings && settings.ca ? ['AT+CSSLCFG="cacert",1,"root_ca.pem"'] : []),
			...(mode > 1 ? client : []),
		]);
		expect(sent.some(line => line.includes("ignorelocaltime"))).toBe(settings.verify);
	});
	test.each([
		[{ ...VERIFIED, minimumVersion: "1.3" as const }, "TLS above 1.2 not supported"],
		[{ ...VERIFIED, psk: "unit" }, "pre-shared keys not supported"],
	])("%j is not this module's", (settings, why) => {
		const task = secure({ secure: settings });
		expect(opened(task, []).sent).toEqual([""]);
		expect(task.ends).toEqual([["fail", 4, why]]);
	});
	test.each([
		[`${OK}\r\n+CCHOPEN: 1,15\r\n`, ["fail", 15, "TLS handshake failed"]],
		[`\r\n+CCHOPEN: 1,9\r\n${ERROR}`, ["fail", 9, "network error"]],
		[`${OK}\r\n+CCHOPEN: 1,99\r\n`, ["fail", 99, undefined]],
		[ERROR, ["finish", "error", undefined]],
	])("refused by %j", (reply, end) => {
		const task = secure();
		opened(task, [...oks(8), reply]);
		expect(task.ends).toEqual([end]);
	});
	test("silence in the middle is bounded and ends it once", () => {
		const task = secure();
		const { bench } = opened(task, oks(3));
		bench.now = 5_001;
		bench.channel.expire(bench.now);
		expect(task.ends).toEqual([["finish", "timeout", undefined]]);
	});
});

describe("sending", () => {
	test("every byte value behind the prompt; the report on either side of OK, split anywhere", () => {
		for (const reply of [`${OK}\r\n+CCHSEND: 1,0\r\n`, `\r\n+CCHSEND: 1,0\r\n${OK}`])
			for (const feed of feeds(reply)) {
				const bench = new Bench(simcomA7670);
				const task = secure({ data: everyByte });
				simcomCip.send(bench.channel, task);
				expect(bench.sent()).toBe("AT+CCHSEND=1,256\r");
				bench.says("\r\n>");
				expect(bench.sent()).toBe(textOf(everyByte));
				bench.says(reply, feed);
				expect([task.ends, task.taken, bench.unknown]).toEqual([[FINISHED], undefined, []]);
			}
	});
	test.each([
		[`${OK}\r\n+CCHSEND: 1,4\r\n`, ["fail", 4, "peer closed"]],
		[ERROR, ["finish", "error", undefined]],
	])("refused by %j", (reply, end) => {
		const bench = new Bench(simcomA7670);
		const task = secure({ data: everyByte });
		simcomCip.send(bench.channel, task);
		expect(dialogue(bench, [">", reply])).toEqual(["AT+CCHSEND=1,256", textOf(everyByte), ""]);
		expect(task.ends).toEqual([end]);
	});
});

describe("fetching", () => {
	const data = textOf(everyByte);
	function fetched(reply: string, feed: Feed = "whole"): { task: Task; bench: Bench } {
		const bench = new Bench(simcomA7670);
		const task = secure({ into: new Uint8Array(512) });
		simcomCip.receive?.(bench.channel, task);
		expect(bench.sent()).toBe("AT+CCHRECV=1,512\r");
		bench.says(reply, feed);
		expect(bench.unknown).toEqual([]);
		return { task, bench };
	}
	test("data before OK are the answer, split anywhere, with the report of the end or without", () => {
		for (const end of ["", "\r\n+CCHRECV: 1,0\r\n"]) {
			const reply = `\r\n+CCHRECV: DATA,1,256\r\n${data}\r\n${end}${OK}`;
			for (const feed of feeds(reply)) {
				const { task, bench } = fetched(reply, feed);
				expect([task.received, task.remaining, task.ends, bench.reports]).toEqual([256, undefined, [FINISHED], []]);
				expect(textOf(task.into.subarray(0, 256))).toBe(data);
			}
		}
	});
	test("data behind OK are taken as they come, and more is asked for, split anywhere", () => {
		const reply = `${OK}\r\n+CCHRECV: DATA,1,256\r\n${data}\r\n\r\n+CCHRECV: 1,0\r\n`;
		for (const feed of feeds(reply)) {
			const { task, bench } = fetched(reply, feed);
			expect([task.received, task.ends]).toEqual([0, [FINISHED]]);
			expect(bench.reports).toEqual([
				["receiving", 17],
				["readable", 17],
				["receivedBytes", data],
			]);
		}
	});
	test("nothing there", () => {
		for (const reply of [OK, ERROR, `\r\n+CCHRECV: 1,0\r\n${OK}`, `${OK}\r\n+CCHRECV: 1,0\r\n`]) {
			const { task, bench } = fetched(reply);
			expect([task.received, task.ends, bench.reports]).toEqual([0, [FINISHED], []]);
		}
	});
	test("a hint, and what waits in all, are no data", () => {
		const bench = new Bench(simcomA7670);
		bench.says("\r\n+CCHEVENT: 1,RECV EVENT\r\n\r\n+CCHEVENT:0,RECV EVENT\r\n\r\n+CCHRECV: LEN,256,0\r\n");
		expect(bench.reports).toEqual([
			["readable", 17],
			["readable", 16],
		]);
		expect(bench.unknown).toEqual([]);
	});
});

describe("closing", () => {
	test.each([OK, `${OK}\r\n+CCHCLOSE: 1,0\r\n`, ERROR])("by %j", reply => {
		const bench = new Bench(simcomA7670);
		const task = secure();
		simcomCip.close(bench.channel, task);
		expect(dialogue(bench, [reply])[0]).toBe("AT+CCHCLOSE=1");
		expect([task.ends, bench.unknown]).toEqual([[FINISHED], []]);
	});
	test("by the far end, or since nothing more can be read", () => {
		const bench = new Bench(simcomA7670);
		bench.says("\r\n+CCH_PEER_CLOSED: 1\r\n\r\n+CCH_RECV_CLOSED: 0,4\r\n\r\n+CCH: CCH STOP\r\n");
		expect(bench.reports).toEqual([
			["closed", 17],
			["closed", 16],
		]);
		expect(bench.unknown).toEqual([]);
	});
});

describe("credentials", () => {
	const pem = "-----BEGIN CERTIFICATE-----\r\nMIIB\r\n-----END CERTIFICATE-----\r\n";
	function stored(credential: Credential, replies: readonly string[]): string[] {
		const bench = new Bench(simcomA7670);
		simcomCip.credential?.(bench.channel, credential);
		return dialogue(bench, replies);
	}
	test.each([
		["ca", "root_ca.pem"],
		["certificate", "root_cert.pem"],
		["key", "root_key.pem"],
	] as const)("%s: a file of its own behind the prompt", (kind, file) => {
		const credential = new Credential(kind, "root", pem);
		expect(stored(credential, ["\r\n>", OK])).toEqual([`AT+CCERTDOWN="${file}",${pem.length}`, pem, ""]);
		expect(credential.ends).toEqual([FINISHED]);
	});
	test("erased; refused; a pre-shared key", () => {
		const none = new Credential("ca", "root", "");
		expect(stored(none, [OK])).toEqual(['AT+CCERTDELE="root_ca.pem"', ""]);
		const refused = new Credential("ca", "root", pem);
		stored(refused, [ERROR]);
		const key = new Credential("psk", "root", "\x01\x02");
		expect(stored(key, [])).toEqual([""]);
		expect([none.ends, refused.ends, key.ends]).toEqual([
			[FINISHED],
			[["finish", "error", undefined]],
			[["fail", 4, "pre-shared keys not supported"]],
		]);
	});
});
