import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { bytesOf, textOf } from "../../modem/text.js";
import { addressFamily } from "../../network/ip-text.js";
import type { TlsRequest } from "../../network/ue.js";
import { cmeError } from "./errors.js";

const contextCount = 6;
const longestName = 64;
const longestFile = 8192;

/** The settings of one TLS context, all forgotten at a restart. */
interface TlsContext {
	/** 0 nobody is authenticated, 1 the server, 2 both. */
	auth: number;
	cert: readonly [ca: string, certificate: string, key: string];
	negotime: number;
	/** 0 SSL 3.0 … 3 TLS 1.2, 255 any. */
	version: number;
	ciphersuite: string;
	session: number;
	/** 1 from the factory: when a certificate expires is not looked at. */
	ignorestamp: number;
	ignoreverify: number;
	/** Documented for a sibling; that this module sends the name unasked is inferred from public servers that it reaches. */
	sni: number;
}

type NumberKey = "auth" | "negotime" | "version" | "session" | "ignorestamp" | "ignoreverify" | "sni";

const ranges: Readonly<Record<NumberKey, readonly number[] | readonly [number, number, "range"]>> = {
	auth: [0, 1, 2],
	negotime: [10, 300, "range"],
	version: [0, 1, 2, 3, 255],
	session: [0, 1],
	ignorestamp: [0, 1],
	ignoreverify: [0, 1],
	sni: [0, 1],
};

