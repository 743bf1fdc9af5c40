import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { textOf } from "../../modem/text.js";
import { addressFamily } from "../../network/ip-text.js";
import type { TlsRequest } from "../../network/ue.js";
import { wrong } from "./errors.js";

const contextCount = 10;
const longestFile = 10_240;

/** One TLS context, forgotten at a restart. */
interface TlsContext {
	/** 0 SSL 3.0 … 3 TLS 1.2, 4 all of them. */
	sslversion: number;
	/** 0 nobody is authenticated, 1 the server, 2 both, 3 the client. */
	authmode: number;
	/** 1 from the factory: when a certificate expires is not looked at. */
	ignorelocaltime: number;
	negotiatetime: number;
	cacert: string;
	clientcert: string;
	clientkey: string;
	/** 0 from the factory: the server is not told which name is meant. */
	enableSNI: number;
}

type NumberKey = "sslversion" | "authmode" | "ignorelocaltime" | "negotiatetime" | "enableSNI";
type FileKey = "cacert" | "clientcert" | "clientkey";

const ranges: Readonly<Record<NumberKey, readonly [number, number]>> = {
	sslversion: [0, 4],
	authmode: [0, 3],
	ignorelocaltime: [0, 1],
	negotiatetime: [10, 300],
	enableSNI: [0, 1],
};
const fileKeys: readonly string[] = ["cacert", "clientcert", "clientkey"] satisfies FileKey[];

/** `+CSSLCFG` and the certificates in the module's own store, `+CCERT…`. */
export class SimcomTls {
	readonly #core: ModuleCore;
	readonly #contexts: readonly TlsContext[] = Array.from({ length: contextCount }, () => ({
		sslversion: 4,
		authmode: 0,
		ignorelocaltime: 1,
		negotiatetime: 300,
		cacert: "",
		clientcert: "",
		clientkey: "",
		enableSNI: 0,
	}));

	constructor(core: ModuleCore) {
		this.#core = core;
	}

	/** undefined: a certificate that the context needs is not there. */
	request(id: number, host: string): TlsRequest | undefined {
		const context = this.#contexts[id]!;
		const server = context.authmode === 1 || context.authmode === 2;
		const client = context.authmode >= 2;
		const [ca, certificate, key] = [context.cacert, context.clientcert, context.clientkey].map(name => this.#file(name));
		if ((server && ca === undefined) || (client && (certificate === undefined || key === undefined))) return undefined;
		return {
			serverName: context.enableSNI === 1 && addressFamily(host) === undefined ? host : undefined,
			verify: server,
			ca: server && ca !== undefined ? [ca] : [],
			...(client ? { certificate: certificate!, key: key! } : {}),
			// No document speaks of TLS 1.3.
			versions: context.sslversion >= 3 ? ["1.2"] : [],
			ignoreTime: context.ignorelocaltime === 1,
		};
	}

	negotiationMs(id: number): number {
		return this.#contexts[id]!.negotiatetime * 1000;
	}

	get commands(): readonly CommandRow[] {
		const { nvram } = this.#core;
		const names = () => [...nvram.entries.keys()].filter(key => key.startsWith("CCERT.")).map(key => key.slice(6));
		return [
			{
				name: "+CSSLCFG",
				read: () => this.#contexts.map((_, id) => this.#line(id)).join(""),
				set: call => this.#configure(call),
				test: '\r\n+CSSLCFG: "sslversion",(0-9),(0-4)\r\n\r\n+CSSLCFG: "authmode",(0-9),(0-3)\r\n',
			},
			{ name: "+CCERTDOWN", set: call => this.#download(call), test: `\r\n+CCERTDOWN: (5-128),(1-${longestFile})\r\n` },
			{
				name: "+CCERTLIST",
				execute: () =>
					names()
						.map(name => `\r\n+CCERTLIST: "${name}"\r\n`)
						.join(""),
				test: "",
			},
			{
				name: "+CCERTDELE",
				set: call => {
					const name = call.parameters.text(0);
					if (!names().includes(name)) return wrong(call);
					nvram.update({ [`CCERT.${name}`]: undefined });
					return "";
				},
				test: "",
			},
		];
	}

	#file(name: string): string | undefined {
		return this.#core.nvram.get(`CCERT.${name}`);
	}

	/** As a public log of the module shows it. */
	#line(id: number): string {
		const { sslversion, authmode, ignorelocaltime, negotiatetime, cacert, clientcert, clientkey, enableSNI } = this.#contexts[id]!;
		const numbers = [id, sslversion, authmode, ignorelocaltime, negotiatetime].join(",");
		return `\r\n+CSSLCFG: ${numbers},"${cacert}","${clientcert}","${clientkey}",${enableSNI}\r\n`;
	}

	/** The names are taken letter by letter, as the firmware does whatever the manual prints (TinyGSM). */
	#configure(call: Call): Answer {
		const { parameters } = call;
		if (parameters.count === 1) {
			const shown = parameters.within(0, 0, contextCount - 1);
			return shown === undefined ? wrong(call) : this.#line(shown);
		}
		const key = parameters.text(0);
		const context = this.#contexts[parameters.number(1) ?? -1];
		if (!context || parameters.count > 3 || (parameters.count === 3 && !parameters.has(2))) return wrong(call);
		if (fileKeys.includes(key)) {
			if (parameters.count === 2) return `\r\n+CSSLCFG: "${key}",${parameters.number(1)},"${context[key as FileKey]}"\r\n`;
			context[key as FileKey] = parameters.text(2);
			return "";
		}
		const range = Object.hasOwn(ranges, key) ? ranges[key as NumberKey] : undefined;
		if (!range) return wrong(call);
		if (parameters.count === 2) return `\r\n+CSSLCFG: "${key}",${parameters.number(1)},${context[key as NumberKey]}\r\n`;
		const value = parameters.within(2, ...range);
		if (value === undefined) return wrong(call);
		context[key as NumberKey] = value;
		return "";
	}

	/** An existing file is replaced. */
	#download(call: Call): Answer {
		const name = call.parameters.text(0);
		const length = call.parameters.within(1, 1, longestFile);
		if (name === "" || name.length > 128 || length === undefined) return wrong(call);
		call.prompt({ text: "\r\n>", length, binary: true }, data => {
			if (!data) {
				call.error();
				return;
			}
			this.#core.nvram.set(`CCERT.${name}`, textOf(data));
			call.ok();
		});
		return undefined;
	}
}
