import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeFrame, type Frame, FrameReader } from "../../host-sim/cmux/frame.js";
import type { Constellation, GnssReceiver } from "../../host-sim/gnss/receiver.js";
import quectelEc800m from "../../host-sim/persona/quectel-ec800m.js";
import { Bench } from "./bench.js";

const hex = (bytes: Uint8Array | string) =>
	Buffer.from(bytes as string, "latin1")
		.toString("hex")
		.toUpperCase();
const text = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex").toString("latin1");
const bytes = (digits: string) => Uint8Array.from(Buffer.from(digits.replaceAll(" ", ""), "hex"));

/** Frames as any 27.010 implementation has them. */
const sabm0 = "F9 03 3F 01 1C F9";
const ua0 = "F9 03 73 01 D7 F9";
const sabm1 = "F9 07 3F 01 DE F9";
const ua1 = "F9 07 73 01 15 F9";
const closeDown = "F9 03 EF 05 C3 01 F2 F9";
/** MSC of connection 1, signals 8D, as the module's command. */
const msc1 = "F9 01 EF 09 E3 05 07 8D 9A F9";

/** A frame of the host, UIH, with the check sequence of another implementation's table for these headers. */
function uih(dlci: number, data: string): string {
	return Buffer.from(
		encodeFrame({
			dlci,
			commandResponse: true,
			control: 0xef,
			pollFinal: false,
			information: Uint8Array.from(Buffer.from(data, "latin1")),
		}),
	).toString("latin1");
}

/** What UIH frames to the host carried, by connection, and the other frames in hexadecimal. */
function read(line: string, longest = 127): { data: Record<number, string>; others: string[] } {
	const data: Record<number, string> = {};
	const others: string[] = [];
	const reader = new FrameReader(longest, frame => {
		if (frame.control !== 0xef || frame.dlci === 0) others.push(hex(encodeFrame(frame)));
		else data[frame.dlci] = (data[frame.dlci] ?? "") + Buffer.from(frame.information).toString("latin1");
	});
	reader.receive(Uint8Array.from(Buffer.from(line, "latin1")));
	return { data, others };
}

function started(options: ConstructorParameters<typeof Bench>[1] = {}): Bench {
	const bench = new Bench(quectelEc800m, options).start();
	bench.run(7000);
	bench.ask("ATE0\r");
	return bench;
}
/** Multiplexing, with the connections open. */
function multiplexing(dlcis: readonly number[], bench = started()): Bench {
	expect(bench.ask("AT+CMUX=0,0,5,127\r")).toBe("\r\nOK\r\n");
	for (const dlci of [0, ...dlcis]) {
		const sabm = encodeFrame({ dlci, commandResponse: true, control: 0x2f, pollFinal: true, information: new Uint8Array(0) });
		bench.ask(Buffer.from(sabm).toString("latin1"), 10);
	}
	return bench;
}

describe("frames", () => {
	test("as others write them", () => {
		const empty = { information: new Uint8Array(0), pollFinal: true };
		expect(hex(encodeFrame({ ...empty, dlci: 0, commandResponse: true, control: 0x2f }))).toBe(hex(text(sabm0)));
		expect(hex(encodeFrame({ ...empty, dlci: 0, commandResponse: true, control: 0x63 }))).toBe(hex(text(ua0)));
		expect(hex(encodeFrame({ ...empty, dlci: 1, commandResponse: true, control: 0x2f }))).toBe(hex(text(sabm1)));
		const close = { dlci: 0, commandResponse: true, control: 0xef, pollFinal: false, information: bytes("C301") };
		expect(hex(encodeFrame(close))).toBe(hex(text(closeDown)));
	});
	test("whole, byte by byte, split anywhere, with more behind it, and with noise before", () => {
		const stream = text(`55 ${sabm0} ${closeDown} F9 F9 ${sabm1} 07`);
		const all = (pieces: readonly string[]): string[] => {
			const found: string[] = [];
			const reader = new FrameReader(127, frame => found.push(hex(encodeFrame(frame))));
			for (const piece of pieces) reader.receive(Uint8Array.from(Buffer.from(piece, "latin1")));
			return found;
		};
		const expected = [sabm0, closeDown, sabm1].map(frame => hex(text(frame)));
		expect(all([stream])).toEqual(expected);
		expect(all([...stream])).toEqual(expected);
		for (let at = 1; at < stream.length; at++) expect(all([stream.slice(0, at), stream.slice(at)])).toEqual(expected);
	});
	test("a single flag between two frames serves both", () => {
		const found: number[] = [];
		const reader = new FrameReader(127, frame => found.push(frame.dlci));
		reader.receive(bytes("F9 03 3F 01 1C F9 07 3F 01 DE F9"));
		expect(found).toEqual([0, 1]);
	});
	test("128 octets take a length of two; longer than N1 is no frame", () => {
		const frame = { dlci: 1, commandResponse: true, control: 0xef, pollFinal: false, information: new Uint8Array(128).fill(0xf9) };
		const encoded = encodeFrame(frame);
		expect(hex(encoded.subarray(0, 5))).toBe("F907EF0001");
		const found: Frame[] = [];
		new FrameReader(128, each => found.push(each)).receive(encoded);
		expect(found).toEqual([frame]);
		const none: Frame[] = [];
		new FrameReader(127, each => none.push(each)).receive(encoded);
		expect(none.filter(each => each.information.length === 128)).toEqual([]);
	});
	test("a byte that is lost costs frames, not the framing", () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat(), (data, where) => {
				const first = encodeFrame({ dlci: 1, commandResponse: true, control: 0xef, pollFinal: false, information: data });
				const lost = where % first.length;
				const found: string[] = [];
				const reader = new FrameReader(127, frame => found.push(hex(encodeFrame(frame))));
				reader.receive(Uint8Array.from([...first.subarray(0, lost), ...first.subarray(lost + 1)]));
				// As long as the longest frame: by then the reader must have found the flags again.
				for (let count = 0; count < 30; count++) reader.receive(bytes(sabm0));
				expect(found.filter(frame => frame === hex(text(sabm0))).length).toBeGreaterThanOrEqual(10);
			}),
			{ seed: 27_010 },
		);
	});
});

