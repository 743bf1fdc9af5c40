import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { socketError } from "./nb-sockets.js";

const lookupMs = 60_000;
/** What the answer's third field shows; the network's real lifetime does not reach the module's user here. */
const timeToLiveSeconds = 600;
const pingBytes = 32;

/** `+QIDNSGIP`, `+QIDNSCFG`, `+QPING`: answers that follow OK. */
export class NbLookup {
	readonly #core: ModuleCore;
	#running = 0;
	#servers: readonly string[] = [];

	constructor(core: ModuleCore) {
		this.#core = core;
	}

	get busy(): boolean {
		return this.#running > 0;
	}

	get commands(): readonly CommandRow[] {
		return [
			{ name: "+QIDNSGIP", set: call => this.#resolve(call), test: "\r\n+QIDNSGIP: (0),<hostname>\r\n" },
			{ name: "+QIDNSCFG", set: call => this.#configure(call), test: "\r\n+QIDNSCFG: (0),<pridnsaddr>,<secdnsaddr>\r\n" },
			{ name: "+QPING", set: call => this.#ping(call), test: "\r\n+QPING: (0),<host>,(1-255),(1-10)\r\n" },
		];
	}

	/** No way to choose a family: the answers may be of either (inferred). */
	#resolve(call: Call): Answer {
		const core = this.#core;
		const host = call.parameters.text(1);
		if (call.parameters.within(0, 0, 0) === undefined || host === "") return 50;
		call.ok();
		let done = false;
		this.#running++;
		const finish = (addresses: readonly string[] | undefined) => {
			if (done) return;
			done = true;
			this.#running--;
			const count = addresses?.length ?? 0;
			if (count === 0) core.urc(`\r\n+QIDNSGIP: ${socketError.dnsFailed}\r\n`);
			else {
				const lines = addresses!.map(address => `\r\n+QIDNSGIP: ${address}\r\n`).join("");
				core.urc(`\r\n+QIDNSGIP: 0,${count},${timeToLiveSeconds}\r\n${lines}`);
			}
			core.sleep.activity();
		};
		core.after(lookupMs, () => finish(undefined));
		if (!core.ue.attached || core.faults.has("stale-context")) core.after(core.ue.attached ? 15_000 : 50, () => finish(undefined));
		else core.ue.resolve(core.persona.firstCid, host, finish);
		return undefined;
	}

	#configure(call: Call): Answer {
		const { parameters } = call;
		if (parameters.within(0, 0, 0) === undefined || parameters.count > 3) return 50;
		if (parameters.count === 1) {
			const servers = this.#servers.length > 0 ? this.#servers : (this.#core.ue.contexts.find(context => context.cid === 0)?.dns ?? []);
			return `\r\n+QIDNSCFG: 0,"${servers[0] ?? ""}","${servers[1] ?? ""}"\r\n`;
		}
		this.#servers = [parameters.text(1), parameters.text(2)];
		return "";
	}

	#ping(call: Call): Answer {
		const { parameters } = call;
		const host = parameters.text(1);
		const timeoutSeconds = parameters.within(2, 1, 255, 4);
		const count = parameters.within(3, 1, 10, 4);
		if (parameters.within(0, 0, 0) === undefined || host === "" || timeoutSeconds === undefined || count === undefined) return 50;
		call.ok();
		this.#running++;
		this.#echo(host, timeoutSeconds * 1000, count, []);
		return undefined;
	}

	/** One request after the other; the first that stays without an answer ends it (transcript 01, where an empty line comes before the error). */
	#echo(host: string, timeoutMs: number, left: number, times: number[]): void {
		const core = this.#core;
		const failed = () => {
			this.#running--;
			core.urc(`\r\n\r\n+QPING: ${socketError.timeout}\r\n`);
			core.sleep.activity();
		};
		if (!core.ue.attached || core.faults.has("stale-context")) {
			core.after(timeoutMs, failed);
			return;
		}
		core.ue.ping(core.persona.firstCid, host, pingBytes, timeoutMs, (rttMs, ttl) => {
			if (rttMs === undefined) {
				failed();
				return;
			}
			times.push(rttMs);
			core.urc(`\r\n+QPING: 0,"${host}",${pingBytes},${rttMs},${ttl}\r\n`);
			if (left > 1) {
				core.after(1000, () => this.#echo(host, timeoutMs, left - 1, times));
				return;
			}
			this.#running--;
			const sum = times.reduce((total, time) => total + time, 0);
			const figures = `${Math.min(...times)},${Math.max(...times)},${Math.round(sum / times.length)}`;
			core.urc(`\r\n+QPING: 0,${times.length},${times.length},0,${figures}\r\n`);
			core.sleep.activity();
		});
	}
}
