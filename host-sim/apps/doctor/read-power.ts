import { decodeEdrxCycle } from "../../../sdk/3gpp/edrx.js";
import { decodeEdrx, EdrxReport } from "../../../sdk/3gpp/events.js";
import { CEDRXRDP, CEDRXS, CPSMS } from "../../../sdk/3gpp/network-commands.js";
import { isRegistered, type RegistrationReport } from "../../../sdk/3gpp/registration.js";
import { decodeActiveTime, decodePeriodicTau } from "../../../sdk/3gpp/timers.js";
import type { EdrxFacts, PsmFacts, PsmTimers } from "../../cli/diagnosis.js";
import { type Examination, orNull } from "./examination.js";

/** `<n>` of `+CEREG` from which the timers are reported (TS 27.007 10.1.22). */
const MODE_WITH_TIMERS = 4;

/** What of PSM and eDRX was asked for and what the network granted. */
export async function readPower(examination: Examination, report: RegistrationReport | undefined): Promise<void> {
	const requested = await requestedPsm(examination);
	const granted = grantedPsm(report);
	examination.draft.psm = requested === null && granted === null ? null : { requested, granted };
	examination.draft.edrx = await readEdrx(examination);
}

async function requestedPsm(examination: Examination): Promise<PsmFacts["requested"]> {
	const { result } = await examination.ask(CPSMS.read, undefined);
	if (result === undefined) return null;
	if (result.mode !== 1) return false;
	return {
		periodicTauSeconds: finite(decodePeriodicTau(result.periodicTau ?? "")),
		activeSeconds: finite(decodeActiveTime(result.activeTime ?? "")),
	};
}

/** The line of a module that does not report timers shows none, and so does one of a network that grants none: `<n>` tells which it is. */
function grantedPsm(report: RegistrationReport | undefined): PsmTimers | false | null {
	if (report === undefined || !isRegistered(report.stat) || (report.n ?? 0) < MODE_WITH_TIMERS) return null;
	const { activeSeconds, periodicTauSeconds } = report;
	if (activeSeconds === undefined || activeSeconds === Number.POSITIVE_INFINITY) return false;
	return { periodicTauSeconds: finite(periodicTauSeconds), activeSeconds };
}

/** JSON has no word for a timer that never ends. */
function finite(seconds: number | undefined): number | null {
	return seconds === undefined || !Number.isFinite(seconds) ? null : seconds;
}

async function readEdrx(examination: Examination): Promise<EdrxFacts | null> {
	const { driver } = examination;
	let requested: EdrxFacts["requested"] = null;
	const asked = await examination.ask(CEDRXS.read, undefined, line => {
		const act = line.uint(0);
		if (act === undefined || act === 0 || (driver?.edrxActType !== undefined && driver.edrxActType !== act)) return;
		requested ||= { cycleSeconds: orNull(decodeEdrxCycle(act, line.text(1) ?? "")) };
	});
	if (asked.error === undefined) requested ??= false;
	const report = new EdrxReport();
	let granted: EdrxFacts["granted"] = null;
	await examination.ask(CEDRXRDP.execute, undefined, line => {
		decodeEdrx(line, report);
		const { grantedSeconds, pagingWindowSeconds } = report;
		granted =
			grantedSeconds === undefined ? granted || false : { cycleSeconds: grantedSeconds, pagingWindowSeconds: orNull(pagingWindowSeconds) };
	});
	return requested === null && granted === null ? null : { requested, granted };
}
