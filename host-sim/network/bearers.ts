import type { Clock } from "../clock/clock.js";
import { Alarms } from "./alarms.js";
import { formatIpv6 } from "./ip-text.js";
import { apnProfile } from "./operator.js";
import type { RadioNetwork } from "./radio-network.js";
import { hashText } from "./random.js";
import type { PdpContext, PdpType, UeListener } from "./ue.js";

export interface BearerOwner {
	readonly clock: Clock;
	readonly network: RadioNetwork;
	readonly seed: number;
	notify(action: (listener: UeListener) => void): void;
	emit(name: string, data: Record<string, unknown>): void;
	/** NSSAI that the registration was granted; NR only. */
	allowedSlices(): readonly string[];
	/** Router solicitation and advertisement over the air. */
	exchange(uplinkBytes: number, waitMs: number, downlinkBytes: number, done: (ok: boolean) => void): void;
}

/** Why a context was refused (TS 24.301 9.9.4.4) or narrowed. */
export type EsmOutcome =
	| { readonly ok: true; readonly families: readonly (4 | 6)[]; readonly reason: 0 | 1 | 2 | undefined }
	| { readonly ok: false; readonly cause: number };

/** What the network makes of a request: TS 24.301 6.5.1.3 and 6.5.1.4, TS 24.501 6.4.1.3, which has no cause #52. */
export function decideFamilies(network: RadioNetwork, apn: string, type: PdpType): EsmOutcome {
	const profile = apnProfile(network.operator, apn);
	if (profile === undefined) return { ok: false, cause: 27 };
	if (profile.families === "ipv4") {
		return type === "IPV6" ? { ok: false, cause: 50 } : { ok: true, families: [4], reason: type === "IP" ? undefined : 0 };
	}
	if (profile.families === "ipv6") {
		return type === "IP" ? { ok: false, cause: 51 } : { ok: true, families: [6], reason: type === "IPV6" ? undefined : 1 };
	}
	if (type === "IP") return { ok: true, families: [4], reason: undefined };
	if (type === "IPV6") return { ok: true, families: [6], reason: undefined };
	if (profile.families === "single") return { ok: true, families: [6], reason: network.cell.rat === "NR" ? 1 : 2 };
	return { ok: true, families: [6, 4], reason: undefined };
}

/** 5GSM cause: missing or unknown DNN in a slice (TS 24.501 9.11.4.2). */
const MISSING_DNN_IN_SLICE = 70;

/** RFC 4861 10: RTR_SOLICITATION_INTERVAL; RFC 7559 doubles it up to an hour. */
const SOLICITATION_MS = 4000;
const SOLICITATION_LIMIT_MS = 3_600_000;

interface Context {
	type: PdpType;
	apn: string;
	snssai: string | undefined;
	active: boolean;
	ipv4: string | undefined;
	linkLocal: string | undefined;
	ipv6: string | undefined;
	interfaceId: readonly number[];
	alarms: Alarms<"solicit">;
}

export class Bearers {
	readonly #owner: BearerOwner;
	readonly #contexts = new Map<number, Context>();
	readonly #credentials = new Map<number, { protocol: 0 | 1 | 2; user: string; password: string }>();
	#activations = 0;
	/** The default bearer's context where none is defined. */
	defaultContext = 1;
	lastEsmCause: number | undefined;

	constructor(owner: BearerOwner) {
		this.#owner = owner;
	}

