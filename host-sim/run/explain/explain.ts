import type { NetworkAnswer } from "../answers.js";
import type { RunDocument } from "../document.js";
import { type CauseText, EMM, ESM } from "./causes.js";
import type { Finding } from "./finding.js";
import { extendedDrx, powerSaving, releaseAssistance } from "./power-saving.js";

export type { Finding } from "./finding.js";

/** Why the network granted, changed or denied what a device asks for; only what the run's document carries. */
export function explain(run: RunDocument): readonly Finding[] {
	return [registration(run), powerSaving(run), extendedDrx(run), addressFamily(run), releaseAssistance(run)];
}

function answers(run: RunDocument, event: string): readonly NetworkAnswer[] {
	return (run.network.answers ?? []).filter(answer => answer.event === event);
}

function times(count: number): string {
	return count === 1 ? "once" : `${count} times`;
}

/** The causes of `event`, by how often they came; cause texts by `texts`. */
function refusals(run: RunDocument, event: string, kind: string, texts: Readonly<Record<number, CauseText>>) {
	return answers(run, event)
		.map(({ detail, count }) => ({ cause: Number(detail.cause), count }))
		.sort((a, b) => b.count - a.count)
		.map(({ cause, count }) => ({
			said: `${kind} cause #${cause} ${times(count)}`,
			...(texts[cause] ?? { why: "no text for this cause", ask: `what cause #${cause} means here` }),
		}));
}

function registration(run: RunDocument): Finding {
	const denied = refusals(run, "denied", "EMM", EMM);
	const forbidden = answers(run, "plmn-forbidden");
	const { registrations } = run.network;
	const topic = "registration";
	if (denied.length === 0 && forbidden.length === 0)
		return registrations > 0
			? { topic, verdict: "granted", said: `registered ${times(registrations)}, never refused` }
			: { topic, verdict: "unknown", said: "never registered, and never refused: no cell was found, or the radio was off" };
	const attach = run.power.byCause?.attach;
	return {
		topic,
		verdict: registrations > 0 ? "changed" : "denied",
		said: [
			...denied.map(({ said }) => said),
			...forbidden.map(({ detail }) => `network ${detail.plmn} is on the SIM's list of forbidden ones`),
			`registered ${registrations === 0 ? "never" : times(registrations)}`,
		].join("; "),
		why: [...denied.map(({ why }) => why), ...(forbidden.length > 0 ? ["an earlier refusal put it there"] : [])].join("; "),
		...(attach === undefined ? {} : { costs: `searching and registering took ${attach.toFixed(1)} µAh` }),
		ask: denied[0]?.ask ?? "whether roaming with this network is in the subscription; then clear the SIM's list",
	};
}

function addressFamily(run: RunDocument): Finding {
	const { family } = run.network;
	const topic = "IPv6";
	const refused = refusals(run, "context-refused", "ESM", ESM);
	const given = [...new Set(answers(run, "context-activated").flatMap(({ detail }) => detail.families as string[]))];
	const said = [
		`the application has ${family === null ? "no address" : family === "ipv6" ? "IPv6" : "IPv4"}`,
		...(given.length > 0 ? [`the network gave ${given.join(" and ")}`] : []),
		...refused.map(refusal => refusal.said),
	].join("; ");
	const why = refused.length > 0 ? { why: refused.map(refusal => refusal.why).join("; ") } : {};
	if (family === "ipv6") return { topic, verdict: "granted", said, ...why };
	if (family === null)
		return { topic, verdict: "denied", said, ...why, ask: refused[0]?.ask ?? "for the APN's name and the families that it gives" };
	return {
		topic,
		verdict: "denied",
		said,
		...(refused.length > 0 ? why : given.length > 0 && !given.includes("ipv6") ? { why: "the APN gave IPv4 only" } : {}),
		ask: refused[0]?.ask ?? "for IPv6 on the APN",
	};
}
