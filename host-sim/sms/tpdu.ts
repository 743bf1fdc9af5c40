import { decodeAddress, encodeAddress } from "./address.js";
import { decodeTimestamp, encodeTimestamp, type ZonedTime } from "./timestamp.js";
import { decodeUserData, encodeUserData, type UserData } from "./user-data.js";

/** TS 23.040 9.2.2.2, from the device to the service centre. */
export interface Submit extends UserData {
	/** TP-MR, 0..255. */
	readonly reference: number;
	readonly to: string;
	/** TP-PID. */
	readonly protocol: number;
	/** TP-VP: one relative octet, or seven of another format; undefined: none. */
	readonly validity?: number | Uint8Array | undefined;
	/** TP-SRR. */
	readonly report: boolean;
	/** TP-RP and TP-RD, bits 7 and 2 of the first octet, as they were given. */
	readonly flags?: number;
}

/** TS 23.040 9.2.2.1. */
export interface Deliver extends UserData {
	readonly from: string;
	readonly protocol: number;
	readonly time: ZonedTime;
	/** TP-MMS is sent inverted: whether more messages wait. */
	readonly moreToCome?: boolean;
}

/** TS 23.040 9.2.2.3. */
export interface StatusReport {
	/** TP-MR of the message it is about. */
	readonly reference: number;
	readonly to: string;
	readonly time: ZonedTime;
	/** TP-DT. */
	readonly discharged: ZonedTime;
	/** TP-ST, 9.2.3.15: 0 received, 0x40 and above given up. */
	readonly status: number;
}

const headerIndicator = 0x40;
const reportRequested = 0x20;
const relativeValidity = 0x10;
const noMoreMessages = 0x04;

/** undefined when the text fits neither the alphabet nor the message. */
export function encodeSubmit(submit: Submit): Uint8Array | undefined {
	const data = encodeUserData(submit);
	if (!data) return undefined;
	const { validity } = submit;
	const format = validity === undefined ? 0 : typeof validity === "number" ? relativeValidity : 0x18;
	const first = 0x01 | format | (submit.report ? reportRequested : 0) | (submit.header ? headerIndicator : 0) | (submit.flags ?? 0);
	return Uint8Array.from([
		first,
		submit.reference,
		...encodeAddress(submit.to),
		submit.protocol,
		submit.coding,
		...(validity === undefined ? [] : typeof validity === "number" ? [validity] : validity),
		data.length,
		...data.bytes,
	]);
}

/** undefined when it is no SMS-SUBMIT, is cut off or too long. */
export function decodeSubmit(tpdu: Uint8Array): Submit | undefined {
	const first = tpdu[0];
	if (first === undefined || (first & 3) !== 1) return undefined;
	const to = decodeAddress(tpdu, 2);
	if (!to) return undefined;
	let at = to.end;
	const protocol = tpdu[at++];
	const coding = tpdu[at++];
	const format = (first >> 3) & 3;
	const validity = format === 0 ? undefined : format === 2 ? tpdu[at] : tpdu.slice(at, at + 7);
	at += format === 0 ? 0 : format === 2 ? 1 : 7;
	const length = tpdu[at++];
	if (protocol === undefined || coding === undefined || length === undefined) return undefined;
	const data = decodeUserData(coding, (first & headerIndicator) !== 0, length, tpdu.subarray(at));
	if (!data) return undefined;
	return { ...data, reference: tpdu[1]!, to: to.address, protocol, validity, report: (first & reportRequested) !== 0, flags: first & 0x84 };
}

export function encodeDeliver(deliver: Deliver): Uint8Array | undefined {
	const data = encodeUserData(deliver);
	if (!data) return undefined;
	const first = (deliver.moreToCome ? 0 : noMoreMessages) | (deliver.header ? headerIndicator : 0);
	return Uint8Array.from([
		first,
		...encodeAddress(deliver.from),
		deliver.protocol,
		deliver.coding,
		...encodeTimestamp(deliver.time),
		data.length,
		...data.bytes,
	]);
}

export function decodeDeliver(tpdu: Uint8Array): Deliver | undefined {
	const first = tpdu[0];
	if (first === undefined || (first & 3) !== 0) return undefined;
	const from = decodeAddress(tpdu, 1);
	if (!from || tpdu.length < from.end + 10) return undefined;
	const [protocol, coding] = [tpdu[from.end]!, tpdu[from.end + 1]!];
	const time = decodeTimestamp(tpdu.subarray(from.end + 2, from.end + 9));
	const data = decodeUserData(coding, (first & headerIndicator) !== 0, tpdu[from.end + 9]!, tpdu.subarray(from.end + 10));
	return data && { ...data, from: from.address, protocol, time, moreToCome: (first & noMoreMessages) === 0 };
}

export function encodeStatusReport(report: StatusReport): Uint8Array {
	return Uint8Array.from([
		0x02 | noMoreMessages,
		report.reference,
		...encodeAddress(report.to),
		...encodeTimestamp(report.time),
		...encodeTimestamp(report.discharged),
		report.status,
	]);
}

export function decodeStatusReport(tpdu: Uint8Array): StatusReport | undefined {
	const first = tpdu[0];
	if (first === undefined || (first & 3) !== 2) return undefined;
	const to = decodeAddress(tpdu, 2);
	if (!to || tpdu.length < to.end + 15) return undefined;
	return {
		reference: tpdu[1]!,
		to: to.address,
		time: decodeTimestamp(tpdu.subarray(to.end, to.end + 7)),
		discharged: decodeTimestamp(tpdu.subarray(to.end + 7, to.end + 14)),
		status: tpdu[to.end + 14]!,
	};
}
