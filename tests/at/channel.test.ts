import { describe, expect, test } from "vitest";
import type { Urc } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import { text, uint } from "../../sdk/at/fields.js";
import { rawCommand } from "../../sdk/at/raw.js";
import * as sample from "./commands.js";
import { bytes, everyWay, Pair, URCS } from "./pair.js";

describe("prompts and payloads", () => {
	const payload = bytes("OK\r\n>\r\n+CEREG: 1\r\nERROR\r\n\xff");
	const send = (pair: Pair): void => {
		pair.submit(sample.PROMPT_SEND.set, { id: 0, length: payload.length }, payload);
	};

	test("the payload goes out after the prompt, in each of its forms", () => {
		for (const prompt of ["\r\n>", "\r\n> ", ">", "> ", "@", "\r\n@"]) {
			everyWay(send, prompt, pair => expect(pair.written).toBe(`AT+QISEND=0,${payload.length}\rOK\r\n>\r\n+CEREG: 1\r\nERROR\r\n\xff`));
		}
	});

	test("URCs may come between the command, the prompt and the result", () => {
		everyWay(send, ["\r\n+CEREG: 1\r\n\r\n> ", "\r\n+CSCON: 1\r\n\r\nSEND OK\r\n"], pair => {
			expect(pair.urcs).toEqual(["+CEREG: 1", "+CSCON: 1"]);
			expect(pair.outcomes).toEqual([{ command: "+QISEND=", result: undefined }]);
		});
	});

	test("without a command that expects one, > and @ are text", () => {
		everyWay(
			pair => pair.submit(sample.CSQ.execute, undefined),
			"\r\n>\r\n@ x\r\n+CSQ: 1,2\r\nOK\r\n",
			pair => {
				expect(pair.unknown).toEqual([">", "@ x"]);
				expect(pair.last?.result).toEqual({ rssi: 1, ber: 2 });
			},
		);
	});

	test("ERROR instead of the prompt ends the command and nothing else is sent", () => {
		everyWay(send, "\r\nERROR\r\n> ", pair => {
			expect(pair.written).toBe(`AT+QISEND=0,${payload.length}\r`);
			expect(pair.last?.error?.code).toBe("error");
		});
	});

	test("OK instead of the prompt is not a success", () => {
		const pair = new Pair();
		pair.submit(sample.CMGS.set, { da: "10086" }, bytes("hello"));
		pair.receive("\r\nOK\r\n");
		expect(pair.last?.error).toEqual({ code: "malformed", command: "+CMGS=", afterMs: 0, text: "no prompt came for the payload" });
		expect(pair.take()).toBe('AT+CMGS="10086"\r');
	});

	test("a payload of unannounced length ends with its terminator", () => {
		everyWay(
			pair => pair.submit(sample.CMGS.set, { da: "10086" }, bytes("hello")),
			["\r\n> ", "\r\n+CMGS: 151\r\n\r\nOK\r\n"],
			pair => {
				expect(pair.written).toBe('AT+CMGS="10086"\rhello\x1a');
				expect(pair.last?.result).toEqual({ mr: 151 });
			},
		);
		for (const bad of ["a\x1ab", "a\x1bb"]) {
			const pair = new Pair();
			pair.submit(sample.CMGS.set, { da: "10086" }, bytes(bad));
			pair.settle();
			expect(pair.take()).toBe("");
			expect(pair.last?.error?.code).toBe("malformed");
		}
	});

	test("a payload that the module echoes is not an answer", () => {
		everyWay(send, [`AT+QISEND=0,${payload.length}\r\r\n> `, "OK\r\n>\r\n+CEREG: 1\r\nERROR\r\n\xff\r\nSEND OK\r\n"], pair => {
			expect(pair.outcomes).toEqual([{ command: "+QISEND=", result: undefined }]);
			expect(pair.urcs).toEqual([]);
			expect(pair.unknown).toEqual([]);
		});
	});

	test("an answer that begins like the echoed payload is an answer", () => {
		everyWay(
			pair => pair.submit(sample.CMGS.set, { da: "1" }, bytes("\r\n+CMGS: 7\r\nx")),
			['AT+CMGS="1"\r\r\n> ', "\r\n+CMGS: 7\r\n\r\nOK\r\n"],
			pair => expect(pair.last?.result).toEqual({ mr: 7 }),
		);
	});

	test("the port may take a few bytes at a time", () => {
		const pair = new Pair();
		pair.limit = 3;
		send(pair);
		pair.receive("> ");
		expect(pair.take()).toBe(`AT+QISEND=0,${payload.length}\rOK\r\n>\r\n+CEREG: 1\r\nERROR\r\n\xff`);
		expect(pair.channel.transmit(0, pair.now)).toBeUndefined();
		pair.receive("\r\nSEND OK\r\n");
		expect(pair.outcomes).toHaveLength(1);
	});
});

