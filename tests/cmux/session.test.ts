import { describe, expect, test } from "vitest";
import { MultiplexSession, type SessionOwner } from "../../sdk/cmux/session.js";
import { frame, ua, uih } from "./reference.js";

const hex = (octets: Iterable<number>) => Array.from(octets, octet => octet.toString(16).padStart(2, "0").toUpperCase()).join(" ");

/** A session with connections 1 and 3, and both ends of its line. */
class Bench implements SessionOwner {
	now = 0;
	readonly said: string[] = [];
	readonly pending = new Map<number, number[]>();
	readonly session: MultiplexSession;
	constructor(dlcis: readonly number[] = [1, 3], frameBytes = 127) {
		this.session = new MultiplexSession(this, dlcis, frameBytes);
		this.session.begin(0);
	}
	received(dlci: number, bytes: Uint8Array): void {
		this.said.push(`${dlci} ${String.fromCharCode(...bytes)}`);
	}
	supply(dlci: number, limit: number): Uint8Array | undefined {
		const waiting = this.pending.get(dlci) ?? [];
		return waiting.length === 0 ? undefined : Uint8Array.from(waiting.splice(0, limit));
	}
	opened(): void {
		this.said.push("opened");
	}
	withdrawn(dlci: number): void {
		this.said.push(`withdrawn ${dlci}`);
	}
	ended(why: string): void {
		this.said.push(`ended ${why}`);
	}
	text(line: Uint8Array): void {
		this.said.push(`text ${String.fromCharCode(...line)}`);
	}
	/** All that is to be written now. */
	written(limit = 64): string {
		const octets: number[] = [];
		for (let chunk = this.session.transmit(limit, this.now); chunk !== undefined; chunk = this.session.transmit(limit, this.now)) {
			expect(chunk.length).toBeGreaterThan(0);
			expect(chunk.length).toBeLessThanOrEqual(limit);
			octets.push(...chunk);
		}
		return hex(octets);
	}
	hear(...frames: number[][]): this {
		for (const octets of frames) this.session.receive(Uint8Array.from(octets), this.now);
		return this;
	}
	send(dlci: number, text: string): void {
		this.pending.set(
			dlci,
			Array.from(text, c => c.charCodeAt(0)),
		);
	}
	/** To the next deadline. */
	wait(): this {
		const { deadline } = this.session;
		expect(deadline).toBeGreaterThanOrEqual(this.now);
		this.now = deadline!;
		this.session.expire(this.now);
		return this;
	}
	open(): this {
		for (const dlci of [0, 1, 3]) {
			this.written();
			this.hear(ua(dlci));
		}
		expect(this.said.splice(0)).toEqual(["opened"]);
		this.written();
		return this;
	}
}

const SABM_0 = "F9 03 3F 01 1C F9";
const SABM_1 = "F9 07 3F 01 DE F9";
const SABM_3 = "F9 0F 3F 01 9B F9";
const STATUS_1 = "F9 03 EF 09 E3 05 07 8D FB F9";
const TEST = "F9 03 EF 07 23 03 5A 11 F9";
const CLOSE_DOWN = "F9 03 EF 05 C3 01 F2 F9";

describe("opening", () => {
	test("one connection after the other, then their status, then data", () => {
		const bench = new Bench();
		bench.send(1, "AT\r");
		expect(bench.written()).toBe(SABM_0);
		expect(bench.written()).toBe("");
		bench.hear(ua(0));
		expect(bench.written()).toBe(SABM_1);
		bench.hear(ua(1));
		expect(bench.written()).toBe(`${SABM_3} ${STATUS_1}`);
		expect(bench.said).toEqual([]);
		bench.hear(ua(3));
		expect(bench.said).toEqual(["opened"]);
		expect(bench.written()).toBe("F9 03 EF 09 E3 05 0F 8D FB F9 F9 07 EF 07 41 54 0D D3 F9");
		expect([0, 1, 2, 3].map(dlci => bench.session.isConnected(dlci))).toEqual([true, true, false, true]);
	});
	test.each([1, 2, 5])("a port that takes %i octets", limit => {
		const bench = new Bench();
		expect(bench.written(limit)).toBe(SABM_0);
	});
	test("unanswered it is asked three times more, half a second apart, and then it is over", () => {
		const bench = new Bench();
		expect(bench.written()).toBe(SABM_0);
		for (let tries = 0; tries < 3; tries++) expect(bench.wait().written()).toBe(SABM_0);
		bench.wait();
		expect(bench.now).toBe(2000);
		expect(bench.said).toEqual(["ended unanswered"]);
		expect([bench.session.isClosed, bench.session.deadline, bench.written()]).toEqual([true, undefined, ""]);
	});
	test("a late answer is one too", () => {
		const bench = new Bench();
		bench.written();
		bench.wait();
		bench.hear(ua(0));
		expect(bench.written()).toBe(SABM_1);
	});
	test("a port that takes nothing is not waited for longer", () => {
		const bench = new Bench();
		while (!bench.session.isClosed) bench.wait();
		expect(bench.now).toBe(2000);
	});
	test("a module that refuses the commands' connection ends it; without the receiver's it goes on", () => {
		const refuse = (dlci: number) => frame({ dlci, isCommand: true, control: 0x1f, information: [] });
		expect(new Bench().hear(ua(0), refuse(1)).said).toEqual(["ended refused"]);
		const bench = new Bench().hear(ua(0), ua(1), refuse(3));
		expect(bench.said).toEqual(["withdrawn 3", "opened"]);
		const silent = new Bench().hear(ua(0), ua(1));
		for (let i = 0; i < 4; i++) silent.wait();
		expect(silent.said).toEqual(["withdrawn 3", "opened"]);
	});
	test("what comes back as it went out is no answer", () => {
		const bench = new Bench();
		bench.written();
		bench.hear(frame({ dlci: 0, isCommand: true, control: 0x3f, information: [] }));
		expect(bench.written()).toBe("");
		expect(bench.said).toEqual([]);
	});
});

