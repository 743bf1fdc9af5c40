import { describe, expect, test } from "vitest";
import type { Urc } from "../../sdk/at/channel.js";
import type { Command } from "../../sdk/at/command.js";
import * as sample from "./commands.js";
import { everyWay, latin1, Pair, URCS } from "./pair.js";

const run =
	<P>(command: Command<P, any>, params?: P) =>
	(pair: Pair): void => {
		pair.submit(command, params as P);
	};

/** The framing rules of the dialect reference: what modules were seen to do, and what the channel makes of it. */
describe("framing rules", () => {
	test("F1: CRLF line CRLF, CRLF OK CRLF", () => {
		everyWay(run(sample.CSQ.execute), "\r\n+CSQ: 10,0\r\n\r\nOK\r\n", pair => {
			expect(pair.written).toBe("AT+CSQ\r");
			expect(pair.outcomes).toEqual([{ command: "+CSQ", result: { rssi: 10, ber: 0 } }]);
			expect(pair.channel.unknownLines).toBe(0);
		});
	});

	test("F2: an echo with two CR, or with one", () => {
		for (const answer of ["AT+CSQ\r\r\n+CSQ: 18,99\r\n\r\nOK\r\n", "AT+CSQ\r\n\r\n+CSQ: 18,99\r\n\r\nOK\r\n"]) {
			everyWay(run(sample.CSQ.execute), answer, pair => {
				expect(pair.outcomes).toEqual([{ command: "+CSQ", result: { rssi: 18, ber: 99 } }]);
				expect(pair.unknown).toEqual([]);
			});
		}
	});

	test("F3: an echo is accepted until ATE0 has worked, and none is needed", () => {
		everyWay(run(sample.ATE.set, { value: 0 }), "ATE0\r\r\nOK\r\n", pair => {
			expect(pair.written).toBe("ATE0\r");
			expect(pair.outcomes).toEqual([{ command: "E", result: undefined }]);
			expect(pair.unknown).toEqual([]);
		});
		everyWay(run(sample.ATE.set, { value: 0 }), "\r\nOK\r\n", pair => expect(pair.outcomes).toHaveLength(1));
	});

	test("F4: the first command after sleep is lost: only CRLF comes back, and the next one works", () => {
		const pair = new Pair();
		pair.submit(sample.AT.execute, undefined);
		pair.wait(299);
		pair.receive("\r\n");
		pair.wait(2_000);
		expect(pair.last?.error).toEqual({ code: "timeout", command: "", afterMs: 300 });
		pair.submit(sample.AT.execute, undefined);
		pair.receive("\r\nOK\r\n");
		expect(pair.last).toEqual({ command: "", result: undefined });
		expect(pair.take()).toBe("AT\rAT\r");
	});

	test("F5: the first command after power-up may be answered with ERROR", () => {
		everyWay(run(sample.AT.execute), "\r\nERROR\r\n", pair => {
			expect(pair.outcomes).toEqual([{ command: "", error: { code: "error", command: "", afterMs: 0 } }]);
		});
	});

	test("F6: URCs between a command and its final result", () => {
		everyWay(run(sample.CFUN.set, { fun: 0 }), "\r\n+CSCON:1\r\n\r\n+CSCON:0\r\n\r\nOK\r\n\r\n+CEREG:0\r\n", pair => {
			expect(pair.urcs).toEqual(["+CSCON:1", "+CSCON:0", "+CEREG:0"]);
			expect(pair.outcomes).toEqual([{ command: "+CFUN=", result: undefined }]);
		});
	});

	test("F7: a prefix that is both: the URC of the command in flight is not its response", () => {
		everyWay(run(sample.CEREG.read), '\r\n+CEREG: 5,"0001","0000ABCD",9\r\n\r\n+CEREG: 4,5,"0001","0000ABCD",9\r\n\r\nOK\r\n', pair => {
			expect(pair.urcs).toEqual(['+CEREG: 5,"0001","0000ABCD",9']);
			expect(pair.last?.result).toEqual({ n: 4, stat: 5, tac: 1, ci: 0xabcd, act: 9 });
		});
		everyWay(run(sample.CEREG.set, { n: 4 }), "\r\n+CEREG: 2\r\n\r\nOK\r\n", pair => expect(pair.urcs).toEqual(["+CEREG: 2"]));
		everyWay(run(sample.CPIN.read), "\r\n+CPIN: READY\r\n\r\nOK\r\n", pair => {
			expect(pair.urcs).toEqual([]);
			expect(pair.last?.result).toEqual({ code: "READY" });
		});
		everyWay(
			run(sample.QIOPEN.set, { cid: 0, id: 0, type: "UDP", host: "2001:db8::1", port: 5683 }),
			"\r\nOK\r\n\r\n+QIOPEN: 1,0\r\n\r\n+QIOPEN: 0,0\r\n",
			pair => {
				expect(pair.written).toBe('AT+QIOPEN=0,0,"UDP","2001:db8::1",5683\r');
				expect(pair.unknown).toEqual(["+QIOPEN: 1,0"]);
				expect(pair.last?.result).toEqual({ id: 0, error: 0 });
			},
		);
	});

	test("F8: the reason comes as an information line before ERROR", () => {
		everyWay(run(sample.CIPOPEN.set, { id: 1, type: "UDP", host: "10.0.0.1", port: 12345 }), "\r\n+CIPOPEN: 1,3\r\n\r\nERROR\r\n", pair => {
			expect(pair.outcomes).toEqual([
				{ command: "+CIPOPEN=", error: { code: "error", command: "+CIPOPEN=", afterMs: 0, text: "+CIPOPEN: 1,3" } },
			]);
		});
		everyWay(run(sample.CDNSGIP.set, { host: "a.test" }), "\r\n+CDNSGIP: 0,10\r\n\r\nERROR\r\n", pair => {
			expect(pair.last?.error?.text).toBe("+CDNSGIP: 0,10");
		});
		everyWay(run(sample.CGACT.set, { state: 1, cid: 1 }), "\r\n+CGACT: 0,33\r\n\r\nERROR\r\n", pair => {
			expect(pair.last?.error?.text).toBe("+CGACT: 0,33");
			expect(pair.unknown).toEqual(["+CGACT: 0,33"]);
		});
	});

	test("F9: the result comes after OK and has a bound of its own", () => {
		everyWay(run(sample.QPING.set, { cid: 0, host: "8.8.8.8" }), "\r\nOK\r\n\r\n\r\n+QPING: 569\r\n", pair => {
			expect(pair.outcomes).toEqual([{ command: "+QPING=", result: undefined }]);
			expect(pair.lines).toEqual(["+QPING: 569"]);
		});
		everyWay(run(sample.NETOPEN.execute), "OK\r\n+NETOPEN: 0\r\n", pair => expect(pair.last?.result).toEqual({ error: 0 }));
		const late = new Pair();
		late.submit(sample.QIOPEN.set, { cid: 0, id: 2, type: "TCP", host: "10.0.0.1", port: 80 });
		late.wait(100);
		late.receive("\r\nOK\r\n");
		late.wait(60_499);
		expect(late.outcomes).toEqual([]);
		late.wait(1);
		expect(late.last?.error).toEqual({ code: "timeout", command: "+QIOPEN=", afterMs: 60_600 });
	});

	test("F10: a second OK is nobody's, and not the next command's", () => {
		const pair = new Pair();
		pair.submit(sample.CSQ.execute, undefined);
		pair.submit(sample.CEREG.read, undefined);
		pair.receive("\r\n+CSQ: 10,0\r\n\r\nOK\r\n\r\nOK\r\n");
		pair.wait(20);
		expect(pair.take()).toBe("AT+CSQ\rAT+CEREG?\r");
		expect(pair.outcomes).toHaveLength(1);
		expect(pair.channel.strayResults).toBe(1);
		pair.receive("\r\n+CEREG: 0,1\r\n\r\nOK\r\n");
		expect(pair.last?.result).toEqual({ n: 0, stat: 1 });
	});

	test("F10: a second OK within the command gap is absorbed too", () => {
		const pair = new Pair({ commandGapMs: 20 });
		pair.submit(sample.CSQ.execute, undefined);
		pair.submit(sample.CEREG.set, { n: 4 });
		pair.receive("\r\n+CSQ: 10,0\r\n\r\nOK\r\n");
		pair.wait(19);
		pair.receive("\r\nOK\r\n");
		pair.wait(19);
		expect(pair.take()).toBe("AT+CSQ\r");
		pair.wait(1);
		expect(pair.take()).toBe("AT+CEREG=4\r");
		expect(pair.outcomes).toHaveLength(1);
	});

	test("F11: boot-ROM text and bytes above ASCII before a banner", () => {
		const loader = "F1: 0000 0000\r\nV0: 0000 0000 [0001]\r\nLeaving the BROM\r\n";
		everyWay(
			() => {},
			`${loader}\x00\xe9\xaa\x81\xff\r\n\xfe\xfdRDY\r\n`,
			pair => {
				expect(pair.urcs).toEqual(["RDY"]);
				expect(pair.unknown).toEqual(["F1: 0000 0000", "V0: 0000 0000 [0001]", "Leaving the BROM"]);
			},
		);
		everyWay(run(sample.CSQ.execute), "\xff\xfe\x00\r\n\xf0\x80+CSQ: 10,0\r\nOK\r\n", pair =>
			expect(pair.last?.result).toEqual({ rssi: 10, ber: 0 }),
		);
	});

	test("F11: a control character inside a line is dropped, and noise before a glued line hides it from nobody", () => {
		everyWay(run(sample.CSQ.execute), "\r\n+CS\x00Q: 1\t0,\x1b0\r\nO\x00K\r\n", pair =>
			expect(pair.last?.result).toEqual({ rssi: 10, ber: 0 }),
		);
		everyWay(
			() => {},
			"\x7f++CSCON: 1\r\n",
			pair => expect([pair.urcs, pair.unknown]).toEqual([["+CSCON: 1"], ["+"]]),
		);
	});

	test("F12: a lost line end between two lines of one command", () => {
		const answer =
			'\r\n+QCAINFO: "SCC",126270,2,"NR5G BAND 71",1,93,0,-,-+QCAINFO: "SCC",521310,11,"NR5G BAND 41",1,153,0,-,-,-11,-11,2549\r\n\r\nOK\r\n';
		everyWay(run(sample.QCAINFO.execute), answer, pair => {
			expect(pair.lines).toEqual([
				'+QCAINFO: "SCC",126270,2,"NR5G BAND 71",1,93,0,-,-',
				'+QCAINFO: "SCC",521310,11,"NR5G BAND 41",1,153,0,-,-,-11,-11,2549',
			]);
			expect(pair.last?.error).toBeUndefined();
		});
	});

	test("F12: a URC glued to the line before, but not inside quotes", () => {
		everyWay(run(sample.CSQ.execute), "\r\n+CSQ: 10,0+CEREG: 5\r\nOK+CSCON: 0\r\n", pair => {
			expect(pair.last?.result).toEqual({ rssi: 10, ber: 0 });
			expect(pair.urcs).toEqual(["+CEREG: 5", "+CSCON: 0"]);
		});
		everyWay(run(sample.CDNSGIP.set, { host: "a" }), '\r\n+CDNSGIP: "+CEREG: 5","+49"\r\nOK\r\n', pair => {
			expect(pair.lines).toEqual(['+CDNSGIP: "+CEREG: 5","+49"']);
			expect(pair.urcs).toEqual([]);
		});
	});

	test("F12: a missing blank after the colon, and blanks too many", () => {
		everyWay(run(sample.CSQ.execute), "\r\n+CSQ:18,99\r\n\r\nOK\r\n", pair => expect(pair.last?.result).toEqual({ rssi: 18, ber: 99 }));
		everyWay(run(sample.CREG.read), "\r\n+CREG:  2 , 10, 2CA8 \r\nOK\r\n", pair => {
			expect(pair.last?.result).toEqual({ n: 2, stat: 10, lac: 0x2ca8 });
		});
	});

	test("F12: a stray % before the prefix", () => {
		everyWay(run(sample.CREG.read), '\r\n%+CREG: 2,8,"0000","050C6180",11\r\n\r\nOK\r\n', pair => {
			expect(pair.last?.result).toEqual({ n: 2, stat: 8, lac: 0 });
			expect(pair.unknown).toEqual([]);
		});
	});

	test("F13: the answer glued to the echo", () => {
		everyWay(run(sample.NQMGR.execute), "AT+NQMGROK\r\n", pair => {
			expect(pair.outcomes).toEqual([{ command: "+NQMGR", result: undefined }]);
			expect(pair.unknown).toEqual([]);
		});
		everyWay(run(sample.CSQ.execute), "AT+CSQ+CSQ: 1,2\r\nOK\r\n", pair => expect(pair.last?.result).toEqual({ rssi: 1, ber: 2 }));
	});

	test("F14: verbose CME errors", () => {
		for (const text of ["requested service option not subscribed (#33)", "unknown", "invalid command line"]) {
			everyWay(run(sample.CGACT.set, { state: 1, cid: 1 }), `\r\n+CME ERROR: ${text}\r\n`, pair => {
				expect(pair.last?.error).toEqual({ code: "cme", command: "+CGACT=", afterMs: 0, text });
			});
		}
	});

	test("F15: numeric CME and CMS errors with and without a blank", () => {
		for (const [answer, code, number] of [
			["\r\n+CME ERROR: 14\r\n", "cme", 14],
			["\r\n+CME ERROR:14\r\n", "cme", 14],
			["\r\n+CMS ERROR: 500\r\n", "cms", 500],
			["\r\n+CMS ERROR:500\r\n", "cms", 500],
		] as const) {
			everyWay(run(sample.CPIN.read), answer, pair => expect(pair.last?.error).toEqual({ code, number, command: "+CPIN?", afterMs: 0 }));
		}
	});

	test("F16: an unknown command is a plain ERROR, an unknown value CME 50", () => {
		everyWay(run(sample.QTEMP.execute), "\r\nERROR\r\n", pair => expect(pair.last?.error?.code).toBe("error"));
		everyWay(run(sample.CMEE.set, { n: 1 }), "\r\n+CME ERROR: 50\r\n", pair => expect(pair.last?.error?.number).toBe(50));
	});

	test("F17: what a module answers with ERROR whatever CMEE is, is refused before it is sent", () => {
		for (const pin of ["12“4", '12"4', "12\r4", "12\x004", "123456789"]) {
			const pair = new Pair();
			pair.submit(sample.CPIN.set, { pin });
			pair.settle();
			expect(pair.take()).toBe("");
			expect(pair.last?.error?.code).toBe("malformed");
			expect(JSON.stringify(pair.last)).not.toContain("12");
		}
	});

	test("F18: an action already done may be an ERROR; the channel says so and goes on", () => {
		everyWay(run(sample.CGACT.set, { state: 1, cid: 1 }), "\r\nERROR\r\n", pair => {
			expect(pair.last?.error?.code).toBe("error");
			pair.submit(sample.CSQ.execute, undefined);
			pair.wait(20);
			pair.receive("\r\n+CSQ: 1,0\r\n\r\nOK\r\n");
			expect(pair.last?.result).toEqual({ rssi: 1, ber: 0 });
		});
	});

	test("F19: information lines without payload", () => {
		everyWay(run(sample.CGPADDR.set, { cid: 1 }), "\r\n+CGPADDR: 1\r\n\r\nOK\r\n", pair => expect(pair.last?.result).toEqual({ cid: 1 }));
		everyWay(run(sample.CGPADDR.set, { cid: 1 }), "\r\nOK\r\n", pair => {
			expect(pair.last?.error).toBeUndefined();
			expect(pair.last?.result).toEqual({});
		});
		everyWay(run(sample.CSQ.execute), "\r\n+CSQ:\r\n\r\nOK\r\n", pair => expect(pair.last?.result).toEqual({}));
		everyWay(run(sample.CGCONTRDP.set, { cid: 4 }), '\r\n+CGCONTRDP: 4,5,""\r\n\r\nOK\r\n', pair =>
			expect(pair.lines).toEqual(['+CGCONTRDP: 4,5,""']),
		);
	});

	test("F20: answers that are bare lines", () => {
		everyWay(run(sample.CIMI.execute), "\r\n001010000000001\r\n\r\nOK\r\n", pair =>
			expect(pair.last?.result).toEqual({ imsi: "001010000000001" }),
		);
		everyWay(run(sample.ATI.execute), "\r\nQuectel_Ltd\r\nQuectel_BC660K-GL\r\nRevision: BC660KGLAAR01A05\r\n\r\nOK\r\n", pair => {
			expect(pair.lines).toEqual(["Quectel_Ltd", "Quectel_BC660K-GL", "Revision: BC660KGLAAR01A05"]);
		});
		everyWay(run(sample.NSOCR.set, { port: 8888 }), "0\r\nOK\r\n", pair => expect(pair.last?.result).toEqual({ socket: 0 }));
	});

	test("F20: a URC among bare lines is not one of them, and neither is a foreign prefix", () => {
		everyWay(run(sample.CIMI.execute), "\r\n+QNEW: 7\r\n+CEREG: 5\r\n001010000000001\r\n\r\nOK\r\n", pair => {
			expect(pair.urcs).toEqual(["+CEREG: 5"]);
			expect(pair.unknown).toEqual(["+QNEW: 7"]);
			expect(pair.last?.result).toEqual({ imsi: "001010000000001" });
		});
	});

	test("F21: final results of a vendor's own", () => {
		everyWay(run(sample.CIPSHUT.execute), "\r\nSHUT OK\r\n", pair =>
			expect(pair.outcomes).toEqual([{ command: "+CIPSHUT", result: undefined }]),
		);
		everyWay(run(sample.CIFSR.execute), "\r\n10.0.0.7\r\n", pair => expect(pair.last?.result).toEqual({ address: "10.0.0.7" }));
		everyWay(run(sample.QICLOSE.set, { id: 0 }), "\r\nOK\r\n\r\nCLOSE OK\r\n", pair =>
			expect(pair.outcomes).toEqual([{ command: "+QICLOSE=", result: undefined }]),
		);
		const data = Uint8Array.of(0xde, 0xad);
		everyWay(run(sample.QISEND.set, { id: 0, length: 2, data }), "\r\nOK\r\n\r\nSEND OK\r\n", pair => {
			expect(pair.written).toBe('AT+QISEND=0,2,"DEAD"\r');
			expect(pair.outcomes).toEqual([{ command: "+QISEND=", result: undefined }]);
		});
		everyWay(run(sample.QISEND.set, { id: 0, length: 2, data }), "\r\nOK\r\n\r\nSEND FAIL\r\n", pair =>
			expect(pair.last?.error?.code).toBe("error"),
		);
	});

	test("F22: OK before the useful line", () => {
		everyWay(run(sample.CIPSTATUS.execute), "\r\nOK\r\n\r\nSTATE: IP INITIAL\r\n", pair =>
			expect(pair.last?.result).toEqual({ state: "IP INITIAL" }),
		);
	});

	test("F23: data are read by count, whatever is in them", () => {
		const data = "OK\r\n>\r\n+CEREG: 1\r\nERROR\r\n\x00\xff";
		everyWay(run(sample.QIRD.set, { id: 0, length: 100 }), `\r\n+QIRD: ${data.length}\r\n${data}\r\n\r\nOK\r\n`, pair => {
			expect(pair.payloads).toEqual([data]);
			expect(pair.last?.result).toEqual({ length: data.length });
			expect(pair.urcs).toEqual([]);
		});
		everyWay(run(sample.QIRD.set, { id: 0, length: 100 }), "\r\n+QIRD: 0\r\n\r\nOK\r\n", pair =>
			expect(pair.last?.result).toEqual({ length: 0 }),
		);
	});

	test("F23: data that follow a URC, on the line after it or inside it", () => {
		const data = 'a\r\nOK\r\n"+CEREG: 1\r\n';
		const seen: string[] = [];
		const handle = (_: Pair, line: { toText(): string }): void => void seen.push(line.toText());
		const onBinary = (_: Pair, bytes: Uint8Array): void => void seen.push(latin1(bytes));
		const urcs: Urc<Pair>[] = [
			...URCS,
			{ prefix: '+QIURC: "recv"', spec: "EC2x", handle, onBinary, binary: line => line.uint(2) ?? 0 },
			{ prefix: "+IPD", spec: "SIM7600", handle, onBinary, binary: line => line.uint(0) ?? 0, binaryAfter: { mark: ":", times: 1 } },
			{ prefix: "+RECEIVE", spec: "Air780E", handle, onBinary, binary: line => line.uint(1) ?? 0, binaryAfter: { mark: ":", times: 1 } },
			{
				prefix: '+MIPURC: "rtcp"',
				spec: "ML307R",
				handle,
				onBinary,
				binary: line => line.uint(2) ?? 0,
				binaryAfter: { mark: ",", times: 3 },
			},
			{
				prefix: "+BCURC",
				spec: "BC26, text mode",
				handle,
				onBinary,
				binary: line => line.uint(2) ?? 0,
				binaryAfter: { mark: '"', times: 3 },
			},
		];
		for (const [answer, header] of [
			[`\r\n+QIURC: "recv",0,${data.length}\r\n${data}\r\n`, `+QIURC: "recv",0,${data.length}`],
			[`\r\n+IPD${data.length}:${data}\r\n`, `+IPD${data.length}`],
			[`\r\n+RECEIVE,0,${data.length}:${data}\r\n`, `+RECEIVE,0,${data.length}`],
			[`\r\n+MIPURC: "rtcp",0,${data.length},${data}\r\n`, `+MIPURC: "rtcp",0,${data.length}`],
			[`\r\n+BCURC: "recv",0,${data.length},"${data}"\r\n`, `+BCURC: "recv",0,${data.length},`],
		] as const) {
			everyWay(
				() => {
					seen.length = 0;
				},
				answer,
				pair => {
					expect(seen).toEqual([header, data]);
					expect(pair.unknown).toEqual([]);
					expect(pair.urcs).toEqual([]);
				},
				{ urcs },
			);
		}
	});

	test("F23: data of a URC that come before the prompt leave it awaited", () => {
		const ipd: Urc<Pair> = {
			prefix: "+IPD",
			spec: "SIM7600",
			handle: (pair, line) => pair.urcs.push(line.toText()),
			binary: line => line.uint(0) ?? 0,
			binaryAfter: { mark: ":", times: 1 },
		};
		const pair = new Pair({ urcs: [...URCS, ipd] });
		pair.submit(sample.CMGS.set, { da: "1" }, new Uint8Array([0x68, 0x69]));
		pair.receive("\r\n+IPD,3:\r\n>");
		pair.receive("\r\n> ");
		expect(pair.written).toBe('AT+CMGS="1"\rhi\x1a');
	});

	test("F23: a quote alone is the end of quoted data, or else an unknown line", () => {
		const pair = new Pair();
		pair.receive('"\r\n');
		expect(pair.unknown).toEqual(['"']);
	});

	test("F24: a deep-sleep URC between a command and its answer", () => {
		everyWay(run(sample.CSQ.execute), '\r\n+QNBIOTEVENT: "ENTER PSM"\r\n\r\n+CSQ: 10,0\r\n\r\nOK\r\n', pair => {
			expect(pair.urcs).toEqual(['+QNBIOTEVENT: "ENTER PSM"']);
			expect(pair.last?.result).toEqual({ rssi: 10, ber: 0 });
		});
	});

	test("F24: a deep-sleep URC is the last thing before silence", () => {
		const pair = new Pair();
		pair.submit(sample.CSQ.execute, undefined);
		pair.receive('\r\n+QNBIOTEVENT: "ENTER PSM"\r\n');
		pair.wait(5_000);
		expect(pair.last?.error?.code).toBe("timeout");
	});
});
