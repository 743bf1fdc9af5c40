import type { RequestOptions } from "embedded:network/http/client";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import type { HostStream } from "../../host-sim/internet/host.js";
import type { HttpHandler } from "../../host-sim/internet/http.js";
import { HttpHost, type HttpHostOptions } from "../../host-sim/internet/http-host.js";
import { HttpClient } from "../../host-sim/platform/network/http-client.js";
import { timersOf } from "../platform/network/timers.js";
import { createWire, type WireOptions } from "../platform/network/wire.js";

const hello: HttpHandler = () => ({ status: 200, body: "hello" });
const helloBytes = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

function world(handle: HttpHandler, options: Partial<HttpHostOptions> = {}) {
	const clock = new VirtualClock();
	const host = new HttpHost({ clock, addresses: ["2001:db8::1"], handle, ...options });
	let got = "";
	const state = { open: true };
	const stream = host.accept(80, {
		from: { address: "2001:db8::77", port: 40_000 },
		send: bytes => {
			got += Buffer.from(bytes).toString("latin1");
		},
		close: () => void (state.open = false),
	}) as HostStream;
	/** What the server has said, after `waitMs`, since it was asked last. */
	const say = (text: string, waitMs = 0): string => {
		stream.received(Buffer.from(text, "latin1"));
		clock.run(clock.now() + waitMs);
		const said = got;
		got = "";
		return said;
	};
	return { clock, host, state, stream, say };
}

const get = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

describe("an HTTP server in virtual time", () => {
	test("answers, byte by byte and several at once, in their order", () => {
		const { host, say, state } = world(({ path }) => ({ status: 200, body: path, delayMs: path === "/slow" ? 100 : 0 }));
		expect([...get].map(byte => say(byte)).join("")).toBe("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n/");
		const two = say("GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHOST: x\r\n\r\n", 99);
		expect(two).toBe("");
		expect(say("", 1)).toBe("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n/slowHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n/b");
		expect(host.requests.map(({ path, atMs }) => [path, atMs])).toEqual([
			["/", 0],
			["/slow", 0],
			["/b", 100],
		]);
		expect(state.open).toBe(true);
		expect(host.accept(81, {} as never)).toBeUndefined();
	});

	test("takes bodies of known length and in chunks", () => {
		const { host, say } = world(({ body, headers }) => ({ status: 201, body, headers: { "x-kind": headers.get("content-type") ?? "" } }));
		expect(say("PUT /a HTTP/1.1\r\nhost: x\r\nContent-Type:  text/x \r\ncontent-length: 3\r\n\r\na\r\n")).toBe(
			"HTTP/1.1 201 Created\r\nx-kind: text/x\r\ncontent-length: 3\r\n\r\na\r\n",
		);
		const chunks = "POST / HTTP/1.1\r\nhost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\na\r\n\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n";
		expect([...chunks].map(byte => say(byte)).join("")).toBe(
			"HTTP/1.1 201 Created\r\nx-kind: \r\ncontent-length: 13\r\n\r\na\r\n0123456789",
		);
		expect(host.requests.map(({ method, body }) => [method, body.length])).toEqual([
			["PUT", 3],
			["POST", 13],
		]);
	});

	test("in chunks, without a body, for HEAD", () => {
		const chunked = world(() => ({ status: 200, body: "hello", chunkBytes: 3 }));
		expect(chunked.say(get)).toBe("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
		expect(world(() => ({ status: 204 })).say(get)).toBe("HTTP/1.1 204 No Content\r\n\r\n");
		expect(world(hello).say(get.replace("GET", "HEAD"))).toBe("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
	});

	test.each([
		["connection: close", get.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")],
		["HTTP/1.0", get.replace("1.1", "1.0")],
	])("%s is closed behind the answer", (_, request) => {
		const { say, state } = world(hello);
		expect(say(request + get)).toBe(helloBytes.replace("content", "connection: close\r\ncontent"));
		expect(state.open).toBe(false);
		expect(say(get)).toBe("");
	});

	test.each([
		["nonsense\r\n\r\n", 400],
		["GET /a b HTTP/1.1\r\nhost: x\r\n\r\n", 400],
		["GET / HTTP/1.1\r\n\r\n", 400],
		["GET / HTTP/1.1\r\nhost : x\r\n\r\n", 400],
		["POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n", 400],
		["POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\n\r\n", 413],
		["POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n", 501],
		["POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nx\r\n", 400],
		["POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n", 400],
		[`GET / HTTP/1.1\r\n${"a: b\r\n".repeat(3000)}`, 431],
	])("%j is refused with %d and closed", (request, status) => {
		const { say, state, host } = world(hello);
		expect(say(request).slice(0, 13)).toBe(`HTTP/1.1 ${status} `);
		expect([state.open, host.requests]).toEqual([false, []]);
	});

	test("a connection on which nothing comes for a minute is closed", () => {
		const { clock, say, state, stream } = world(() => ({ status: 200, delayMs: 300_000 }));
		clock.run(59_999);
		say(get);
		clock.run(359_998);
		expect(state.open).toBe(true);
		clock.run(359_999 + 60_000);
		expect([state.open, clock.pending]).toEqual([false, 0]);
		stream.closed();
	});

	test.each([
		[512, [1460]],
		[50, [1, 9]],
	] as const)("and the client written from the same standard, window %d, arriving by %j", (windowBytes, arrive) => {
		const body = Uint8Array.from({ length: 20_000 }, (_, at) => (at * 3) & 255);
		const { clock, host } = world(request => ({ status: 200, body: request.body, ...(request.path === "/chunks" && { chunkBytes: 777 }) }));
		const wireOptions: WireOptions = { clock, host, windowBytes, arrive, delayMs: 1 };
		const wire = createWire(wireOptions);
		const client = new HttpClient({ host: "server.example", socket: { io: wire.TCP }, dns: { io: wire.Resolver } }, timersOf(clock));
		const results: unknown[] = [];
		const post = (path: string, headers: RequestOptions["headers"]): void => {
			let at = 0;
			const back: number[] = [];
			client.request({
				method: "POST",
				path,
				headers: headers!,
				onWritable(count) {
					if (at === body.length) this.write();
					else this.write(body.slice(at, (at += Math.min(count, body.length - at))));
				},
				onReadable(count) {
					back.push(...new Uint8Array(this.read(count)!));
				},
				onDone: error => void results.push(error, Buffer.from(back).equals(body)),
			});
		};
		post("/length", new Map([["content-length", body.length]]));
		post("/chunks", new Map([["transfer-encoding", "chunked"]]));
		clock.run(1_000_000);
		expect(results).toEqual([null, true, null, true]);
		expect(wire.asked.length).toBe(1);
	});
});
