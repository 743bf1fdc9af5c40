import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { textOf } from "../../modem/text.js";
import type { TlsRequest } from "../../network/ue.js";
import { cmeError } from "./errors.js";

/** A connection's number is its context's; 34, 88 and 153 are FTP's, MQTT's and HTTP's. */
const contextIds = [0, 1, 2, 3, 4, 5, 34, 88, 153];
const longestFile = 10_240;

/** Ranges and the factory's values; those of `sslversion` and `ignorelocaltime` are assumptions. */
const numbers: Readonly<Record<string, readonly [minimum: number, maximum: number, factory: number]>> = {
	sslversion: [0, 4, 4],
	seclevel: [0, 2, 0],
	ignorelocaltime: [0, 1, 1],
	negotiatetimeout: [10, 300, 300],
	verifymode: [0, 1, 0],
};
const texts: readonly string[] = ["cacert", "clientcert", "clientkey", "hostname", "ciphersuite"];

/** `+SSLCFG` and the files it names, `+FS…`. */
export class OpenluatTls {
	readonly #core: ModuleCore;
	/** `<tag>.<context>`, only what was set. */
	readonly #settings = new Map<string, string>();

	constructor(core: ModuleCore) {
		this.#core = core;
	}

	request(id: number): TlsRequest {
		const text = (tag: string) => this.#settings.get(`${tag}.${id}`);
		const file = (tag: string) => this.#core.nvram.get(`FS.${text(tag) ?? ""}`);
		const [ca, certificate, key] = [file("cacert"), file("clientcert"), file("clientkey")];
		return {
			serverName: text("hostname"),
			verify: this.#number("seclevel", id) > 0,
			ca: ca === undefined ? [] : [ca],
			...(this.#number("seclevel", id) === 2 && certificate !== undefined && key !== undefined ? { certificate, key } : {}),
			// No document speaks of TLS 1.3.
			versions: this.#number("sslversion", id) >= 3 ? ["1.2"] : [],
			ignoreTime: this.#number("ignorelocaltime", id) === 1,
		};
	}

	negotiationMs(id: number): number {
		return this.#number("negotiatetimeout", id) * 1000;
	}

	get commands(): readonly CommandRow[] {
		const { nvram } = this.#core;
		const named = (call: Call) => `FS.${call.parameters.text(0)}`;
		return [
			{ name: "+SSLCFG", read: () => "", set: call => this.#configure(call), test: "" },
			{
				name: "+FSCREATE",
				set: call => {
					const key = named(call);
					if (key === "FS." || nvram.get(key) !== undefined) return void call.error();
					nvram.set(key, "");
					return "";
				},
				test: "",
			},
			{ name: "+FSWRITE", set: call => this.#write(call), test: "" },
			{
				name: "+FSFLSIZE",
				set: call => {
					const text = nvram.get(named(call));
					return text === undefined ? void call.error() : `\r\n+FSFLSIZE: ${text.length}\r\n`;
				},
				test: "",
			},
			{
				name: "+FSDEL",
				set: call => {
					if (nvram.get(named(call)) === undefined) return void call.error();
					nvram.update({ [named(call)]: undefined });
					return "";
				},
				test: "",
			},
		];
	}

	#number(tag: string, id: number): number {
		return Number(this.#settings.get(`${tag}.${id}`) ?? numbers[tag]![2]);
	}

	/** Without a value it is shown, with a comma and nothing behind it forgotten. */
	#configure(call: Call): Answer {
		const { parameters } = call;
		const tag = parameters.text(0).toLowerCase();
		const id = parameters.number(1);
		const isText = texts.includes(tag);
		if (id === undefined || !contextIds.includes(id) || (!isText && !Object.hasOwn(numbers, tag))) return void call.error();
		const key = `${tag}.${id}`;
		if (parameters.count === 2 && !parameters.raw.endsWith(",")) return this.#show(tag, id, isText);
		if (!parameters.has(2)) this.#settings.delete(key);
		else {
			const [minimum, maximum] = numbers[tag] ?? [0, 0];
			if (!isText && parameters.within(2, minimum, maximum) === undefined) return void call.error();
			this.#settings.set(key, parameters.text(2));
		}
		return "";
	}

	#show(tag: string, id: number, isText: boolean): string {
		const value = isText ? `"${this.#settings.get(`${tag}.${id}`) ?? ""}"` : this.#number(tag, id);
		return `\r\n+SSLCFG: "${tag}",${id},${value}\r\n`;
	}

	/** `=<file>,<0 from its start, 1 at its end>,<length>,<seconds>`, as the vendor's examples have it. */
	#write(call: Call): Answer {
		const { parameters } = call;
		const key = `FS.${parameters.text(0)}`;
		const before = this.#core.nvram.get(key);
		const append = parameters.within(1, 0, 1);
		const length = parameters.within(2, 1, longestFile);
		const seconds = parameters.within(3, 1, 1000);
		if (before === undefined || append === undefined || length === undefined || seconds === undefined) return cmeError.parameter;
		call.after(seconds * 1000, () => call.error());
		call.prompt({ text: "\r\n>", length, binary: true }, data => {
			if (!data) {
				call.error();
				return;
			}
			this.#core.nvram.set(key, (append === 1 ? before : "") + textOf(data));
			call.ok();
		});
		return undefined;
	}
}
