import type { AtLine } from "../at/line.js";
import { activeTimeOfHex, periodicTauOfHex } from "./timers.js";

/** Which domain a report is about: `+CREG`, `+CGREG`, `+CEREG`, `+C5GREG`. */
export type RegistrationDomain = "CS" | "PS" | "EPS" | "5GS";

/** `<stat>` of TS 27.007 7.2, 10.1.20, 10.1.22 and 10.1.47. */
export const Stat = Object.freeze({
	idle: 0,
	home: 1,
	searching: 2,
	denied: 3,
	unknown: 4,
	roaming: 5,
	homeSmsOnly: 6,
	roamingSmsOnly: 7,
	emergencyOnly: 8,
	homeCsfbNotPreferred: 9,
	roamingCsfbNotPreferred: 10,
	/** Restricted local operator services: no emergency, and no data of ours either. */
	restrictedLocalServices: 11,
});

/** `<AcT>` of TS 27.007 7.3. */
export const AccessTechnology = Object.freeze({
	gsm: 0,
	gsmCompact: 1,
	utran: 2,
	egprs: 3,
	hsdpa: 4,
	hsupa: 5,
	hspa: 6,
	eUtran: 7,
	ecGsmIot: 8,
	nbS1: 9,
	eUtra5gc: 10,
	nr5gc: 11,
	ngRan: 12,
	enDc: 13,
});

/** Radio access in this package's words, `undefined` for 2G, 3G and what is unknown. `+CEREG` tells LTE-M and LTE alike as 7. */
export function ratOf(act: number | undefined): "NB-IoT" | "LTE" | "NR" | undefined {
	if (act === AccessTechnology.nbS1) return "NB-IoT";
	if (act === AccessTechnology.eUtran || act === AccessTechnology.eUtra5gc || act === AccessTechnology.enDc) return "LTE";
	return act === AccessTechnology.nr5gc || act === AccessTechnology.ngRan ? "NR" : undefined;
}

/** Registered for data: home or roaming, with or without CSFB. */
export function isRegistered(stat: number): boolean {
	return stat === Stat.home || stat === Stat.roaming || stat === Stat.homeCsfbNotPreferred || stat === Stat.roamingCsfbNotPreferred;
}

/** Registered as a guest of another operator. */
export function isRoaming(stat: number): boolean {
	return stat === Stat.roaming || stat === Stat.roamingSmsOnly || stat === Stat.roamingCsfbNotPreferred;
}

/** One report, decoded. */
export class RegistrationReport {
	/** Mode of reporting; only the read form has it. */
	n: number | undefined = undefined;
	/** {@link Stat}. */
	stat: number = Stat.unknown;
	/** Tracking area code, 2 bytes in EPS and 3 in 5GS; location area code in CS and PS. */
	tac: number | undefined = undefined;
	/** Cell identity as hexadecimal text, as the module prints it: up to 36 bits, sometimes padded to 16 digits. */
	ci: string | undefined = undefined;
	/** {@link AccessTechnology}. */
	act: number | undefined = undefined;
	/** 0: `cause` is of EMM, GMM or 5GMM; 1: of the manufacturer. */
	causeType: number | undefined = undefined;
	cause: number | undefined = undefined;
	/** Granted T3324; Infinity: deactivated, so no PSM. `undefined`: not reported. */
	activeSeconds: number | undefined = undefined;
	/** Granted T3412 extended; Infinity: deactivated. `undefined`: not reported. */
	periodicTauSeconds: number | undefined = undefined;
	/** 5GS: `SST` or `SST.SD`, several with `:` between. */
	allowedNssai: string | undefined = undefined;
	/** What `ci` says as a number; undefined when it has more digits than a number holds. */
	#cell: number | undefined = undefined;

	/** Reads `<ci>`. Its text is made again only when it names another cell, so that a steady state allocates nothing. */
	readCell(line: AtLine, index: number): void {
		const cell = line.hex(index);
		if (cell !== undefined && cell === this.#cell && this.ci !== undefined) return;
		this.#cell = cell;
		const text = line.text(index);
		this.ci = text === "" ? undefined : text;
	}
}

/**
 * Whether a line with a `+C…REG` prefix answers the read command. Both forms begin with small numbers; the read form has `<n>` before
 * `<stat>`, so its second field is a number of one or two digits, where the URC has a tracking area code or nothing.
 */
export function isRegistrationReadForm(line: AtLine): boolean {
	const second = line.uint(1);
	if (second === undefined || second > Stat.restrictedLocalServices) return false;
	// An unquoted area code such as `0001` is as small a number as a <stat>; only its spelling tells.
	return line.lengthOf(1) === (second < 10 ? 1 : 2);
}

/**
 * Decodes `+CREG`, `+CGREG`, `+CEREG` and `+C5GREG` in the read form (`<n>` first) or as a URC, in all modes. Fields that the line does not
 * have become `undefined`. An extra routing area between area code and cell, as some modules print it, is skipped.
 * @returns false, with `into` untouched, when the line has no `<stat>`
 */
export function decodeRegistration(line: AtLine, domain: RegistrationDomain, form: "read" | "urc", into: RegistrationReport): boolean {
	const at = form === "read" ? 1 : 0;
	const stat = line.uint(at);
	if (stat === undefined) return false;
	into.n = form === "read" ? line.uint(0) : undefined;
	into.stat = stat;
	into.tac = line.hex(at + 1);
	const cell = hasRoutingAreaFirst(line, at) ? at + 3 : at + 2;
	into.readCell(line, cell);
	into.act = line.uint(cell + 1);
	decodeTail(line, domain, cell + 2, into);
	return true;
}

/** `<rac>` before `<ci>`: then the field where `<AcT>` belongs is a cell identity, quoted or larger than any technology. */
function hasRoutingAreaFirst(line: AtLine, at: number): boolean {
	const inPlaceOfAct = line.hex(at + 3);
	return inPlaceOfAct !== undefined && (inPlaceOfAct > 0xff || line.isQuoted(at + 3));
}

function decodeTail(line: AtLine, domain: RegistrationDomain, at: number, into: RegistrationReport): void {
	let cause = at;
	into.allowedNssai = undefined;
	if (domain === "5GS") {
		// <Allowed_NSSAI_length> comes before the list itself (10.1.47).
		into.allowedNssai = line.text(at + 1);
		cause = at + 2;
	} else if (domain === "PS") {
		// <rac> comes after <AcT> in 10.1.20.
		cause = at + 1;
	}
	into.causeType = line.uint(cause);
	into.cause = line.uint(cause + 1);
	const timers = domain === "EPS" || domain === "PS";
	into.activeSeconds = timers ? activeTimeOfHex(line.hex(cause + 2)) : undefined;
	into.periodicTauSeconds = timers ? periodicTauOfHex(line.hex(cause + 3)) : undefined;
}
