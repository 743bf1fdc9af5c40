import type { Answer, Call, CommandRow } from "../../modem/command.js";
import { cmeError } from "./errors.js";

export const socketCount = 6;

/** What `+MIPCFG` and `+MIPTKA` hold for one connection number; forgotten at a restart. */
export interface SocketSettings {
	cid: number | undefined;
	/** Of data inside a command: 0 as they are, 1 hexadecimal, 2 escaped. */
	sendFormat: number;
	/** 0 as they are, 1 hexadecimal. */
	receiveFormat: number;
	/** For data after the prompt. */
	timeoutSeconds: number;
	/** 1: a connection that broke keeps its number until `+MIPCLOSE`. */
	autofree: number;
	ackMode: number;
	/** The TLS context; undefined: plain TCP. */
	ssl: number | undefined;
	udpBufferBytes: number;
	keepAlive: readonly number[];
}

/** `+MIPCFG` and `+MIPTKA`. */
export class SocketConfiguration {
	readonly #settings: readonly SocketSettings[] = Array.from({ length: socketCount }, () => ({
		cid: undefined,
		sendFormat: 0,
		receiveFormat: 0,
		timeoutSeconds: 10,
		autofree: 0,
		ackMode: 0,
		ssl: undefined,
		udpBufferBytes: 65_535,
		keepAlive: [0],
	}));
	readonly #inUse: (id: number) => boolean;

	/** @param inUse whether a connection has this number: some settings are for the next one only */
	constructor(inUse: (id: number) => boolean) {
		this.#inUse = inUse;
	}

	of(id: number): SocketSettings {
		return this.#settings[id]!;
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+MIPCFG",
				set: call => this.#configure(call),
				test: '\r\n+MIPCFG: ("cid","encoding","timeout","autofree","rcvbuf","ackmode","ssl"),(0-5)\r\n',
			},
			{
				name: "+MIPTKA",
				read: () => this.#settings.map((settings, id) => `\r\n+MIPTKA: ${[id, ...settings.keepAlive].join(",")}\r\n`).join(""),
				set: call => this.#keepAlive(call),
				test: "\r\n+MIPTKA: (0-5),(0-1),(30-7200),(30-600),(1-9)\r\n",
			},
		];
	}

	#configure(call: Call): Answer {
		const { parameters } = call;
		const key = parameters.text(0).toLowerCase();
		const shown = options[key];
		if (!shown) return cmeError.parameter;
		const line = (id: number) => `\r\n+MIPCFG: "${key}",${[id, ...shown.show(this.of(id))].join(",")}\r\n`;
		if (parameters.count === 1) return this.#settings.map((_, id) => line(id)).join("");
		const id = parameters.within(1, 0, socketCount - 1);
		if (id === undefined) return cmeError.parameter;
		if (parameters.count === 2) return line(id);
		if (shown.beforeOpening && this.#inUse(id)) return cmeError.state;
		return shown.set(this.of(id), call) ? "" : cmeError.parameter;
	}

	#keepAlive(call: Call): Answer {
		const { parameters } = call;
		const id = parameters.within(0, 0, socketCount - 1);
		if (id === undefined) return cmeError.parameter;
		if (parameters.count === 1) return `\r\n+MIPTKA: ${[id, ...this.of(id).keepAlive].join(",")}\r\n`;
		const on = parameters.within(1, 0, 1);
		const idle = parameters.within(2, 30, 7200, 90);
		const interval = parameters.within(3, 30, 600, 75);
		const count = parameters.within(4, 1, 9, 3);
		if (on === undefined || idle === undefined || interval === undefined || count === undefined) return cmeError.parameter;
		if (this.#inUse(id)) return cmeError.state;
		this.of(id).keepAlive = on === 0 ? [0] : [1, idle, interval, count];
		return "";
	}
}

interface Option {
	show(settings: SocketSettings): readonly (number | string)[];
	/** False: a wrong value. */
	set(settings: SocketSettings, call: Call): boolean;
	readonly beforeOpening?: true;
}

type NumberKey = "cid" | "timeoutSeconds" | "autofree" | "ackMode" | "udpBufferBytes";

function one(name: NumberKey, minimum: number, maximum: number, beforeOpening?: true): Option {
	return {
		show: settings => (settings[name] === undefined ? [] : [settings[name]]),
		set: (settings, call) => {
			const value = call.parameters.within(2, minimum, maximum);
			if (value !== undefined) settings[name] = value;
			return value !== undefined;
		},
		...(beforeOpening ? { beforeOpening } : {}),
	};
}

const options: Readonly<Record<string, Option>> = {
	cid: one("cid", 1, 15, true),
	timeout: one("timeoutSeconds", 1, 120),
	autofree: one("autofree", 0, 1),
	ackmode: one("ackMode", 0, 1),
	// A stream's is its window and cannot be set.
	rcvbuf: one("udpBufferBytes", 1460, 65_535, true),
	encoding: {
		show: settings => [settings.sendFormat, settings.receiveFormat],
		set: (settings, call) => {
			const send = call.parameters.within(2, 0, 2);
			const receive = call.parameters.within(3, 0, 1, settings.receiveFormat);
			if (send === undefined || receive === undefined) return false;
			settings.sendFormat = send;
			settings.receiveFormat = receive;
			return true;
		},
	},
	ssl: {
		show: settings => (settings.ssl === undefined ? [0] : [1, settings.ssl]),
		set: (settings, call) => {
			const on = call.parameters.within(2, 0, 1);
			const context = call.parameters.within(3, 0, 5, 0);
			if (on === undefined || context === undefined) return false;
			settings.ssl = on === 1 ? context : undefined;
			return true;
		},
		beforeOpening: true,
	},
};
