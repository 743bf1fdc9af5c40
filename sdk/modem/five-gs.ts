import { causeName } from "../3gpp/cause-names.js";
import { CFUN } from "../3gpp/device-commands.js";
import { C5GNSSAI, C5GNSSAIRDP } from "../3gpp/nr-commands.js";
import { C5GREG, CEREG } from "../3gpp/packet-commands.js";
import { decodeRegistration, isRegistered, type RegistrationDomain, type RegistrationReport, ratOf, Stat } from "../3gpp/registration.js";
import { decodeNssai, type NssaiReport, parseSlices, type Slice, sliceOctets } from "../3gpp/slices.js";
import type { AtLine } from "../at/line.js";
import type { ModemCore } from "./core.js";
import type { Rat, Settings } from "./driver.js";
import { JobId } from "./job-id.js";
import { type CoreProcedure, exchange, passOver } from "./procedure.js";

/** 5GMM cause #62: the network has none of the slices that the device asks for (TS 24.501 annex A.2). */
const NO_SLICES = 62;

/** Slices in the words of {@link Slice}; `undefined`: not asked for, or not said by the network. */
export interface Slices {
	readonly requested: Slice | undefined;
	readonly allowed: readonly Slice[] | undefined;
	/** As the module prints them, with the network's reasons where it gives some. */
	readonly rejected: string | undefined;
}

/**
 * What a module with NR and LTE says of its two registrations, `+C5GREG` and `+CEREG`: the one that holds is the modem's, whichever it is. Made
 * for drivers of the domain "5GS" alone, with the first command that needs it.
 */
export class FiveGs {
	#core: ModemCore;
	#fiveGs: number = Stat.unknown;
	#eps: number = Stat.unknown;
	/** Whose report the modem shows. */
	domain: "5GS" | "EPS" = "5GS";
	#rat: Rat | undefined = undefined;
	/** Of the last refusal in 5GS; undefined where none came since it was registered there. */
	#cause: number | undefined = undefined;
	#wasDenied = false;
	/** The module took the mode of `+C5GREG`, so that mode 0 in an answer means a restart that went unseen. */
	#reports = false;
	/** The module's stored list, as read last. */
	stored: string | undefined = undefined;
	readonly nssai: NssaiReport = { stored: undefined, configured: undefined, allowed: undefined, rejected: undefined };

