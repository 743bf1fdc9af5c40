import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { hexOf, textOf } from "../../modem/text.js";
import { refused, wrong } from "./errors.js";
import type { Link } from "./link.js";

/** Most bytes of one read, as they are and in hexadecimal (the vendor's manual, by TinyGSM). */
const longestRead = 1500;
const longestHexRead = 750;
/** Most bytes of one pushed piece: a full segment. */
const longestPush = 1460;

/** `+CIPRXGET`: what arrives waits for the host, or is pushed as `+IPD`. */
export class Delivery {
	readonly #core: ModuleCore;
	readonly #linkOf: (id: number) => Link | undefined;
	/** 0 pushed, 1 kept. */
	#mode = 0;
	/** `+CIPHEAD` and `+CIPSRIP`. */
	#header = 1;
	#sender = 1;

	constructor(core: ModuleCore, linkOf: (id: number) => Link | undefined) {
		this.#core = core;
		this.#linkOf = linkOf;
	}

	get commands(): readonly CommandRow[] {
		const flag = (name: string, get: () => number, set: (value: number) => void): CommandRow => ({
			name,
			read: () => `\r\n${name}: ${get()}\r\n`,
			set: call => {
				const value = call.parameters.within(0, 0, 1);
				if (value === undefined) return wrong(call);
				set(value);
				return "";
			},
			test: `\r\n${name}: (0-1)\r\n`,
		});
		return [
			{
				name: "+CIPRXGET",
				read: () => `\r\n+CIPRXGET: ${this.#mode}\r\n`,
				set: call => this.#get(call),
				test: `\r\n+CIPRXGET: (0-4),(0-9),(1-${longestRead})\r\n`,
			},
			flag(
				"+CIPHEAD",
				() => this.#header,
				value => (this.#header = value),
			),
			flag(
				"+CIPSRIP",
				() => this.#sender,
				value => (this.#sender = value),
			),
		];
	}

	/** Kept: said once, until all of it is read. */
	received(link: Link, bytes: number): void {
		if (this.#mode === 0) this.#push(link);
		else if (link.unreadBytes === bytes) this.#core.urc(`\r\n+CIPRXGET: 1,${link.id}\r\n`);
	}

	/** No link number is told, only who sent it (the vendor's note). */
	#push(link: Link): void {
		for (let piece = link.take(longestPush); piece; piece = link.take(longestPush)) {
			const sender = this.#sender === 1 ? `\r\nRECV FROM:${piece.address}:${piece.port}` : "";
			const header = this.#header === 1 ? `\r\n+IPD${piece.bytes.length}` : "";
			this.#core.urc(`${sender}${header}\r\n${textOf(piece.bytes)}`);
		}
	}

	#get(call: Call): Answer {
		const { parameters } = call;
		const mode = parameters.within(0, 0, 4);
		if (mode === undefined) return wrong(call);
		if (mode < 2) {
			if (parameters.count > 1) return wrong(call);
			this.#mode = mode;
			return "";
		}
		const id = parameters.within(1, 0, 9);
		const longest = mode === 3 ? longestHexRead : longestRead;
		const length = parameters.within(2, 1, longest, longest);
		if (id === undefined || length === undefined) return wrong(call);
		if (this.#mode === 0) return refused(call, "+IP ERROR: Operation not supported");
		const link = this.#linkOf(id);
		if (mode === 4) return link ? `\r\n+CIPRXGET: 4,${id},${link.unreadBytes}\r\n` : refused(call, "+IP ERROR: No data");
		const taken = link?.take(length);
		if (!link || !taken) return refused(call, "+IP ERROR: No data");
		const data = mode === 3 ? hexOf(taken.bytes) : textOf(taken.bytes);
		return `\r\n+CIPRXGET: ${mode},${id},${taken.bytes.length},${link.unreadBytes}\r\n${data}\r\n`;
	}
}
