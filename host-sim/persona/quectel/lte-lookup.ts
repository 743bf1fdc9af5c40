import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { type LteContexts, largestContext } from "./lte-context.js";
import { lteError } from "./lte-errors.js";

const lookupMs = 60_000;
const lookupStaleMs = 15_000;
/** Shown as the lifetime of an answer; the network's does not reach the module's user here. */
const timeToLiveSeconds = 600;
const pingBytes = 32;

/** `+QIDNSGIP`, `+QIDNSCFG`, `+QPING` of Quectel's LTE modules: the addresses come as `+QIURC: "dnsgip"`. */
export class LteLookup {
	readonly #core: ModuleCore;
	readonly #contexts: LteContexts;
	readonly #servers = new Map<number, readonly [string, string]>();
	#running = 0;

	constructor(core: ModuleCore, contexts: LteContexts) {
		this.#core = core;
		this.#contexts = contexts;
	}

	get busy(): boolean {
		return this.#running > 0;
	}

	get commands(): readonly CommandRow[] {
		return [
			{ name: "+QIDNSGIP", set: call => this.#resolve(call), test: "\r\n+QIDNSGIP: (1-7),<hostname>\r\n" },
			{ name: "+QIDNSCFG", set: call => this.#configure(call), test: "\r\n+QIDNSCFG: (1-7),<pridnsaddr>,<secdnsaddr>\r\n" },
			{ name: "+QPING", set: call => this.#ping(call), test: "\r\n+QPING: (1-7),<host>,(1-255),(1-10)\r\n" },
		];
	}

	#resolve(call: Call): Answer {
		const core = this.#core;
		const context = call.parameters.within(0, 1, largestContext);
		const host = call.parameters.text(1);
		if (context === undefined || host === "") return 50;
		if (!this.#contexts.isActive(context)) return void call.error();
		call.ok();
		let done = false;
		this.#running++;
		const finish = (addresses: readonly string[] | undefined) => {
			if (done) return;
			done = true;
			this.#running--;
			const count = addresses?.length ?? 0;
			if (count === 0) core.urc(`\r\n+QIURC: "dnsgip",${lteError.dnsFailed}\r\n`);
			else core.urc(`\r\n+QIURC: "dnsgip",0,${count},${timeToLiveSeconds}\r\n`);
			for (const address of addresses ?? []) core.urc(`\r\n+QIURC: "dnsgip","${address}"\r\n`);
			core.sleep.activity();
		};
		core.after(lookupMs, () => finish(undefined));
		if (core.faults.has("stale-context")) core.after(lookupStaleMs, () => finish(undefined));
		else core.ue.resolve(context, host, finish);
		return undefined;
	}

	#configure(call: Call): Answer {
		const { parameters } = call;
		const context = parameters.within(0, 1, largestContext);
		if (context === undefined || parameters.count > 3) return 50;
		if (parameters.count === 1) {
			const [first = "", second = ""] = this.#servers.get(context) ?? this.#core.ue.contexts.find(each => each.cid === context)?.dns ?? [];
			return `\r\n+QIDNSCFG: ${context},"${first}","${second}"\r\n`;
		}
		this.#servers.set(context, [parameters.text(1), parameters.text(2)]);
		return "";
	}

	#ping(call: Call): Answer {
		const { parameters } = call;
		const context = parameters.within(0, 1, largestContext);
		const host = parameters.text(1);
		const timeoutSeconds = parameters.within(2, 1, 255, 4);
		const count = parameters.within(3, 1, 10, 4);
		if (context === undefined || host === "" || timeoutSeconds === undefined || count === undefined) return 50;
		if (!this.#contexts.isActive(context)) return void call.error();
		call.ok();
		this.#running++;
		this.#echo({ context, host, timeoutMs: timeoutSeconds * 1000, count }, []);
		return undefined;
	}

	/** Each request tells its own end, the last line sums them up; `times` has undefined for what was lost. */
	#echo(ping: { context: number; host: string; timeoutMs: number; count: number }, times: (number | undefined)[]): void {
		const core = this.#core;
		const { context, host, timeoutMs, count } = ping;
		core.ue.ping(context, host, pingBytes, timeoutMs, (rttMs, ttl) => {
			times.push(rttMs);
			core.urc(rttMs === undefined ? `\r\n+QPING: ${lteError.timeout}\r\n` : `\r\n+QPING: 0,"${host}",${pingBytes},${rttMs},${ttl}\r\n`);
			if (times.length < count) {
				core.after(1000, () => this.#echo(ping, times));
				return;
			}
			this.#running--;
			const back = times.filter(time => time !== undefined);
			const average = back.length === 0 ? 0 : Math.round(back.reduce((sum, time) => sum + time, 0) / back.length);
			const figures = back.length === 0 ? "0,0,0" : `${Math.min(...back)},${Math.max(...back)},${average}`;
			core.urc(`\r\n+QPING: 0,${count},${back.length},${count - back.length},${figures}\r\n`);
			core.sleep.activity();
		});
	}
}
