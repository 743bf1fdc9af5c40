import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { addressFamily } from "../../network/ip-text.js";
import { cmeError } from "./errors.js";

/** Assumptions, as is the unit of `+NPING`'s time. */
const pingBytes = 12;
const pingTimeoutMs = 10_000;
const lookupMs = 60_000;
/** Meanings inferred: 1 nothing came back in time, 2 the request could not be sent. */
const pingError = { noAnswer: 1, notSent: 2 } as const;

/** `+NPING` and `+QDNS`: OK at once, the result later (transcript 08). */
export class HiSiliconLookup {
	readonly #core: ModuleCore;
	#running = 0;

	constructor(core: ModuleCore) {
		this.#core = core;
	}

	get busy(): boolean {
		return this.#running > 0;
	}

	get commands(): readonly CommandRow[] {
		return [
			{ name: "+NPING", set: call => this.#ping(call), test: "" },
			{ name: "+QDNS", set: call => this.#resolve(call), test: "\r\n+QDNS:(0),<hostname>\r\n" },
			{
				name: "+QIDNSCFG",
				set: call => {
					const servers = [0, 1].filter(index => call.parameters.has(index)).map(index => call.parameters.text(index));
					return servers.length > 0 && servers.every(server => addressFamily(server) !== undefined) ? "" : cmeError.parameter;
				},
				test: "",
			},
		];
	}

	#unusable(): boolean {
		return !this.#core.ue.attached || this.#core.faults.has("stale-context");
	}

	#ping(call: Call): Answer {
		const core = this.#core;
		const { parameters } = call;
		const host = parameters.text(0);
		const bytes = parameters.within(1, 12, 1500, pingBytes);
		const timeoutMs = parameters.within(2, 10, 655_350, pingTimeoutMs);
		if (addressFamily(host) === undefined || bytes === undefined || timeoutMs === undefined) return cmeError.parameter;
		call.ok();
		const failed = (why: number) => this.#finish(`+NPINGERR:${why}`);
		this.#running++;
		if (!core.ue.attached) core.after(0, () => failed(pingError.notSent));
		else if (core.faults.has("stale-context")) core.after(timeoutMs, () => failed(pingError.noAnswer));
		else
			core.ue.ping(core.persona.firstCid, host, bytes, timeoutMs, (rttMs, ttl) => {
				if (rttMs === undefined) failed(pingError.noAnswer);
				else this.#finish(`+NPING:${host},${ttl},${rttMs}`);
			});
		return undefined;
	}

	/** One address is said, the first that the network answers with; which family that is on the module is not documented. */
	#resolve(call: Call): Answer {
		const core = this.#core;
		const host = call.parameters.text(1);
		if (call.parameters.within(0, 0, 0) === undefined || host === "" || call.parameters.count > 2) return cmeError.parameter;
		call.ok();
		this.#running++;
		let done = false;
		const finish = (addresses: readonly string[] | undefined) => {
			if (done) return;
			done = true;
			this.#finish(`+QDNS:${addresses?.[0] ?? "QUERY_DNS_FAILED"}`);
		};
		if (this.#unusable()) core.after(core.ue.attached ? lookupMs : 0, () => finish(undefined));
		else {
			core.after(lookupMs, () => finish(undefined));
			core.ue.resolve(core.persona.firstCid, host, finish);
		}
		return undefined;
	}

	#finish(line: string): void {
		this.#running--;
		this.#core.urc(`\r\n${line}\r\n`);
		this.#core.sleep.activity();
	}
}
