import { ipv6Text } from "../../modem/base/addresses.js";
import { contextOf } from "../../modem/base/packet.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { PdpContext, PdpType, UeListener } from "../../network/ue.js";
import { type LastError, lteError } from "./lte-errors.js";

/** Contexts of the TCP/IP commands: 1 to 7 are a host's own (inferred; a call over IMS has others). */
export const largestContext = 7;
/** The vendor's bound for `+QIACT`, S23 of the reference; `+QIDEACT` 40 s is an assumption. */
const activateMs = 150_000;
const deactivateMs = 40_000;

/** The type field of `+QICSGP`: 1 is seen (transcript 10), 2 and 3 are general knowledge. */
const types: readonly (PdpType | undefined)[] = [undefined, "IP", "IPV6", "IPV4V6"];

function typeNumber(type: PdpType): number {
	return types.indexOf(type);
}

interface Credentials {
	readonly user: string;
	readonly password: string;
	readonly protocol: 0 | 1 | 2;
}

/**
 * `+QICSGP`, `+QIACT`, `+QIDEACT`: which contexts the module's own TCP/IP stack uses. That is a state of its own beside the bearer's:
 * transcript 10 activates a context of an attached module.
 */
export class LteContexts {
	readonly #core: ModuleCore;
	readonly #errors: LastError;
	readonly #used = new Set<number>();
	readonly #credentials = new Map<number, Credentials>();

	constructor(core: ModuleCore, errors: LastError) {
		this.#core = core;
		this.#errors = errors;
	}

	/** The stack may open sockets on it. */
	isActive(cid: number): boolean {
		return this.#used.has(cid) && contextOf(this.#core, cid)?.active === true;
	}

	/** The radio was switched off: no context outlives that, and nothing is said of it. */
	forget(): void {
		this.#used.clear();
	}

	/** True when the stack used the context until now: `+QIURC: "pdpdeact"` is due. */
	lost(cid: number): boolean {
		return this.#used.delete(cid);
	}

