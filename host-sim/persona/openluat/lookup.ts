import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { cmeError } from "./errors.js";

/** The first of the numbers 10 to 15 that the public manual digest names without their meanings. */
const nameError = 10;
const lookupMs = 12_000;
/** What stands in a line of `+CIPPING` for an answer that did not come. */
const noAnswer = "600,255";

/** `+CDNSGIP`, whose result follows OK, and `+CIPPING`, whose OK comes last. */
export class OpenluatLookup {
	readonly #core: ModuleCore;
	readonly #up: () => boolean;
	#running = 0;

	/** @param up whether the bearer was brought up step by step */
	constructor(core: ModuleCore, up: () => boolean) {
		this.#core = core;
		this.#up = up;
	}

	get busy(): boolean {
		return this.#running > 0;
	}

	get commands(): readonly CommandRow[] {
		return [
			{ name: "+CDNSGIP", set: call => this.#resolve(call), test: "" },
			{ name: "+CIPPING", set: call => this.#ping(call), test: "\r\n+CIPPING: ,(0-100),(0-1024),(1-600),(1-255)\r\n" },
		];
	}

	#resolve(call: Call): Answer {
		const host = call.parameters.text(0);
		if (host === "" || host.length > 255) return cmeError.parameter;
		if (!this.#up()) return cmeError.notAllowed;
		call.ok();
		this.#find(host, address =>
			this.#core.urc(address === undefined ? `\r\n+CDNSGIP: 0,${nameError}\r\n` : `\r\n+CDNSGIP: 1,"${host}","${address}"\r\n`),
		);
		return undefined;
	}

	/** A name that is not there takes its time (public test: 12 s). */
	#find(host: string, done: (address: string | undefined) => void): void {
		const core = this.#core;
		let ended = false;
		this.#running++;
		const finish = (address: string | undefined) => {
			if (ended) return;
			ended = true;
			this.#running--;
			done(address);
			core.sleep.activity();
		};
		core.after(lookupMs, () => finish(undefined));
		if (core.faults.has("stale-context")) return;
		core.ue.resolve(core.persona.firstCid, host, addresses => {
			if (addresses?.[0] !== undefined) finish(addresses[0]);
		});
	}

	#ping(call: Call): Answer {
		const { parameters } = call;
		const host = parameters.text(0);
		const count = parameters.within(1, 1, 100, 4);
		const bytes = parameters.within(2, 0, 1024, 32);
		const tenths = parameters.within(3, 1, 600, 100);
		const ttl = parameters.within(4, 1, 255, 64);
		if (host === "" || count === undefined || bytes === undefined || tenths === undefined || ttl === undefined) return cmeError.parameter;
		if (!this.#up()) return cmeError.notAllowed;
		this.#find(host, address => {
			if (address === undefined) call.error();
			else this.#echo(call, { address, bytes, timeoutMs: tenths * 100, count }, 1);
		});
		return undefined;
	}

	#echo(call: Call, ping: { address: string; bytes: number; timeoutMs: number; count: number }, number: number): void {
		const core = this.#core;
		const next = (rttMs: number | undefined, ttl: number) => {
			call.info(`\r\n+CIPPING: ${number},"${ping.address}",${rttMs === undefined ? noAnswer : `${rttMs},${ttl}`}\r\n`);
			if (number < ping.count) call.after(1000, () => this.#echo(call, ping, number + 1));
			else call.ok();
		};
		if (core.faults.has("stale-context")) call.after(ping.timeoutMs, () => next(undefined, 0));
		else core.ue.ping(core.persona.firstCid, ping.address, ping.bytes, ping.timeoutMs, next);
	}
}
