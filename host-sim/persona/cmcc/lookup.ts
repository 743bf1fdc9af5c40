import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { addressFamily } from "../../network/ip-text.js";
import { cmeError } from "./errors.js";

const largestCid = 15;
/** The public manual's 10 s a try and three tries. */
const lookupMs = 30_000;
/** `<result>` of a name that was not found: assumption. */
const notFound = 1;
/** `<result>` of `+MPING` (public manual digest). */
const pingResult = { ok: 0, dnsFailed: 1, timeout: 4, other: 5 } as const;

/** `+MDNSGIP`, `+MDNSCFG` and `+MPING`: OK at once, results later. */
export class CmccLookup {
	readonly #core: ModuleCore;
	readonly #dialled: (cid: number) => boolean;
	#running = 0;
	/** 1: IPv6 addresses first. */
	#priority = 1;

	constructor(core: ModuleCore, dialled: (cid: number) => boolean) {
		this.#core = core;
		this.#dialled = dialled;
	}

	get busy(): boolean {
		return this.#running > 0;
	}

	get commands(): readonly CommandRow[] {
		return [
			{ name: "+MDNSGIP", set: call => this.#resolve(call), test: "\r\n+MDNSGIP: (1-15),\r\n" },
			{ name: "+MDNSCFG", set: call => this.#configure(call), test: '\r\n+MDNSCFG: "priority",(0,1)\r\n' },
			{ name: "+MPING", set: call => this.#ping(call), test: "\r\n+MPING: ,(1-60),(1-65535),(1-1400),(1-15)\r\n" },
		];
	}

	/** With `<cid>` first the answer has it and a result, the fields after them are inferred; without it the name comes back with its addresses. */
	#resolve(call: Call): Answer {
		const { parameters } = call;
		const older = parameters.isQuoted(0);
		const cid = older ? parameters.within(1, 1, largestCid, this.#core.persona.firstCid) : parameters.within(0, 1, largestCid);
		const host = parameters.text(older ? 0 : 1);
		if (cid === undefined || host === "" || host.length > 255) return cmeError.parameter;
		if (!this.#dialled(cid)) return cmeError.notAllowed;
		call.ok();
		this.#find(cid, host, addresses => {
			const list = addresses.map(address => `,"${address.includes(":") ? address.toUpperCase() : address}"`).join("");
			if (older) this.#core.urc(`\r\n+MDNSGIP: "${host}"${list}\r\n`);
			else this.#core.urc(`\r\n+MDNSGIP: ${cid},${addresses.length === 0 ? notFound : 0}${list}\r\n`);
		});
		return undefined;
	}

	#find(cid: number, host: string, done: (addresses: readonly string[]) => void): void {
		const core = this.#core;
		let ended = false;
		this.#running++;
		const finish = (addresses: readonly string[] = []) => {
			if (ended) return;
			ended = true;
			this.#running--;
			done(this.#ordered(addresses).slice(0, 4));
			core.sleep.activity();
		};
		core.after(lookupMs, () => finish());
		if (!core.faults.has("stale-context")) core.ue.resolve(cid, host, finish);
	}

	#ordered(addresses: readonly string[]): readonly string[] {
		const first = this.#priority === 1 ? 6 : 4;
		const preferred = addresses.filter(address => addressFamily(address) === first);
		return [...preferred, ...addresses.filter(address => !preferred.includes(address))];
	}

	#configure(call: Call): Answer {
		const { parameters } = call;
		if (parameters.text(0).toLowerCase() !== "priority") return cmeError.parameter;
		if (parameters.count === 1) return `\r\n+MDNSCFG: "priority",${this.#priority}\r\n`;
		const value = parameters.within(1, 0, 1);
		if (value === undefined) return cmeError.parameter;
		this.#priority = value;
		return "";
	}

	#ping(call: Call): Answer {
		const { parameters } = call;
		const host = parameters.text(0);
		const seconds = parameters.within(1, 1, 60, 10);
		const count = parameters.within(2, 1, 65_535, 4);
		const bytes = parameters.within(3, 1, 1400, 16);
		const cid = parameters.within(4, 1, largestCid, this.#core.persona.firstCid);
		if (host === "" || seconds === undefined || count === undefined || bytes === undefined || cid === undefined) return cmeError.parameter;
		if (!this.#dialled(cid)) return cmeError.notAllowed;
		call.ok();
		this.#find(cid, host, ([address]) => {
			if (address === undefined) this.#core.urc(`\r\n+MPING: ${pingResult.dnsFailed}\r\n`);
			else this.#echo({ cid, address, bytes, timeoutMs: seconds * 1000, count }, 0, []);
		});
		return undefined;
	}

	#echo(ping: { cid: number; address: string; bytes: number; timeoutMs: number; count: number }, sent: number, times: number[]): void {
		const core = this.#core;
		const { cid, address, bytes, timeoutMs, count } = ping;
		this.#running++;
		const next = (rttMs: number | undefined, ttl: number) => {
			this.#running--;
			if (rttMs === undefined) core.urc(`\r\n+MPING: ${pingResult.timeout}\r\n`);
			else {
				times.push(rttMs);
				const shown = address.includes(":") ? address.toUpperCase() : address;
				core.urc(`\r\n+MPING: ${pingResult.ok},"${shown}",${bytes},${rttMs},${ttl}\r\n`);
			}
			core.sleep.activity();
			if (sent + 1 < count) core.after(1000, () => this.#echo(ping, sent + 1, times));
			else if (count > 1) core.urc(`\r\n+MPING: "statistics",${statistics(count, times)}\r\n`);
		};
		if (core.faults.has("stale-context")) core.after(timeoutMs, () => next(undefined, 0));
		else core.ue.ping(cid, address, bytes, timeoutMs, next);
	}
}

/** Sent, lost, least, most, mean. */
function statistics(sent: number, times: readonly number[]): string {
	const sum = times.reduce((total, time) => total + time, 0);
	const figures = times.length === 0 ? [0, 0, 0] : [Math.min(...times), Math.max(...times), Math.round(sum / times.length)];
	return [sent, sent - times.length, ...figures].join(",");
}
