import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bench } from "../sim-modem/bench.js";
import type { FakeFlow } from "../sim-modem/fake-ue.js";
import { online, started } from "./ec800m-bench.js";

const every = Array.from({ length: 256 }, (_, value) => value);
const latin1 = (bytes: readonly number[]) => Buffer.from(bytes).toString("latin1");

function opened(command: string, bench = online()): { bench: Bench; flow: FakeFlow } {
	bench.ask(`${command}\r`, 20);
	const flow = bench.ue.flows.at(-1)!;
	flow.listener.opened();
	bench.run(100);
	return { bench, flow };
}
const tcp = () => opened('AT+QIOPEN=1,0,"TCP","106.14.142.171",8001,0,0');
const pushed = () => opened('AT+QIOPEN=1,0,"TCP","106.14.142.171",8001,0,1');

describe("open", () => {
	test("OK, and the result when the peer answered (transcript 10)", () => {
		const bench = online();
		expect(bench.ask('AT+QIOPEN=1,0,"TCP","106.14.142.171",8001,0,1\r', 50)).toBe("\r\nOK\r\n");
		const [flow] = bench.ue.flows;
		expect(flow!.opened).toBe("tcp 1 106.14.142.171 8001");
		expect(bench.ask("AT+QISTATE=1,0\r", 20)).toBe('\r\n+QISTATE: 0,"TCP","106.14.142.171",8001,50000,1,1,0,1,"uart1"\r\n\r\nOK\r\n');
		flow!.listener.opened();
		expect(bench.run(30)).toBe("\r\n+QIOPEN: 0,0\r\n");
		expect(bench.ask("AT+QISTATE?\r", 20)).toBe('\r\n+QISTATE: 0,"TCP","106.14.142.171",8001,50000,2,1,0,1,"uart1"\r\n\r\nOK\r\n');
	});
	test.each([
		["refused", "106.14.142.171", 566],
		["timeout", "106.14.142.171", 569],
		["unreachable", "no.example", 565],
		["unreachable", "2001:db8::1", 566],
		["no-context", "2001:db8::1", 561],
	] as const)("%s of %s is %i, and the number is free again", (why, host, error) => {
		const bench = online();
		bench.ask(`AT+QIOPEN=1,3,"TCP","${host}",80\r`, 20);
		bench.ue.flows[0]!.listener.failed(why);
		expect(bench.run(10)).toBe(`\r\n+QIOPEN: 3,${error}\r\n`);
		expect(bench.ask("AT+QISTATE?\r")).toBe("\r\nOK\r\n");
	});
	test("nobody answers within 150 s", () => {
		const bench = online();
		bench.ask('AT+QIOPEN=1,0,"TCP","2001:db8::1",80\r', 20);
		expect(bench.run(149_000)).toBe("");
		expect(bench.run(2000)).toBe("\r\n+QIOPEN: 0,569\r\n");
		expect(bench.ue.flows[0]!.closed).toBe(true);
	});
	test("a number that is taken, a context that is not in use", () => {
		const { bench } = tcp();
		expect(bench.ask('AT+QIOPEN=1,0,"UDP","2001:db8::1",80\r')).toBe("\r\nOK\r\n\r\n+QIOPEN: 0,563\r\n");
		expect(bench.ask('AT+QIOPEN=2,1,"UDP","2001:db8::1",80\r')).toBe("\r\nOK\r\n\r\n+QIOPEN: 1,561\r\n");
		expect(started().ask('AT+QIOPEN=1,1,"UDP","2001:db8::1",80\r')).toBe("\r\nOK\r\n\r\n+QIOPEN: 1,561\r\n");
	});
	test.each(['1,12,"TCP","h",80', '1,0,"TCP","",80', '1,0,"TCP","h",0', '8,0,"TCP","h",80', '1,0,"TCP","h",80,0,3'])(
		"AT+QIOPEN=%s is refused",
		parameters => {
			const bench = online();
			bench.ask("AT+CMEE=1\r");
			expect(bench.ask(`AT+QIOPEN=${parameters}\r`)).toBe("\r\n+CME ERROR: 50\r\n");
		},
	);
	test("transparent mode and listening are not simulated: CME 4", () => {
		const bench = online();
		bench.ask("AT+CMEE=1\r");
		expect(bench.ask('AT+QIOPEN=1,0,"TCP","h",80,0,2\r')).toBe("\r\n+CME ERROR: 4\r\n");
		expect(bench.ask('AT+QIOPEN=1,0,"TCP LISTENER","127.0.0.1",0,80,0\r')).toBe("\r\n+CME ERROR: 4\r\n");
	});
});

