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
 * CJ/T 188-2004 "Data transmission technology for household meters", water, gas and heat:
 * FE… 68 T A0…A6 C L (DI0 DI1 SER data) CS 16, address and numbers least significant byte first.
 */
/** Bytes that are not data: 68 T A0…A6 C L, CS 16. */
const HEADER_BYTES = 11;
const TRAILER_BYTES = 2;
const ADDRESS_BYTES = 7;

/** 6.2: control code of a request; the answer has bit 7 set, a refusal bit 6 as well. */
const READ_DATA = 0x01;
const ANSWER = 0x80;
const REFUSED = 0x40;
/** Any meter on a point-to-point line answers to this address (6.3). */
const WILDCARD = 0xaa;
/** Data identifier 901FH, current accumulated flow: on the wire 1F 90. */
const DI_LOW = 0x1f;
const DI_HIGH = 0x90;

/** Annex: unit codes that a volume register can carry, as exponent of a cubic metre for a register of two decimals. */
const UNITS: Readonly<Record<number, { readonly unit: string; readonly exponent: number }>> = Object.freeze({
	41: Object.freeze({ unit: "m3", exponent: -5 }), // 29H litre
	44: Object.freeze({ unit: "m3", exponent: -2 }), // 2CH cubic metre
	5: Object.freeze({ unit: "kWh", exponent: -2 }), // 05H
});

/** `type` 10H cold water, 30H gas (table 1). */
export function cjt188(type: number): MeterProtocol {
	return Object.freeze({
		name: "CJ/T 188",
		baud: 2400,
		parity: "even",
		dataBits: 8,
		stopBits: 1,
		// A read to the wildcard address is answered with the meter's own, so nothing has to be discovered first.
		steps: Object.freeze(["read"] as const),
		request(_step: MeterStep, address: Uint8Array | undefined, out: Uint8Array): number {
			out[0] = out[1] = out[2] = 0xfe; // wakes the receiver of a battery meter
			out[3] = FRAME_START;
			out[4] = type;
			for (let i = 0; i < ADDRESS_BYTES; i++) out[5 + i] = address ? address[i] : WILDCARD;
			out[12] = READ_DATA;
			out[13] = 3;
			out[14] = DI_LOW;
			out[15] = DI_HIGH;
			out[16] = 0; // SER
			out[17] = checksum(out, 3, 17);
			out[18] = FRAME_END;
			return 19;
		},
		parse,
		answer,
		encodeAddress: (digits: string) => digitsToWire(digits, ADDRESS_BYTES),
		decodeAddress: wireToDigits,
	});
}

function parse(bytes: Uint8Array, length: number): FrameResult {
	let start = 0;
	while (start < length && bytes[start] !== FRAME_START) start++;
	if (length - start < HEADER_BYTES) return { kind: "more", skip: start };
	const dataBytes = bytes[start + 10];
	const end = start + HEADER_BYTES + dataBytes;
	// Resynchronise one byte later: what looked like a start may have been inside something else.
	if (dataBytes > 100) return { kind: "bad", skip: start + 1, why: `length ${dataBytes} at byte ${start + 10}, at most 100 are allowed` };
	if (length < end + TRAILER_BYTES) return { kind: "more", skip: start };
	const fault = tailFault(bytes, start, end);
	if (fault !== undefined) return { kind: "bad", skip: start + 1, why: fault };
	return {
		kind: "frame",
		skip: end + TRAILER_BYTES,
		frame: {
			address: bytes.subarray(start + 2, start + 2 + ADDRESS_BYTES),
			control: bytes[start + 9],
			data: bytes.subarray(start + HEADER_BYTES, end),
		},
	};
}

function answer(_step: MeterStep, frame: Frame): MeterAnswer {
	if (!(frame.control & ANSWER)) return { kind: "other" };
	if (frame.control & REFUSED) return { kind: "refused", why: `control ${hexByte(frame.control)}, status ${statusOf(frame.data, 1)}` };
	if (frame.control !== (READ_DATA | ANSWER)) return { kind: "other" };
	const data = frame.data;
	if (data.length < 8 || data[0] !== DI_LOW || data[1] !== DI_HIGH) return { kind: "other" };
	const value = bcdLittleEndian(data, 3, 4);
	if (value < 0) return { kind: "refused", why: "the register is not decimal" };
	const unit = UNITS[data[7]];
	if (!unit) return { kind: "refused", why: `unit code ${hexByte(data[7])} is not a volume` };
	// 901FH: flow 5, settlement flow 5, real time 7, status 2, after DI and SER.
	return { kind: "register", register: { value, exponent: unit.exponent, unit: unit.unit, status: statusOf(data, 20) } };
}

/** Status ST, first byte: D1 D0 valve (00 open, 01 closed, 11 abnormal), D2 battery low. */
function statusOf(data: Uint8Array, offset: number): string {
	if (offset >= data.length) return "unknown";
	const st = data[offset];
	if (st & 4) return "battery-low";
	const valve = st & 3;
	return valve === 0 ? "ok" : valve === 1 ? "valve-closed" : "valve-fault";
}
