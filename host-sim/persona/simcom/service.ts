import { ipv6Text, isLinkLocal } from "../../modem/base/addresses.js";
import { contextOf } from "../../modem/base/packet.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { refused, socketError } from "./errors.js";

/** From OK to `+NETOPEN` on a context that is up, and to `+NETCLOSE`: assumptions. */
const openMs = 100;
const closeMs = 100;
/** `AT+CIPTIMEOUT`'s first value from the factory: assumption. */
const withinMs = 120_000;

/** `+NETOPEN`, `+NETCLOSE`, `+IPADDR`: the socket service on the first context, without which no connection opens. */
export class SimcomService {
	readonly #core: ModuleCore;
	readonly #closed: () => void;
	#state: "closed" | "opening" | "open" = "closed";
	/** The network took the context away while it was asked for. */
	#refused = false;

	/** @param closed its connections go with it */
	constructor(core: ModuleCore, closed: () => void) {
		this.#core = core;
		this.#closed = closed;
	}

	get open(): boolean {
		return this.#state === "open";
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+NETOPEN",
				execute: call => this.#open(call),
				read: () => `\r\n+NETOPEN: ${this.open ? 1 : 0}\r\n`,
				test: "",
			},
			{ name: "+NETCLOSE", execute: call => this.#close(call), test: "" },
			{ name: "+IPADDR", execute: call => this.#address(call), test: "" },
		];
	}

	contextLost(cid: number): void {
		if (cid !== this.#core.persona.firstCid) return;
		this.#refused = true;
		if (!this.open) return;
		this.#state = "closed";
		this.#core.urc("\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\n");
		this.#closed();
	}

	#usable(): boolean {
		return contextOf(this.#core, this.#core.persona.firstCid)?.active === true;
	}

	#open(call: Call): Answer {
		const core = this.#core;
		if (this.#state !== "closed") return refused(call, "+IP ERROR: Network is already opened");
		this.#state = "opening";
		this.#refused = !core.ue.attached;
		call.ok();
		if (!this.#usable() && core.ue.attached) core.ue.activateContext(core.persona.firstCid);
		core.after(openMs, () => {
			core.until(
				() => this.#usable() || this.#refused,
				withinMs,
				() => this.#opened(),
			);
		});
		return undefined;
	}

	#opened(): void {
		this.#state = this.#usable() ? "open" : "closed";
		this.#core.urc(`\r\n+NETOPEN: ${this.open ? 0 : socketError.network}\r\n`);
	}

	#close(call: Call): Answer {
		if (!this.open) return refused(call, `+NETCLOSE: ${socketError.notOpened}`);
		this.#state = "closed";
		this.#closed();
		call.ok();
		this.#core.after(closeMs, () => this.#core.urc("\r\n+NETCLOSE: 0\r\n"));
		return undefined;
	}

	/** IPv6 where there is no IPv4 address: inferred. */
	#address(call: Call): Answer {
		if (!this.open) return refused(call, "+IPADDR: Network not opened");
		const context = contextOf(this.#core, this.#core.persona.firstCid);
		const ipv6 = context?.ipv6 === undefined || isLinkLocal(context.ipv6) ? undefined : ipv6Text(this.#core, context.ipv6);
		return `\r\n+IPADDR: ${context?.ipv4 ?? ipv6 ?? ""}\r\n`;
	}
}
