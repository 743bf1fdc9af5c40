import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { TlsRequest } from "../../network/ue.js";
import { type LteContexts, largestContext } from "./lte-context.js";
import type { LastError } from "./lte-errors.js";
import type { LteFiles } from "./lte-files.js";
import type { Access } from "./lte-socket.js";
import { LteSocketTable, largestSocket } from "./lte-socket-table.js";

const largestSslContext = 5;

interface SslContext {
	/** 0 SSL 3.0, 1 TLS 1.0, 2 TLS 1.1, 3 TLS 1.2, 4 all of them. */
	sslversion: number;
	ciphersuite: string;
	/** 0 nothing is checked, 1 the server, 2 both sides. */
	seclevel: number;
	cacert: string;
	clientcert: string;
	clientkey: string;
	ignorelocaltime: number;
	negotiatetime: number;
	sni: number;
}

/** As an EC2x starts (general knowledge). */
const factory: SslContext = {
	sslversion: 4,
	ciphersuite: "0xFFFF",
	seclevel: 0,
	cacert: "",
	clientcert: "",
	clientkey: "",
	ignorelocaltime: 1,
	negotiatetime: 300,
	sni: 0,
};

const ranges: Readonly<Record<string, readonly [number, number]>> = {
	sslversion: [0, 4],
	seclevel: [0, 2],
	ignorelocaltime: [0, 1],
	negotiatetime: [10, 300],
	sni: [0, 1],
};
const files = ["cacert", "clientcert", "clientkey"] as const;

/**
 * The `QSSL…` commands. The reference has `+QSSLCFG` for version, cipher suites and level, open, send, the pushed report and state; the certificate keys,
 * `+QSSLRECV` and the sizes are inferred from `+QIRD` and public logs of other Quectel modules.
 */
export class LteTls {
	readonly table: LteSocketTable;
	readonly #files: LteFiles;
	readonly #echo: () => boolean;
	readonly #contexts: SslContext[];

	constructor(core: ModuleCore, contexts: LteContexts, errors: LastError, files: LteFiles, echo: () => boolean) {
		this.table = new LteSocketTable(
			core,
			{ urc: "+QSSLURC", opened: "+QSSLOPEN", read: "+QSSLRECV", counters: undefined },
			contexts,
			errors,
		);
		this.#files = files;
		this.#echo = echo;
		this.#contexts = Array.from({ length: largestSslContext + 1 }, () => ({ ...factory }));
	}

	get commands(): readonly CommandRow[] {
		return [
			{ name: "+QSSLCFG", set: call => this.#configure(call), test: configurations },
			{ name: "+QSSLOPEN", set: call => this.#open(call), test: "\r\n+QSSLOPEN: (1-7),(0-5),(0-11),<serveraddr>,<server_port>,(0,1)\r\n" },
			{ name: "+QSSLSEND", set: call => this.table.send(call, this.#echo()), test: "\r\n+QSSLSEND: (0-11),(1-1460)\r\n" },
			{ name: "+QSSLRECV", set: call => this.table.read(call), test: "\r\n+QSSLRECV: (0-11),(1-1500)\r\n" },
			{ name: "+QSSLCLOSE", set: call => this.table.close(call), test: "\r\n+QSSLCLOSE: (0-11),(0-65535)\r\n" },
			{
				name: "+QSSLSTATE",
				read: () => this.#states(undefined),
				set: call => (call.parameters.number(0) === 1 ? this.#states(call.parameters.number(1)) : 50),
				test: "",
			},
		];
	}

	#configure(call: Call): Answer {
		const { parameters } = call;
		const key = parameters.text(0).toLowerCase();
		const index = parameters.within(1, 0, largestSslContext);
		if (index === undefined) return 50;
		const context = this.#contexts[index]!;
		if (!(key in factory)) return 4;
		const name = key as keyof SslContext;
		if (parameters.count === 2) {
			const value = context[name];
			return `\r\n+QSSLCFG: "${key}",${index},${typeof value === "string" && name !== "ciphersuite" ? `"${value}"` : value}\r\n`;
		}
		return set(context, name, call);
	}

	#open(call: Call): Answer {
		const { parameters } = call;
		const context = parameters.within(0, 1, largestContext);
		const sslContext = parameters.within(1, 0, largestSslContext);
		const id = parameters.within(2, 0, largestSocket);
		const host = parameters.text(3);
		const port = parameters.within(4, 1, 65_535);
		const access = parameters.within(5, 0, 2, 0);
		if (context === undefined || sslContext === undefined || id === undefined || port === undefined || access === undefined) return 50;
		if (host === "" || host.length > 255) return 50;
		// Transparent mode exists on the module and not in this simulator.
		if (access === 2) return 4;
		const tls = this.#request(this.#contexts[sslContext]!, host);
		if (!tls) return 50;
		const target = { id, service: "TLS" as const, context, host, port, localPort: 0, access: access as Access, sslContext };
		// The EC801E's driver reads what is pushed in hexadecimal in the header's line: it set that with +QICFG, which is taken for both groups.
		this.table.open(call, target, { tls }, () => ({ hexadecimal: false, oneLine: false }));
		return undefined;
	}

	/** undefined when the context names a file that is not there. */
	#request(settings: SslContext, host: string): TlsRequest | undefined {
		const { seclevel, sslversion, sni, ignorelocaltime } = settings;
		const ca = seclevel > 0 ? this.#files.read(settings.cacert) : "";
		const certificate = seclevel > 1 ? this.#files.read(settings.clientcert) : "";
		const key = seclevel > 1 ? this.#files.read(settings.clientkey) : "";
		if (ca === undefined || certificate === undefined || key === undefined) return undefined;
		// The name of a server is only known where it is sent: without SNI nothing is compared (inferred). TLS 1.3 is not in these modules' lists.
		return {
			serverName: sni === 1 ? host : undefined,
			verify: seclevel > 0,
			ca: ca === "" ? [] : [ca],
			...(certificate === "" ? {} : { certificate, key }),
			versions: sslversion >= 3 ? ["1.2"] : [],
			ignoreTime: ignorelocaltime === 1,
		};
	}

	#states(id: number | undefined): string {
		return this.table.all
			.filter(({ target }) => id === undefined || target.id === id)
			.map(({ target, localPort, state }) => {
				const peer = `"SSLClient","${target.host}",${target.port},${localPort},${state},${target.context}`;
				return `\r\n+QSSLSTATE: ${target.id},${peer},${target.id},${target.access},"uart1",${target.sslContext}\r\n`;
			})
			.join("");
	}
}

function set(context: SslContext, name: keyof SslContext, call: Call): Answer {
	const { parameters } = call;
	if (name === "ciphersuite") {
		// A quoted number is refused (public log of a BG96).
		if (parameters.isQuoted(2) || !/^0x[0-9a-f]{4}$/i.test(parameters.text(2))) return 50;
		context.ciphersuite = parameters.text(2);
		return "";
	}
	const file = files.find(each => each === name);
	if (file) {
		context[file] = parameters.text(2);
		return "";
	}
	const [minimum, maximum] = ranges[name]!;
	const value = parameters.within(2, minimum, maximum);
	if (value === undefined) return 50;
	Object.assign(context, { [name]: value });
	return "";
}

const configurations = Object.keys(factory)
	.map(key => `\r\n+QSSLCFG: "${key}",(0-${largestSslContext})${ranges[key] ? `,(${ranges[key][0]}-${ranges[key][1]})` : ""}\r\n`)
	.join("");
