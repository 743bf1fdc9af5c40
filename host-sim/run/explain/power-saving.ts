import type { RunDocument } from "../document.js";
import type { Finding } from "./finding.js";

interface Timers {
	readonly periodicTauSeconds: number;
	readonly activeSeconds: number;
}

const SECONDS_PER_DAY = 86_400;

/** µAh a day that went into `causes`; undefined where the run does not know. */
function perDay({ power, simulatedSeconds }: RunDocument, causes: readonly string[]): number | undefined {
	const { byCause } = power;
	if (power.chargeMicroampHours === null || byCause === undefined || simulatedSeconds === 0) return undefined;
	return (causes.reduce((sum, cause) => sum + (byCause[cause] ?? 0), 0) * SECONDS_PER_DAY) / simulatedSeconds;
}

/** As words, with the share of the run's whole charge. */
function cost(run: RunDocument, causes: readonly string[], what: string): Pick<Finding, "costs"> {
	const spent = perDay(run, causes);
	const all = perDay(run, Object.keys(run.power.byCause ?? {}));
	if (spent === undefined || !all) return {};
	return { costs: `${what} took ${spent.toFixed(1)} µAh a day, ${((100 * spent) / all).toFixed(1)} % of the charge` };
}

function timersOf(value: unknown): Timers | undefined {
	const timers = value as Partial<Timers> | null;
	if (typeof timers?.periodicTauSeconds !== "number" || typeof timers.activeSeconds !== "number") return undefined;
	return timers as Timers;
}

function text({ periodicTauSeconds, activeSeconds }: Timers): string {
	return `periodic TAU ${periodicTauSeconds} s, active time ${activeSeconds} s`;
}

export function powerSaving(run: RunDocument): Finding {
	const { psm } = run.power;
	const topic = "PSM";
	const requested = timersOf(psm.requested);
	const granted = timersOf(psm.granted);
	const reachable = cost(run, ["paging", "tau"], "staying reachable");
	if (requested === undefined) {
		const said = granted ? `${text(granted)}, though the application did not ask` : "the application did not ask for it";
		return { topic, verdict: "not used", said, ...reachable };
	}
	if (granted === undefined)
		return {
			topic,
			verdict: "denied",
			said: `${text(requested)} asked, nothing granted`,
			why: "the network left T3324 out of its answer (TS 24.301 5.5.1.2.4): it has no power saving mode, or not for this subscription or APN",
			...reachable,
			ask: "whether power saving mode is in the subscription, and under which APN; meanwhile ask for eDRX",
		};
	if (psm.entered === 0) return neverEntered(requested, granted, reachable);
	if (text(requested) !== text(granted)) return changed(run, requested, granted);
	return {
		topic,
		verdict: "granted",
		said: `${text(granted)} as asked; entered ${psm.entered} times`,
		...cost(run, ["sleep"], "sleeping"),
	};
}

function neverEntered(requested: Timers, granted: Timers, costs: Pick<Finding, "costs">): Finding {
	return {
		topic: "PSM",
		verdict: text(requested) === text(granted) ? "granted" : "changed",
		said: `${text(granted)} granted, but the module never entered it`,
		why: "the active time begins anew with each connection: the run was too short, or something talked before it ran out",
		...costs,
		ask: "for a shorter active time than the pause between two connections",
	};
}

function changed(run: RunDocument, requested: Timers, granted: Timers): Finding {
	const earlier = granted.periodicTauSeconds < requested.periodicTauSeconds;
	const longer = granted.activeSeconds > requested.activeSeconds;
	const costs = earlier
		? cost(run, ["tau"], "the updates that come of the shorter period")
		: longer
			? cost(run, ["paging"], "listening in the longer active time")
			: cost(run, ["sleep"], "sleeping");
	const asks = [
		...(earlier ? [`a T3412 of ${requested.periodicTauSeconds} s`] : []),
		...(longer ? [`a T3324 of ${requested.activeSeconds} s`] : []),
	];
	return {
		topic: "PSM",
		verdict: "changed",
		said: `${text(requested)} asked, ${text(granted)} granted; entered ${run.power.psm.entered} times`,
		why: "a network may put its own timers in place of those asked for; often the APN decides them",
		...costs,
		...(asks.length > 0 ? { ask: `for ${asks.join(" and ")}, or for an APN that gives it` } : {}),
	};
}

export function extendedDrx(run: RunDocument): Finding {
	const grants = (run.network.answers ?? []).filter(({ event }) => event === "grant");
	const topic = "eDRX";
	if (grants.length === 0) return { topic, verdict: "unknown", said: "the run does not tell what the network granted" };
	const granted = grants.map(({ detail }) => detail.edrx).filter(cycle => typeof cycle === "string");
	if (granted.length === 0)
		return {
			topic,
			verdict: "not used",
			said: "no cycle was granted",
			why: "it was not asked for, or the network has none: the run does not tell the two apart",
			...cost(run, ["paging"], "paging"),
		};
	return { topic, verdict: "granted", said: `cycle ${granted.at(-1)} (TS 24.008 10.5.5.32)`, ...cost(run, ["paging"], "paging") };
}

export function releaseAssistance({ network: { releases }, power }: RunDocument): Finding {
	const topic = "RAI";
	if (releases === undefined) return { topic, verdict: "unknown", said: "the run does not tell how its connections ended" };
	const { prompt, late, lateSeconds = 0 } = releases;
	const ended = [
		...(prompt > 0 ? [`${prompt} released at once after the last packet`] : []),
		...(late > 0 ? [`${late} ${lateSeconds.toFixed(1)} s after it on average`] : []),
	];
	const said = `of ${prompt + late} connections with data ${ended.join(", ")}`;
	if (late === 0) return { topic, verdict: "granted", said, why: "too soon for an inactivity timer: the network takes release assistance" };
	const { connected } = power.byState;
	const costs =
		connected === undefined || !power.chargeMicroampHours
			? {}
			: { costs: `connected without sending or receiving: ${((100 * connected) / power.chargeMicroampHours).toFixed(1)} % of the charge` };
	if (prompt > 0)
		return {
			topic,
			verdict: "granted",
			said,
			why: "the network takes release assistance; nothing asked for it where it came late",
			...costs,
		};
	return {
		topic,
		verdict: "denied",
		said,
		why: "the network's inactivity timer ended them: the cell takes no release assistance, or nothing asked for it",
		...costs,
		ask: "for release assistance (NAS or AS RAI) in their cells, or a shorter RRC inactivity timer",
	};
}
