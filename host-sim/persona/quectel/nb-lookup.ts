import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { socketError } from "./nb-sockets.js";
import type { NbVariant } from "./nb-variant.js";

const lookupMs = 60_000;
/** What the answer's third field shows; the network's real lifetime does not reach the module's user here. */
const timeToLiveSeconds = 600;
const pingBytes = 32;

/** `+QIDNSGIP`, `+QIDNSCFG`, `+QPING`: answers that follow OK. */
export class NbLookup {
	readonly #core: ModuleCore;
	readonly #variant: NbVariant;
	#running = 0;
	#servers: readonly string[] = [];

	constructor(core: ModuleCore, variant: NbVariant) {
		this.#core = core;
		this.#variant = variant;
	}

	get busy(): boolean {
		return this.#running > 0;
	}

	get commands(): readonly CommandRow[] {
		const { cid } = this.#variant;
		return [
			{ name: "+QIDNSGIP", set: call => this.#resolve(call), test: `\r\n+QIDNSGIP: (${cid}),<hostname>\r\n` },
			{ name: "+QIDNSCFG", set: call => this.#configure(call), test: `\r\n+QIDNSCFG: (${cid}),<pridnsaddr>,<secdnsaddr>\r\n` },
			{ name: "+QPING", set: call => this.#ping(call), test: `\r\n+QPING: (${cid}),<host>,(1-255),(1-10)\r\n` },
		];
	}

	/** No way to choose a family: the answers may be of either (inferred). */
	#resolve(call: Call): Answer {
		const core = this.#core;
		const host = call.parameters.text(1);
		if (call.parameters.number(0) !== this.#variant.cid || host === "") return 50;
		call.ok();
		let done = false;
		this.#running++;
		const finish = (addresses: readonly string[] | undefined) => {
			if (done) return;
			done = true;
			this.#running--;
			const count = addresses?.length ?? 0;
			this.#report(count === 0 ? `${socketError.dnsFailed}` : `0,${count},${timeToLiveSeconds}`, addresses ?? []);
			core.sleep.activity();
		};
		core.after(lookupMs, () => finish(undefined));
		if (!core.ue.attached || core.faults.has("stale-context")) core.after(core.ue.attached ? 15_000 : 50, () => finish(undefined));
		else core.ue.resolve(core.persona.firstCid, host, finish);
		return undefined;
	}

	#report(outcome: string, addresses: readonly string[]): void {
		const urc = this.#variant.resolved === "+QIURC";
		const head = urc ? '\r\n+QIURC: "dnsgip",' : "\r\n+QIDNSGIP: ";
		const lines = addresses.map(address => `${head}${urc ? `"${address}"` : address}\r\n`);
		this.#core.urc(`${head}${outcome}\r\n${lines.join("")}`);
	}

	#configure(call: Call): Answer {
		const { parameters } = call;
		if (parameters.number(0) !== this.#variant.cid || parameters.count > 3) return 50;
		if (parameters.count === 1) {
			const servers =
				this.#servers.length > 0 ? this.#servers : (this.#core.ue.contexts.find(context => context.cid === this.#variant.cid)?.dns ?? []);
			return `\r\n+QIDNSCFG: ${this.#variant.cid},"${servers[0] ?? ""}","${servers[1] ?? ""}"\r\n`;
		}
		this.#servers = [parameters.text(1), parameters.text(2)];
		return "";
	}

	#ping(call: Call): Answer {
		const { parameters } = call;
		const host = parameters.text(1);
		const timeoutSeconds = parameters.within(2, 1, 255, 4);
		const count = parameters.within(3, 1, 10, 4);
		if (parameters.number(0) !== this.#variant.cid || host === "" || timeoutSeconds === undefined || count === undefined) return 50;
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
