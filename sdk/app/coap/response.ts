import { codeText, type MessageReader } from "./message.js";
import { blockExponent, isCritical, option } from "./options.js";
import type { CoapResponse } from "./types.js";

/** RFC 7252 5.10.5. */
const defaultMaxAgeSeconds = 60;
const longestEtag = 8;

/** Shortest and longest value of the options that a response may have (RFC 7252 5.10, RFC 7641 2, RFC 7959 2.1 and 4). */
const lengths: Readonly<Record<number, { readonly from: number; readonly to: number }>> = Object.freeze({
	[option.etag]: Object.freeze({ from: 1, to: longestEtag }),
	[option.observe]: Object.freeze({ from: 0, to: 3 }),
	[option.locationPath]: Object.freeze({ from: 0, to: 255 }),
	[option.contentFormat]: Object.freeze({ from: 0, to: 2 }),
	[option.maxAge]: Object.freeze({ from: 0, to: 4 }),
	[option.locationQuery]: Object.freeze({ from: 0, to: 255 }),
	[option.block2]: Object.freeze({ from: 0, to: 3 }),
	[option.block1]: Object.freeze({ from: 0, to: 3 }),
	[option.size2]: Object.freeze({ from: 0, to: 4 }),
	[option.size1]: Object.freeze({ from: 0, to: 4 }),
});
/** What is not in the message. */
export const absent = -1;

/** The response being received: its options as numbers, and the record that the application sees. */
export class ResponseRecord implements CoapResponse {
	code = 0;
	payload: Uint8Array = new Uint8Array(0);
	contentFormat: number | undefined;
	maxAgeSeconds = defaultMaxAgeSeconds;
	piggybacked = false;
	more = false;
	observe = absent;
	block1 = absent;
	block2 = absent;
	readonly etag = new Uint8Array(longestEtag);
	etagLength = 0;
	get codeText(): string {
		return codeText(this.code);
	}
	get ok(): boolean {
		return this.code >> 5 === 2;
	}
	/**
	 * False: it has a critical option that is unknown, repeated or of a wrong length, so that the response must be rejected (RFC 7252 5.4.1, 5.4.3, 5.4.5).
	 * Elective ones of that kind are passed over.
	 */
	read(message: MessageReader, piggybacked: boolean): boolean {
		this.code = message.code;
		this.payload = message.payload();
		this.contentFormat = undefined;
		this.maxAgeSeconds = defaultMaxAgeSeconds;
		this.piggybacked = piggybacked;
		this.more = false;
		this.observe = this.block1 = this.block2 = absent;
		this.etagLength = 0;
		for (let index = 0; index < message.optionCount; index++) {
			const number = message.optionNumber(index);
			const length = message.optionEnd(index) - message.optionStart(index);
			const allowed = lengths[number];
			if (allowed === undefined || length < allowed.from || length > allowed.to || !this.#take(number, message, index)) {
				if (isCritical(number)) return false;
			}
		}
		return true;
	}
	/** False: repeated, or a reserved value. */
	#take(number: number, message: MessageReader, index: number): boolean {
		const repeated = index > 0 && message.optionNumber(index - 1) === number;
		switch (number) {
			case option.observe:
				if (!repeated) this.observe = message.optionUint(index);
				return true;
			case option.contentFormat:
				if (!repeated) this.contentFormat = message.optionUint(index);
				return true;
			case option.maxAge:
				if (!repeated) this.maxAgeSeconds = message.optionUint(index);
				return true;
			case option.etag:
				if (!repeated) this.#takeEtag(message, index);
				return true;
			case option.block2:
				this.block2 = message.optionUint(index);
				return !repeated && blockExponent(this.block2) < 7;
			case option.block1:
				this.block1 = message.optionUint(index);
				return !repeated && blockExponent(this.block1) < 7;
			default:
				return true;
		}
	}
	#takeEtag(message: MessageReader, index: number): void {
		const start = message.optionStart(index);
		this.etagLength = message.optionEnd(index) - start;
		for (let place = 0; place < this.etagLength; place++) this.etag[place] = message.bytes[start + place]!;
	}
}
