import { ipv6Text, isLinkLocal } from "../../modem/base/addresses.js";
import { contextOf } from "../../modem/base/packet.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { UeListener } from "../../network/ue.js";
import { cmeError } from "./errors.js";

const largestCid = 15;
/** After which `+MIPCALL` reports a failure: assumption. */
const dialMs = 60_000;

/** `+MIPCALL`: the application layer's hold on a context. The default bearer's is dialled at each start (public manual digest; transcript 33). */
export class Dialling {
	readonly #core: ModuleCore;
	readonly #lost: (cid: number) => void;
	/** What was said of each dialled context. */
	readonly #dialled = new Map<number, string>();
	readonly #wanted = new Set<number>();

	/** @param lost told when a dialled context carries nothing any more */
	constructor(core: ModuleCore, lost: (cid: number) => void) {
		this.#core = core;
		this.#lost = lost;
		this.#wanted.add(core.persona.firstCid);
	}

	has(cid: number): boolean {
		return this.#dialled.has(cid);
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+MIPCALL",
				read: () => this.#read(),
				set: call => this.#set(call),
				test: `\r\n+MIPCALL: (0,1),(1-${largestCid})\r\n`,
				needsSim: true,
			},
		];
	}

	contextChanged(...[cid, change]: Parameters<UeListener["contextChanged"]>): void {
		if (change === "deactivated") this.#deactivated(cid);
		else if (this.#wanted.has(cid)) this.#report(cid);
	}

	/** Each is reported lost (public manual digest). */
	radioOff(): void {
		for (const cid of [...this.#dialled.keys()]) this.#deactivated(cid);
	}

	#deactivated(cid: number): void {
		const failed = this.#wanted.has(cid) && cid !== this.#core.persona.firstCid;
		if (!this.#dialled.delete(cid) && !failed) return;
		if (cid !== this.#core.persona.firstCid) this.#wanted.delete(cid);
		this.#core.urc(`\r\n+MIPCALL: ${cid},0\r\n`);
		this.#lost(cid);
	}

	/** Once more when a usable IPv6 address came after the IPv4 address. */
	#report(cid: number): void {
		const addresses = this.#addresses(cid);
		if (addresses === "" || this.#dialled.get(cid) === addresses) return;
		this.#dialled.set(cid, addresses);
		this.#core.urc(`\r\n+MIPCALL: ${cid},1${addresses}\r\n`);
	}

	/** IPv6 with upper case digits (transcript 33). */
	#addresses(cid: number): string {
		const context = contextOf(this.#core, cid);
		if (!context?.active) return "";
		const ipv4 = context.ipv4 === undefined ? "" : `,"${context.ipv4}"`;
		const usable = context.ipv6 !== undefined && !isLinkLocal(context.ipv6);
		return `${ipv4}${usable ? `,"${ipv6Text(this.#core, context.ipv6).toUpperCase()}"` : ""}`;
	}

	#read(): string {
		const cids = [...new Set([this.#core.persona.firstCid, ...this.#dialled.keys()])].sort((a, b) => a - b);
		const state = (cid: number) => (this.has(cid) ? `1${this.#addresses(cid)}` : "0");
		return `\r\n${cids.map(cid => `+MIPCALL: ${cid},${state(cid)}`).join("\r\n")}\r\n`;
	}

	#set(call: Call): Answer {
		const { parameters } = call;
		const wanted = parameters.within(0, 0, 1);
		const cid = parameters.within(1, 1, largestCid);
		if (wanted === undefined || cid === undefined || !contextOf(this.#core, cid)) return cmeError.parameter;
		if (wanted === 0) return this.#hangUp(call, cid);
		if (this.#core.functionality !== 1) return cmeError.notAllowed;
		call.ok();
		this.#dial(cid);
		return undefined;
	}

	/** What is dialled already is reported again: inferred. */
	#dial(cid: number): void {
		const core = this.#core;
		this.#wanted.add(cid);
		this.#dialled.delete(cid);
		if (contextOf(core, cid)?.active) this.#report(cid);
		else core.ue.activateContext(cid);
		core.after(dialMs, () => {
			if (this.has(cid) || !this.#wanted.has(cid)) return;
			this.#wanted.delete(cid);
			core.urc(`\r\n+MIPCALL: ${cid},0\r\n`);
		});
	}

	/** The context stays up; this report has no blank, the one of a lost context has (public manual digest). */
	#hangUp(call: Call, cid: number): Answer {
		if (!this.has(cid)) return cmeError.notAllowed;
		call.ok();
		this.#wanted.delete(cid);
		this.#dialled.delete(cid);
		this.#core.urc(`\r\n+MIPCALL:${cid},0\r\n`);
		this.#lost(cid);
		return undefined;
	}
}