describe("open", () => {
	test("data by connection, in pieces of N1", () => {
		const bench = new Bench([1, 3], 4).open();
		bench.send(1, "ABCDEF");
		bench.hear(uih(1, "OK\r\n"), uih(3, "$GNG"), uih(2, "lost"));
		expect(bench.said).toEqual(["1 OK\r\n", "3 $GNG"]);
		expect(bench.written()).toBe(
			hex([
				...frame({ dlci: 1, isCommand: true, control: 0xef, information: [0x41, 0x42, 0x43, 0x44] }),
				...frame({ dlci: 1, isCommand: true, control: 0xef, information: [0x45, 0x46] }),
			]),
		);
	});
	test("a result code on another connection is that one's", () => {
		const bench = new Bench().open().hear(uih(3, "\r\nNO CARRIER\r\n"));
		expect(bench.said).toEqual(["3 \r\nNO CARRIER\r\n"]);
	});
	test("UI frames carry data too", () => {
		const ui = frame({ dlci: 1, isCommand: false, control: 0x03, information: [0x41] });
		expect(new Bench().open().hear(ui).said).toEqual(["1 A"]);
	});
	test.each([
		["modem status", [0xe3, 0x05, 0x07, 0x0d], "F9 03 EF 09 E1 05 07 0D FB F9"],
		["test", [0x23, 0x05, 0x01, 0x02], "F9 03 EF 09 21 05 01 02 FB F9"],
		["power saving", [0x43, 0x01], "F9 03 EF 05 41 01 F2 F9"],
		["remote line status", [0x53, 0x05, 0x07, 0x00], "F9 03 EF 09 51 05 07 00 FB F9"],
		["parameters", [0x83, 0x11, 3, 0, 7, 10, 127, 0, 3, 2], "F9 03 EF 15 81 11 03 00 07 0A 7F 00 03 02 EE F9"],
		["one that nobody knows", [0x93, 0x03, 0x07], "F9 03 EF 07 11 03 93 11 F9"],
	])("%s is answered", (_what, message, answer) => {
		expect(new Bench().open().hear(uih(0, message)).written()).toBe(answer);
	});
	test("answers that have no room are asked for again; none is cut", () => {
		const bench = new Bench().open();
		for (let i = 0; i < 100; i++) bench.hear(uih(0, [0x23, 0x05, i, i]));
		const frames = bench.written().split("F9 F9").length;
		expect(frames).toBe(12);
		bench.hear(uih(0, [0x23, 0x03, 0x77]));
		expect(bench.written()).toBe("F9 03 EF 07 21 03 77 11 F9");
		bench.hear(uih(0, [0x23, 0x7f, ...new Array(63).fill(1)]), uih(0, [0x23, 0x09, 1]), uih(0, [0x23]), uih(0, []));
		expect(bench.written()).toBe("");
	});
	test("flow control, of one connection and of all", () => {
		const bench = new Bench().open().hear(uih(0, [0xe3, 0x05, 0x07, 0x0f]));
		bench.written();
		bench.send(1, "A");
		expect(bench.written()).toBe("");
		bench.hear(uih(0, [0x63, 0x01]), uih(0, [0xe3, 0x05, 0x07, 0x0d]));
		expect(bench.written()).toBe("F9 03 EF 05 61 01 F2 F9 F9 03 EF 09 E1 05 07 0D FB F9");
		expect(bench.hear(uih(0, [0xa3, 0x01])).written()).toBe("F9 03 EF 05 A1 01 F2 F9 F9 07 EF 03 41 D4 F9");
	});
	test("a connection that the module takes away: UA; the commands' ends the session", () => {
		const disc = (dlci: number) => frame({ dlci, isCommand: false, control: 0x53, information: [] });
		const bench = new Bench().open().hear(disc(3));
		expect(bench.said).toEqual(["withdrawn 3"]);
		expect(bench.written()).toBe(hex(frame({ dlci: 3, isCommand: false, control: 0x73, information: [] })));
		bench.hear(disc(3));
		expect(bench.written()).toBe(hex(frame({ dlci: 3, isCommand: false, control: 0x1f, information: [] })));
		bench.hear(disc(1));
		expect(bench.said).toEqual(["withdrawn 3", "ended closed"]);
	});
	test("a close-down of the module's", () => {
		const bench = new Bench().open().hear([...uih(0, [0xc3, 0x01]), ...Array.from("\r\nRDY\r\n", c => c.charCodeAt(0)), ...uih(1, "late")]);
		expect(bench.said).toEqual(["ended closed"]);
		expect(bench.written()).toBe("");
	});
});