describe("send", () => {
	test("prompt, every byte value by length, SEND OK as the final result", () => {
		const { bench, flow } = tcp();
		expect(bench.ask("AT+QISEND=0,256\r")).toBe("\r\n> ");
		expect(bench.ask(latin1(every))).toBe("\r\nSEND OK\r\n");
		expect(flow.sent).toEqual([{ text: latin1(every), rai: undefined }]);
		expect(bench.ask("AT+QISEND=0,0\r")).toBe("\r\n+QISEND: 256,0,256\r\n\r\nOK\r\n");
		flow.listener.sent(256, true);
		expect(bench.ask("AT+QISEND=0,0\r")).toBe("\r\n+QISEND: 256,256,0\r\n\r\nOK\r\n");
	});
	test("variable length: Ctrl-Z sends, ESC gives up", () => {
		const { bench, flow } = tcp();
		expect(bench.ask("AT+QISEND=0\r")).toBe("\r\n> ");
		expect(bench.ask("hello\x1a")).toBe("\r\nSEND OK\r\n");
		bench.ask("AT+QISEND=0\r");
		expect(bench.ask("no\x1b")).toBe("\r\nOK\r\n");
		expect(flow.sent.map(({ text }) => text)).toEqual(["hello"]);
	});
	test("until +QISDE=0 the data come back", () => {
		const bench = started();
		bench.ask("AT+QIACT=1\r");
		expect(bench.ask("AT+QISDE?\r")).toBe("\r\n+QISDE: 1\r\n\r\nOK\r\n");
		const { flow } = opened('AT+QIOPEN=1,0,"UDP","2001:db8::1",80', bench);
		bench.ask("AT+QISEND=0,3\r");
		expect(bench.ask("abc")).toBe("abc\r\nSEND OK\r\n");
		expect(flow.sent.length).toBe(1);
	});
	test("the peer takes nothing: SEND FAIL when 10,240 bytes wait, and again room when it does", () => {
		const { bench, flow } = tcp();
		const send = (): string => {
			bench.ask("AT+QISEND=0,1460\r");
			return bench.ask("x".repeat(1460));
		};
		for (let at = 0; at < 7; at++) expect(send()).toBe("\r\nSEND OK\r\n");
		expect(send()).toBe("\r\nSEND FAIL\r\n");
		expect(flow.sent.length).toBe(7);
		flow.listener.sent(1460, true);
		expect(send()).toBe("\r\nSEND OK\r\n");
	});
	test("in the line: QISENDEX in hexadecimal, QISEND as the format says", () => {
		const { bench, flow } = tcp();
		expect(bench.ask('AT+QISENDEX=0,"00FF0D"\r')).toBe("\r\nSEND OK\r\n");
		expect(bench.ask("AT+QISEND=0,3,abc\r")).toBe("\r\nSEND OK\r\n");
		bench.ask('AT+QICFG="dataformat",1,0\r');
		expect(bench.ask("AT+QISEND=0,2,6465\r")).toBe("\r\nSEND OK\r\n");
		expect(flow.sent.map(({ text }) => text)).toEqual(["\x00\xff\r", "abc", "de"]);
		bench.ask("AT+CMEE=1\r");
		expect(bench.ask("AT+QISEND=0,3,6465\r")).toBe("\r\n+CME ERROR: 50\r\n");
	});
	test.each(["0,1461", "12,1", "1,1", "0,-1"])("AT+QISEND=%s is refused", parameters => {
		expect(tcp().bench.ask(`AT+QISEND=${parameters}\r`)).toBe("\r\nERROR\r\n");
	});
	test("faults: no prompt, a result code at the prompt, late and lost SEND OK", () => {
		const { bench, flow } = tcp();
		bench.module.faults.set("lost-prompt", { command: "+QISEND" });
		expect(bench.ask("AT+QISEND=0,1\r", 5000)).toBe("");
		expect(bench.ask("a")).toBe("\r\nSEND OK\r\n");
		bench.module.faults.set("urc-at-prompt", { text: "\r\n+CEREG: 5\r\n" });
		expect(bench.ask("AT+QISEND=0,1\r")).toBe("\r\n> \r\n+CEREG: 5\r\n");
		expect(bench.ask("b")).toBe("\r\nSEND OK\r\n");
		bench.module.faults.set("late-send-ok", { delayMs: 3000 });
		bench.ask("AT+QISEND=0,1\r");
		expect(bench.ask("c", 2000)).toBe("");
		expect(bench.run(1100)).toBe("\r\nSEND OK\r\n");
		bench.module.faults.clear();
		bench.module.faults.set("lost-send-ok");
		bench.ask("AT+QISEND=0,1\r");
		expect(bench.ask("d", 60_000)).toBe("");
		expect(flow.sent.map(({ text }) => text)).toEqual(["a", "b", "c", "d"]);
	});
});

