import { ipv6Text, isLinkLocal } from "../../modem/base/addresses.js";
import { contextOf } from "../../modem/base/packet.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { UeListener } from "../../network/ue.js";
import { cmeError } from "./errors.js";

/** The longest of `+CIICR` (public manual digest). */
const activateMs = 90_000;
/** How long `+CIPSHUT` takes: assumption. */
const shutMs = 200;

/** As `+CIPSTATUS` names them, as far as they do not depend on connections. */
type SceneState = "IP INITIAL" | "IP START" | "IP GPRSACT" | "IP STATUS" | "PDP DEACT";

/** `+CSTT`, `+CIICR`, `+CIFSR`, `+CIPSHUT`: the one bearer of all connections, step by step, each only in its own state. */
export class Scene {
	readonly #core: ModuleCore;
	readonly #gone: () => void;
	#state: SceneState = "IP INITIAL";
	#apn: readonly string[] = ["", "", ""];

	/** @param gone connections end with the bearer, nothing is said of each */
	constructor(core: ModuleCore, gone: () => void) {
		this.#core = core;
		this.#gone = gone;
	}

	get state(): SceneState {
		return this.#state;
	}

	/** Names can be asked for. */
	get up(): boolean {
		return this.#state === "IP GPRSACT" || this.#state === "IP STATUS";
	}

	/** A connection needs no step before it where the context is up already (public test); after it the state is as if they had been taken. */
	enter(): boolean {
		if (this.#state === "PDP DEACT" || !this.#active()) return false;
		this.#state = "IP STATUS";
		return true;
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+CSTT",
				execute: call => this.#start(call),
				read: () => `\r\n+CSTT: ${this.#apn.map(text => `"${text}"`).join(",")}\r\n`,
				set: call => this.#start(call),
				test: '\r\n+CSTT: "APN","USER","PWD"\r\n',
			},
			{ name: "+CIICR", execute: call => this.#activate(call), test: "" },
			{ name: "+CIFSR", execute: call => this.#address(call), test: "" },
			{ name: "+CIPSHUT", execute: call => this.#shut(call), test: "" },
		];
	}

	contextChanged(...[cid, change, by]: Parameters<UeListener["contextChanged"]>): void {
		if (cid !== this.#core.persona.firstCid || change === "addressed") return;
		// Said without +CGEREP, which the module does not have (public manual digest).
		const what = change === "activated" ? "ME PDN ACT" : by === "network" ? "NW PDN DEACT" : "ME PDN DEACT";
		this.#core.urc(`\r\n+CGEV: ${what} ${cid}\r\n`);
		if (change === "deactivated") this.lost();
	}

	/** The context is gone, or the radio is off. */
	lost(): void {
		if (!this.up) return;
		this.#state = "PDP DEACT";
		this.#gone();
		this.#core.urc("\r\n+PDP DEACT\r\n");
	}

	#active(): boolean {
		return contextOf(this.#core, this.#core.persona.firstCid)?.active === true;
	}

	/** Without a name the network's is taken. */
	#start(call: Call): Answer {
		const core = this.#core;
		if (this.#state !== "IP INITIAL") return cmeError.notAllowed;
		const [apn, user, password] = [0, 1, 2].map(index => call.parameters.text(index)) as [string, string, string];
		if (call.parameters.count > 3 || apn.length > 64) return cmeError.parameter;
		this.#apn = [apn, user, password];
		const context = contextOf(core, core.persona.firstCid);
		if (apn !== "" && context?.apn !== apn) core.ue.defineContext(core.persona.firstCid, context?.type ?? "IP", apn);
		// 1 is PAP (TS 27.007 10.1.31); the command has no choice of it: assumption.
		if (user !== "") core.ue.setCredentials(core.persona.firstCid, 1, user, password);
		this.#state = "IP START";
		return "";
	}

	#activate(call: Call): Answer {
		const core = this.#core;
		if (this.#state !== "IP START") return cmeError.notAllowed;
		if (!core.ue.attached) return void call.error();
		if (!this.#active()) core.ue.activateContext(core.persona.firstCid);
		call.until(
			() => this.#active(),
			activateMs,
			met => {
				if (met) this.#state = "IP GPRSACT";
				if (met) call.ok();
				else call.error();
			},
		);
		return undefined;
	}

	/** The address alone, no OK. IPv6 where there is no IPv4 address: inferred. */
	#address(call: Call): Answer {
		const context = contextOf(this.#core, this.#core.persona.firstCid);
		if (!this.up || !context?.active) return cmeError.notAllowed;
		const ipv6 = context.ipv6 === undefined || isLinkLocal(context.ipv6) ? undefined : ipv6Text(this.#core, context.ipv6);
		const address = context.ipv4 ?? ipv6;
		if (address === undefined) return cmeError.notAllowed;
		this.#state = "IP STATUS";
		call.final(address, 0);
		return undefined;
	}

	/** From any state; the context of the attach stays up. */
	#shut(call: Call): Answer {
		this.#gone();
		this.#state = "IP INITIAL";
		call.after(shutMs, () => call.final("SHUT OK", 0));
		return undefined;
	}
}
