import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { Registration } from "../../network/ue.js";
import { cmeError } from "./errors.js";

/** `+CFUN=1` takes 2 to 3 s and must finish first, says the wiki of a BC28 board. */
const switchOnMs = 2500;
/** Assumption; after it the connection that tells the network is awaited. */
const switchOffMs = 2000;
const longestSwitchOffMs = 10_000;

/** NB-S1, shown before there is any registration. */
const narrowBand = 9;

/**
 * TS 27.007 10.1.22 without quotes. A public BC95 program waits for `4,0,0000,00000000,9,,,,`: from 4 on the place is zeros without
 * a registration and the empty fields keep their commas; from there 2 and 3 are inferred.
 */
export function registrationFields(n: number, registration: Registration): string {
	const { stat, tac, ci, act, causeType, rejectCause, activeTime, periodicTau } = registration;
	if (n < 2) return String(stat);
	const placed = tac !== undefined && ci !== undefined;
	const place = placed ? [tac, ci, act ?? narrowBand] : n >= 4 ? ["0000", "00000000", narrowBand] : [];
	const withCause = (n === 3 || n === 5) && rejectCause !== undefined;
	const cause = withCause ? [causeType ?? 0, rejectCause] : ["", ""];
	if (n >= 4) return [stat, ...place, ...cause, activeTime ?? "", periodicTau ?? ""].join(",");
	if (withCause) return [stat, ...(placed ? place : ["", "", ""]), ...cause].join(",");
	return [stat, ...place].join(",");
}

/** `+CFUN`, `+CGATT` and `+CEREG`. */
export class HiSiliconRegistration {
	readonly #core: ModuleCore;
	#n = 0;
	#said = "";
	/** While `+CFUN=0` runs: the connection is reported inside the command, the lost registration after its OK (transcript 05). */
	#holding = false;

	constructor(core: ModuleCore) {
		this.#core = core;
	}

	changed(): void {
		if (this.#n === 0 || this.#holding) return;
		const fields = registrationFields(this.#n, this.#core.ue.registration);
		if (fields === this.#said) return;
		this.#said = fields;
		this.#core.urc(`\r\n+CEREG:${fields}\r\n`);
	}

	get commands(): readonly CommandRow[] {
		const core = this.#core;
		return [
			{
				name: "+CFUN",
				read: () => `\r\n+CFUN:${core.functionality}\r\n`,
				set: call => this.#switch(call),
				test: "\r\n+CFUN:(0,1),(0,1)\r\n",
				formMs: { set: core.persona.answerMs },
			},
			{
				name: "+CEREG",
				read: () => `\r\n+CEREG:${this.#n},${registrationFields(this.#n, core.ue.registration)}\r\n`,
				set: call => {
					const n = call.parameters.within(0, 0, 5);
					if (n === undefined) return cmeError.parameter;
					this.#n = n;
					this.#said = registrationFields(n, core.ue.registration);
					return "";
				},
				test: "\r\n+CEREG:(0,1,2,3,4,5)\r\n",
			},
			{ name: "+CGATT", set: call => this.#attach(call), needsSim: false },
		];
	}

	#switch(call: Call): Answer {
		const core = this.#core;
		const { parameters } = call;
		const value = parameters.within(0, 0, 1);
		if (value === undefined || parameters.within(1, 0, 1, 0) === undefined) return cmeError.parameter;
		if (value === 1) {
			core.setFunctionality(1);
			call.after(switchOnMs, () => call.ok());
			return undefined;
		}
		this.#holding = true;
		if (core.ue.attached) core.ue.detach();
		const silent = () => !core.ue.attached && !core.ue.connected;
		call.after(switchOffMs, () => call.until(silent, longestSwitchOffMs, () => this.#off(call)));
		return undefined;
	}

	#off(call: Call): void {
		this.#core.setFunctionality(0);
		call.ok();
		this.#holding = false;
		this.changed();
	}

	/** OK at once; hosts ask again and again whether it worked. */
	#attach(call: Call): Answer {
		const { ue, functionality, sim } = this.#core;
		const wanted = call.parameters.within(0, 0, 1);
		if (wanted === undefined) return cmeError.parameter;
		if (functionality === 0 || sim.state !== "READY") return cmeError.notSupported;
		if (wanted === 1) ue.attach();
		else ue.detach();
		return "";
	}
}
