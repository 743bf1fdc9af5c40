import {
	bcdLittleEndian,
	checksum,
	digitsToWire,
	FRAME_END,
	FRAME_START,
	type Frame,
	type FrameResult,
	hexByte,
	type MeterAnswer,
	type MeterProtocol,
	type MeterStep,
	tailFault,
	wireToDigits,
} from "./protocol.js";

/*
 * DL/T 645-2007 "Multi-function watt-hour meter communication protocol":
 * FE… 68 A0…A5 68 C L data CS 16; every data byte is sent plus 33H (5.2.4), numbers least significant byte first.
 */
const ADDRESS_BYTES = 6;
/** 68 A0…A5 68 C L. */
const HEADER_BYTES = 10;
const TRAILER_BYTES = 2;
const OFFSET = 0x33;
/** 5.2.3: D7 answer, D6 refused, D4…D0 function: 11H read data, 13H read address. */
const READ_DATA = 0x11;
const READ_ADDRESS = 0x13;
const ANSWER = 0x80;
const REFUSED = 0x40;
const WILDCARD = 0xaa;
/** Annex A table A.1: 00 01 00 00, forward active energy, total, XXXXXX.XX kWh; least significant byte first. */
const DI: readonly number[] = Object.freeze([0x00, 0x00, 0x01, 0x00]);

export const dlt645: MeterProtocol = Object.freeze({
	name: "DL/T 645",
	baud: 2400,
	parity: "even",
	dataBits: 8,
	stopBits: 1,
	steps: Object.freeze(["discover", "read"] as const),
	request(step: MeterStep, address: Uint8Array | undefined, out: Uint8Array): number {
		out[0] = out[1] = out[2] = out[3] = 0xfe;
		out[4] = FRAME_START;
		for (let i = 0; i < ADDRESS_BYTES; i++) out[5 + i] = step === "read" && address ? address[i] : WILDCARD;
		out[11] = FRAME_START;
		out[12] = step === "read" ? READ_DATA : READ_ADDRESS;
		out[13] = step === "read" ? DI.length : 0;
		let end = 14;
		if (step === "read") for (let i = 0; i < DI.length; i++) out[end++] = DI[i] + OFFSET;
		out[end] = checksum(out, 4, end);
		out[end + 1] = FRAME_END;
		return end + 2;
	},
	parse,
	answer,
	encodeAddress: (digits: string) => digitsToWire(digits, ADDRESS_BYTES),
	decodeAddress: wireToDigits,
});

function parse(bytes: Uint8Array, length: number): FrameResult {
	let start = 0;
	while (start < length && bytes[start] !== FRAME_START) start++;
	if (length - start < HEADER_BYTES) return { kind: "more", skip: start };
	if (bytes[start + 7] !== FRAME_START) {
		return { kind: "bad", skip: start + 1, why: `${hexByte(bytes[start + 7])} at byte ${start + 7}, not the second 68H` };
	}
	const dataBytes = bytes[start + 9];
	if (dataBytes > 200) return { kind: "bad", skip: start + 1, why: `length ${dataBytes} at byte ${start + 9}, at most 200 are allowed` };
	const end = start + HEADER_BYTES + dataBytes;
	if (length < end + TRAILER_BYTES) return { kind: "more", skip: start };
	const fault = tailFault(bytes, start, end);
	if (fault !== undefined) return { kind: "bad", skip: start + 1, why: fault };
	const data = new Uint8Array(dataBytes);
	for (let i = 0; i < dataBytes; i++) data[i] = bytes[start + HEADER_BYTES + i] - OFFSET;
	return {
		kind: "frame",
		skip: end + TRAILER_BYTES,
		frame: { address: bytes.subarray(start + 1, start + 1 + ADDRESS_BYTES), control: bytes[start + 8], data },
	};
}

/** 7.1 error information byte of a refusal. */
const REFUSALS: readonly string[] = Object.freeze([
	"other error",
	"no data for this request",
	"wrong password",
	"baud rate cannot change",
	"too many year zones",
	"too many day tables",
	"too many tariffs",
]);

function answer(step: MeterStep, frame: Frame): MeterAnswer {
	if (!(frame.control & ANSWER)) return { kind: "other" };
	const data = frame.data;
	if (frame.control & REFUSED) return { kind: "refused", why: refusal(data.length ? data[0] : 0) };
	if (step === "discover") {
		if (frame.control !== (READ_ADDRESS | ANSWER) || data.length !== ADDRESS_BYTES) return { kind: "other" };
		return { kind: "address", address: data };
	}
	if (frame.control !== (READ_DATA | ANSWER) || data.length < DI.length + 4) return { kind: "other" };
	for (let i = 0; i < DI.length; i++) if (data[i] !== DI[i]) return { kind: "other" };
	const value = bcdLittleEndian(data, DI.length, 4);
	if (value < 0) return { kind: "refused", why: "the register is not decimal" };
	return { kind: "register", register: { value, exponent: -2, unit: "kWh", status: "ok" } };
}

function refusal(bits: number): string {
	for (let i = 0; i < REFUSALS.length; i++) if (bits & (1 << i)) return REFUSALS[i];
	return "no reason given";
}
