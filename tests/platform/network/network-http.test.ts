import type { HTTPOptions, RequestOptions } from "embedded:network/http/client";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../../host-sim/clock/virtual-clock.js";
import { HttpClient } from "../../../host-sim/platform/network/http-client.js";
import { timersOf } from "./timers.js";
import { bytesOf, createWire, scripted, type WireOptions } from "./wire.js";

interface Step {
	readonly expect?: string;
	readonly send?: string;
	readonly close?: true;
}

const latin1 = (text: string): number[] => Array.from(text, character => character.charCodeAt(0));
const text = (bytes: ArrayBuffer | undefined): string => String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)));

/** A client against a server's script; what its requests are told, in order, as text. */
function open(steps: readonly Step[], wireOptions: Partial<WireOptions> = {}, options: Partial<HTTPOptions> = {}) {
	const clock = new VirtualClock();
	const server = scripted(
		steps.map(step => ({
			...(step.expect !== undefined && { expect: bytesOf(step.expect) }),
			...(step.send !== undefined && { send: latin1(step.send) }),
			...(step.close && { close: step.close }),
		})),
	);
	const wire = createWire({ clock, host: server, ...wireOptions });
	const told: string[] = [];
	const client = new HttpClient(
		{
			host: "server.example",
			socket: { io: wire.TCP },
			dns: { io: wire.Resolver },
			onError: error => void told.push(`error ${(error as any).code}: ${error!.message}`),
			...options,
		},
		timersOf(clock),
	);
	let number = 0;
	/** Sends what `body` is in pieces as there is room, and gathers the response. */
	const ask = (more: RequestOptions & { body?: string } = {}) => {
		const name = ++number;
		let body = "";
		let left = more.body ?? "";
		return client.request({
			onHeaders: (status, headers, statusText) =>
				void told.push(`${name}: ${status} ${statusText} ${[...headers].map(([key, value]) => `${key}=${value}`).join(";")}`),
			onReadable(count) {
				body += text(this.read(count));
			},
			onWritable(count) {
				const part = left.slice(0, count);
				left = left.slice(part.length);
				if (part !== "") this.write(Uint8Array.from(latin1(part)));
				else this.write();
			},
			onDone: error => void told.push(`${name}: ${error === null ? `done ${JSON.stringify(body)}` : (error as any).code}`),
			...more,
		});
	};
	const runFor = (ms: number): void => void clock.run(clock.now() + ms);
	return { clock, server, wire, told, client, ask, runFor };
}

const get = "GET / HTTP/1.1\r\nhost: server.example\r\n\r\n";
const hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const helloTold = ["1: 200 OK content-length=5", '1: done "hello"'];

