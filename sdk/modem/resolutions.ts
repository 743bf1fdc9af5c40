import { canonicalAddress, parseAddress } from "../3gpp/ip-address.js";
import type { ModemCore } from "./core.js";
import type { Family } from "./driver.js";
import { ModemError } from "./errors.js";
import { JobId } from "./job-id.js";

/** Called once, at the end of a turn. */
export interface ResolutionOwner {
	resolved(host: string, address: string): void;
	unresolved(host: string, error: ModemError): void;
}
interface Resolution {
	readonly host: string;
	readonly owner: ResolutionOwner;
	address: string | undefined;
	error: ModemError | undefined;
}

const CAPACITY = 4;
/** RFC 1035 2.3.4. */
const LONGEST_HOST = 253;

/** Hosts that wait for the module's DNS, and answers that wait to be handed out. */
export class Resolutions {
	#core: ModemCore;
	#waiting: Resolution[] = [];
	#done: Resolution[] = [];
	#seen6: string | undefined = undefined;
	#seen4: string | undefined = undefined;
	/** Answers of this family are preferred. */
	family: Family = "ipv6";
	#begun = false;
	#cancelled = false;
	constructor(core: ModemCore) {
		this.#core = core;
	}
	/** @throws ModemError "usage" or "queueFull" */
	resolve(host: string, owner: ResolutionOwner): void {
		if (typeof host !== "string" || host.length === 0 || host.length > LONGEST_HOST)
			throw new ModemError("usage", "host: 1 to 253 characters");
		const literal = parseAddress(host) === undefined ? undefined : canonicalAddress(host);
		const entry: Resolution = { host, owner, address: literal, error: undefined };
		if (literal !== undefined) this.#done.push(entry);
		else if (this.#waiting.length >= CAPACITY) throw new ModemError("queueFull", `${CAPACITY} hosts wait already: resolve again later`);
		else this.#waiting.push(entry);
		this.#core.want(JobId.socket);
	}
	/** The owner wants no answer any more. */
	cancel(owner: ResolutionOwner): void {
		this.#waiting = this.#waiting.filter((entry, index) => entry.owner !== owner || (index === 0 && this.#begun));
		this.#done = this.#done.filter(entry => entry.owner !== owner);
		if (this.#begun && this.#waiting[0]?.owner === owner) this.#cancelled = true;
	}
	get waiting(): boolean {
		return this.#waiting.length > 0;
	}
	get hasAnswer(): boolean {
		return this.#seen6 !== undefined || this.#seen4 !== undefined;
	}
	/** The host that is asked for now, or next. */
	get host(): string {
		return this.#waiting[0]?.host ?? "";
	}
	begin(family: Family): void {
		this.family = family;
		this.#begun = true;
		this.#cancelled = false;
		this.#seen6 = this.#seen4 = undefined;
	}
	/** An address of the answer, in any text form. */
	note(text: string): void {
		const address = parseAddress(text);
		if (address?.family === "ipv6") this.#seen6 ??= canonicalAddress(text);
		else if (address !== undefined) this.#seen4 ??= canonicalAddress(text);
	}
	end(error: ModemError | undefined): void {
		const entry = this.#waiting.shift();
		this.#begun = false;
		if (entry === undefined || this.#cancelled) return;
		entry.address = this.family === "ipv6" ? (this.#seen6 ?? this.#seen4) : (this.#seen4 ?? this.#seen6);
		if (entry.address === undefined) entry.error = error ?? new ModemError("resolve", `no address for ${entry.host}`);
		this.#done.push(entry);
	}
	failAll(): void {
		for (const entry of this.#waiting) {
			entry.error = new ModemError("notSupported", "this module has no DNS of its own");
			this.#done.push(entry);
		}
		this.#waiting = [];
	}
	announce(): void {
		while (this.#done.length > 0) this.#core.guard(this.#done.shift()!, announceResolution);
	}
}

function announceResolution(this: Resolution): void {
	if (this.address !== undefined) this.owner.resolved(this.host, this.address);
	else this.owner.unresolved(this.host, this.error!);
}
