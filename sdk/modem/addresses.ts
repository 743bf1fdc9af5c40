import { addressKind, canonicalAddress, parseAddress } from "../3gpp/ip-address.js";
import { CGCONTRDP, CGPADDR } from "../3gpp/packet-commands.js";
import { PdnReason } from "../3gpp/packet-event.js";
import type { AtError } from "../at/errors.js";
import type { AtLine, Millis } from "../at/line.js";
import type { ModemCore } from "./core.js";
import type { Family } from "./driver.js";
import { isInterrupted, isSilence, ModemError } from "./errors.js";
import { JobId } from "./job-id.js";
import { type CoreProcedure, exchange, passOver } from "./procedure.js";
import { Timer } from "./timers.js";

/** A host solicits routers 3 times, 4 s apart (RFC 4861 clause 10); then no advertisement will come. NB-IoT is slow: one more. */
const ROUTER_WITHIN_MS = 16_000;
/** Registered and still without any address (assumption). */
const ADDRESS_WITHIN_MS = 20_000;
const FIRST_POLL_MS = 500;
const LONGEST_POLL_MS = 4_000;

export interface Addresses {
	readonly ipv6: string | undefined;
	readonly ipv4: string | undefined;
	/** An IPv6 address is on its way: only the link-local one is there (RFC 4862). */
	readonly pending: boolean;
}