describe("the request", () => {
	const headOf = (options: RequestOptions, client: Partial<HTTPOptions> = {}): string => {
		const bench = open([], {}, client);
		bench.ask(options);
		bench.runFor(100);
		return String.fromCharCode(...bench.wire.written);
	};

	test("plain, with method, path and headers, with another port and an address", () => {
		expect(headOf({})).toBe(get);
		expect(
			headOf({
				method: "DELETE",
				path: "/a?b=1",
				headers: new Map<string, string | number>([
					["Date", "now"],
					["x", 5],
				]),
			}),
		).toBe("DELETE /a?b=1 HTTP/1.1\r\nhost: server.example\r\nDate: now\r\nx: 5\r\n\r\n");
		expect(headOf({}, { port: 8080 })).toBe("GET / HTTP/1.1\r\nhost: server.example:8080\r\n\r\n");
		expect(headOf({}, { host: "2001:db8::9", port: 443 })).toBe("GET / HTTP/1.1\r\nhost: [2001:db8::9]\r\n\r\n");
		expect(headOf({ headers: new Map([["Host", "other"]]) })).toBe("GET / HTTP/1.1\r\nHost: other\r\n\r\n");
	});

	test.each([
		[{ method: "GET /x" }, "method: a word"],
		[{ path: "/a b" }, "path: no line end, no blank and no U+0000"],
		[{ path: "/\r\nx: y" }, "path: no line end"],
		[{ headers: new Map([["a b", "c"]]) }, "headers: a name is a word"],
		[{ headers: new Map([["a", "b\r\nc: d"]]) }, "headers: a: no line end and no U+0000"],
		[{ headers: new Map([["content-length", "1x"]]) }, "headers: content-length is a whole number"],
		[{ headers: new Map([["transfer-encoding", "gzip"]]) }, 'headers: transfer-encoding can be "chunked" only'],
		[{ onDone: 1 as never }, "onDone: a function is required"],
	] as [RequestOptions, string][])("%j is refused: %s", (options, message) => {
		const bench = open([]);
		expect(() => bench.client.request(options)).toThrow(message);
	});

	const post = "POST / HTTP/1.1\r\nhost: server.example\r\n";

	test.each([512, 30, 13])("a body of known length and one in chunks, in a window of %d bytes", windowBytes => {
		const body = "0123456789".repeat(100);
		const bench = open([{ expect: `${post}content-length: 1000\r\n\r\n${body}`, send: hello }], { windowBytes, drainBytes: 11 });
		bench.ask({ method: "POST", headers: new Map([["content-length", 1000]]), body });
		bench.runFor(5000);
		expect(bench.told).toEqual(helloTold);
		const chunked = open([{ expect: `${post}transfer-encoding: chunked\r\n\r\n` }], { windowBytes, drainBytes: 7 });
		chunked.ask({ method: "POST", headers: new Map([["transfer-encoding", "chunked"]]), body });
		chunked.runFor(60_000);
		const sent = String.fromCharCode(...chunked.server.rest);
		expect(sent.endsWith("\r\n0\r\n\r\n")).toBe(true);
		expect(unchunk(sent)).toBe(body);
	});

	/** RFC 9112 7.1.3, for whole bodies. */
	function unchunk(bytes: string): string {
		let body = "";
		for (let rest = bytes; ; ) {
			const end = rest.indexOf("\r\n");
			const size = Number.parseInt(rest.slice(0, end), 16);
			if (size === 0) return body;
			body += rest.slice(end + 2, end + 2 + size);
			expect(rest.slice(end + 2 + size, end + 4 + size)).toBe("\r\n");
			rest = rest.slice(end + 4 + size);
		}
	}

	test("chunks to the byte", () => {
		const bench = open([{ expect: `${post}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`, send: hello }]);
		bench.ask({ method: "POST", headers: new Map([["transfer-encoding", "chunked"]]), body: "hello" });
		bench.runFor(1000);
		expect(bench.told).toEqual(helloTold);
	});

	test("what may not be written", () => {
		const refused: string[] = [];
		const attempt = (write: () => unknown): void => {
			try {
				write();
			} catch (error) {
				refused.push((error as Error).message);
			}
		};
		const bench = open([]);
		const request = bench.ask({
			method: "POST",
			headers: new Map([["content-length", 3]]),
			onWritable(count) {
				expect(count).toBe(3);
				attempt(() => this.write(new ArrayBuffer(4)));
				attempt(() => this.write());
				attempt(() => this.write(new Uint32Array(1) as never));
				expect(this.write(new ArrayBuffer(2))).toBe(1);
				expect(this.write(new ArrayBuffer(0))).toBe(1);
				expect(this.write(new ArrayBuffer(1))).toBe(0);
				attempt(() => this.write(new ArrayBuffer(1)));
			},
		});
		attempt(() => request.write(new ArrayBuffer(1)));
		bench.runFor(50);
		expect(refused).toEqual([
			"the request is not under way: write in onWritable",
			"data: 4 bytes, content-length leaves 3",
			"data is required: only a chunked body ends without",
			"data: an ArrayBuffer or a view of bytes is required",
			"the request has no body, or all of it was written",
		]);
	});
});

