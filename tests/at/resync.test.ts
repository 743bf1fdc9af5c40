import { describe, expect, test } from "vitest";
import { rawCommand } from "../../sdk/at/raw.js";
import * as sample from "./commands.js";
import { bytes, Pair } from "./pair.js";

/** A command that got no answer in time, and what comes afterwards. */
function timedOut(): Pair {
	const pair = new Pair();
	pair.submit(sample.CSQ.execute, undefined);
	pair.wait(5_000);
	expect(pair.last?.error?.code).toBe("timeout");
	pair.take();
	return pair;
}

describe("a command that timed out owns the line", () => {
	test("its late answer is never the next command's", () => {
		const pair = timedOut();
		pair.submit(sample.CEREG.set, { n: 4 });
		expect(pair.take()).toBe("AT\r");
		pair.receive("\r\n+CSQ: 1,2\r\n\r\nOK\r\n");
		pair.wait(30);
		pair.receive("\r\nOK\r\n");
		pair.wait(299);
		expect(pair.take()).toBe("");
		pair.wait(1);
		expect(pair.take()).toBe("AT+CEREG=4\r");
		expect(pair.outcomes).toHaveLength(1);
		pair.receive("\r\nERROR\r\n");
		expect(pair.last?.error).toEqual({ code: "error", command: "+CEREG=", afterMs: 0 });
	});

	test("a late answer that comes before the next command needs no probe", () => {
		const pair = timedOut();
		pair.receive("\r\n+CSQ: 1,2\r\n\r\nERROR\r\n");
		pair.wait(300);
		pair.submit(sample.CEREG.set, { n: 4 });
		expect(pair.take()).toBe("AT+CEREG=4\r");
		expect(pair.channel.resynchronisations).toBe(0);
	});

	test("a deadline that nothing can be done at does not stand still: the gap comes after the quiet time", () => {
		const pair = new Pair({ commandGapMs: 20 });
		pair.submit(sample.CSQ.execute, undefined);
		pair.wait(5_000);
		pair.receive("\r\nOK\r\n");
		pair.wait(1_000);
		pair.receive("\r\n");
		pair.take();
		pair.submit(sample.CEREG.set, { n: 4 });
		expect(pair.channel.deadline).toBe(pair.now + 20);
		pair.wait(20);
		expect(pair.take()).toBe("AT+CEREG=4\r");
	});

	test("the late answer may come after the probes", () => {
		const pair = timedOut();
		pair.submit(sample.CEREG.read, undefined);
		pair.wait(2_500);
		expect(pair.take()).toBe("AT\rAT\rAT\r");
		pair.receive("\r\n+CSQ: 1,2\r\n\r\nOK\r\n");
		pair.wait(20);
		pair.receive("\r\nOK\r\n");
		pair.wait(20);
		pair.receive("\r\nOK\r\n\r\nOK\r\n");
		pair.wait(300);
		expect(pair.take()).toBe("AT+CEREG?\r");
		pair.receive("\r\n+CEREG: 0,1\r\n\r\nOK\r\n");
		expect(pair.last?.result).toEqual({ n: 0, stat: 1 });
		expect(pair.channel.resynchronisations).toBe(1);
	});

	test("a module that stays mute fails each waiting command in three probes, without sending it", () => {
		const pair = timedOut();
		pair.submit(sample.CEREG.set, { n: 4 });
		pair.submit(sample.CFUN.set, { fun: 1 });
		const start = pair.now;
		pair.settle();
		expect(pair.take()).toBe("AT\r".repeat(6));
		expect(pair.outcomes.slice(1)).toEqual([
			{ command: "+CEREG=", error: { code: "timeout", command: "+CEREG=", afterMs: 0 } },
			{ command: "+CFUN=", error: { code: "timeout", command: "+CFUN=", afterMs: 0 } },
		]);
		expect(pair.now - start).toBe(6_000);
		expect(pair.channel.deadline).toBeUndefined();
	});

	test("an AT of the caller's own goes out at once and synchronises as well", () => {
		const pair = timedOut();
		pair.submit(sample.AT.execute, undefined);
		pair.submit(sample.CEREG.set, { n: 4 });
		expect(pair.take()).toBe("AT\r");
		pair.receive("\r\nOK\r\n");
		expect(pair.last).toEqual({ command: "", result: undefined });
		pair.wait(300);
		expect(pair.take()).toBe("AT+CEREG=4\r");
		expect(pair.channel.resynchronisations).toBe(0);
	});

	test("a module that echoes its probes", () => {
		const pair = timedOut();
		pair.submit(sample.CEREG.set, { n: 4 });
		pair.receive("AT\r\r\nOK\r\n");
		pair.wait(300);
		expect(pair.take()).toBe("AT\rAT+CEREG=4\r");
		expect(pair.unknown).toEqual([]);
	});

	test("URCs and data are read while the line is being found again", () => {
		const pair = timedOut();
		pair.submit(sample.CEREG.set, { n: 4 });
		pair.receive("\r\n+CEREG: 5\r\n");
		expect(pair.urcs).toEqual(["+CEREG: 5"]);
	});

	test("a line that was cut off is ended before the probe", () => {
		const pair = new Pair();
		pair.limit = 0;
		pair.submit(sample.CSQ.execute, undefined);
		pair.written = String.fromCharCode(...pair.channel.transmit(4, pair.now)!);
		pair.wait(5_000);
		pair.limit = 100;
		pair.submit(sample.CEREG.set, { n: 4 });
		expect(pair.take()).toBe("AT+C\rAT\r");
	});

	test("a prompt that never came is left with ESC before the probe", () => {
		const pair = new Pair();
		pair.submit(sample.CMGS.set, { da: "1" }, bytes("hello"));
		pair.wait(5_000);
		pair.submit(sample.CEREG.set, { n: 4 });
		expect(pair.take()).toBe('AT+CMGS="1"\r\x1bAT\r');
		pair.receive("\r\n> ");
		expect(pair.take()).toBe("");
	});

	test("a SEND OK that comes after its time is not the next send's", () => {
		const pair = new Pair();
		const data = Uint8Array.of(1);
		pair.submit(sample.QISEND.set, { id: 0, length: 1, data });
		pair.receive("\r\nOK\r\n");
		pair.wait(5_500);
		expect(pair.last?.error?.code).toBe("timeout");
		pair.submit(sample.QISEND.set, { id: 0, length: 1, data });
		pair.receive("\r\nSEND OK\r\n");
		expect(pair.outcomes).toHaveLength(1);
		pair.receive("\r\nOK\r\n\r\nSEND OK\r\n");
		expect(pair.last).toEqual({ command: "+QISEND=", result: undefined });
	});

	test("a result line that comes after its time is not the next open's", () => {
		const pair = new Pair();
		const open = { cid: 0, id: 0, type: "UDP", host: "10.0.0.1", port: 1 } as const;
		pair.submit(sample.QIOPEN.set, open);
		pair.receive("\r\nOK\r\n");
		pair.wait(60_500);
		expect(pair.last?.error?.code).toBe("timeout");
		pair.submit(sample.QIOPEN.set, open);
		pair.receive("\r\n+QIOPEN: 0,566\r\n\r\nOK\r\n\r\n+QIOPEN: 0,0\r\n");
		expect(pair.last?.result).toEqual({ id: 0, error: 0 });
	});

	test("a reboot ends the search", () => {
		const pair = timedOut();
		pair.submit(sample.CEREG.set, { n: 4 });
		pair.channel.rebooted();
		pair.wait(20);
		expect(pair.take()).toBe("AT\rAT+CEREG=4\r");
	});

	test("results without end do not hold the line for ever", () => {
		const pair = timedOut();
		pair.submit(sample.CEREG.set, { n: 4 });
		for (let i = 0; i < 100; i++) {
			pair.receive("\r\nOK\r\n");
			pair.wait(100);
		}
		expect(pair.take()).toContain("AT+CEREG=4\r");
	});
});

test("an abandoned raw command is found out as well", () => {
	const pair = new Pair();
	const ticket = pair.submit(rawCommand("AT+COPS=?", { timeoutMs: 1_000 }), undefined);
	pair.channel.abort(ticket);
	pair.submit(sample.CEREG.set, { n: 4 });
	pair.wait(1_000);
	expect(pair.take()).toBe("AT+COPS=?\rAT\r");
});
