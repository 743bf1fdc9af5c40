import { addressType, encodeCentre } from "../../sms/address.js";
import { type Deliver, decodeDeliver, decodeStatusReport, decodeSubmit, type StatusReport, type Submit } from "../../sms/tpdu.js";
import { encodeUserData, type UserData } from "../../sms/user-data.js";
import type { StoredMessage } from "../sim-card.js";
import { hexOf } from "../text.js";
import { type CharacterSet, dataToLine, timeToLine, toLine } from "./sms-text.js";

/** The settings that decide how a message looks. */
export interface SmsLook {
	/** `+CMGF`: 0 PDU, 1 text. */
	readonly format: 0 | 1;
	readonly characters: CharacterSet;
	/** `+CSDH`. */
	readonly details: number;
	/** `+CSCA`, shown in front of every PDU and among the details. */
	readonly centre: string;
}

const statusTexts = ["REC UNREAD", "REC READ", "STO UNSENT", "STO SENT"] as const;

/** `<stat>` in text mode or in PDU mode; undefined: no such status. 4 or `ALL` is -1. */
export function statusOf(format: 0 | 1, text: string): number | undefined {
	const found = format === 1 ? [...statusTexts, "ALL"].indexOf(text.toUpperCase()) : ["0", "1", "2", "3", "4"].indexOf(text);
	return found < 0 ? undefined : found === 4 ? -1 : found;
}

/** A message of the memory after `+CMGR: `. */
export function readLine(look: SmsLook, message: StoredMessage): string {
	if (look.format === 0) return `${message.status},,${pdu(look, message.tpdu)}`;
	const status = `"${statusTexts[message.status]}"`;
	const report = decodeStatusReport(message.tpdu);
	if (report) return `${status},${reportFields(look, message.tpdu[0]!, report)}\r\n`;
	const submit = decodeSubmit(message.tpdu);
	if (submit) return `${status},${submitFields(look, message.tpdu[0]!, submit)}\r\n${data(look, submit)}\r\n`;
	const deliver = decodeDeliver(message.tpdu)!;
	return `${status},${deliverFields(look, message.tpdu[0]!, deliver)}\r\n${data(look, deliver)}\r\n`;
}

/** The same after `+CMGL: `. */
export function listLine(look: SmsLook, message: StoredMessage): string {
	if (look.format === 0) return `${message.index},${message.status},,${pdu(look, message.tpdu)}`;
	const head = `${message.index},"${statusTexts[message.status]}"`;
	const report = decodeStatusReport(message.tpdu);
	if (report) return `${head},${reportFields(look, message.tpdu[0]!, report)}\r\n`;
	const submit = decodeSubmit(message.tpdu);
	const deliver = decodeDeliver(message.tpdu);
	const content = (submit ?? deliver)!;
	const address = submit?.to ?? deliver!.from;
	const more = look.details === 1 ? `,${addressType(address)},${lengthOf(content)}` : "";
	const time = deliver ? timeToLine(deliver.time) : "";
	return `${head},${quoted(look, address)},,${time}${more}\r\n${data(look, content)}\r\n`;
}

/** `+CMT` or `+CDS` of a message that goes to the host at once. */
export function indication(look: SmsLook, tpdu: Uint8Array): string {
	const report = decodeStatusReport(tpdu);
	if (look.format === 0) return report ? `\r\n+CDS: ${pdu(look, tpdu)}` : `\r\n+CMT: ,${pdu(look, tpdu)}`;
	if (report) return `\r\n+CDS: ${reportFields(look, tpdu[0]!, report)}\r\n`;
	const deliver = decodeDeliver(tpdu);
	return deliver ? `\r\n+CMT: ${deliverFields(look, tpdu[0]!, deliver)}\r\n${data(look, deliver)}\r\n` : "";
}

/** `<length>` counts the TPDU without the service centre. */
function pdu(look: SmsLook, tpdu: Uint8Array): string {
	return `${tpdu.length}\r\n${hexOf(encodeCentre(look.centre))}${hexOf(tpdu)}\r\n`;
}

function quoted(look: SmsLook, address: string): string {
	return `"${look.characters === "UCS2" ? toLine("UCS2", address) : address}"`;
}

function data(look: SmsLook, content: UserData): string {
	return dataToLine(look.characters, content, encodeUserData(content)?.bytes ?? new Uint8Array(0));
}

/** TP-UDL: septets or octets. */
function lengthOf(content: UserData): number {
	return encodeUserData(content)?.length ?? 0;
}

function centreFields(look: SmsLook): string {
	return `"${look.centre}",${addressType(look.centre)}`;
}

function deliverFields(look: SmsLook, first: number, deliver: Deliver): string {
	const basic = `${quoted(look, deliver.from)},,${timeToLine(deliver.time)}`;
	if (look.details === 0) return basic;
	const { protocol, coding } = deliver;
	return `${basic},${addressType(deliver.from)},${first},${protocol},${coding},${centreFields(look)},${lengthOf(deliver)}`;
}

function submitFields(look: SmsLook, first: number, submit: Submit): string {
	const basic = `${quoted(look, submit.to)},`;
	if (look.details === 0) return basic;
	const { protocol, coding, validity } = submit;
	const period = typeof validity === "number" ? validity : "";
	return `${basic},${addressType(submit.to)},${first},${protocol},${coding},${period},${centreFields(look)},${lengthOf(submit)}`;
}

function reportFields(look: SmsLook, first: number, report: StatusReport): string {
	const times = `${timeToLine(report.time)},${timeToLine(report.discharged)}`;
	return `${first},${report.reference},${quoted(look, report.to)},${addressType(report.to)},${times},${report.status}`;
}