describe("results", () => {
	test("text in quotes is text, whatever it says", () => {
		everyWay(
			pair => pair.submit(sample.COPS.read, undefined),
			'\r\n+COPS: 0,0,"OK, ERROR > +CEREG: 1",9\r\n\r\nOK\r\n',
			pair => expect(pair.last?.result).toEqual({ mode: 0, format: 0, oper: "OK, ERROR > +CEREG: 1", act: 9 }),
		);
	});

	test("a response that does not fit its declaration is malformed, and the channel goes on", () => {
		for (const answer of ["\r\n+CEREG: x,1\r\n\r\nOK\r\n", "\r\nOK\r\n", "\r\n+CEREG: 1\r\nOK\r\n", '\r\n+CEREG: 2,1,"zz"\r\nOK\r\n']) {
			everyWay(
				pair => pair.submit(sample.CEREG.read, undefined),
				answer,
				pair => expect(pair.last?.error).toEqual({ code: "malformed", command: "+CEREG?", afterMs: 0 }),
				{ urcs: URCS.map(urc => (urc.prefix === "+CEREG" ? { ...urc, isResponse: () => true } : urc)) },
			);
		}
	});

	test("the record of a command is used again, so nothing is left of the last answer", () => {
		const pair = new Pair();
		pair.submit(sample.CEREG.read, undefined);
		pair.receive('\r\n+CEREG: 4,5,"0001","0000ABCD",9\r\n\r\nOK\r\n');
		pair.wait(20);
		pair.submit(sample.CEREG.read, undefined);
		pair.receive("\r\n+CEREG: 4,0\r\n\r\nOK\r\n");
		expect(pair.last?.result).toEqual({ n: 4, stat: 0, tac: undefined, ci: undefined, act: undefined });
	});

	test("result codes of a call end a call, and are unsolicited to everything else", () => {
		for (const [answer, code] of [
			["NO CARRIER", "noCarrier"],
			["BUSY", "busy"],
			["NO ANSWER", "noAnswer"],
			["NO DIALTONE", "noDialtone"],
		] as const) {
			everyWay(
				pair => pair.submit(sample.ATD.execute, undefined),
				`\r\n${answer}\r\n`,
				pair => expect(pair.last?.error?.code).toBe(code),
			);
			everyWay(
				pair => pair.submit(sample.CSQ.execute, undefined),
				`\r\n${answer}\r\n+CSQ: 1,2\r\nOK\r\n`,
				pair => {
					expect(pair.unknown).toEqual([answer]);
					expect(pair.last?.result).toEqual({ rssi: 1, ber: 2 });
				},
			);
		}
		everyWay(
			pair => pair.submit(sample.ATD.execute, undefined),
			"\r\nCONNECT 115200\r\n",
			pair => expect(pair.outcomes).toEqual([{ command: "D", result: undefined }]),
		);
	});

	test("final results that a vendor adds to every command", () => {
		everyWay(
			pair => pair.submit(sample.CSQ.execute, undefined),
			"\r\nCOMMAND NOT SUPPORT\r\n",
			pair => expect(pair.last?.error?.code).toBe("error"),
			{ finals: [{ text: "COMMAND NOT SUPPORT", ok: false }] },
		);
	});

	test("a raw command takes every line that is no URC", () => {
		everyWay(
			pair => pair.submit(rawCommand('AT+QCFG="x";+FOO?'), undefined),
			'\r\n+QCFG: "x",1\r\n+CSCON: 1\r\nbare\r\n\r\nOK\r\n',
			pair => {
				expect(pair.written).toBe('AT+QCFG="x";+FOO?\r');
				expect(pair.lines).toEqual(['+QCFG: "x",1', "bare"]);
				expect(pair.urcs).toEqual(["+CSCON: 1"]);
			},
		);
		const pair = new Pair();
		pair.submit(rawCommand("AT+A\rAT+B"), undefined);
		pair.settle();
		expect(pair.take()).toBe("");
		expect(pair.last?.error?.code).toBe("malformed");
	});

	test("a raw read of a registration still tells the response from the URC", () => {
		everyWay(
			pair => pair.submit(rawCommand("AT+CEREG?"), undefined),
			"\r\n+CEREG: 5\r\n+CEREG: 0,1\r\nOK\r\n",
			pair => {
				expect(pair.lines).toEqual(["+CEREG: 0,1"]);
				expect(pair.urcs).toEqual(["+CEREG: 5"]);
			},
		);
	});
});