	get commands(): readonly CommandRow[] {
		return [
			{ name: "+QICSGP", set: call => this.#configure(call), test: "\r\n+QICSGP: (1-7),(1-3),<APN>,<username>,<password>,(0-3)\r\n" },
			{ name: "+QIACT", read: () => this.#list(), set: call => this.#activate(call), test: "\r\n+QIACT: (1-7)\r\n", needsSim: true },
			{ name: "+QIDEACT", set: call => this.#deactivate(call), test: "\r\n+QIDEACT: (1-7)\r\n" },
		];
	}

	#configure(call: Call): Answer {
		const { parameters } = call;
		const core = this.#core;
		const cid = parameters.within(0, 1, largestContext);
		if (cid === undefined) return 50;
		const { user, password, protocol } = this.#credentials.get(cid) ?? { user: "", password: "", protocol: 0 };
		if (parameters.count === 1) {
			const context = contextOf(core, cid);
			return `\r\n+QICSGP: ${typeNumber(context?.type ?? "IP")},"${context?.apn ?? ""}","${user}","${password}",${protocol}\r\n`;
		}
		const type = types[parameters.within(1, 1, 3) ?? 0];
		const wanted = parameters.within(5, 0, 3, 0);
		if (!type || wanted === undefined) return 50;
		// 3 lets the network choose (general knowledge); CHAP it is then.
		const chosen = (wanted === 3 ? 2 : wanted) as 0 | 1 | 2;
		core.nvram.set(`CGDCONT.${cid}`, `${type},${parameters.text(2)}`);
		core.ue.defineContext(cid, type, parameters.text(2));
		this.#credentials.set(cid, { user: parameters.text(3), password: parameters.text(4), protocol: chosen });
		core.ue.setCredentials(cid, chosen, parameters.text(3), parameters.text(4));
		return "";
	}

	/** Colon text for IPv6 is inferred: a socket takes the same. */
	#list(): string {
		const lines = [...this.#used]
			.sort((a, b) => a - b)
			.flatMap(cid => {
				const context = contextOf(this.#core, cid);
				if (!context?.active) return [];
				const addresses = [context.ipv4, context.ipv6].filter(address => address !== undefined).map(address => `,"${address}"`);
				return [`\r\n+QIACT: ${cid},1,${typeNumber(context.type)}${addresses.join("")}`];
			});
		return lines.length === 0 ? "" : `${lines.join("")}\r\n`;
	}

	/** A context that is in use already is an ERROR (transcript 11 of the reference). */
	#activate(call: Call): undefined {
		const core = this.#core;
		const cid = call.parameters.within(0, 1, largestContext);
		if (cid === undefined || !contextOf(core, cid)) return this.#refuse(call, lteError.parameter);
		if (this.isActive(cid)) return this.#refuse(call, lteError.notAllowed);
		if (core.functionality !== 1 || !core.ue.attached) return this.#refuse(call, lteError.contextOpen);
		let refused = false;
		const listener: Partial<UeListener> = {
			contextChanged: (changed, what) => {
				if (changed === cid && what === "deactivated") refused = true;
			},
		};
		const done = () => contextOf(core, cid)?.active === true;
		core.listeners.push(listener);
		if (!done()) core.ue.activateContext(cid);
		call.until(
			() => done() || refused,
			activateMs,
			() => {
				core.listeners.splice(core.listeners.indexOf(listener), 1);
				if (done()) {
					this.#used.add(cid);
					call.ok();
				} else this.#refuse(call, lteError.contextOpen);
			},
		);
	}

	#deactivate(call: Call): Answer {
		const core = this.#core;
		const cid = call.parameters.within(0, 1, largestContext);
		if (cid === undefined) return 50;
		const held = this.#used.delete(cid);
		// The default bearer stays: without it the module would be detached (TS 24.301 6.4.4.1).
		if (!held || cid === core.persona.firstCid || !contextOf(core, cid)?.active) return "";
		core.ue.deactivateContext(cid);
		call.until(
			() => !contextOf(core, cid)?.active,
			deactivateMs,
			() => call.ok(),
		);
		return undefined;
	}

	/** Plain ERROR; the reason is `+QIGETERROR`'s. */
	#refuse(call: Call, error: number): undefined {
		this.#errors.set(error);
		call.error();
	}
}

/** Of the definition, before there is an address (transcripts 15, 19 and 34 of the reference). */
function noAddress(type: PdpType): string {
	return type === "IP" ? "0.0.0.0" : "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0";
}

/** `+CGDCONT?` and `+CGCONTRDP` as transcript 31 shows them: dotted IPv6, no gateway, the bearer's identity first. */
export function contextReports(core: ModuleCore): CommandRow[] {
	const shown = (context: PdpContext) =>
		context.ipv4 ?? (context.ipv6 === undefined ? noAddress(context.type) : ipv6Text(core, context.ipv6));
	const parameters = (context: PdpContext): string[] => {
		if (!context.active) return [];
		const text = (address: string) => (address.includes(":") ? ipv6Text(core, address) : address);
		return [context.ipv4, context.ipv6].flatMap(address => {
			if (address === undefined) return [];
			const servers = context.dns.filter(server => server.includes(":") === address.includes(":")).slice(0, 2);
			const head = `\r\n+CGCONTRDP: ${context.cid},${context.cid + 4},"${context.apn}","${text(address)}"`;
			return [`${head},${servers.map(server => `,"${text(server)}"`).join("")}`];
		});
	};
	const joined = (lines: readonly string[]) => (lines.length === 0 ? "" : `${lines.join("")}\r\n`);
	return [
		{
			name: "+CGDCONT",
			read: () => joined(core.ue.contexts.map(each => `\r\n+CGDCONT: ${each.cid},"${each.type}","${each.apn}","${shown(each)}",0,0,0,0`)),
		},
		{
			name: "+CGCONTRDP",
			execute: () => joined(core.ue.contexts.flatMap(parameters)),
			set: call => {
				const context = contextOf(core, call.parameters.number(0) ?? -1);
				return context?.active ? joined(parameters(context)) : 50;
			},
		},
	];
}
