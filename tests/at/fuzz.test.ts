import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AtChannelOptions } from "../../sdk/at/channel.js";
import type { Command } from "../../sdk/at/command.js";
import { rawCommand } from "../../sdk/at/raw.js";
import * as sample from "./commands.js";
import { bytes, latin1, Pair, URCS } from "./pair.js";

/** Pieces of real dialogues, so that random input gets past the first byte. */
const FRAGMENTS = [
	"\r\n",
	"OK\r\n",
	"\r\nOK\r\n",
	"ERROR\r\n",
	"+CME ERROR: 14\r\n",
	"+CME ERROR: unknown\r\n",
	"> ",
	"@",
	"SEND OK\r\n",
	"CLOSE OK\r\n",
	"NO CARRIER\r\n",
	"CONNECT\r\n",
	"+CSQ: 10,0\r\n",
	"+CEREG: 5\r\n",
	'+CEREG: 4,5,"0001","0000ABCD",9,,,"00100011","00101010"\r\n',
	"+QIRD: 5\r\nhello\r\n",
	"+QIRD: 4000\r\n",
	"+IPD,3:abc",
	"+IPD,3:",
	"+QIOPEN: 0,0\r\n",
	"RDY\r\n",
	"%+CEREG: 1+CSCON: 1\r\n",
	"AT+CSQ",
	'"',
	"\xff\x00\x80",
	"x".repeat(70),
];
const COMMANDS: [Command<any, any>, unknown, string?][] = [
	[sample.AT.execute, undefined],
	[sample.CSQ.execute, undefined],
	[sample.CEREG.read, undefined],
	[sample.CEREG.set, { n: 9 }],
	[sample.ATI.execute, undefined],
	[sample.COPS.test, undefined],
	[sample.CMGS.set, { da: "1" }, "hello\r\nOK\r\n"],
	[sample.PROMPT_SEND.set, { id: 0, length: 6 }, "OK\r\n> "],
	[sample.QIRD.set, { id: 0, length: 10 }],
	[sample.QIOPEN.set, { cid: 0, id: 0, type: "UDP", host: "a", port: 1 }],
	[sample.QISEND.set, { id: 0, length: 1, data: Uint8Array.of(1) }],
	[sample.QICLOSE.set, { id: 0 }],
	[sample.CIFSR.execute, undefined],
	[rawCommand("AT+CLAC"), undefined],
];

type Action =
	| { do: "receive"; text: string }
	| { do: "submit"; which: number }
	| { do: "wait"; ms: number }
	| { do: "limit"; bytes: number }
	| { do: "abort"; ticket: number }
	| { do: "reset"; code: "closed" | "aborted" }
	| { do: "reboot" }
	| { do: "back"; ms: number };

const bytesOf = fc.uint8Array({ maxLength: 40 }).map(latin1);
const action: fc.Arbitrary<Action> = fc.oneof(
	{ weight: 8, arbitrary: fc.constantFrom(...FRAGMENTS).map(text => ({ do: "receive", text }) as const) },
	{ weight: 2, arbitrary: bytesOf.map(text => ({ do: "receive", text }) as const) },
	{ weight: 6, arbitrary: fc.nat(COMMANDS.length - 1).map(which => ({ do: "submit", which }) as const) },
	{ weight: 4, arbitrary: fc.constantFrom(1, 20, 299, 300, 1000, 5000, 61_000).map(ms => ({ do: "wait", ms }) as const) },
	{ weight: 1, arbitrary: fc.constantFrom(0, 1, 3, 4096).map(count => ({ do: "limit", bytes: count }) as const) },
	{ weight: 1, arbitrary: fc.nat(20).map(ticket => ({ do: "abort", ticket }) as const) },
	{ weight: 1, arbitrary: fc.constantFrom("closed", "aborted").map(code => ({ do: "reset", code }) as const) },
	{ weight: 1, arbitrary: fc.constant({ do: "reboot" } as const) },
	{ weight: 1, arbitrary: fc.nat(2000).map(ms => ({ do: "back", ms }) as const) },
);

const OPTIONS: Partial<AtChannelOptions<Pair>> = {
	lineCapacity: 64,
	queueCapacity: 4,
	urcs: [
		...URCS.filter(urc => urc.prefix !== "RDY"),
		{ prefix: "RDY", spec: "sample", handle: pair => pair.channel.rebooted() },
		{ prefix: "+IPD", spec: "sample", handle: () => {}, binary: line => line.uint(1) ?? 0, binaryAfter: { mark: ":", times: 1 } },
	],
};

function perform(pair: Pair, step: Action): void {
	if (step.do === "receive") pair.receive(step.text);
	else if (step.do === "wait") pair.wait(step.ms);
	else if (step.do === "limit") pair.limit = step.bytes;
	else if (step.do === "abort") pair.channel.abort(step.ticket);
	else if (step.do === "reset") pair.channel.reset(step.code);
	else if (step.do === "reboot") pair.channel.rebooted();
	else if (step.do === "back") pair.now = Math.max(0, pair.now - step.ms);
	else {
		const [form, params, payload] = COMMANDS[step.which]!;
		pair.submit(form, params, payload === undefined ? undefined : bytes(payload));
	}
}

describe("whatever arrives, whenever", () => {
	test("nothing is thrown, every command gets exactly one result, and the channel comes to rest", () => {
		fc.assert(
			fc.property(fc.array(action, { maxLength: 60 }), steps => {
				const pair = new Pair(OPTIONS);
				let submitted = 0;
				for (const step of steps) {
					perform(pair, step);
					if (step.do === "submit") submitted++;
				}
				pair.settle();
				expect(pair.thrown).toEqual([]);
				expect(pair.outcomes).toHaveLength(submitted);
				expect(pair.channel.unknownLines).toBe(pair.unknown.length);
				expect(pair.channel.idle).toBe(true);
				expect(pair.channel.deadline).toBeUndefined();
			}),
			{ numRuns: 3_000 },
		);
	});

	test("how the bytes are cut makes no difference", () => {
		fc.assert(
			fc.property(
				fc.array(fc.oneof(fc.constantFrom(...FRAGMENTS), bytesOf), { maxLength: 20 }),
				fc.nat(COMMANDS.length - 1),
				fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 10 }),
				(fragments, which, sizes) => {
					const [form, params] = COMMANDS[which]!;
					if (form.rule.prompt) return;
					const input = fragments.join("");
					const whole = new Pair(OPTIONS);
					whole.submit(form, params);
					whole.receive(input);
					const cut = new Pair(OPTIONS);
					cut.submit(form, params);
					for (let at = 0, i = 0; at < input.length; i++) {
						const size = sizes[i % sizes.length]!;
						cut.receive(input.slice(at, at + size));
						at += size;
					}
					expect([cut.outcomes, cut.lines, cut.urcs, cut.unknown, cut.payloads]).toEqual([
						whole.outcomes,
						whole.lines,
						whole.urcs,
						whole.unknown,
						whole.payloads,
					]);
					expect(whole.thrown).toEqual([]);
				},
			),
			{ numRuns: 1_000 },
		);
	});

	test("after any noise and a line end, a command and its answer work", () => {
		fc.assert(
			fc.property(bytesOf, noise => {
				const pair = new Pair();
				pair.receive(`${noise}\r\n`);
				pair.wait(20);
				pair.submit(sample.CSQ.execute, undefined);
				pair.receive("\r\n+CSQ: 10,0\r\n\r\nOK\r\n");
				expect(pair.last?.result).toEqual({ rssi: 10, ber: 0 });
			}),
			{ numRuns: 2_000 },
		);
	});
});
