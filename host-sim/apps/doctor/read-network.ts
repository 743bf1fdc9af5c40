import { causeName } from "../../../sdk/3gpp/cause-names.js";
import { COPS } from "../../../sdk/3gpp/network-commands.js";
import { C5GREG, CEREG, CGATT, CGREG } from "../../../sdk/3gpp/packet-commands.js";
import {
	AccessTechnology,
	decodeRegistration,
	isRegistered,
	type RegistrationDomain,
	RegistrationReport,
	ratOf,
	Stat,
} from "../../../sdk/3gpp/registration.js";
import { rawCommand } from "../../../sdk/at/raw.js";
import type { OperatorFacts, RegistrationFacts } from "../../cli/diagnosis.js";
import { type Examination, orNull } from "./examination.js";

type DataDomain = RegistrationFacts["domain"];

const DOMAINS: readonly (readonly [DataDomain, typeof CEREG.read])[] = [
	["5GS", C5GREG.read],
	["EPS", CEREG.read],
	["PS", CGREG.read],
];

/** `<stat>` of TS 27.007 10.1.22 in words. */
const STATE: Readonly<Record<number, string>> = {
	[Stat.idle]: "not registered, and not searching",
	[Stat.home]: "registered, home network",
	[Stat.searching]: "not registered, searching",
	[Stat.denied]: "registration denied",
	[Stat.unknown]: "unknown, for instance out of coverage",
	[Stat.roaming]: "registered, roaming",
	[Stat.homeSmsOnly]: "registered for SMS only, home network",
	[Stat.roamingSmsOnly]: "registered for SMS only, roaming",
	[Stat.emergencyOnly]: "emergency services only",
	[Stat.homeCsfbNotPreferred]: "registered, home network, CSFB not preferred",
	[Stat.roamingCsfbNotPreferred]: "registered, roaming, CSFB not preferred",
	[Stat.restrictedLocalServices]: "restricted local operator services only",
};

/** `<mode>` of `+COPS` (7.3). */
const SELECTION: Readonly<Record<number, OperatorFacts["selection"]>> = {
	0: "automatic",
	1: "manual",
	2: "deregistered",
	4: "manual, then automatic",
};
const NUMERIC = 2;
/** Modes 3 and 5 report the cause, 4 does not. */
const MODES_WITH_CAUSES: readonly number[] = [3, 5];

/** The reports that say most are kept: their access technology and timers serve the other parts. */
export async function readRegistration(examination: Examination): Promise<RegistrationReport | undefined> {
	const { draft } = examination;
	let best: RegistrationReport | undefined;
	for (const [domain, command] of DOMAINS) {
		const report = new RegistrationReport();
		let isAnswered = false;
		await examination.ask(command, undefined, line => {
			isAnswered ||= decodeRegistration(line, domain, "read", report);
		});
		if (!isAnswered) continue;
		draft.registration = [...draft.registration, await factsOf(examination, domain, report)];
		if (best === undefined || (isRegistered(report.stat) && !isRegistered(best.stat))) best = report;
	}
	return best;
}

async function factsOf(examination: Examination, domain: DataDomain, report: RegistrationReport): Promise<RegistrationFacts> {
	const { stat, tac, ci, cause, causeType } = report;
	const isDenied = stat === Stat.denied;
	return {
		domain,
		stat,
		state: STATE[stat] ?? `unknown <stat> ${stat}`,
		isRegistered: isRegistered(stat),
		tac: tac === undefined ? null : tac.toString(16).toUpperCase().padStart(4, "0"),
		ci: orNull(ci),
		cause:
			cause === undefined || cause === 0
				? null
				: causeType === 1
					? { type: "manufacturer", number: cause, name: null }
					: { type: "network", number: cause, name: orNull(causeName(causesOf(domain), cause)) },
		report: isDenied && cause === undefined ? ((await errorReport(examination)) ?? silence(report)) : null,
	};
}

/** From mode 3 on a cause would be there if the network had given one (TS 27.007 10.1.22). */
function silence({ n }: RegistrationReport): string | null {
	return MODES_WITH_CAUSES.includes(n ?? 0) ? "no cause was given" : null;
}

function causesOf(domain: RegistrationDomain): "EMM" | "5GMM" {
	return domain === "5GS" ? "5GMM" : "EMM";
}

/** TS 27.007 6.10: why the last attach failed, in the module's own words. */
async function errorReport(examination: Examination): Promise<string | null> {
	const lines: string[] = [];
	await examination.ask(rawCommand("AT+CEER"), undefined, line => {
		lines.push(
			line
				.toText()
				.replace(/^\+CEER:\s*/, "")
				.replace(/\d{14,}/g, "***"),
		);
	});
	return lines.length === 0 ? null : lines.join("; ");
}

export async function readOperator(examination: Examination, report: RegistrationReport | undefined): Promise<void> {
	const { result } = await examination.ask(COPS.read, undefined);
	const attached = await examination.ask(CGATT.read, undefined);
	examination.draft.attached = attached.result === undefined ? null : attached.result.state === 1;
	if (result === undefined) return;
	const isNumeric = result.format === NUMERIC || /^\d{5,6}$/.test(result.oper ?? "");
	const oper = result.oper === "" ? undefined : result.oper;
	examination.draft.operator = {
		selection: SELECTION[result.mode] ?? "unknown",
		name: isNumeric ? null : orNull(oper),
		plmn: isNumeric ? orNull(oper) : null,
		rat: technologyName(report?.act ?? result.act),
	};
}

function technologyName(act: number | undefined): string | null {
	if (act === undefined) return null;
	const rat = ratOf(act);
	if (rat !== undefined) return rat;
	if (act === AccessTechnology.ecGsmIot) return "EC-GSM-IoT";
	return act === AccessTechnology.gsm || act === AccessTechnology.gsmCompact || act === AccessTechnology.egprs ? "GSM" : "UMTS";
}