describe("doubt", () => {
	test("data that nothing follows are followed by a test after three seconds; any frame is an answer", () => {
		const bench = new Bench().open();
		expect(bench.session.deadline).toBe(undefined);
		bench.send(1, "A");
		bench.written();
		bench.wait();
		expect(bench.now).toBe(3000);
		expect(bench.written()).toBe(TEST);
		bench.hear(uih(0, [0x21, 0x03, 0x5a]));
		expect(bench.session.deadline).toBe(undefined);
		bench.send(1, "B");
		bench.written();
		bench.wait().hear(uih(1, "\r\nOK\r\n"));
		expect(bench.session.deadline).toBe(undefined);
		expect(bench.said).toEqual(["1 \r\nOK\r\n"]);
	});
	test("a test without an answer is sent three times more, 300 ms apart, and then it is over", () => {
		const bench = new Bench().open();
		bench.send(1, "A");
		bench.written();
		for (let tries = 0; tries < 4; tries++) expect(bench.wait().written()).toBe(TEST);
		bench.wait();
		expect(bench.now).toBe(4200);
		expect(bench.said).toEqual(["ended silent"]);
	});
	test("a module in plain mode that echoes is not taken for one that answers", () => {
		const bench = new Bench().open();
		bench.send(1, "A");
		bench.written();
		for (let i = 0; i < 5; i++) {
			bench.wait();
			const echo = bench.written();
			if (echo !== "") bench.hear(echo.split(" ").map(octet => Number.parseInt(octet, 16)));
			expect(bench.written()).toBe("");
		}
		expect(bench.said).toEqual(["ended silent"]);
	});
	test("text outside of frames is told, and asked about by the owner", () => {
		const bench = new Bench().open().hear(Array.from("\r\nRDY\r\n", c => c.charCodeAt(0)));
		expect(bench.said).toEqual(["text RDY"]);
		bench.session.suspect(bench.now);
		bench.session.suspect(bench.now);
		expect(bench.written()).toBe(TEST);
		bench.hear(uih(0, [0x21, 0x03, 0x5a]));
		expect(bench.session.deadline).toBe(undefined);
	});
});

describe("leaving", () => {
	test.each([
		["its answer", [0xc1, 0x01]],
		["a module that knows no such command", [0x11, 0x03, 0xc3]],
	])("%s", (_what, answer) => {
		const bench = new Bench().open();
		bench.send(1, "A");
		bench.session.leave(0);
		expect(bench.written()).toBe(CLOSE_DOWN);
		bench.hear(uih(1, "\r\n+CSQ: 1\r\n"), uih(0, [0x21, 0x03, 0x5a]));
		expect(bench.session.isClosed).toBe(false);
		expect(bench.written()).toBe("");
		bench.hear(uih(0, answer));
		expect(bench.said.at(-1)).toBe("ended left");
	});
	test("without an answer, after 1.2 s", () => {
		const bench = new Bench().open();
		bench.session.leave(0);
		for (let tries = 0; tries < 4; tries++) {
			expect(bench.written()).toBe(CLOSE_DOWN);
			bench.wait();
		}
		expect([bench.now, bench.said]).toEqual([1200, ["ended left"]]);
	});
	test("nothing is heard before it begins and after it has ended", () => {
		const bench = new Bench().open();
		bench.session.forget();
		bench.session.leave(0);
		bench.session.suspect(0);
		bench.session.expire(1e9);
		bench.hear(uih(1, "A"));
		expect(bench.said).toEqual([]);
		expect(bench.session.deadline).toBe(undefined);
	});
});