describe("receive", () => {
	test("kept until it is read by count; announced once until everything is read", () => {
		const { bench, flow } = tcp();
		expect(flow.options).toEqual({ windowBytes: 10_240 });
		flow.listener.received(Uint8Array.from(every), "106.14.142.171", 8001);
		expect(bench.run(10)).toBe('\r\n+QIURC: "recv",0\r\n');
		flow.listener.received(Uint8Array.of(0x41, 0x42), "106.14.142.171", 8001);
		expect(bench.run(10)).toBe("");
		expect(bench.ask("AT+QIRD=0,0\r")).toBe("\r\n+QIRD: 258,0,258\r\n\r\nOK\r\n");
		expect(bench.ask("AT+QIRD=0,100\r")).toBe(`\r\n+QIRD: 100\r\n${latin1(every.slice(0, 100))}\r\n\r\nOK\r\n`);
		flow.listener.received(Uint8Array.of(0x43), "106.14.142.171", 8001);
		expect(bench.run(10)).toBe("");
		expect(bench.ask("AT+QIRD=0\r")).toBe(`\r\n+QIRD: 159\r\n${latin1(every.slice(100))}ABC\r\n\r\nOK\r\n`);
		expect(bench.ask("AT+QIRD=0,1500\r")).toBe("\r\n+QIRD: 0\r\n\r\nOK\r\n");
		expect(flow.taken).toEqual([100, 159]);
		flow.listener.received(Uint8Array.of(0x44), "106.14.142.171", 8001);
		expect(bench.run(10)).toBe('\r\n+QIURC: "recv",0\r\n');
	});
	test("a stream comes out as it went in, however it is cut", () => {
		fc.assert(
			fc.property(
				fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 8 }),
				fc.integer({ min: 1, max: 50 }),
				(pieces, limit) => {
					const { bench, flow } = tcp();
					for (const piece of pieces) flow.listener.received(piece, "106.14.142.171", 8001);
					bench.run(10);
					let text = "";
					for (;;) {
						const answer = bench.ask(`AT+QIRD=0,${limit}\r`, 10);
						const count = Number(/^\r\n\+QIRD: (\d+)\r\n/.exec(answer)![1]);
						if (count === 0) break;
						expect(count).toBeLessThanOrEqual(limit);
						const from = answer.indexOf("\r\n", 2) + 2;
						text += answer.slice(from, from + count);
						expect(answer.slice(from + count)).toBe("\r\n\r\nOK\r\n");
					}
					expect(text).toBe(pieces.map(piece => latin1([...piece])).join(""));
					expect(flow.taken.reduce((sum, count) => sum + count, 0)).toBe(text.length);
				},
			),
			{ seed: 419, numRuns: 30 },
		);
	});
	test("UDP: one datagram for each read", () => {
		const { bench, flow } = opened('AT+QIOPEN=1,2,"UDP","2001:db8::1",5683');
		flow.listener.received(Uint8Array.of(0x61, 0x62), "2001:db8::1", 5683);
		flow.listener.received(Uint8Array.of(0x63), "2001:db8::1", 5683);
		expect(bench.run(10)).toBe('\r\n+QIURC: "recv",2\r\n');
		expect(bench.ask("AT+QIRD=2,1500\r")).toBe("\r\n+QIRD: 2\r\nab\r\n\r\nOK\r\n");
		expect(bench.ask("AT+QIRD=2,1500\r")).toBe("\r\n+QIRD: 1\r\nc\r\n\r\nOK\r\n");
		expect(bench.ask("AT+QIRD=2,1500\r")).toBe("\r\n+QIRD: 0\r\n\r\nOK\r\n");
		expect(flow.taken).toEqual([]);
	});
	test("pushed, as bytes and as hexadecimal, in the next line and in the same", () => {
		const { bench, flow } = pushed();
		expect(flow.options).toEqual({});
		flow.listener.received(Uint8Array.from([0x0d, 0x0a, 0x4f, 0x4b, 0x0d, 0x0a, 0xff]), "106.14.142.171", 8001);
		expect(bench.run(10)).toBe('\r\n+QIURC: "recv",0,7\r\n\r\nOK\r\n\xff\r\n');
		expect(bench.ask('AT+QICFG="dataformat",0,1;+QICFG="viewmode",1\r')).toBe("\r\nOK\r\n");
		flow.listener.received(Uint8Array.from([0x0d, 0xff]), "106.14.142.171", 8001);
		expect(bench.run(10)).toBe('\r\n+QIURC: "recv",0,2,0DFF\r\n');
		flow.listener.received(new Uint8Array(2000), "106.14.142.171", 8001);
		expect(bench.run(10).match(/"recv",0,\d+/g)).toEqual(['"recv",0,1460', '"recv",0,540']);
	});
	test("reading a socket that is not there", () => {
		const bench = online();
		expect(bench.ask("AT+QIRD=0,10\r")).toBe("\r\nERROR\r\n");
	});
});

