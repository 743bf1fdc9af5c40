import type { Command } from "./command.js";
import type { Row } from "./decode.js";
import { type Field, FieldKind } from "./fields.js";

const QUOTE = 0x22;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const CR = 0x0d;

/** Ranges of secret bytes that one command line may hold (`+CPWD` has two, `+CGAUTH` two). */
const MAX_SECRETS = 4;

/** What is wrong with a parameter; never the parameter itself. */
export type Refusal = "overflow" | "malformed";

/**
 * One command line, encoded into a fixed buffer. Whatever could end the line early or start another command (a quote, a control
 * character, a byte above 0x7E) is refused, so a parameter can never be more than a parameter.
 */
export class CommandLine {
	readonly bytes: Uint8Array;
	length = 0;
	/** Where `AT` stands: a probe may have a byte before it. */
	begin = 0;
	/** [start, end) pairs of bytes that no trace may show. */
	readonly secrets: number[] = [];
	secretCount = 0;
	/** The command whose line, without parameters, is still in the buffer. */
	#held: Command<any, any> | undefined = undefined;
	/** Which parameter was refused and why. */
	problem = "";

	constructor(capacity: number) {
		this.bytes = new Uint8Array(capacity);
	}

	/** Writes `AT`, the head, the parameters and CR. */
	encode(command: Command<any, any>, params: Row | undefined): Refusal | undefined {
		if (command === this.#held) return undefined;
		this.#held = undefined;
		const plan = command.plan;
		const head = plan.head;
		const count = head.length;
		const bytes = this.bytes;
		this.begin = 0;
		this.secretCount = 0;
		this.problem = "";
		if (count + 3 > bytes.length) return this.refuse("overflow", "command line", "is longer than transmitCapacity");
		bytes[0] = 0x41;
		bytes[1] = 0x54;
		for (let i = 0; i < count; i++) bytes[i + 2] = head[i]!;
		this.length = count + 2;
		const refusal = command.rule.isRaw ? this.checkRaw() : plan.hasParams ? this.parameters(command, params) : undefined;
		if (refusal !== undefined || this.put(CR) !== undefined) return refusal ?? "overflow";
		if (!plan.hasParams) this.#held = command;
		return undefined;
	}

	/** `AT` alone; a lead of CR or ESC first ends a line or a prompt that was left half-way. */
	encodeProbe(lead: number): void {
		const bytes = this.bytes;
		this.#held = undefined;
		this.secretCount = 0;
		this.begin = lead === 0 ? 0 : 1;
		bytes[0] = lead;
		bytes[this.begin] = 0x41;
		bytes[this.begin + 1] = 0x54;
		bytes[this.begin + 2] = CR;
		this.length = this.begin + 3;
	}

	/** What was written by hand may have bytes above ASCII, a character being a byte then, but nothing that ends the line. */
	private checkRaw(): Refusal | undefined {
		for (let at = 2; at < this.length; at++) {
			const byte = this.bytes[at]!;
			if (byte < 0x20 || byte === 0x7f) return this.refuse("malformed", "command line", "has a character that is no text");
		}
		return undefined;
	}

	/** Commas of parameters left out in the middle stay, those at the end go (V.250 5.4.2.2). */
	private parameters(command: Command<any, any>, params: Row | undefined): Refusal | undefined {
		const { names, fields } = command.plan.params;
		if (params === undefined || params === null) return this.refuse("malformed", "parameters", "are missing");
		let last = names.length - 1;
		while (last >= 0 && params[names[last]!] === undefined && fields[last]!.isOptional) last--;
		for (let i = 0; i <= last; i++) {
			if (i > 0 && this.put(COMMA)) return "overflow";
			const name = names[i]!;
			const refusal = this.field(name, fields[i]!, params[name], command.rule.redact?.includes(i) === true);
			if (refusal) return refusal;
		}
		return undefined;
	}

	private field(name: string, field: Field<unknown>, value: unknown, isSecret: boolean): Refusal | undefined {
		if (value === undefined) return field.isOptional ? undefined : this.refuse("malformed", name, "is missing");
		const start = this.length;
		const refusal = this.value(name, field, value);
		if (isSecret && !refusal && this.secretCount < MAX_SECRETS) {
			const quote = this.bytes[start] === QUOTE ? 1 : 0;
			this.secrets[2 * this.secretCount] = start + quote;
			this.secrets[2 * this.secretCount + 1] = this.length - quote;
			this.secretCount++;
		}
		return refusal;
	}

	private value(name: string, field: Field<unknown>, value: unknown): Refusal | undefined {
		switch (field.kind) {
			case FieldKind.uint:
			case FieldKind.int:
				return this.number(name, field, value, 10);
			case FieldKind.hex:
				return this.number(name, field, value, 16);
			case FieldKind.choice:
				return this.choice(name, field, value);
			case FieldKind.payloadHex:
				return this.hexOf(name, field, value);
			case FieldKind.word:
				if (!field.words!.includes(value as string)) return this.refuse("malformed", name, "is none of the words allowed");
				return this.string(name, value as string, true, 0, 256);
			case FieldKind.bits:
				return this.bits(name, field, value);
			case FieldKind.uintList:
				return this.list(name, field, value);
			default:
				return this.string(name, value, field.isQuoted, field.minimum, field.maximum);
		}
	}

	private choice(name: string, field: Field<unknown>, value: unknown): Refusal | undefined {
		const number = typeof value === "string" ? field.choices![value] : undefined;
		if (typeof number !== "number") return this.refuse("malformed", name, "is none of the names allowed");
		return this.digits(number, 10);
	}

	private number(name: string, field: Field<unknown>, value: unknown, base: 10 | 16): Refusal | undefined {
		if (typeof value !== "number" || !Number.isInteger(value)) return this.refuse("malformed", name, "is not a whole number");
		if (value < field.minimum || value > field.maximum) return this.refuse("malformed", name, "is out of range");
		if (field.isQuoted && this.put(QUOTE)) return "overflow";
		if (value < 0 && this.put(0x2d)) return "overflow";
		if (this.digits(value < 0 ? -value : value, base)) return "overflow";
		return field.isQuoted ? this.put(QUOTE) : undefined;
	}

	private list(name: string, field: Field<unknown>, value: unknown): Refusal | undefined {
		if (!Array.isArray(value) || value.length === 0) return this.refuse("malformed", name, "is not a list with something in it");
		for (let i = 0; i < value.length; i++) {
			if (i > 0 && this.put(COMMA)) return "overflow";
			const refusal = this.number(name, field, value[i], 10);
			if (refusal) return refusal;
		}
		return undefined;
	}

	/** Digits from the last to the first, so that no string is made. */
	private digits(value: number, base: 10 | 16): Refusal | undefined {
		let count = 1;
		for (let limit = base as number; limit <= value; limit *= base) count++;
		const end = this.length + count;
		if (end > this.bytes.length) return this.refuse("overflow", "command line", "is longer than transmitCapacity");
		let rest = value;
		for (let at = end - 1; at >= this.length; at--) {
			const digit = rest % base;
			this.bytes[at] = digit < 10 ? 0x30 + digit : 0x37 + digit;
			rest = (rest - digit) / base;
		}
		this.length = end;
		return undefined;
	}

	private bits(name: string, field: Field<unknown>, value: unknown): Refusal | undefined {
		if (typeof value !== "string" || value.length !== field.minimum) return this.refuse("malformed", name, "has the wrong number of bits");
		for (let i = 0; i < value.length; i++) {
			const code = value.charCodeAt(i);
			if (code !== 0x30 && code !== 0x31) return this.refuse("malformed", name, "has a digit other than 0 and 1");
		}
		return this.string(name, value, field.isQuoted, 0, field.maximum);
	}

	private string(name: string, value: unknown, isQuoted: boolean, minimum: number, maximum: number): Refusal | undefined {
		if (typeof value !== "string") return this.refuse("malformed", name, "is not a string");
		if (value.length < minimum || value.length > maximum) return this.refuse("malformed", name, "is too long or too short");
		if (isQuoted && this.put(QUOTE)) return "overflow";
		for (let i = 0; i < value.length; i++) {
			const code = value.charCodeAt(i);
			const isFree = isQuoted || (code !== COMMA && code !== SEMICOLON && code !== 0x20);
			if (code < 0x20 || code > 0x7e || code === QUOTE || !isFree)
				return this.refuse("malformed", name, "has a character that would end it");
			if (this.put(code)) return "overflow";
		}
		return isQuoted ? this.put(QUOTE) : undefined;
	}

	private hexOf(name: string, field: Field<unknown>, value: unknown): Refusal | undefined {
		if (!(value instanceof Uint8Array)) return this.refuse("malformed", name, "is not a Uint8Array");
		if (value.length > field.maximum) return this.refuse("malformed", name, "is too long");
		const out = this.bytes;
		let at = this.length;
		if (at + 2 * value.length + 2 > out.length) return this.refuse("overflow", "command line", "is longer than transmitCapacity");
		if (field.isQuoted) out[at++] = QUOTE;
		for (let i = 0; i < value.length; i++) {
			const byte = value[i]!;
			const high = byte >> 4;
			const low = byte & 15;
			out[at++] = high < 10 ? 0x30 + high : 0x37 + high;
			out[at++] = low < 10 ? 0x30 + low : 0x37 + low;
		}
		if (field.isQuoted) out[at++] = QUOTE;
		this.length = at;
		return undefined;
	}

	private put(byte: number): Refusal | undefined {
		if (this.length >= this.bytes.length) return this.refuse("overflow", "command line", "is longer than transmitCapacity");
		this.bytes[this.length++] = byte;
		return undefined;
	}

	private refuse(code: Refusal, what: string, why: string): Refusal {
		this.problem = `${what} ${why}`;
		return code;
	}
}
