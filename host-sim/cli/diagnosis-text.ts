import type { ContextFacts, Diagnosis, EdrxFacts, PsmFacts, PsmTimers, RegistrationFacts, SignalFacts } from "./diagnosis.js";

type Row = readonly [what: string, said: string];

/** The diagnosis for people: one line for each thing, and nothing for what the module did not say. */
export function diagnosisRows(diagnosis: Diagnosis): readonly Row[] {
	const { baud, echo, module, driver, functionality, sim, registration, operator, contexts, addresses, psm, edrx, signal } = diagnosis;
	const rows: Row[] = [["port", `${diagnosis.port}${baud === null ? "" : `, ${baud} bit/s`}${echo === true ? ", echo on" : ""}`]];
	const add = (what: string, said: string | null | undefined): void => {
		if (said) rows.push([what, said]);
	};
	if (module !== null) {
		add("module", [module.manufacturer, module.model, module.revision].filter(Boolean).join(" · "));
		add("IMEI", module.imei);
		add("driver", driver ?? "none of this package");
	}
	if (functionality !== null && functionality !== 1) add("radio", `off (+CFUN ${functionality})`);
	if (sim !== null) add("SIM", [sim.said, sim.iccid === null ? "" : `ICCID ${sim.iccid}`].filter(Boolean).join(" · "));
	for (const one of registration) add(one.domain, registrationText(one));
	if (operator !== null)
		add("operator", [operator.name ?? operator.plmn, operator.rat, `selection ${operator.selection}`].filter(Boolean).join(" · "));
	for (const context of contexts) add(`context ${context.cid}`, contextText(context));
	if (diagnosis.answers && sim !== null) {
		add("IPv6", addresses.ipv6 ?? (addresses.pending ? "pending (link-local only)" : "none"));
		add("IPv4", addresses.ipv4 ?? "none");
	}
	if (psm !== null) add("PSM", psmText(psm));
	if (edrx !== null) add("eDRX", edrxText(edrx));
	if (signal !== null) add("signal", signalText(signal));
	return rows;
}

function registrationText({ state, cause, report, tac, ci }: RegistrationFacts): string {
	const why =
		cause === null ? (report ?? "") : `${cause.type === "network" ? "#" : "manufacturer's "}${cause.number} ${cause.name ?? ""}`.trim();
	const place = tac === null ? "" : `area ${tac}${ci === null ? "" : `, cell ${ci}`}`;
	return [state, why, place].filter(Boolean).join(" · ");
}

function contextText({ pdpType, apn, active }: ContextFacts): string {
	const state = active === null ? "" : active ? "active" : "not active";
	return [pdpType ?? "no type", apn === null ? "no APN" : `APN ${apn}`, state].filter(Boolean).join(" · ");
}

function timersText({ periodicTauSeconds, activeSeconds }: PsmTimers): string {
	const seconds = (value: number | null): string => (value === null ? "none" : `${value} s`);
	return `periodic TAU ${seconds(periodicTauSeconds)}, active ${seconds(activeSeconds)}`;
}

function psmText({ requested, granted }: PsmFacts): string {
	const asked = requested === null ? "request not known" : requested === false ? "not asked for" : `asked: ${timersText(requested)}`;
	const got = granted === null ? "grant not reported" : granted === false ? "not granted" : `granted: ${timersText(granted)}`;
	return `${asked} · ${got}`;
}

function edrxText({ requested, granted }: EdrxFacts): string {
	const asked =
		requested === null ? "request not known" : requested === false ? "not asked for" : `asked: cycle ${requested.cycleSeconds ?? "?"} s`;
	if (granted === null) return `${asked} · grant not reported`;
	if (granted === false) return `${asked} · not granted`;
	const window = granted.pagingWindowSeconds === null ? "" : `, paging window ${granted.pagingWindowSeconds} s`;
	return `${asked} · granted: cycle ${granted.cycleSeconds} s${window}`;
}

function signalText({ verdict, rsrpDbm, rsrqDb, sinrDb, rssiDbm, coverageLevel, band }: SignalFacts): string {
	const value = (name: string, number: number | null, unit: string): string => (number === null ? "" : `${name} ${number}${unit}`);
	return [
		verdict === "none" ? "not known" : verdict,
		value("RSRP", rsrpDbm, " dBm"),
		value("RSRQ", rsrqDb, " dB"),
		value("SINR", sinrDb, " dB"),
		value("RSSI", rssiDbm, " dBm"),
		value("coverage level", coverageLevel, ""),
		value("band", band, ""),
	]
		.filter(Boolean)
		.join(" · ");
}
