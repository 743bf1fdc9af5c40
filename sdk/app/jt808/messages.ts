import { type BodyWriter, doubleWordAt, wordAt } from "./body.js";

/** Messages that are sent or understood (JT/T 808-2019 8). */
export const MessageId = Object.freeze({
	terminalAnswer: 0x0001,
	heartbeat: 0x0002,
	registration: 0x0100,
	authentication: 0x0102,
	position: 0x0200,
	positions: 0x0704,
	platformAnswer: 0x8001,
	resendPackets: 0x8003,
	registrationAnswer: 0x8100,
	setParameters: 0x8103,
});

/** Of a general answer (8.1, 8.2). */
export const Result = Object.freeze({ success: 0, failure: 1, wrongMessage: 2, notSupported: 3, alarmTaken: 4 });

/** Parameters of the terminal that positions depend on (8.10, table 12). */
export const ParameterId = Object.freeze({
	/** Seconds between heartbeats. */
	heartbeatSeconds: 0x0001,
	/** Seconds between positions while the vehicle sleeps. */
	sleepingSeconds: 0x0027,
	/** Seconds between positions. */
	everySeconds: 0x0029,
});

/** What a platform knows of a terminal (8.5); what is left out is sent as unknown. */
export interface Jt808Vehicle {
	/** GB/T 2260: two digits of the province, four of city and county. */
	readonly province?: number | undefined;
	readonly city?: number | undefined;
	/** Code of the maker, ASCII, 11 characters at most. */
	readonly manufacturer?: string | undefined;
	/** ASCII, 30 characters at most, as is the terminal's own identifier. */
	readonly model?: string | undefined;
	readonly terminalId?: string | undefined;
	/** JT/T 697.7: 1 blue, 2 yellow, 3 black, 4 white, 9 other, 0: no plate yet, and `plate` is the vehicle's identification number. */
	readonly plateColour?: number | undefined;
	/** ASCII, and the character of a province. */
	readonly plate?: string | undefined;
}

/** The first characters of plates and what they are in GBK (GB/T 2312), in the same order. */
const PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
const PROVINCES_GBK: readonly number[] = Object.freeze([
	0xbea9, 0xbdf2, 0xbba6, 0xd3e5, 0xbcbd, 0xd4a5, 0xd4c6, 0xc1c9, 0xbada, 0xcfe6, 0xcdee, 0xc2b3, 0xd0c2, 0xcbd5, 0xd5e3, 0xb8d3, 0xb6f5,
	0xb9f0, 0xb8ca, 0xbdfa, 0xc3c9, 0xc9c2, 0xbcaa, 0xc3f6, 0xb9f3, 0xd4c1, 0xc7e0, 0xb2d8, 0xb4a8, 0xc4fe, 0xc7ed,
]);

/** 8.5, 0x0100. */
export function writeRegistration(writer: BodyWriter, vehicle: Jt808Vehicle): void {
	writer.word(vehicle.province ?? 0);
	writer.word(vehicle.city ?? 0);
	writer.text(vehicle.manufacturer ?? "", 11);
	writer.text(vehicle.model ?? "", 30);
	writer.text(vehicle.terminalId ?? "", 30);
	writer.byte(vehicle.plateColour ?? 0);
	writePlate(writer, vehicle.plate ?? "");
}

function writePlate(writer: BodyWriter, plate: string): void {
	for (let index = 0; index < plate.length; index++) {
		const code = plate.charCodeAt(index);
		const province = code < 0x80 ? -1 : PROVINCES.indexOf(plate.charAt(index));
		if (province >= 0) writer.word(PROVINCES_GBK[province]!);
		else writer.byte(code < 0x80 ? code : 0x3f);
	}
}

/** 8.8, 0x0102. `imei`: 15 digits. `version`: of this software, ASCII, 20 characters at most. */
export function writeAuthentication(writer: BodyWriter, code: Uint8Array, imei: string, version: string): void {
	writer.byte(code.length);
	writer.octets(code);
	writer.text(imei, 15);
	writer.text(version, 20);
}

/** 8.2, 0x0001. */
export function writeAnswer(writer: BodyWriter, serial: number, messageId: number, result: number): void {
	writer.word(serial);
	writer.word(messageId);
	writer.byte(result);
}

/** 0x8001: what the platform says of a message. */
export interface PlatformAnswer {
	readonly serial: number;
	readonly messageId: number;
	readonly result: number;
}
export function readPlatformAnswer(body: Uint8Array): PlatformAnswer | undefined {
	return body.length < 5 ? undefined : { serial: wordAt(body, 0), messageId: wordAt(body, 2), result: body[4]! };
}

/** 0x8100. `result`: 0 registered, 1 the vehicle is already, 2 no such vehicle, 3 the terminal is already, 4 no such terminal. */
export interface RegistrationAnswer {
	readonly serial: number;
	readonly result: number;
	readonly code: Uint8Array;
}
export function readRegistrationAnswer(body: Uint8Array): RegistrationAnswer | undefined {
	return body.length < 3 ? undefined : { serial: wordAt(body, 0), result: body[2]!, code: body.slice(3) };
}

/** 0x8003: the packets that the platform lacks, of the message whose first packet had this serial. The count has a byte in the edition of 2013. */
export interface ResendRequest {
	readonly serial: number;
	readonly packets: readonly number[];
}
export function readResendRequest(body: Uint8Array): ResendRequest | undefined {
	if (body.length < 3) return undefined;
	const at = body.length % 2 === 0 ? 4 : 3;
	const count = at === 4 ? wordAt(body, 2) : body[2]!;
	if (body.length !== at + 2 * count) return undefined;
	const packets: number[] = [];
	for (let index = 0; index < count; index++) packets.push(wordAt(body, at + 2 * index));
	return { serial: wordAt(body, 0), packets };
}

/** 0x8103: calls `visitor` for each parameter; the value of one that is no number of four bytes is undefined. False: the message is wrong. */
export function readParameters<T>(body: Uint8Array, target: T, visitor: (this: T, id: number, value: number | undefined) => void): boolean {
	if (!areParameters(body)) return false;
	let at = 1;
	for (let left = body[0]!; left > 0; left--) {
		const length = body[at + 4]!;
		visitor.call(target, doubleWordAt(body, at), length === 4 ? doubleWordAt(body, at + 5) : undefined);
		at += 5 + length;
	}
	return true;
}
function areParameters(body: Uint8Array): boolean {
	if (body.length === 0) return false;
	let at = 1;
	for (let left = body[0]!; left > 0; left--) {
		if (at + 5 > body.length) return false;
		at += 5 + body[at + 4]!;
	}
	return at === body.length;
}