describe("URCs and unknown lines", () => {
	test("the longest prefix that fits wins, and a prefix is not the start of a longer name", () => {
		const seen: string[] = [];
		const row = (prefix: string): Urc<Pair> => ({ prefix, spec: "sample", handle: (_, line) => seen.push(`${prefix}|${line.text(0)}`) });
		const urcs = [row("+QIURC"), row('+QIURC: "recv"'), row("+CREG"), row("+CREGX"), row("NORMAL POWER DOWN"), row("A")];
		everyWay(
			() => {
				seen.length = 0;
			},
			'+QIURC: "closed",0\r\n+QIURC:"recv",1,2\r\n+CREG: 1\r\n+CREGX: 2\r\n+CREGY: 3\r\nNORMAL POWER DOWN\r\nA\r\nAB\r\n',
			pair => {
				expect(seen).toEqual(["+QIURC|closed", '+QIURC: "recv"|recv', "+CREG|1", "+CREGX|2", "NORMAL POWER DOWN|undefined", "A|undefined"]);
				expect(pair.unknown).toEqual(["+CREGY: 3", "AB"]);
			},
			{ urcs: [...urcs, ...URCS] },
		);
	});

	test("unknown lines are counted and shown, never errors", () => {
		everyWay(
			pair => pair.submit(sample.CSQ.execute, undefined),
			"\r\n+QNEW: 1,2\r\nsome text\r\n+CSQ: 1,2\r\n\r\nOK\r\n",
			pair => {
				expect(pair.unknown).toEqual(["+QNEW: 1,2", "some text"]);
				expect(pair.channel.unknownLines).toBe(2);
				expect(pair.last?.result).toEqual({ rssi: 1, ber: 2 });
			},
		);
	});

	test("a URC at every byte position of an answer's line boundaries leaves the answer whole", () => {
		const parts = ["\r\n", "+QENG: 0,6254,12\r\n", "+QENG: 1,6254,298\r\n", "\r\n", "OK\r\n"];
		for (let at = 0; at <= parts.length; at++) {
			const answer = [...parts.slice(0, at), "\r\n+CEREG: 5\r\n", ...parts.slice(at)].join("");
			everyWay(
				pair => pair.submit(sample.QENG.set, { mode: 0 }),
				answer,
				pair => {
					expect(pair.lines).toEqual(["+QENG: 0,6254,12", "+QENG: 1,6254,298"]);
					expect(pair.urcs).toEqual(["+CEREG: 5"]);
					expect(pair.last?.error).toBeUndefined();
				},
			);
		}
	});
});

