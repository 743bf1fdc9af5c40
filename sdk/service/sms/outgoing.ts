import { isNumber } from "../../3gpp/sms-address.js";
import { septetOf } from "../../3gpp/sms-alphabet.js";
import { MOST_PARTS, TextParts } from "../../3gpp/sms-text.js";
import { encodeSubmit, SUBMIT_OCTETS } from "../../3gpp/sms-tpdu.js";
import type { Millis } from "../../at/line.js";
import { ModemError } from "../../modem/errors.js";
import { toUcs2 } from "./text-mode.js";
import type { SmsDone, SmsMessage } from "./types.js";

/** Messages that may wait: an assumption. */
const CAPACITY = 4;
/** For a part to go out, the start of the module and its SIM included: an assumption. */
const PART_WITHIN_MS = 600_000;
/** TS 23.040 9.2.3.12.1: the relative form reaches from 5 minutes to 63 weeks. */
const SHORTEST_VALIDITY = 5;
const LONGEST_VALIDITY = 63 * 7 * 24 * 60;
/** Two digits: the service centre's address has no octets, the module uses the SIM's. */
const CENTRE = 0x30;

/** One message on its way out. */
export class OutgoingSms {
	readonly to: string;
	readonly text: string;
	readonly deliveryReport: boolean;
	readonly validityMinutes: number | undefined;
	readonly parts: TextParts;
	readonly reference: number;
	readonly target: unknown;
	readonly done: SmsDone<any>;
	readonly references: number[] = [];
	/** Of the part that goes out: octets of its TPDU, and what is written behind the prompt. Undefined until it is made, and again when it was sent. */
	payload: Uint8Array | undefined = undefined;
	octets = 0;
	/** The next part must have gone out by then. */
	untilMs: Millis;
	error: ModemError | undefined = undefined;

	/** @throws ModemError "usage" */
	constructor(message: SmsMessage, isPdu: boolean, reference: number, nowMs: Millis, target: unknown, done: SmsDone<any>) {
		const { to, text, deliveryReport, validityMinutes } = message;
		if (typeof to !== "string" || !isNumber(to)) throw new ModemError("usage", "to: 1 to 20 digits, with + before an international number");
		if (typeof text !== "string") throw new ModemError("usage", "text: a string");
		if (validityMinutes !== undefined && !(validityMinutes >= SHORTEST_VALIDITY && validityMinutes <= LONGEST_VALIDITY))
			throw new ModemError("usage", `validityMinutes: ${SHORTEST_VALIDITY} to ${LONGEST_VALIDITY}`);
		if (typeof done !== "function") throw new ModemError("usage", "done: a function");
		this.parts = new TextParts(text);
		if (this.parts.count > MOST_PARTS) throw new ModemError("usage", `text: too long for ${MOST_PARTS} messages`);
		if (!isPdu && this.parts.isConcatenated)
			throw new ModemError(
				"usage",
				"text: this module sends single messages only, 160 characters of the GSM alphabet or 70 of any: send several",
			);
		this.to = to;
		this.text = text;
		this.deliveryReport = deliveryReport === true;
		this.validityMinutes = validityMinutes;
		this.reference = reference;
		this.untilMs = nowMs + PART_WITHIN_MS;
		this.target = target;
		this.done = done;
	}
	/** Makes the payload of the next part, if it is not there: the service centre's address and the TPDU in hex digits. */
	prepare(): Uint8Array {
		if (this.payload !== undefined) return this.payload;
		const tpdu = new Uint8Array(SUBMIT_OCTETS);
		this.octets = encodeSubmit(this.parts, this, tpdu);
		const payload = new Uint8Array(2 + 2 * this.octets);
		payload[0] = payload[1] = CENTRE;
		for (let i = 0; i < this.octets; i++) {
			payload[2 + 2 * i] = digit(tpdu[i]! >> 4);
			payload[3 + 2 * i] = digit(tpdu[i]! & 0xf);
		}
		this.payload = payload;
		return payload;
	}
	/** The text as text mode writes it: hex digits, or plain characters. */
	prepareText(isUcs2: boolean): Uint8Array {
		const text = isUcs2 ? toUcs2(this.text) : this.text;
		const payload = new Uint8Array(text.length);
		for (let i = 0; i < payload.length; i++) payload[i] = text.charCodeAt(i);
		return payload;
	}
	/** Whether the text can go out as it is, without hex digits: ASCII, and for "GSM" what has the same number in both. */
	isPlain(isAscii: boolean): boolean {
		for (let i = 0; i < this.text.length; i++) {
			const code = this.text.charCodeAt(i);
			if (code < 0x20 || code > 0x7e || (!isAscii && septetOf(code) !== code)) return false;
		}
		return true;
	}
	/** A part went out. True when it was the last. */
	sent(reference: number, nowMs: Millis): boolean {
		this.references.push(reference);
		this.payload = undefined;
		this.untilMs = nowMs + PART_WITHIN_MS;
		return this.references.length >= this.parts.count;
	}
}

function digit(value: number): number {
	return value < 10 ? 0x30 + value : 0x37 + value;
}

/** Messages that wait, and those whose end is to be told. */
export class Outbox {
	readonly #waiting: OutgoingSms[] = [];
	readonly #ended: OutgoingSms[] = [];
	get first(): OutgoingSms | undefined {
		return this.#waiting[0];
	}
	/** @throws ModemError "queueFull" */
	checkRoom(): void {
		if (this.#waiting.length >= CAPACITY) throw new ModemError("queueFull", `${CAPACITY} messages wait already: send again later`);
	}
	add(message: OutgoingSms): void {
		this.#waiting.push(message);
	}
	/** The first is over. */
	end(error: ModemError | undefined): void {
		const message = this.#waiting.shift();
		if (message === undefined) return;
		message.error = error;
		this.#ended.push(message);
	}
	failAll(error: ModemError): void {
		while (this.#waiting.length > 0) this.end(error);
	}
	takeEnded(): OutgoingSms | undefined {
		return this.#ended.shift();
	}
}
