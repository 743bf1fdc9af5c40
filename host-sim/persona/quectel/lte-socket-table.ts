import type { Answer, Call } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { bytesOf, bytesOfHex, textOf } from "../../modem/text.js";
import type { FlowOptions } from "../../network/ue.js";
import type { LteContexts } from "./lte-context.js";
import { type LastError, lteError } from "./lte-errors.js";
import { LteSocket, longestData, type PushFormat, type SocketTarget, type SocketWords } from "./lte-socket.js";

/** Identifiers of one group of commands. */
export const largestSocket = 11;
const longestRead = 1500;
/** `+QICLOSE` waits for the peer, 10 s at most by default; a peer confirms within: assumption. */
const closeMs = 100;

/** How what the host types at the prompt comes back: `+QISDE`. */
export interface SendEcho {
	echo: boolean;
}

/** The sockets of the TCP/IP or of the TLS commands: both groups open, send, read and close alike. */
export class LteSocketTable {
	readonly #core: ModuleCore;
	readonly #words: SocketWords;
	readonly #contexts: LteContexts;
	readonly #errors: LastError;
	readonly #sockets = new Map<number, LteSocket>();

	constructor(core: ModuleCore, words: SocketWords, contexts: LteContexts, errors: LastError) {
		this.#core = core;
		this.#words = words;
		this.#contexts = contexts;
		this.#errors = errors;
	}

	/** In the order of their identifiers. */
	get all(): readonly LteSocket[] {
		return [...this.#sockets.values()].sort((a, b) => a.target.id - b.target.id);
	}

	get(id: number | undefined): LteSocket | undefined {
		return id === undefined ? undefined : this.#sockets.get(id);
	}

	/** OK at once; the outcome follows. */
	open(call: Call, target: SocketTarget, options: FlowOptions, format: () => PushFormat): void {
		const core = this.#core;
		call.ok();
		const report = (error: number): void => {
			this.#errors.set(error);
			core.urc(`\r\n${this.#words.opened}: ${target.id},${error}\r\n`);
			core.sleep.activity();
		};
		const obstacle = this.#sockets.has(target.id)
			? lteError.identifierUsed
			: this.#contexts.isActive(target.context)
				? undefined
				: lteError.contextOpen;
		if (obstacle !== undefined) {
			core.after(20, () => report(obstacle));
			return;
		}
		const socket = new LteSocket(core, this.#words, format, target);
		this.#sockets.set(target.id, socket);
		socket.open(options, error => {
			if (error !== lteError.none) this.#sockets.delete(target.id);
			report(error);
		});
	}

	/** Prompt, data by length or up to Ctrl-Z, `SEND OK`; length 0 asks for the counters. */
	send(call: Call, echo: boolean): Answer {
		const { parameters } = call;
		const socket = this.get(parameters.within(0, 0, largestSocket));
		const length = parameters.within(1, 0, longestData);
		if (parameters.has(1) && length === undefined) return 50;
		if (!socket) return this.#refuse(call, lteError.parameter);
		if (length === 0) {
			if (!this.#words.counters) return 50;
			const { sentBytes, ackedBytes } = socket;
			return `\r\n${this.#words.counters}: ${sentBytes},${ackedBytes},${sentBytes - ackedBytes}\r\n`;
		}
		if (socket.state !== 2) return this.#refuse(call, lteError.closed);
		const binary = length !== undefined;
		call.prompt({ text: "\r\n> ", length, binary, echo, limit: longestData }, data => {
			if (!data || data.length === 0) call.ok();
			else this.transmit(call, socket, data);
		});
		return undefined;
	}

	/** Data inside the command line, hexadecimal or text. */
	sendInline(call: Call, hexadecimal: boolean, text: string, length: number | undefined): Answer {
		const socket = this.get(call.parameters.within(0, 0, largestSocket));
		const data = hexadecimal ? bytesOfHex(text) : bytesOf(text);
		if (!data || data.length === 0 || data.length > longestData || (length !== undefined && data.length !== length)) return 50;
		if (socket?.state !== 2) return this.#refuse(call, socket ? lteError.closed : lteError.parameter);
		this.transmit(call, socket, data);
		return undefined;
	}

	transmit(call: Call, socket: LteSocket, data: Uint8Array): void {
		socket.send(data, result => call.final(result === "ok" ? "SEND OK" : "SEND FAIL", result === "ok" ? 0 : 4));
	}

	/** Length 0 asks for the counters. */
	read(call: Call): Answer {
		const { parameters } = call;
		const socket = this.get(parameters.within(0, 0, largestSocket));
		const limit = parameters.within(1, 0, longestRead, longestRead);
		if (limit === undefined) return 50;
		if (!socket) return this.#refuse(call, lteError.parameter);
		if (limit === 0) return `\r\n${this.#words.read}: ${socket.receivedBytes},${socket.readBytes},${socket.unreadBytes}\r\n`;
		const data = socket.read(limit);
		return data.length === 0 ? `\r\n${this.#words.read}: 0\r\n` : `\r\n${this.#words.read}: ${data.length}\r\n${textOf(data)}\r\n`;
	}

	/** Closing what is closed succeeds. */
	close(call: Call): Answer {
		const id = call.parameters.within(0, 0, largestSocket);
		if (id === undefined) return 50;
		this.#sockets.get(id)?.abandon();
		this.#sockets.delete(id);
		call.after(closeMs, () => call.ok());
		return undefined;
	}

	/** The context is gone: its sockets are useless and stay taken until the host closes them (inferred). */
	contextLost(cid: number): void {
		for (const socket of this.#sockets.values()) if (socket.target.context === cid) socket.abandon();
	}

	forget(): void {
		for (const socket of this.#sockets.values()) socket.abandon();
		this.#sockets.clear();
	}

	dropAll(): void {
		for (const socket of this.#sockets.values()) socket.drop();
	}

	#refuse(call: Call, error: number): undefined {
		this.#errors.set(error);
		call.error();
	}
}