describe("close", () => {
	test("by the peer: what came before can still be read, nothing can be sent", () => {
		const { bench, flow } = tcp();
		flow.listener.received(Uint8Array.of(0x41), "106.14.142.171", 8001);
		flow.listener.closed();
		expect(bench.run(10)).toBe('\r\n+QIURC: "recv",0\r\n\r\n+QIURC: "closed",0\r\n');
		expect(bench.ask("AT+QISEND=0,1\r")).toBe("\r\nERROR\r\n");
		expect(bench.ask("AT+QIGETERROR\r")).toBe("\r\n+QIGETERROR: 567,socket has been closed\r\n\r\nOK\r\n");
		expect(bench.ask("AT+QIRD=0,10\r")).toBe("\r\n+QIRD: 1\r\nA\r\n\r\nOK\r\n");
		expect(bench.ask("AT+QICLOSE=0\r")).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+QIRD=0,10\r")).toBe("\r\nERROR\r\n");
	});
	test("by the host: OK after a while, no report; closing again succeeds", () => {
		const { bench, flow } = tcp();
		expect(bench.ask("AT+QICLOSE=0,10\r", 100)).toBe("");
		expect(bench.run(10)).toBe("\r\nOK\r\n");
		expect(flow.closed).toBe(true);
		expect(bench.ask("AT+QICLOSE=0\r")).toBe("\r\nOK\r\n");
	});
	test("+CFUN=0 ends everything in silence", () => {
		const { bench, flow } = tcp();
		expect(bench.ask("AT+CFUN=0\r")).toBe("\r\nOK\r\n");
		expect(flow.closed).toBe(true);
		expect(bench.ask("AT+QISTATE?\r")).toBe("\r\nOK\r\n");
	});
	test("the fault that closes every socket", () => {
		const { bench } = tcp();
		bench.module.faults.set("close-sockets");
		expect(bench.run(10)).toBe('\r\n+QIURC: "closed",0\r\n');
	});
});

