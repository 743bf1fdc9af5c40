import { dottedIpv6 } from "../../modem/base/addresses.js";
import { addressFields, allAddresses, contextOf } from "../../modem/base/packet.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { PdpContext, UeListener } from "../../network/ue.js";

/** TS 27.007 9.2.2.1 texts for the session management causes of TS 24.301 9.9.4.4 that have one of their own. */
const causes: Readonly<Record<number, readonly [number: number, text: string]>> = {
	27: [134, "missing or unknown APN"],
	29: [149, "PDP authentication failure"],
	32: [132, "service option not supported"],
	33: [133, "requested service option not subscribed"],
	34: [134, "service option temporarily out of order"],
};
const unspecified = [148, "unspecified GPRS error"] as const;
const activateMs = 150_000;

/** `+CGACT`, `+CGPADDR` and `+CGDCONT` where they differ from the base, and `+CGEV`, which this module says unasked. */
export class SimcomContexts {
	readonly #core: ModuleCore;
	/** `+CGEREP`; the factory's is inferred from the reports that logs have. */
	#reporting = 2;
	/** Contexts that are being activated by the host, and which of them were refused. */
	readonly #asked = new Set<number>();
	readonly #refused = new Set<number>();

	constructor(core: ModuleCore) {
		this.#core = core;
	}

	contextChanged(...[cid, change, by, reason]: Parameters<UeListener["contextChanged"]>): void {
		if (change === "addressed") return;
		if (change === "deactivated") this.#refused.add(cid);
		const asked = this.#asked.has(cid);
		const report = `\r\n+CGEV: ${eventName(change, by, cid === this.#core.persona.firstCid, asked)} ${cid}${reason === undefined ? "" : `,${reason}`}\r\n`;
		const say = () => void (this.#reporting > 0 && this.#core.urc(report));
		// Behind the command's own result (transcript 12).
		if (asked) this.#core.after(0, say);
		else say();
	}

	get commands(): readonly CommandRow[] {
		const core = this.#core;
		return [
			{
				name: "+CGEREP",
				read: () => `\r\n+CGEREP: ${this.#reporting},0\r\n`,
				set: call => {
					const mode = call.parameters.within(0, 0, 2, 0);
					if (mode === undefined) return 50;
					this.#reporting = mode;
					return "";
				},
			},
			{ name: "+CGACT", set: call => this.#activate(call) },
			{
				name: "+CGPADDR",
				// Transcript 12: without an address OK stands alone.
				execute: () => (core.ue.contexts.some(context => context.active) ? allAddresses(core) : ""),
				set: call => {
					const cid = call.parameters.within(0, 1, 15);
					if (cid === undefined) return 50;
					const addresses = addressFields(core, contextOf(core, cid));
					return addresses === "" ? "" : `\r\n+CGPADDR: ${cid}${addresses}\r\n`;
				},
			},
			{ name: "+CGDCONT", read: () => core.ue.contexts.map(context => this.#definition(context)).join("") },
		];
	}

	/** Zeros before there is an address (seen on this vendor's SIM7600). */
	#definition(context: PdpContext): string {
		const none = `,"${context.type === "IP" ? "0.0.0.0" : dottedIpv6("::")}"`;
		const shown = (addressFields(this.#core, context) || none).split(",")[1];
		return `\r\n+CGDCONT: ${context.cid},"${context.type}","${context.apn}",${shown},0,0,0,0\r\n`;
	}

	/** A refusal ends with the cause's number in words (transcript 12), and `+CGEV` follows. */
	#activate(call: Call): Answer {
		const core = this.#core;
		const wanted = call.parameters.within(0, 0, 1);
		const cid = call.parameters.number(1, core.persona.firstCid);
		if (wanted === undefined || cid === undefined || !contextOf(core, cid)) return 50;
		if (core.functionality !== 1) return 3;
		const active = () => contextOf(core, cid)?.active === true;
		if (active() === (wanted === 1)) return "";
		this.#asked.add(cid);
		this.#refused.delete(cid);
		if (wanted === 1) core.ue.activateContext(cid);
		else core.ue.deactivateContext(cid);
		call.until(
			() => active() === (wanted === 1) || (wanted === 1 && this.#refused.has(cid)),
			activateMs,
			() => {
				this.#asked.delete(cid);
				if (active() === (wanted === 1)) call.ok();
				else this.#fail(call);
			},
		);
		return undefined;
	}

	#fail(call: Call): void {
		const { cmee } = this.#core.settings;
		const cause = this.#core.ue.lastEsmCause;
		const [number, text] = causes[cause ?? -1] ?? unspecified;
		if (cmee === 2) call.final(`+CME ERROR: ${text}${cause === undefined ? "" : ` (#${cause})`}`, -1);
		else call.cme(number);
	}
}

/** TS 27.007 10.1.19; the default bearer comes with the attach. */
function eventName(change: "activated" | "deactivated", by: "network" | "mobile", first: boolean, asked: boolean): string {
	if (change === "activated") return first && !asked ? "EPS PDN ACT" : "ME PDN ACT";
	return by === "network" && !asked ? "NW PDN DEACT" : "ME PDN DEACT";
}
