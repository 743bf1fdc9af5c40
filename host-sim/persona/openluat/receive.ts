import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { hexOf, textOf } from "../../modem/text.js";
import type { Received } from "../socket/receive-buffer.js";
import { cmeError } from "./errors.js";
import type { Modes } from "./modes.js";
import type { Link } from "./sockets.js";

/** Most bytes of one read as they are, and in hexadecimal, whatever `=?` says (public manual digest and test). */
const longestRead = 1460;
const longestHexRead = 730;
/** Most bytes of one pushed piece: a full segment. */
const longestPush = 1460;

/** `+CIPRXGET`: what arrives waits for the host, or is pushed. */
export class Delivery {
	readonly #core: ModuleCore;
	readonly #modes: Modes;
	readonly #linkOf: (id: number) => Link | undefined;
	readonly #drained: (link: Link) => void;
	/** Who sent what came last, by number. */
	readonly #senders = new Map<number, string>();

	/** @param drained told when the host has read all of it */
	constructor(core: ModuleCore, modes: Modes, linkOf: (id: number) => Link | undefined, drained: (link: Link) => void) {
		this.#core = core;
		this.#modes = modes;
		this.#linkOf = linkOf;
		this.#drained = drained;
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+CIPRXGET",
				read: () => `\r\n+CIPRXGET: ${this.#modes.receive}\r\n`,
				set: call => this.#get(call),
				test: `\r\n+CIPRXGET: (0-5),(0-5),(1-${longestRead})\r\n`,
			},
		];
	}

	/** Mode 1 says it once until all of it is read, mode 5 each time. */
	received(link: Link, bytes: number): void {
		const { receive, mux } = this.#modes;
		if (receive === 0) this.#push(link);
		else if (receive === 5 || link.socket.unreadBytes === bytes)
			this.#core.urc(`\r\n+CIPRXGET: 1${mux ? `,${link.id}` : ""}${this.#senderField(link)}\r\n`);
	}

	/** With `+CIPSRIP=1` a datagram's sender is told with it (public test). */
	#senderField(link: Link): string {
		const sender = this.#senders.get(link.id);
		return this.#modes.sender && link.service === "UDP" ? `,"${sender ?? `${link.host}:${link.port}`}"` : "";
	}

	#push(link: Link): void {
		const end = this.#modes.push.lineEnd ? "\r\n" : "";
		for (let piece = link.socket.take(longestPush); piece; piece = link.socket.take(longestPush))
			this.#core.urc(`\r\n${this.#header(link, piece)}${textOf(piece.bytes)}${end}`);
	}

	/** Several connections: number and length on a line of its own; one: whatever was switched on. */
	#header(link: Link, piece: Received): string {
		const { length } = piece.bytes;
		if (this.#modes.mux) return `+RECEIVE,${link.id},${length}:\r\n`;
		const sender = this.#modes.sender ? `RECV FROM:${piece.address}:${piece.port}\r\n` : "";
		const { header, protocol } = this.#modes.push;
		return `${sender}${header ? `+IPD,${length}${protocol ? `,${link.service}` : ""}:` : ""}`;
	}

	#get(call: Call): Answer {
		const { parameters } = call;
		const mode = parameters.within(0, 0, 5);
		if (mode === undefined) return cmeError.parameter;
		if (mode === 0 || mode === 1 || mode === 5) {
			if (parameters.count > 1) return cmeError.parameter;
			this.#modes.setReceive(mode);
			return "";
		}
		const { mux, receive } = this.#modes;
		const at = mux ? 2 : 1;
		const id = mux ? parameters.within(1, 0, 5) : 0;
		const longest = mode === 3 ? longestHexRead : longestRead;
		const length = parameters.within(at, 1, longest, longest);
		if (id === undefined) return cmeError.parameter;
		// A read that is too long takes nothing.
		if (receive === 0 || length === undefined) return cmeError.notAllowed;
		return this.#read(mode, mux ? `${id},` : "", length, this.#linkOf(id));
	}

	/** Where nothing waits and where no connection is the header stands alone with zeros. */
	#read(mode: number, number: string, length: number, link: Link | undefined): string {
		if (mode === 4) return `\r\n+CIPRXGET: 4,${number}${link?.socket.unreadBytes ?? 0}\r\n`;
		const taken = link?.socket.take(length);
		if (!link || !taken) return `\r\n+CIPRXGET: ${mode},${number}0,0\r\n`;
		this.#senders.set(link.id, `${taken.address}:${taken.port}`);
		const left = link.socket.unreadBytes;
		if (left === 0) this.#core.after(0, () => this.#drained(link));
		const data = mode === 3 ? hexOf(taken.bytes) : textOf(taken.bytes);
		return `\r\n+CIPRXGET: ${mode},${number}${taken.bytes.length},${left}${this.#senderField(link)}\r\n${data}\r\n`;
	}
}