describe("capacity", () => {
	test("a line longer than the buffer is an overflow, and the next line is read", () => {
		const long = `+CSQ: ${"1".repeat(100)}`;
		everyWay(
			pair => pair.submit(sample.CSQ.execute, undefined),
			`\r\n${long}\r\n\r\nOK\r\n\r\n+CEREG: 5\r\n`,
			pair => {
				expect(pair.last?.error).toEqual({ code: "overflow", command: "+CSQ", afterMs: 0 });
				expect(pair.unknown).toEqual([long.slice(0, 64)]);
				expect(pair.urcs).toEqual(["+CEREG: 5"]);
			},
			{ lineCapacity: 64 },
		);
	});

	test("data longer than the buffer are an overflow, and are counted all the same", () => {
		const data = "OK\r\n".repeat(30);
		everyWay(
			pair => pair.submit(sample.QIRD.set, { id: 0, length: 120 }),
			`\r\n+QIRD: 120\r\n${data}\r\nOK\r\n`,
			pair => {
				expect(pair.last?.error?.code).toBe("overflow");
				expect(pair.channel.strayResults).toBe(0);
			},
			{ lineCapacity: 64 },
		);
	});

	test("data that never come are given up", () => {
		const pair = new Pair();
		pair.submit(sample.QIRD.set, { id: 0, length: 100 });
		pair.receive("\r\n+QIRD: 100\r\nonly a few");
		pair.settle();
		expect(pair.last?.error?.code).toBe("timeout");
		pair.receive("\r\n+CEREG: 5\r\n");
		expect(pair.urcs).toEqual(["+CEREG: 5"]);
	});

	test("a command line longer than the buffer is an overflow, and nothing is sent", () => {
		const pair = new Pair({ transmitCapacity: 32 });
		pair.submit(sample.QISEND.set, { id: 0, length: 20, data: new Uint8Array(20) });
		pair.settle();
		expect(pair.last?.error).toEqual({
			code: "overflow",
			command: "+QISEND=",
			afterMs: 0,
			text: "command line is longer than transmitCapacity",
		});
		expect(pair.take()).toBe("");
		expect(pair.channel.commands).toBe(0);
	});

	test("a full queue refuses, once each, and takes commands again later", () => {
		const pair = new Pair({ queueCapacity: 2 });
		pair.submit(sample.CSQ.execute, undefined);
		for (let i = 0; i < 5; i++) pair.submit(sample.CFUN.set, { fun: 1 });
		pair.settle();
		expect(pair.outcomes.map(outcome => outcome.error?.code)).toEqual([
			"queueFull",
			"queueFull",
			"queueFull",
			"timeout",
			"timeout",
			"timeout",
		]);
		expect(pair.channel.idle).toBe(true);
		expect(pair.channel.submit(sample.CSQ.execute, undefined, undefined, () => {})).toBeGreaterThan(0);
	});

	test("when even refusals find no room the refusal comes at once", () => {
		const pair = new Pair({ queueCapacity: 1 });
		const codes: (string | undefined)[] = [];
		const tickets: number[] = [];
		for (let i = 0; i < 4; i++) tickets.push(pair.channel.submit(sample.CSQ.execute, undefined, codes, error => codes.push(error?.code)));
		expect(tickets.map(ticket => ticket > 0)).toEqual([true, true, true, false]);
		expect(codes).toEqual(["queueFull"]);
	});
});

describe("abort, reset, reboot", () => {
	test("a waiting command is aborted without being sent", () => {
		const pair = new Pair();
		pair.submit(sample.CSQ.execute, undefined);
		pair.channel.abort(pair.submit(sample.CEREG.read, undefined));
		expect(pair.outcomes).toEqual([{ command: "+CEREG?", error: { code: "aborted", command: "+CEREG?", afterMs: 0 } }]);
		pair.receive("\r\n+CSQ: 1,2\r\nOK\r\n");
		pair.wait(1000);
		expect(pair.take()).toBe("AT+CSQ\r");
	});

	test("an aborted command keeps the line until its answer has come", () => {
		const pair = new Pair();
		const ticket = pair.submit(sample.CSQ.execute, undefined);
		pair.submit(sample.CEREG.set, { n: 4 });
		pair.channel.abort(ticket);
		expect(pair.outcomes).toHaveLength(1);
		pair.wait(1000);
		expect(pair.take()).toBe("AT+CSQ\r");
		pair.receive("\r\n+CSQ: 1,2\r\nOK\r\n");
		pair.wait(20);
		expect(pair.take()).toBe("AT+CEREG=4\r");
		expect(pair.outcomes).toHaveLength(1);
		pair.channel.abort(ticket);
		pair.channel.abort(0);
		pair.channel.abort(99);
		expect(pair.outcomes).toHaveLength(1);
	});

	test("an abortable command is ended by a character", () => {
		const pair = new Pair();
		const ticket = pair.submit(sample.COPS.test, undefined);
		pair.channel.abort(ticket);
		pair.pump();
		expect(pair.take()).toBe("AT+COPS=?\r\r");
		expect(pair.last?.error?.code).toBe("aborted");
	});

	test("a command that waits for its prompt is ended by ESC, and the payload is not sent", () => {
		const pair = new Pair();
		const ticket = pair.submit(sample.CMGS.set, { da: "1" }, bytes("hello"));
		pair.channel.abort(ticket);
		pair.pump();
		pair.receive("> ");
		expect(pair.take()).toBe('AT+CMGS="1"\r\x1b');
	});

	test("reset fails everything once each", () => {
		for (const code of ["closed", "aborted"] as const) {
			const pair = new Pair();
			for (let i = 0; i < 4; i++) pair.submit(sample.CSQ.execute, undefined);
			pair.channel.reset(code);
			expect(pair.outcomes.map(outcome => outcome.error?.code)).toEqual([code, code, code, code]);
			pair.channel.reset(code);
			pair.settle();
			expect(pair.outcomes).toHaveLength(4);
		}
	});

	test("after a reset by closing, half a line of the old session is forgotten", () => {
		const pair = new Pair();
		pair.submit(sample.CSQ.execute, undefined);
		pair.receive("\r\n+CSQ: 1");
		pair.channel.reset("closed");
		pair.submit(sample.CSQ.execute, undefined);
		pair.wait(20);
		pair.receive("+CSQ: 3,4\r\nOK\r\n");
		expect(pair.last?.result).toEqual({ rssi: 3, ber: 4 });
		expect(pair.unknown).toEqual([]);
	});

	test("after a reset by closing in a line that is too long, the next line is whole", () => {
		const pair = new Pair({ lineCapacity: 64 });
		pair.receive("x".repeat(70));
		pair.channel.reset("closed");
		pair.receive("+CSCON: 1\r\n");
		expect([pair.urcs, pair.unknown]).toEqual([["+CSCON: 1"], []]);
	});

	test("a boot banner in the middle of a command is a reboot: the command fails, the waiting one goes on", () => {
		const urcs: Urc<Pair>[] = [
			...URCS.filter(urc => urc.prefix !== "RDY"),
			{
				prefix: "RDY",
				spec: "BC660K-GL",
				handle: pair => {
					pair.urcs.push("RDY");
					pair.channel.rebooted();
					expect(pair.outcomes).toEqual([]);
				},
			},
		];
		everyWay(
			pair => {
				pair.submit(sample.CSQ.execute, undefined);
				pair.submit(sample.CEREG.set, { n: 4 });
			},
			"\r\n+CSQ: 1,2\r\n\r\nRDY\r\n\r\n+CPIN: READY\r\n",
			pair => {
				expect(pair.urcs).toEqual(["RDY", "+CPIN: READY"]);
				expect(pair.outcomes).toEqual([{ command: "+CSQ", error: { code: "unexpected", command: "+CSQ", afterMs: 0 } }]);
				pair.wait(20);
				expect(pair.written).toBe("AT+CSQ\rAT+CEREG=4\r");
			},
			{ urcs },
		);
	});
});