/** Addresses of the default bearer. IPv6 is preferred as soon as it can be used. */
export class AddressBook {
	#core: ModemCore;
	ipv6: string | undefined = undefined;
	ipv4: string | undefined = undefined;
	pending = false;
	/** There is an address that sockets may use. */
	settled = false;
	#told: string | undefined = undefined;
	#seen6: string | undefined = undefined;
	#seen4: string | undefined = undefined;
	#seenLinkLocal = false;
	#since: Millis = 0;
	#poll = FIRST_POLL_MS;
	/** `<reason>` of `+CGEV: ME PDN ACT`. */
	#reason: number | undefined = undefined;
	#saidFamily = "";
	/** The module refuses sockets to IPv6 addresses although it has one. */
	#ipv6Refused = "";
	constructor(core: ModemCore) {
		this.#core = core;
	}
	get preferred(): Family | undefined {
		if (!this.settled) return undefined;
		if (this.ipv6 !== undefined && this.#ipv6Refused === "") return "ipv6";
		return this.ipv4 === undefined ? undefined : "ipv4";
	}
	get address(): string | undefined {
		const family = this.preferred;
		return family === "ipv6" ? this.ipv6 : family === "ipv4" ? this.ipv4 : undefined;
	}
	get all(): Addresses {
		return { ipv6: this.ipv6, ipv4: this.ipv4, pending: this.pending };
	}
	/** Registered: addresses are to be read before anything is sent. What was known is only kept to compare with. */
	begin(): void {
		this.settled = false;
		this.restartPolling();
	}
	private restartPolling(): void {
		this.#since = this.#core.now;
		this.#poll = FIRST_POLL_MS;
	}
	forget(): void {
		this.ipv6 = this.ipv4 = undefined;
		this.pending = this.settled = false;
		this.#reason = undefined;
		this.#saidFamily = this.#ipv6Refused = "";
		this.#core.timers.clear(Timer.address);
		this.tell();
		this.#core.updateConnection();
	}
	/** `+CGEV: ME PDN ACT`. */
	activated(reason: number | undefined): void {
		this.#reason = reason;
		this.readAgain();
	}
	/** Something was said about addresses: they are read, which is the one way that all modules have. */
	readAgain(): void {
		const core = this.#core;
		if (core.network.wanted === undefined || !core.network.registered) return;
		this.restartPolling();
		core.want(JobId.address);
	}
	ipv6Failed(): void {
		if (!this.pending) return;
		this.#since = this.#core.now - ROUTER_WITHIN_MS;
		this.#core.want(JobId.address);
	}
	/** A line of the answer. */
	read(line: AtLine): void {
		if (line.uint(0) !== this.#core.settings.cid) return;
		for (let i = 1; i < line.count; i++) this.note(line.text(i) ?? "");
	}
	/** `+CGCONTRDP: <cid>,<bearer>,<apn>,<address and mask>,<gateway>,…`: a line for each family. */
	readContext(line: AtLine): void {
		if (line.uint(0) === this.#core.settings.cid) this.note(line.text(3) ?? "");
	}
	get hasSeenNone(): boolean {
		return this.#seen6 === undefined && this.#seen4 === undefined && !this.#seenLinkLocal;
	}
	private note(text: string): void {
		const address = parseAddress(text);
		if (address === undefined) return;
		const kind = addressKind(address.bytes);
		if (kind === "unspecified" || kind === "loopback" || kind === "multicast") return;
		if (kind === "linkLocal") this.#seenLinkLocal ||= address.family === "ipv6";
		else if (address.family === "ipv4") this.#seen4 ??= canonicalAddress(text);
		else this.#seen6 ??= canonicalAddress(text);
	}
	/** The answer is complete. */
	ended(error: AtError | undefined): void {
		const core = this.#core;
		const { network } = core;
		const seen6 = this.#seen6;
		const seen4 = this.#seen4;
		this.pending = this.#seenLinkLocal && seen6 === undefined;
		this.#seen6 = this.#seen4 = undefined;
		this.#seenLinkLocal = false;
		if (network.wanted === undefined || !network.registered) return;
		if (error !== undefined && isSilence(error)) core.want(JobId.address);
		if (error !== undefined && (isSilence(error) || isInterrupted(error))) return;
		const waited = core.now - this.#since;
		if (seen6 === undefined && this.pending && network.pdpType !== "IP" && waited < ROUTER_WITHIN_MS) {
			// What is pending is worth a short wait: a first report over IPv4 would move to another address seconds later.
			if (!this.settled) {
				this.again();
				return;
			}
		}
		if (seen6 !== undefined || seen4 !== undefined) {
			this.settle(seen6, seen4);
			return;
		}
		if (waited < ADDRESS_WITHIN_MS) {
			this.again();
			return;
		}
		this.none();
	}
	/** Once for each change. */
	private tell(): void {
		if (this.#told === this.address) return;
		this.#told = this.address;
		this.#core.notify("address");
	}
	private again(): void {
		this.#core.timers.set(Timer.address, this.#core.now + this.#poll);
		this.#poll = Math.min(this.#poll * 2, LONGEST_POLL_MS);
	}
	private settle(ipv6: string | undefined, ipv4: string | undefined): void {
		const core = this.#core;
		const changed = ipv6 !== this.ipv6 || ipv4 !== this.ipv4;
		if (changed) {
			// A socket is bound to the address it was opened with.
			if (this.ipv6 !== undefined || this.ipv4 !== undefined) core.sockets.closeAll();
			this.#ipv6Refused = "";
		}
		this.ipv6 = ipv6;
		this.ipv4 = ipv4;
		this.settled = true;
		core.timers.clear(Timer.address);
		this.tell();
		core.updateConnection();
		this.sayFamily();
	}
	/** Said once for each outcome that is not both families. */
	private sayFamily(): void {
		const asked = this.#core.network.wanted?.pdpType ?? "IPV4V6";
		const got = this.preferred;
		if (asked === "IP" || got === undefined || (asked === "IPV6" && got === "ipv6")) return;
		if (got === "ipv6" && (this.ipv4 !== undefined || this.#reason !== PdnReason.ipv6Only)) return;
		const said = `${got} ${this.why()}`;
		if (said === this.#saidFamily) return;
		this.#saidFamily = said;
		this.#core.event("family", { wanted: got === "ipv6" ? "dual" : "ipv6", got, why: this.why() });
	}
	private why(): string {
		if (this.#ipv6Refused !== "") return this.#ipv6Refused;
		switch (this.#reason) {
			case PdnReason.ipv4Only:
				return "the network allows IPv4 only (ESM cause #50)";
			case PdnReason.ipv6Only:
				return "the network allows IPv6 only (ESM cause #51)";
			case PdnReason.singleAddressOnly:
			case PdnReason.singleAddressSecondFailed:
				return "the network allows one family per context (ESM cause #52)";
		}
		if (this.pending) return "no router advertisement came: the IPv6 address stayed link-local";
		return "the network assigned no IPv6 address";
	}
	/** The module does not take the address that the network gave: IPv4, when there is one. */
	refuseIpv6(why: string): void {
		if (this.ipv4 === undefined || this.#ipv6Refused !== "") return;
		this.#ipv6Refused = why;
		this.tell();
		this.sayFamily();
	}
	private none(): void {
		const core = this.#core;
		if (core.network.nextFamily("registered, but no address was given")) {
			core.network.registered = false;
			core.updateConnection();
			return;
		}
		core.fail(new ModemError("noAddress", "registered, but the network gave no address for any family: is the APN right?"));
		core.network.registered = false;
		core.updateConnection();
		core.network.retryLater();
	}
}

function onAddress(core: ModemCore, line: AtLine): void {
	core.addresses.read(line);
}
function onContext(core: ModemCore, line: AtLine): void {
	core.addresses.readContext(line);
}
/** Some modules tell nothing by `+CGPADDR` and all by `+CGCONTRDP`. */
export const ADDRESS: CoreProcedure = Object.freeze([
	exchange(CGPADDR.set, settings => ({ cid: settings.cid }), { line: onAddress, refused: passOver }),
	exchange(CGCONTRDP.set, settings => ({ cid: settings.cid }), {
		when: core => core.addresses.hasSeenNone,
		line: onContext,
		refused: passOver,
	}),
]);