	get list(): readonly PdpContext[] {
		return [...this.#contexts].sort(([a], [b]) => a - b).map(([cid, context]) => this.#view(cid, context));
	}
	get defaultCid(): number {
		const defined = [...this.#contexts.keys()];
		return defined.length === 0 ? this.defaultContext : Math.min(...defined);
	}
	get anyActive(): boolean {
		for (const context of this.#contexts.values()) if (context.active) return true;
		return false;
	}
	address(cid: number, family: 4 | 6): string | undefined {
		const context = this.#contexts.get(cid);
		if (context === undefined || !context.active) return undefined;
		return family === 4 ? context.ipv4 : context.ipv6;
	}
	isActive(cid: number): boolean {
		return this.#contexts.get(cid)?.active === true;
	}

	define(cid: number, type: PdpType, apn: string, snssai?: string): void {
		const known = this.#contexts.get(cid) ?? this.#fresh(type, apn);
		this.#contexts.set(cid, known);
		known.type = type;
		known.apn = apn;
		known.snssai = snssai;
	}
	setCredentials(cid: number, protocol: 0 | 1 | 2, user: string, password: string): void {
		this.#credentials.set(cid, { protocol, user, password });
	}
	/** Definitions live in the module's memory; the UE forgets what the network assigned. */
	release(cid: number): void {
		const context = this.#contexts.get(cid);
		if (context === undefined) return;
		context.alarms.clearAll();
		context.active = false;
		context.ipv4 = undefined;
		context.ipv6 = undefined;
		context.linkLocal = undefined;
	}
	releaseAll(by: "network" | "mobile" | "silent"): void {
		for (const [cid, context] of this.#contexts) {
			if (!context.active) continue;
			this.release(cid);
			if (by === "silent") continue;
			this.#owner.emit("context-deactivated", { cid, by });
			this.#owner.notify(listener => listener.contextChanged(cid, "deactivated", by));
		}
	}
	forget(): void {
		for (const context of this.#contexts.values()) context.alarms.clearAll();
		this.#contexts.clear();
		this.#credentials.clear();
	}

	/** The network's answer for a context; applies it when it is a grant. */
	activate(cid: number): EsmOutcome {
		const context = this.#contexts.get(cid) ?? this.#fresh("IP", "");
		this.#contexts.set(cid, context);
		const outcome = this.#decide(cid, context);
		if (!outcome.ok) {
			this.lastEsmCause = outcome.cause;
			this.#owner.emit("context-refused", { cid, cause: outcome.cause });
			return outcome;
		}
		this.lastEsmCause = outcome.reason === undefined ? undefined : 50 + outcome.reason;
		this.#assign(cid, context, outcome.families);
		this.#owner.emit("context-activated", { cid, families: outcome.families.map(family => `ipv${family}`) });
		this.#owner.notify(listener => listener.contextChanged(cid, "activated", "mobile", outcome.reason));
		if (outcome.families.includes(6)) this.#solicit(cid, context, 0);
		return outcome;
	}

	#decide(cid: number, context: Context): EsmOutcome {
		const { network } = this.#owner;
		// The network would not even pass the request on: TS 24.501 5.4.5.3.1, where 5GMM cause #90 has no number of session management.
		if (context.snssai !== undefined && network.cell.rat === "NR" && !this.#owner.allowedSlices().includes(context.snssai))
			return { ok: false, cause: MISSING_DNN_IN_SLICE };
		const wanted = apnProfile(network.operator, context.apn)?.credentials;
		const given = this.#credentials.get(cid);
		if (wanted !== undefined && (given?.user !== wanted.user || given.password !== wanted.password)) return { ok: false, cause: 29 };
		return decideFamilies(network, context.apn, context.type);
	}

	#fresh(type: PdpType, apn: string): Context {
		const alarms = new Alarms<"solicit">(this.#owner.clock);
		return { type, apn, snssai: undefined, active: false, ipv4: undefined, linkLocal: undefined, ipv6: undefined, interfaceId: [], alarms };
	}

	/** Each activation has its own addresses; the same seed has the same ones. IPv4 of RFC 6598 (behind a NAT), IPv6 of RFC 3849. */
	#assign(cid: number, context: Context, families: readonly (4 | 6)[]): void {
		const id = hashText(this.#owner.seed, `context ${cid} ${++this.#activations}`);
		const more = hashText(id, "interface");
		context.active = true;
		context.ipv6 = undefined;
		context.ipv4 = families.includes(4) ? `100.${64 + (id & 63)}.${(id >>> 8) & 255}.${1 + ((id >>> 16) % 254)}` : undefined;
		context.interfaceId = [(more >>> 16) & 0xfdff, (more & 0xffff) | 1, (id >>> 16) & 0xffff, (id & 0xffff) | 1];
		context.linkLocal = families.includes(6) ? formatIpv6([0xfe80, 0, 0, 0, ...context.interfaceId]) : undefined;
	}

	#solicit(cid: number, context: Context, attempt: number): void {
		const { network } = this.#owner;
		this.#owner.exchange(16, network.operator.raDelayMs, 104, ok => {
			if (!context.active || context.linkLocal === undefined || context.ipv6 !== undefined) return;
			if (ok && network.routerAdvertisements && network.linked) return this.#addressed(cid, context);
			const wait = Math.min(SOLICITATION_LIMIT_MS, SOLICITATION_MS * 2 ** attempt);
			context.alarms.set("solicit", wait, () => this.#solicit(cid, context, attempt + 1));
		});
	}
	#addressed(cid: number, context: Context): void {
		const prefix = hashText(this.#owner.seed, `prefix ${cid} ${this.#activations}`);
		context.ipv6 = formatIpv6([0x2001, 0xdb8, (prefix >>> 16) | 1, prefix & 0xffff, ...context.interfaceId]);
		this.#owner.emit("context-addressed", { cid, ipv6: context.ipv6 });
		this.#owner.notify(listener => listener.contextChanged(cid, "addressed", "network"));
	}

	#view(cid: number, context: Context): PdpContext {
		const { dns, defaultApn } = this.#owner.network.operator;
		const servers = [...(context.linkLocal === undefined ? [] : [dns.ipv6]), ...(context.ipv4 === undefined ? [] : [dns.ipv4])];
		return {
			cid,
			type: context.type,
			apn: context.apn === "" && context.active ? defaultApn : context.apn,
			...(context.snssai === undefined ? {} : { snssai: context.snssai }),
			active: context.active,
			ipv4: context.ipv4,
			ipv6: context.ipv6 ?? context.linkLocal,
			dns: context.active ? servers : [],
		};
	}
}