describe("callbacks", () => {
	test("handlers may submit; nothing runs inside anything else", () => {
		const order: string[] = [];
		let depth = 0;
		const within = (name: string, work: () => void): void => {
			expect(depth).toBe(0);
			depth++;
			order.push(name);
			work();
			depth--;
		};
		const bad = command("+BAD", { spec: "sample", set: { params: { n: uint(0, 1) } } });
		const pair: Pair = new Pair({
			urcs: [
				{
					prefix: "+EVENT",
					spec: "sample",
					handle: () =>
						within("urc", () => {
							pair.channel.submit(bad.set, { n: 7 }, undefined, error => within(`bad ${error?.code}`, () => {}));
							pair.channel.submit(sample.CSQ.execute, undefined, undefined, error =>
								within(`csq ${error?.code}`, () => pair.channel.reset("closed")),
							);
							const ticket = pair.channel.submit(sample.CFUN.set, { fun: 1 }, undefined, error => within(`fun ${error?.code}`, () => {}));
							pair.channel.abort(ticket);
							pair.channel.submit(sample.CIMI.execute, undefined, undefined, error => within(`imsi ${error?.code}`, () => {}));
						}),
				},
			],
		});
		pair.receive("\r\n+EVENT: 1\r\n");
		pair.wait(20);
		pair.receive("\r\n+CSQ: 1,2\r\n\r\nOK\r\n");
		pair.settle();
		expect(order).toEqual(["urc", "fun aborted", "bad malformed", "csq undefined", "imsi closed"]);
	});

	test("what a callback throws is contained, reported and counted", () => {
		const boom = new Error("boom");
		const pair = new Pair({
			urcs: [
				{
					prefix: "+BOOM",
					spec: "sample",
					handle: () => {
						throw boom;
					},
				},
				...URCS,
			],
		});
		pair.channel.submit(sample.CSQ.execute, undefined, undefined, () => {
			throw boom;
		});
		pair.pump();
		pair.receive("\r\n+BOOM: 1\r\n+CSQ: 1,2\r\n\r\nOK\r\n\r\n+CEREG: 5\r\n");
		expect(pair.thrown).toEqual([boom, boom]);
		expect(pair.channel.exceptions).toBe(2);
		expect(pair.urcs).toEqual(["+CEREG: 5"]);
		const worse = new Pair({
			onException: () => {
				throw boom;
			},
			onUnknown: () => {
				throw boom;
			},
		});
		worse.receive("what\r\n+CEREG: 5\r\n");
		expect(worse.channel.exceptions).toBe(2);
		expect(worse.urcs).toEqual(["+CEREG: 5"]);
	});

	test("a line is a view: its bytes are those of the buffer, its values are copies", () => {
		let value: string | undefined;
		let view: Uint8Array | undefined;
		const pair = new Pair({
			urcs: [
				{
					prefix: "+X",
					spec: "sample",
					handle: (_, line) => {
						value ??= line.text(0);
						view ??= line.bytes();
					},
				},
			],
		});
		pair.receive('+X: "first"\r\n');
		pair.receive('+X: "other"\r\n');
		expect(value).toBe("first");
		expect(view).toEqual(bytes('+X: "other"'));
	});
});