/** `+MSSL…`: contexts and the certificates and keys that the module keeps by name. */
export class CmccTls {
	readonly #core: ModuleCore;
	readonly #contexts: readonly TlsContext[] = Array.from({ length: contextCount }, () => ({
		auth: 0,
		cert: ["", "", ""] as const,
		negotime: 300,
		version: 255,
		ciphersuite: "0",
		session: 1,
		ignorestamp: 1,
		ignoreverify: 0,
		sni: 1,
	}));
	/** Files whose last piece has not come. */
	readonly #pieces = new Map<string, string>();

	constructor(core: ModuleCore) {
		this.#core = core;
	}

	/** What a connection with a context asks for; undefined: no such context. */
	request(id: number, host: string): TlsRequest | undefined {
		const context = this.#contexts[id];
		if (!context) return undefined;
		const [ca, certificate, key] = context.cert.map(name => this.#file(name));
		return {
			serverName: context.sni === 1 && addressFamily(host) === undefined ? host : undefined,
			verify: context.auth > 0 && context.ignoreverify === 0,
			ca: ca === undefined ? [] : [ca],
			...(context.auth === 2 && certificate !== undefined && key !== undefined ? { certificate, key } : {}),
			// No document speaks of TLS 1.3.
			versions: context.version === 3 || context.version === 255 ? ["1.2"] : [],
			ignoreTime: context.ignorestamp === 1,
		};
	}

	negotiationMs(id: number): number {
		return (this.#contexts[id]?.negotime ?? 0) * 1000;
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+MSSLCFG",
				set: call => this.#configure(call),
				test: '\r\n+MSSLCFG: ("auth","cert","negotime","version","ciphersuite","session","ignorestamp","ignoreverify","sni")\r\n',
			},
			{ name: "+MSSLCERTWR", set: call => this.#write(call, "cert"), test: "" },
			{ name: "+MSSLKEYWR", set: call => this.#write(call, "key"), test: "" },
			{ name: "+MSSLCERTRD", set: call => this.#readBack(call), test: "" },
			{ name: "+MSSLLIST", set: call => this.#list(call), test: "\r\n+MSSLLIST: (1-3)\r\n" },
			{ name: "+MSSLRM", set: call => this.#remove(call), test: "" },
		];
	}

	#file(name: string): string | undefined {
		return this.#core.nvram.get(`MSSL.cert.${name}`) ?? this.#core.nvram.get(`MSSL.key.${name}`);
	}

	/** With the option alone all contexts are shown, with a context's number this one. */
	#configure(call: Call): Answer {
		const { parameters } = call;
		const key = parameters.text(0).toLowerCase();
		const id = parameters.number(1);
		if (key !== "cert" && key !== "ciphersuite" && !(key in ranges)) return cmeError.parameter;
		if (parameters.count === 1) return this.#contexts.map((_, index) => this.#show(key, index)).join("");
		const context = this.#contexts[id ?? -1];
		if (!context) return cmeError.parameter;
		if (parameters.count === 2) return this.#show(key, id!);
		if (key === "cert") return this.#bind(call, context);
		if (key === "ciphersuite") {
			context.ciphersuite = parameters.text(2);
			return "";
		}
		const value = parameters.number(2);
		if (value === undefined || !allowed(ranges[key as NumberKey], value)) return cmeError.parameter;
		context[key as NumberKey] = value;
		return "";
	}

	/** Names are taken as they come; a file that is not there fails the handshake: inferred. */
	#bind(call: Call, context: TlsContext): Answer {
		const names = [2, 3, 4].map(index => call.parameters.text(index));
		if (names.some(name => name.length > longestName) || call.parameters.count > 5) return cmeError.parameter;
		context.cert = names as [string, string, string];
		return "";
	}

	#show(key: string, id: number): string {
		const context = this.#contexts[id]!;
		const value = key === "cert" ? context.cert.map(name => `"${name}"`).join(",") : context[key as NumberKey | "ciphersuite"];
		return `\r\n+MSSLCFG: "${key}",${id},${value}\r\n`;
	}

	/** `=<name>,<left>,<length>[,<data>]`; several pieces make one file while `<left>` is not 0. Asks for data without a blank after `>`. */
	#write(call: Call, kind: "cert" | "key"): Answer {
		const { parameters } = call;
		const name = parameters.text(0);
		// The short form without `<left>` is in a public digest of the manual.
		const short = parameters.count === 2;
		const left = short ? 0 : parameters.within(1, 0, longestFile);
		const length = parameters.within(short ? 1 : 2, 0, longestFile);
		if (name === "" || name.length > longestName || left === undefined || length === undefined) return cmeError.parameter;
		if (parameters.has(3)) {
			const text = unescaped(parameters.text(3));
			if (length > 0 && parameters.text(3).length !== length) return cmeError.parameter;
			return this.#store(kind, name, text, left);
		}
		if (length === 0) return cmeError.parameter;
		call.prompt({ text: "\r\n>", length, binary: true }, data => {
			const answer = this.#store(kind, name, data ? textOf(data) : "", left);
			if (typeof answer === "number") call.cme(answer);
			else call.ok();
		});
		return undefined;
	}

	#store(kind: "cert" | "key", name: string, piece: string, left: number): Answer {
		const whole = (this.#pieces.get(name) ?? "") + piece;
		if (whole.length > longestFile) {
			this.#pieces.delete(name);
			return cmeError.parameter;
		}
		if (left > 0) {
			this.#pieces.set(name, whole);
			return "";
		}
		this.#pieces.delete(name);
		this.#core.nvram.set(`MSSL.${kind}.${name}`, whole);
		return "";
	}

	#readBack(call: Call): Answer {
		const text = this.#core.nvram.get(`MSSL.cert.${call.parameters.text(0)}`);
		return text === undefined ? cmeError.parameter : `\r\n+MSSLCERTRD: ${text.length},${text}\r\n`;
	}

	#list(call: Call): Answer {
		const kind = call.parameters.within(0, 1, 3);
		if (kind === undefined) return cmeError.parameter;
		const prefix = ["MSSL.cert.", "MSSL.key.", "MSSL.psk."][kind - 1]!;
		const files = [...this.#core.nvram.entries].filter(([key]) => key.startsWith(prefix));
		return files.map(([key, text]) => `\r\n+MSSLLIST: "${key.slice(prefix.length)}",${bytesOf(text).length}\r\n`).join("");
	}

	#remove(call: Call): Answer {
		const name = call.parameters.text(0);
		const { nvram } = this.#core;
		const key = [`MSSL.cert.${name}`, `MSSL.key.${name}`].find(entry => nvram.get(entry) !== undefined);
		if (key === undefined) return cmeError.parameter;
		nvram.update({ [key]: undefined });
		return "";
	}
}

function allowed(range: readonly (number | "range")[], value: number): boolean {
	return range[2] === "range" ? value >= Number(range[0]) && value <= Number(range[1]) : range.includes(value);
}

/** Line ends of a certificate inside a command are written `\r\n`. */
export function unescaped(text: string): string {
	return text.replace(/\\(?:([rnt"\\])|x([0-9A-Fa-f]{2}))/g, (_, letter: string | undefined, hex: string) =>
		letter === undefined ? String.fromCharCode(Number.parseInt(hex, 16)) : ({ r: "\r", n: "\n", t: "\t" }[letter] ?? letter),
	);
}