describe("the response", () => {
	const chunked =
		"HTTP/1.1 200 All right\r\nTRANSFER-ENCODING: Chunked\r\nx-a: 1\r\nX-A: 2\r\nx-b:  long \r\n  line\r\n\r\n" +
		"5\r\nhello\r\n00A;ext=1\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
	const chunkedTold = ["1: 200 All right transfer-encoding=Chunked;x-a=1, 2;x-b=long line", '1: done "hello0123456789"'];

	function arriving(response: string, told: readonly string[], arrive: readonly number[]): void {
		const bench = open([{ expect: get, send: response }], { arrive });
		bench.ask();
		bench.runFor(2000);
		expect(bench.told).toEqual(told);
	}

	test.each([
		["of known length", hello, helloTold],
		["in chunks", chunked, chunkedTold],
	])("%s: whole, byte by byte, cut anywhere", (_, response, told) => {
		arriving(response, told, [10_000]);
		arriving(response, told, [1]);
		for (let at = 1; at < response.length; at++) arriving(response, told, [at, 10_000]);
	});

	test.each([
		["204", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", ["1: 204 No Content content-length=5", '1: done ""']],
		["304", "HTTP/1.1 304\r\n\r\n", ["1: 304  ", '1: done ""']],
		["length 0", "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", ["1: 404 Not Found content-length=0", '1: done ""']],
		["after 100 and 103", `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\n${hello}`, helloTold],
		["lines that end with LF alone", hello.replaceAll("\r\n", "\n"), helloTold],
		["the same length twice", hello.replace("5", "5, 5"), ["1: 200 OK content-length=5, 5", '1: done "hello"']],
	])("%s", (_, response, told) => arriving(response, told, [10_000]));

	test("to HEAD has no body", () => {
		const bench = open([{ expect: get.replace("GET", "HEAD"), send: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" }]);
		bench.ask({ method: "HEAD" });
		bench.runFor(1000);
		expect(bench.told).toEqual(["1: 200 OK content-length=5", '1: done ""']);
	});

	test("in more chunks than a head is long", () => {
		const bench = open([
			{ expect: get, send: `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${"1\r\nx\r\n".repeat(6000)}0\r\n\r\n` },
		]);
		bench.ask();
		bench.runFor(1000);
		expect(bench.told[1]).toBe(`1: done "${"x".repeat(6000)}"`);
	});

	test("that trickles is waited for", () => {
		const bench = open([{ expect: get, send: hello.slice(0, -5) }]);
		bench.ask();
		for (const letter of "hello") {
			bench.runFor(110_000);
			bench.server.send(latin1(letter));
		}
		bench.runFor(100);
		expect(bench.told).toEqual(helloTold);
	});

	test("only the headers that are asked for, its framing apart", () => {
		const bench = open([{ expect: get, send: hello.replace("\r\n\r\n", "\r\nA: 1\r\nB: 2\r\n\r\n") }]);
		bench.ask({ headersMask: ["b"] });
		bench.runFor(1000);
		expect(bench.told).toEqual(["1: 200 OK b=2", '1: done "hello"']);
	});

	test("without a length lasts until the connection ends", () => {
		const bench = open([
			{ expect: get, send: "HTTP/1.1 200 OK\r\n\r\nhel" },
			{ send: "lo", close: true },
		]);
		bench.ask();
		bench.runFor(1000);
		expect(bench.told).toEqual([
			"1: 200 OK ",
			'1: done "hello"',
			"error closed: the connection to server.example was closed by the other side or the network",
		]);
	});

	test("is read at the application's pace, the next one after it", () => {
		const counts: number[] = [];
		const bench = open([
			{ expect: get, send: hello },
			{ expect: get, send: hello },
		]);
		const request = bench.ask({ onReadable: count => void counts.push(count) });
		bench.ask();
		bench.runFor(1000);
		expect([counts, bench.server.got.length]).toEqual([[5], 1]);
		const into = new Uint8Array(3);
		expect(request.read(into.subarray(1))).toBe(2);
		expect([...into]).toEqual([0, ...latin1("he")]);
		expect(text(request.read(100))).toBe("llo");
		expect(request.read()).toBeUndefined();
		expect(bench.told.length).toBe(1);
		bench.runFor(1000);
		expect(bench.told.slice(1)).toEqual(['1: done ""', "2: 200 OK content-length=5", '2: done "hello"']);
	});

	test("nobody reads it: dropped", () => {
		const bench = open([{ expect: get, send: hello }]);
		bench.client.request({ onDone: error => void bench.told.push(String(error)) });
		bench.runFor(1000);
		expect(bench.told).toEqual(["null"]);
	});

	test.each([
		["SSH-2.0\r\n\r\n", "a response without a status line"],
		["HTTP/1.1 2000 OK\r\n\r\n", "a response without a status line"],
		["HTTP/2 200 OK\r\n\r\n", "a response without a status line"],
		["HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a header without a name"],
		["HTTP/1.1 200 OK\r\na b: c\r\n\r\n", "a header without a name"],
		["HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", "a content-length that is no number"],
		["HTTP/1.1 200 OK\r\ncontent-length: 5, 6\r\n\r\n", "a content-length that is no number"],
		["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n", "a chunk without a size"],
		["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n", "a chunk that is longer than its size"],
		[`HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(3000)}\r\n`, "more than 16384 bytes before the body"],
	])("%j is no HTTP: %s", (response, what) => {
		const bench = open([{ expect: get, send: response }]);
		bench.ask();
		bench.runFor(1000);
		expect(bench.told.slice(-2)).toEqual(["1: protocol", `error protocol: the server sent what is no HTTP: ${what}`]);
		expect([bench.wire.open, bench.clock.pending]).toEqual([0, 0]);
	});

	test("before the request is complete ends the connection after it", () => {
		const head = "POST / HTTP/1.1\r\nhost: server.example\r\ncontent-length: 9000\r\n\r\n";
		const bench = open([{ expect: head, send: "HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n" }]);
		bench.ask({ method: "POST", headers: new Map([["content-length", 9000]]), onWritable() {} });
		bench.ask();
		bench.runFor(1000);
		expect(bench.told).toEqual([
			"1: 413 Too Large content-length=0",
			'1: done ""',
			"2: closed",
			"error closed: the server ends the connection after this response",
		]);
	});
});

describe("several requests on one connection", () => {
	test("follow one another, also one that comes when all are done", () => {
		const bench = open([
			{ expect: get, send: hello },
			{ expect: get.replace("/", "/2"), send: hello },
			{ expect: get.replace("/", "/3"), send: hello },
		]);
		bench.ask();
		bench.ask({ path: "/2" });
		bench.runFor(1000);
		expect(bench.told.length).toBe(4);
		bench.ask({ path: "/3" });
		expect(bench.wire.written.length).toBe(2 * get.length + 1);
		bench.runFor(1000);
		expect(bench.told.at(-1)).toBe('3: done "hello"');
		expect(bench.wire.asked.length).toBe(1);
	});

	test.each([
		["connection: close", hello.replace("\r\n\r\n", "\r\nConnection: x, Close\r\n\r\n")],
		["HTTP/1.0", hello.replace("/1.1", "/1.0")],
	])("%s ends it", (_, response) => {
		const bench = open([{ expect: get, send: response }]);
		bench.ask();
		bench.ask();
		bench.runFor(1000);
		expect(bench.told.slice(1)).toEqual([
			'1: done "hello"',
			"2: closed",
			"error closed: the server ends the connection after this response",
		]);
		expect(() => bench.ask()).toThrow("the client is closed: make another one");
	});

	test("HTTP/1.0 with keep-alive goes on", () => {
		const bench = open([
			{ expect: get, send: hello.replace("/1.1", "/1.0").replace("\r\n\r\n", "\r\nconnection: Keep-Alive\r\n\r\n") },
			{ expect: get, send: hello },
		]);
		bench.ask();
		bench.ask();
		bench.runFor(1000);
		expect(bench.told.at(-1)).toBe('2: done "hello"');
	});

	test("bytes behind a response answer no request", () => {
		const bench = open([{ expect: get, send: `${hello}more` }]);
		bench.ask();
		bench.ask();
		bench.runFor(1000);
		expect(bench.told.slice(1)).toEqual(['1: done "hello"', "2: protocol", "error protocol: the server sent an answer to no request"]);
	});
});

describe("the end", () => {
	test("in the middle of a response fails it and all that wait", () => {
		const bench = open([{ expect: get, send: hello.slice(0, -2), close: true }]);
		bench.ask();
		bench.ask();
		bench.runFor(1000);
		expect(bench.told).toEqual([
			"1: 200 OK content-length=5",
			"1: closed",
			"2: closed",
			"error closed: the connection to server.example was closed by the other side or the network",
		]);
		expect([bench.wire.open, bench.clock.pending]).toEqual([0, 0]);
	});

	test("a server that says nothing is waited for two minutes, an application for ever", () => {
		const bench = open([{ expect: get }]);
		bench.ask();
		bench.runFor(120_020);
		expect(bench.told).toEqual([]);
		bench.runFor(10_010);
		expect(bench.told).toEqual(["1: timeout", "error timeout: nothing came from the server for 120 s"]);
		const slow = open([{ expect: get, send: hello }]);
		slow.ask({ onReadable: () => {} });
		slow.runFor(10_000_000);
		expect(slow.told).toEqual(["1: 200 OK content-length=5"]);
	});

	test("no name, no connection", () => {
		const bench = open([], {}, { host: "nobody.invalid" });
		bench.ask();
		bench.runFor(1000);
		expect(bench.told).toEqual(["1: resolve", "error resolve: the name nobody.invalid has no address"]);
	});

	test.each([0, 15, 25, 45, 60])("closed by the application after %d ms: nothing is told any more", ms => {
		const bench = open([{ expect: get, send: hello }]);
		bench.ask();
		bench.ask();
		bench.runFor(ms);
		const before = bench.told.length;
		bench.client.close();
		bench.client.close();
		bench.runFor(1_000_000);
		expect(bench.told.length).toBe(before);
		expect([bench.wire.open, bench.clock.pending]).toEqual([0, 0]);
	});
});