describe("TLS", () => {
	const ca = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n";
	function upload(bench: Bench, name: string, text: string): string {
		expect(bench.ask(`AT+QFUPL="${name}",${text.length},100\r`)).toBe("\r\nCONNECT\r\n");
		return bench.ask(text);
	}
	test("files: stored, listed, read, deleted; a second one of that name is an error", () => {
		const bench = online();
		bench.ask("AT+CMEE=1\r");
		expect(upload(bench, "UFS:ca.pem", "abcd\x1b\x1a!")).toBe("\r\n+QFUPL: 7,381c\r\n\r\nOK\r\n");
		expect(bench.ask("AT+QFLST\r")).toBe('\r\n+QFLST: "ca.pem",7\r\n\r\nOK\r\n');
		expect(bench.ask('AT+QFDWL="ca.pem"\r')).toBe("\r\nCONNECT\r\nabcd\x1b\x1a!\r\n+QFDWL: 7,381c\r\n\r\nOK\r\n");
		expect(bench.ask('AT+QFUPL="ca.pem",1\r')).toBe("\r\n+CME ERROR: 407\r\n");
		expect(bench.ask('AT+QFDEL="ca.pem"\r')).toBe("\r\nOK\r\n");
		expect(bench.ask('AT+QFDEL="ca.pem"\r')).toBe("\r\n+CME ERROR: 405\r\n");
	});
	test("a host that stops in the middle of a file", () => {
		const bench = online();
		bench.ask('AT+QFUPL="x",10,5\r');
		expect(bench.ask("12345", 4000)).toBe("");
		expect(bench.run(1100)).toBe("\r\nERROR\r\n");
		expect(bench.ask("AT+QFLST\r")).toBe("\r\nOK\r\n");
	});
	test("what the context says reaches the handshake", () => {
		const bench = online();
		upload(bench, "ca.pem", ca);
		upload(bench, "me.pem", "CERT");
		upload(bench, "me.key", "KEY");
		const settings = ['"sslversion",1,3', '"ciphersuite",1,0xFFFF', '"seclevel",1,2', '"cacert",1,"ca.pem"'];
		settings.push('"clientcert",1,"UFS:me.pem"', '"clientkey",1,"me.key"', '"sni",1,1', '"ignorelocaltime",1,0', '"negotiatetime",1,60');
		for (const setting of settings) expect(bench.ask(`AT+QSSLCFG=${setting}\r`)).toBe("\r\nOK\r\n");
		expect(bench.ask('AT+QSSLCFG="cacert",1\r')).toBe('\r\n+QSSLCFG: "cacert",1,"ca.pem"\r\n\r\nOK\r\n');
		expect(bench.ask('AT+QSSLOPEN=1,1,0,"iot.example",8883,0\r', 20)).toBe("\r\nOK\r\n");
		const flow = bench.ue.flows[0]!;
		expect(flow.opened).toBe("tls 1 iot.example 8883");
		expect(flow.options).toEqual({
			windowBytes: 10_240,
			tls: {
				serverName: "iot.example",
				verify: true,
				ca: [ca],
				certificate: "CERT",
				key: "KEY",
				versions: ["1.2"],
				ignoreTime: false,
			},
		});
		flow.listener.opened();
		expect(bench.run(50)).toBe("\r\n+QSSLOPEN: 0,0\r\n");
		expect(bench.ask("AT+QSSLSEND=0,2\r")).toBe("\r\n> ");
		expect(bench.ask("\x1a\x1b")).toBe("\r\nSEND OK\r\n");
		flow.listener.received(Uint8Array.of(0x0d, 0x00), "2001:db8::1", 8883);
		expect(bench.run(10)).toBe('\r\n+QSSLURC: "recv",0\r\n');
		expect(bench.ask("AT+QSSLRECV=0,1500\r")).toBe("\r\n+QSSLRECV: 2\r\n\r\x00\r\n\r\nOK\r\n");
		expect(bench.ask("AT+QSSLSTATE=1,0\r")).toBe('\r\n+QSSLSTATE: 0,"SSLClient","iot.example",8883,50000,2,1,0,0,"uart1",1\r\n\r\nOK\r\n');
		flow.listener.closed();
		expect(bench.run(10)).toBe('\r\n+QSSLURC: "closed",0\r\n');
		expect(bench.ask("AT+QSSLCLOSE=0\r")).toBe("\r\nOK\r\n");
	});
	test("a handshake that fails, a certificate that is not stored", () => {
		const bench = online();
		bench.ask('AT+QSSLOPEN=1,0,0,"iot.example",8883\r', 20);
		expect(bench.ue.flows[0]!.options?.tls).toEqual({ serverName: undefined, verify: false, ca: [], versions: ["1.2"], ignoreTime: true });
		bench.ue.flows[0]!.listener.failed("tls-issuer");
		expect(bench.run(10)).toBe("\r\n+QSSLOPEN: 0,566\r\n");
		bench.ask('AT+QSSLCFG="seclevel",0,1;+QSSLCFG="cacert",0,"none.pem"\r');
		expect(bench.ask('AT+QSSLOPEN=1,0,0,"iot.example",8883\r')).toBe("\r\nERROR\r\n");
	});
	test("its numbers are apart from those of the other sockets", () => {
		const { bench } = tcp();
		bench.ask('AT+QSSLOPEN=1,0,0,"iot.example",8883\r', 20);
		bench.ue.flows[1]!.listener.opened();
		expect(bench.run(50)).toBe("\r\n+QSSLOPEN: 0,0\r\n");
	});
	test.each(['"ciphersuite",0,"0xFFFF"', '"seclevel",0,3', '"sni",6,1', '"negotiatetime",0,5'])("AT+QSSLCFG=%s is refused", setting => {
		expect(online().ask(`AT+QSSLCFG=${setting}\r`)).toBe("\r\nERROR\r\n");
	});
});