	constructor(core: ModemCore) {
		this.#core = core;
	}
	/** The module restarted. */
	forget(): void {
		this.#fiveGs = this.#eps = Stat.unknown;
		this.#wasDenied = this.#reports = false;
		this.nssai.allowed = this.nssai.rejected = undefined;
	}
	get isRegistered(): boolean {
		return isRegistered(this.#fiveGs);
	}
	/** A report of either domain, asked for or not. */
	update(domain: RegistrationDomain, report: RegistrationReport): void {
		if (domain === "5GS") this.noteFiveGs(report);
		else if (domain === "EPS") this.#eps = report.stat;
		else return;
		if (!this.isTheModems(domain, report)) {
			if (this.domain !== domain) return;
			// What was shown no longer holds, and the other domain knows better: it is asked for its particulars.
			this.domain = domain === "5GS" ? "EPS" : "5GS";
			this.#core.want(JobId.registration);
			return;
		}
		this.domain = domain;
		this.#core.network.update(report);
		this.tellRat();
	}
	private noteFiveGs(report: RegistrationReport): void {
		this.#fiveGs = report.stat;
		if (isRegistered(report.stat)) this.#wasDenied = false;
		if (report.stat !== Stat.denied) return;
		this.#wasDenied = true;
		this.#cause = report.causeType === 1 ? undefined : report.cause;
		if (this.#cause === NO_SLICES) this.slicesRefused();
	}
	private isTheModems(domain: "5GS" | "EPS", report: RegistrationReport): boolean {
		const isEps = domain === "EPS";
		// A module on NR may say in `+CEREG` that it is registered too.
		if (isEps && this.isRegistered && ratOf(report.act) !== "LTE") return false;
		const own = rankOf(report.stat);
		const other = rankOf(isEps ? this.#fiveGs : this.#eps);
		return own > other || (own === other && (!isEps || isRegistered(report.stat)));
	}
	private tellRat(): void {
		const core = this.#core;
		if (!core.network.registered) return;
		const rat = ratOf(core.network.report.act);
		const from = this.#rat;
		if (rat === undefined || rat === from) return;
		this.#rat = rat;
		const isAsWanted = rat === "NR" || core.settings.rats?.includes("NR") === false;
		if (from !== undefined || !isAsWanted)
			core.event("rat", {
				rat,
				from,
				why: isAsWanted ? undefined : this.whyNot,
				causeNumber: !isAsWanted && this.#wasDenied ? this.#cause : undefined,
			});
	}
	/** Why the module is not on NR. A cell that bars devices of this kind (TS 38.331, SIB1) is passed over by them without a word. */
	private get whyNot(): string {
		if (!this.#wasDenied) return "NR was not found, or its cells bar this device: no registration in 5GS was tried";
		const cause = this.#cause;
		return cause === undefined ? "5GS refused registration without a cause" : `5GS refused registration, ${fiveGmmCause(cause)}`;
	}
	/** A list that somebody stored in the module asks for slices that this network does not have: it is looked at, and cleared once for each `connect()`. */
	private slicesRefused(): void {
		const core = this.#core;
		if (core.settings.slice !== undefined || core.network.wanted === undefined) return;
		core.settings = { ...core.settings, slice: false };
		core.want(JobId.network);
	}
	accepted(): void {
		this.#reports = true;
	}
	/** The answer to `+C5GREG?` names the mode 0: the module has restarted and forgot it. */
	hasForgotten(report: RegistrationReport): boolean {
		return this.#reports && report.n === 0;
	}
	/** The SIM was read anew. Where the module says no more of its start than that, the mode of `+C5GREG` tells. */
	mayHaveRestarted(): void {
		if (this.#reports && this.#core.driver.boot.banners.length === 0) this.#core.want(JobId.registration);
	}
	get slices(): Slices {
		const { settings, network } = this.#core;
		const allowed = network.report.allowedNssai ?? this.nssai.allowed;
		return {
			requested: settings.slice ? parseSlices(settings.slice)[0] : undefined,
			allowed: allowed === undefined || allowed === "" ? undefined : parseSlices(allowed),
			rejected: this.nssai.rejected,
		};
	}
}

/** A registration that holds is better than a refusal, that is better than a search, and a search better than nothing. */
function rankOf(stat: number): number {
	return isRegistered(stat) ? 3 : stat === Stat.denied ? 2 : stat === Stat.searching ? 1 : 0;
}

export function fiveGmmCause(cause: number): string {
	return `cause #${cause}, ${causeName("5GMM", cause) ?? "unknown"}`;
}

export function fiveGsOf(core: ModemCore): FiveGs {
	core.fiveGs ??= new FiveGs(core);
	return core.fiveGs;
}

// Procedures -------------------------------------------------------------------------------------------------------

function onReports(core: ModemCore): void {
	fiveGsOf(core).accepted();
}
/** With causes where the driver's mode has them; the mode that every module knows first, because a refused one leaves no reports at all. */
export function fiveGsReports(mode: number): CoreProcedure {
	const basic = Math.min(mode, 2);
	return [
		exchange(C5GREG.set, { n: basic }, { refused: passOver, result: onReports }),
		exchange(C5GREG.set, { n: mode }, { when: () => mode > basic, refused: passOver }),
		exchange(CEREG.set, { n: basic }, { refused: passOver }),
		exchange(CEREG.set, { n: mode }, { when: () => mode > basic, refused: passOver }),
	];
}

function onFiveGs(core: ModemCore, line: AtLine): void {
	const report = core.events.decoded.registration;
	if (!decodeRegistration(line, "5GS", "read", report)) return;
	const fiveGs = fiveGsOf(core);
	if (fiveGs.hasForgotten(report)) core.booted();
	else fiveGs.update("5GS", report);
}
function onEps(core: ModemCore, line: AtLine): void {
	const report = core.events.decoded.registration;
	if (decodeRegistration(line, "EPS", "read", report)) fiveGsOf(core).update("EPS", report);
}
export const READ_BOTH: CoreProcedure = Object.freeze([
	exchange(C5GREG.read, undefined, { line: onFiveGs, refused: passOver }),
	exchange(CEREG.read, undefined, { when: core => !fiveGsOf(core).isRegistered, line: onEps, refused: passOver }),
]);

function wantedList({ slice }: Settings): string {
	return slice || "";
}
function onStored(core: ModemCore, result: { nssai?: string | undefined }): void {
	const fiveGs = fiveGsOf(core);
	const stored = result.nssai ?? "";
	fiveGs.stored = stored;
	if (isStale(core) && stored !== "") core.event("staleSlices", { stored, wanted: wantedList(core.settings) });
}
/** False where the list could not be read: then nothing is written either. */
function isStale(core: ModemCore): boolean {
	const { stored } = fiveGsOf(core);
	return stored !== undefined && stored.toUpperCase() !== wantedList(core.settings);
}
function isStaleWithRadio(core: ModemCore): boolean {
	return isStale(core) && core.takeRadioOff();
}
/** The list that the module keeps over power cycles: read, compared, written with the radio off. `settings.slice` is never undefined here. */
export const SLICES: CoreProcedure = Object.freeze([
	exchange(C5GNSSAI.read, undefined, { result: onStored, refused: passOver }),
	exchange(CFUN.set, { fun: 0 }, { when: isStaleWithRadio, refused: passOver }),
	exchange(C5GNSSAI.set, settings => ({ octets: settings.slice ? sliceOctets(settings.slice) : 0, nssai: wantedList(settings) }), {
		when: isStale,
		refused: passOver,
	}),
]);

function lacksAllowed(core: ModemCore): boolean {
	return core.fiveGs?.isRegistered === true && core.network.report.allowedNssai === undefined;
}
function onNssai(core: ModemCore, line: AtLine): void {
	decodeNssai(line, fiveGsOf(core).nssai);
}
/** Where the report of the registration does not say which slices are allowed. */
export const ALLOWED_SLICES: CoreProcedure = Object.freeze([
	exchange(C5GNSSAIRDP.set, { type: 3 }, { when: lacksAllowed, line: onNssai, refused: passOver }),
]);
