import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { addressFamily } from "../../network/ip-text.js";
import { refused, wrong } from "./errors.js";

/** The one number that public drivers have seen. */
const nameError = 10;
const lookupMs = 30_000;

/** `+CDNSGIP`, which keeps the host waiting, and `+CPING`, which does not. */
export class SimcomLookup {
	readonly #core: ModuleCore;
	readonly #open: () => boolean;
	#running = 0;

	constructor(core: ModuleCore, open: () => boolean) {
		this.#core = core;
		this.#open = open;
	}

	get busy(): boolean {
		return this.#running > 0;
	}

	get commands(): readonly CommandRow[] {
		return [
			{ name: "+CDNSGIP", set: call => this.#resolve(call), test: "" },
			{
				name: "+CPING",
				set: call => this.#ping(call),
				test: "\r\n+CPING: IP address,(1-2),(1-100),(4-188),(1000-10000),(10000-100000),(16-255)\r\n",
			},
		];
	}

	/** One address; a failure says why, then ERROR. */
	#resolve(call: Call): Answer {
		const host = call.parameters.text(0);
		if (host === "" || host.length > 254) return wrong(call);
		if (!this.#open()) return refused(call, `+CDNSGIP: 0,${nameError}`);
		this.#find(host, undefined, address => {
			if (address === undefined) {
				refused(call, `+CDNSGIP: 0,${nameError}`);
				return;
			}
			call.info(`\r\n+CDNSGIP: 1,"${host}","${address}"\r\n`);
			call.ok();
		});
		return undefined;
	}

	#find(host: string, family: 4 | 6 | undefined, done: (address: string | undefined) => void): void {
		const core = this.#core;
		let ended = false;
		this.#running++;
		const finish = (addresses: readonly string[] = []) => {
			if (ended) return;
			ended = true;
			this.#running--;
			done(addresses.find(address => family === undefined || addressFamily(address) === family));
			core.sleep.activity();
		};
		core.after(lookupMs, () => finish());
		if (!core.faults.has("stale-context")) core.ue.resolve(core.persona.firstCid, host, finish);
	}

	/** The kind of address must be said (transcript 12). Lines begin with 1 an answer, 2 none in time, 3 the sum. */
	#ping(call: Call): Answer {
		const { parameters } = call;
		const host = parameters.text(0);
		const kind = parameters.within(1, 1, 2);
		const count = parameters.within(2, 1, 100, 4);
		const bytes = parameters.within(3, 4, 188, 64);
		const intervalMs = parameters.within(4, 1000, 10_000, 1000);
		const timeoutMs = parameters.within(5, 10_000, 100_000, 10_000);
		if (host === "" || kind === undefined || count === undefined || bytes === undefined) return wrong(call);
		if (intervalMs === undefined || timeoutMs === undefined || !this.#core.ue.attached) return wrong(call);
		call.ok();
		this.#find(host, kind === 1 ? 4 : 6, address => {
			const times: number[] = [];
			if (address === undefined) this.#sum(count, times);
			else this.#echo({ address, bytes, intervalMs, timeoutMs, count }, 0, times);
		});
		return undefined;
	}

	#echo(
		ping: { address: string; bytes: number; intervalMs: number; timeoutMs: number; count: number },
		sent: number,
		times: number[],
	): void {
		const core = this.#core;
		this.#running++;
		const next = (rttMs: number | undefined, ttl: number) => {
			this.#running--;
			if (rttMs === undefined) core.urc("\r\n+CPING: 2\r\n");
			else {
				times.push(rttMs);
				core.urc(`\r\n+CPING: 1,${ping.address},${ping.bytes},${rttMs},${ttl}\r\n`);
			}
			core.sleep.activity();
			if (sent + 1 < ping.count) core.after(ping.intervalMs, () => this.#echo(ping, sent + 1, times));
			else this.#sum(ping.count, times);
		};
		if (core.faults.has("stale-context")) core.after(ping.timeoutMs, () => next(undefined, 0));
		else core.ue.ping(core.persona.firstCid, ping.address, ping.bytes, ping.timeoutMs, next);
	}

	/** Sent, received, lost, least, most, mean; zeros when nothing came (public logs). */
	#sum(sent: number, times: readonly number[]): void {
		const total = times.reduce((sum, time) => sum + time, 0);
		const figures = times.length === 0 ? [0, 0, 0] : [Math.min(...times), Math.max(...times), Math.round(total / times.length)];
		this.#core.urc(`\r\n+CPING: ${[3, sent, times.length, sent - times.length, ...figures].join(",")}\r\n`);
	}
}
