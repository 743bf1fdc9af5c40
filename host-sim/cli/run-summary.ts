import pc from "picocolors";
import type { RunDocument } from "../run/document.js";
import { table } from "./output.js";

/** The summary that a person reads after a run: aligned, figures with units, what went wrong in red with its reason. */
export function summary(run: RunDocument, report: string | undefined): string {
	const rows: [string, string][] = [];
	const { readings, network, power } = run;
	const bad = readings.lost + readings.duplicated > 0;
	const counted = `${readings.taken} taken, ${readings.acknowledged} acknowledged, ${readings.pending} pending, ${readings.lost} lost, ${readings.duplicated} duplicated`;
	rows.push(["Readings", bad ? pc.red(counted) : counted]);
	rows.push(["Network", networkText(network)]);
	rows.push([
		"First report",
		run.firstAcknowledgedMs === null ? pc.red("never acknowledged") : `acknowledged ${seconds(run.firstAcknowledgedMs)} after power-on`,
	]);
	rows.push(["AT commands", `${run.atCommands}, retransmissions ${readings.retransmitted}, recoveries ${recoveries(run)}`]);
	if (power.psm.requested !== null) {
		rows.push(["PSM asked", psm(power.psm.requested)]);
		rows.push(["PSM granted", `${psm(power.psm.granted)}; entered ${power.psm.entered} times`]);
	}
	if (power.chargeMicroampHours !== null) {
		const perReport = power.chargePerReportMicroampHours;
		rows.push([
			"Charge",
			`${figure(power.chargeMicroampHours)} µAh in ${duration(run.simulatedSeconds)}${perReport === null ? "" : `, ${figure(perReport)} µAh per report`}`,
		]);
		rows.push(["Spent on", shares(power.byCause)]);
		rows.push(["Battery", batteryText(run)]);
	}
	if (run.xs) {
		const { version, computrons, collections, slotsPeak, chunkBytesPeak } = run.xs;
		rows.push([
			"XS engine",
			`${version}, ${computrons} computrons, ${collections} collections, peak ${slotsPeak} slots and ${chunkBytesPeak} bytes of chunks`,
		]);
	}
	for (const problem of run.problems) rows.push([pc.yellow("Noted"), problem]);
	for (const expectation of run.expectations ?? []) {
		const name = expectation.why ? `${expectation.name}: ${expectation.why}` : expectation.name;
		rows.push(expectation.passed ? [pc.green("Passed"), name] : [pc.red("Failed"), pc.red(name)]);
	}
	if (report) rows.push(["Report", report]);
	return table(["", ""], rows).split("\n").slice(1).join("\n");
}

function networkText(network: RunDocument["network"]): string {
	if (!network.address) return pc.red("no address");
	return `${network.rat ?? "unknown"}, ${network.family === "ipv6" ? "IPv6" : "IPv4"} ${network.address}, ${network.registrations} registration${network.registrations === 1 ? "" : "s"}`;
}

function batteryText(run: RunDocument): string {
	const years = run.power.batteryYears;
	const text =
		years === null ? "unknown" : `${lifetime(years)} for the module alone${run.clock === "real" ? ", at the example's own schedule" : ""}`;
	return `${text}, under ${run.power.assumptions.length} assumptions (in the report, and with --json)`;
}

function shares(byCause: Readonly<Record<string, number>>): string {
	const parts = Object.entries(byCause).sort((a, b) => b[1] - a[1]);
	const sum = parts.reduce((total, [, value]) => total + value, 0);
	return parts.map(([cause, value]) => `${cause} ${((100 * value) / sum).toFixed(1)} %`).join(", ");
}

/** A cell that is not meant to last years is no zero. */
function lifetime(years: number): string {
	return years >= 1 ? `${figure(years)} years` : `${figure(years * 365.25)} days`;
}

function recoveries(run: RunDocument): string {
	const some = Object.entries(run.recoveries).filter(([, count]) => count > 0);
	return some.length === 0 ? "none" : some.map(([name, count]) => `${name} ${count}`).join(", ");
}

function psm(value: unknown): string {
	const timers = value as { periodicTauSeconds: number; activeSeconds: number } | null;
	return timers ? `periodic TAU ${timers.periodicTauSeconds} s, active time ${timers.activeSeconds} s` : "none";
}

export function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(1)} s`;
}

export function duration(simulatedSeconds: number): string {
	if (simulatedSeconds < 120) return `${simulatedSeconds.toFixed(1)} s`;
	if (simulatedSeconds < 7200) return `${(simulatedSeconds / 60).toFixed(1)} min`;
	if (simulatedSeconds < 172_800) return `${(simulatedSeconds / 3600).toFixed(1)} h`;
	return `${(simulatedSeconds / 86_400).toFixed(1)} days`;
}

function figure(value: number): string {
	return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(3);
}