describe("time", () => {
	test("each command has its own timeout, counted from its first byte", () => {
		const slow = command("+SLOW", { spec: "sample", execute: { timeoutMs: 60_000 } });
		const pair = new Pair();
		pair.submit(slow.execute, undefined);
		pair.wait(59_999);
		expect(pair.outcomes).toEqual([]);
		pair.wait(1);
		expect(pair.last?.error).toEqual({ code: "timeout", command: "+SLOW", afterMs: 60_000 });
	});

	test("a port that takes nothing does not make a command wait for ever", () => {
		const pair = new Pair();
		pair.limit = 0;
		pair.submit(sample.CSQ.execute, undefined);
		pair.settle();
		expect(pair.last?.error).toEqual({ code: "timeout", command: "+CSQ", afterMs: 0 });
		pair.limit = 100;
		pair.submit(sample.CSQ.execute, undefined);
		expect(pair.take()).toBe("AT+CSQ\r");
	});

	test("the gap between commands is kept, from the last byte received", () => {
		const pair = new Pair({ commandGapMs: 50 });
		pair.submit(sample.CSQ.execute, undefined);
		pair.submit(sample.CIMI.execute, undefined);
		pair.receive("\r\n+CSQ: 1,2\r\n\r\nOK\r\n");
		pair.wait(30);
		pair.receive("\r\n+CEREG: 5\r\n");
		pair.wait(49);
		expect(pair.take()).toBe("AT+CSQ\r");
		pair.wait(1);
		expect(pair.take()).toBe("AT+CIMI\r");
	});

	test("without a gap the next command goes out at once", () => {
		const pair = new Pair({ commandGapMs: 0 });
		pair.submit(sample.CSQ.execute, undefined);
		pair.submit(sample.CIMI.execute, undefined);
		pair.receive("\r\n+CSQ: 1,2\r\n\r\nOK\r\n");
		expect(pair.take()).toBe("AT+CSQ\rAT+CIMI\r");
	});

	test("a clock that starts again does not make anything wait longer", () => {
		const pair = new Pair();
		pair.now = 5_000_000;
		pair.submit(sample.CSQ.execute, undefined);
		pair.wait(1_000);
		pair.channel.expire(pair.now);
		pair.now = 10;
		pair.channel.expire(pair.now);
		pair.wait(3_999);
		expect(pair.outcomes).toEqual([]);
		pair.wait(1);
		expect(pair.last?.error).toEqual({ code: "timeout", command: "+CSQ", afterMs: 5_000 });
	});

	test("calling expire early and often does no harm", () => {
		const pair = new Pair();
		pair.submit(sample.CSQ.execute, undefined);
		for (let i = 0; i < 100; i++) pair.channel.expire(pair.now);
		pair.receive("\r\n+CSQ: 1,2\r\n\r\nOK\r\n");
		expect(pair.outcomes).toEqual([{ command: "+CSQ", result: { rssi: 1, ber: 2 } }]);
	});
});

test("text in any encoding never breaks a line", () => {
	const name = command("+NAME", { spec: "sample", read: { response: { name: text() } } });
	everyWay(
		pair => pair.submit(name.read, undefined),
		'\r\n+NAME: "\xe4\xb8\xad\xe5\x9b\xbd \xd6\xd0"\r\n\r\nOK\r\n',
		pair => expect(pair.last?.result).toEqual({ name: "中国 \ufffd\ufffd" }),
	);
});