describe("a multiplexing module", () => {
	test("+CMUX answers plainly, then connections are opened and told of", () => {
		const bench = started();
		expect(bench.ask("AT+CMUX=?\r")).toBe("\r\n+CMUX: (0),(0),(1-8),(1-1500),(1-255),(0-100),(2-255),(1-255),(1-7)\r\n\r\nOK\r\n");
		expect(bench.ask("AT+CMUX=0,0,5,127\r")).toBe("\r\nOK\r\n");
		expect(bench.ask("AT\r")).toBe("");
		expect(hex(bench.ask(text(sabm1)))).toBe("F9071F01F4F9");
		expect(hex(bench.ask(text(sabm0)))).toBe(hex(text(ua0)));
		expect(hex(bench.ask(text(sabm1)))).toBe(hex(text(`${ua1} ${msc1}`)));
	});
	test("commands and result codes on connection 1, a second interpreter on 2", () => {
		const bench = multiplexing([1, 2]);
		expect(read(bench.ask(uih(1, "AT+CSQ\r"))).data).toEqual({ 1: "\r\n+CSQ: 99,99\r\n\r\nOK\r\n" });
		bench.send(uih(1, "AT+CEREG=1\r"));
		bench.run(100);
		bench.ue.register({ stat: 1 });
		expect(read(bench.run(10)).data).toEqual({ 1: "\r\n+CEREG: 1\r\n" });
		bench.send(uih(1, 'AT+QIOPEN=1,0,"TCP","h"') + uih(2, "AT+CGMM\r"));
		expect(read(bench.run(100)).data).toEqual({ 2: "\r\nEC800M\r\n\r\nOK\r\n" });
		expect(read(bench.ask(uih(2, "ATD*99#\r"), 1000)).data).toEqual({ 2: "\r\nNO CARRIER\r\n" });
	});
	test("a command in several frames, an answer in several", () => {
		const bench = multiplexing([1]);
		bench.send(uih(1, "AT+C") + uih(1, "PMS") + uih(1, "=?\r"));
		const line = bench.run(100);
		expect(read(line).data).toEqual({ 1: '\r\n+CPMS: ("ME","SM"),("ME","SM"),("ME","SM")\r\n\r\nOK\r\n' });
		expect(read(bench.ask(uih(1, "AT+QCFG=?\r"))).data[1]!.length).toBeGreaterThan(127);
	});
	test("nothing is served that was not asked for: DM", () => {
		const bench = multiplexing([1]);
		const [answer] = read(bench.ask(uih(2, "AT\r"))).others;
		expect(answer!.slice(0, 8)).toBe("F90B1F01");
		const sabm9 = encodeFrame({ dlci: 9, commandResponse: true, control: 0x2f, pollFinal: true, information: new Uint8Array(0) });
		expect(read(bench.ask(Buffer.from(sabm9).toString("latin1"))).others[0]!.slice(0, 8)).toBe("F9271F01");
	});
	test.each([
		["test", "23 07 41 42 43", "21 07 41 42 43"],
		["modem status", "E3 05 07 0D", "E1 05 07 0D"],
		["parameters, N1 no longer than the module's", "83 11 01 F0 07 0A DC 05 03 02", "81 11 01 00 07 0A 7F 00 03 02"],
		["line status", "53 05 07 01", "51 05 07 01"],
		["flow off", "63 01", "61 01"],
		["flow on", "A3 01", "A1 01"],
		["what it does not know", "D3 03 07", "11 03 D3"],
	])("control: %s", (_name, command, response) => {
		const bench = multiplexing([1]);
		const line = bench.ask(uih(0, text(command)));
		const answers: string[] = [];
		new FrameReader(127, frame => answers.push(hex(frame.information))).receive(Uint8Array.from(Buffer.from(line, "latin1")));
		expect(answers).toEqual([hex(text(response))]);
	});
	test("flow control keeps what the host does not want yet", () => {
		const bench = multiplexing([1, 2]);
		bench.ask(uih(0, text("E3 05 07 8F")));
		expect(bench.ask(uih(1, "AT\r"))).toBe("");
		expect(read(bench.ask(uih(2, "AT\r"))).data).toEqual({ 2: "\r\nOK\r\n" });
		expect(read(bench.ask(uih(0, text("E3 05 07 8D")))).data).toEqual({ 1: "\r\nOK\r\n" });
		bench.ask(uih(0, text("63 01")));
		expect(bench.ask(uih(1, "AT\r") + uih(2, "AT\r"))).toBe("");
		expect(read(bench.ask(uih(0, text("A3 01")))).data).toEqual({ 1: "\r\nOK\r\n", 2: "\r\nOK\r\n" });
	});
	test("closed down: the answer is the last frame, then everything is plain", () => {
		const bench = multiplexing([1, 2]);
		expect(hex(bench.ask(text(closeDown)))).toBe("F901EF05C10193F9");
		expect(bench.ask("AT\r")).toBe("\r\nOK\r\n");
		expect(bench.ask("AT+CMUX=0,0,5,127\r")).toBe("\r\nOK\r\n");
	});
	test("plain text right behind the end is a command", () => {
		const bench = multiplexing([1]);
		expect(bench.ask(`${text(closeDown)}AT\r`)).toMatch(/\r\nOK\r\n$/);
	});
	test("DISC of connection 0 ends it as well, of another one that one", () => {
		const bench = multiplexing([1, 2]);
		const disc = (dlci: number) =>
			Buffer.from(encodeFrame({ dlci, commandResponse: true, control: 0x43, pollFinal: true, information: new Uint8Array(0) })).toString(
				"latin1",
			);
		expect(hex(disc(0))).toBe("F9035301FDF9");
		bench.ask(disc(2));
		expect(read(bench.ask(uih(2, "AT\r"))).data).toEqual({});
		expect(read(bench.ask(uih(1, "AT\r"))).data).toEqual({ 1: "\r\nOK\r\n" });
		expect(hex(bench.ask(disc(0)))).toBe(hex(text(ua0)));
		expect(bench.ask("AT\r")).toBe("\r\nOK\r\n");
	});
	test("a restart inside: the banner is plain", () => {
		const bench = multiplexing([1]);
		bench.module.faults.set("reboot");
		expect(bench.run(6050)).toBe("\r\nRDY\r\n");
		bench.ask("ATE0\r", 1000);
		expect(bench.ask("AT\r")).toBe("\r\nOK\r\n");
	});
	test("a second +CMUX, the advanced option and a frame that is too long are refused", () => {
		const bench = started();
		bench.ask("AT+CMEE=1\r");
		for (const parameters of ["1", "0,1", "0,0,9", "0,0,5,1501", "0,0,5,0"])
			expect(bench.ask(`AT+CMUX=${parameters}\r`)).toBe("\r\n+CME ERROR: 50\r\n");
		multiplexing([1], bench);
		expect(read(bench.ask(uih(1, "AT+CMUX=0\r"))).data).toEqual({ 1: "\r\n+CME ERROR: 3\r\n" });
	});
	test("bytes that are lost on the way: the next frames are heard", () => {
		const bench = multiplexing([1]);
		const cut = uih(1, "AT+CSQ\r");
		bench.ask(cut.slice(0, 4) + cut.slice(6));
		let answers = "";
		for (let count = 0; count < 20; count++) answers += read(bench.ask(uih(1, "AT\r"))).data[1] ?? "";
		expect(answers).toContain("\r\nOK\r\n");
	});
	test("sentences of the receiver on connection 3, beside commands", () => {
		const gnss: GnssReceiver = {
			running: false,
			constellations: [],
			start(this: { running: boolean }, _systems: readonly Constellation[]) {
				this.running = true;
			},
			stop(this: { running: boolean }) {
				this.running = false;
			},
			fix: undefined,
			sentences: () => ["$GNRMC,,V,,,,,,,,,,N*4D\r\n"],
		};
		const bench = multiplexing([1, 3], started({ gnss }));
		expect(read(bench.ask(uih(1, "AT+QGPS=1\r"))).data).toEqual({ 1: "\r\nOK\r\n" });
		expect(read(bench.run(2000)).data).toEqual({ 3: "$GNRMC,,V,,,,,,,,,,N*4D\r\n".repeat(2) });
		bench.ask(uih(1, "AT+QGPSEND\r"));
		expect(bench.run(2000)).toBe("");
	});
});
