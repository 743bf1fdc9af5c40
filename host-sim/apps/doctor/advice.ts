import type { Diagnosis, Problem, RegistrationFacts } from "../../cli/diagnosis.js";
import type { Draft, Examination } from "./examination.js";

/** What is wrong, the first cause first: what follows from it is not listed again. */
export function findProblems(examination: Examination): void {
	const { draft } = examination;
	const cause = simProblem(draft) ?? radioProblem(draft) ?? registrationProblem(draft) ?? addressProblem(draft);
	if (cause !== undefined) examination.problem(cause.code, cause.message);
	if (examination.reboots > 0)
		examination.problem("rebooted", "the module restarted while it was asked: look at its power supply, it draws most when it transmits");
}

function simProblem({ sim }: Draft): Problem | undefined {
	switch (sim?.state) {
		case "absent":
			return { code: "simAbsent", message: "no SIM in the module" };
		case "pin":
			return { code: "simPin", message: `the SIM asks for its PIN${triesLeft(sim.pinTriesLeft)}; none was tried` };
		case "puk":
			return { code: "simPuk", message: `the SIM is blocked and asks for its PUK${triesLeft(sim.pinTriesLeft)}; none was tried` };
		case "failure":
			return { code: "simFailure", message: `the SIM does not work: ${sim.said}` };
		case "locked":
			return { code: "simLocked", message: `the module takes only certain SIMs: it says ${sim.said}` };
		case "unknown":
			return { code: "simUnknown", message: `no SIM, or it does not start: the module says ${sim.said}` };
		default:
			return undefined;
	}
}

function triesLeft(tries: number | null): string {
	if (tries === null) return "";
	return tries === 1 ? " (1 try left)" : ` (${tries} tries left)`;
}

function radioProblem({ functionality, operator }: Draft): Problem | undefined {
	if (functionality === 0 || functionality === 4) return { code: "radioOff", message: `the radio is off (+CFUN is ${functionality})` };
	if (operator?.selection === "deregistered")
		return { code: "deregistered", message: "the module was told to leave the network (+COPS is 2)" };
	return undefined;
}

const SMS_ONLY: readonly number[] = [6, 7];

function registrationProblem({ registration }: Draft): Problem | undefined {
	if (registration.some(({ isRegistered }) => isRegistered)) return undefined;
	if (registration.length === 0) return { code: "registrationUnknown", message: "the module tells nothing of its registration" };
	const denied = registration.find(({ stat }) => stat === 3);
	if (denied !== undefined) return { code: "registrationDenied", message: `${denied.domain}: ${denied.state}${causeText(denied)}` };
	const limited = registration.find(({ stat }) => SMS_ONLY.includes(stat));
	if (limited !== undefined) return { code: "smsOnly", message: `${limited.domain}: ${limited.state}` };
	const [first] = registration;
	return { code: "notRegistered", message: `${first.domain}: ${first.state}` };
}

/** `: #15 no suitable cells in tracking area` */
export function causeText({ cause, report }: Pick<RegistrationFacts, "cause" | "report">): string {
	if (cause?.type === "manufacturer") return `: the manufacturer's cause ${cause.number}`;
	if (cause) return `: #${cause.number}${cause.name === null ? "" : ` ${cause.name}`}`;
	return report === null ? "" : `: ${report}`;
}

function addressProblem({ addresses, contexts }: Draft): Problem | undefined {
	if (addresses.ipv6 !== null || addresses.ipv4 !== null) return undefined;
	if (addresses.pending)
		return { code: "addressPending", message: "only a link-local IPv6 address so far: the router advertisement is still to come" };
	const active = contexts.filter(context => context.active === true);
	const message = active.length === 0 ? "registered, but no context is active" : "registered, but the network gave no address";
	return { code: "noAddress", message };
}

/** What is no fault, and still explains something. */
export function addNotes(examination: Examination): void {
	const { draft } = examination;
	const { addresses, psm, edrx, signal, registration, module } = draft;
	if (draft.driver === null && module !== null)
		examination.note(`no driver of this package is for ${module.model ?? "this model"}: the list is in "xs-cellular drivers"`);
	if (registration.some(({ state }) => state.includes("roaming"))) examination.note("roaming: the SIM's operator has another network here");
	if (addresses.ipv4 !== null && addresses.ipv6 === null) examination.note(whyNoIpv6(draft));
	if (psm?.requested && psm.granted === false)
		examination.note("PSM was asked for and not granted: the APN or the operator's profile decides");
	if (psm?.requested && psm.granted === null && registration.some(({ isRegistered }) => isRegistered))
		examination.note("whether PSM was granted is not reported: an application switches that on (+CEREG mode 4)");
	if (edrx?.requested && edrx.granted === false)
		examination.note("eDRX was asked for and not granted: the APN or the operator's profile decides");
	if (signal?.verdict === "weak" || signal?.verdict === "very weak")
		examination.note(`the signal is ${signal.verdict}: each report takes repetitions and charge; try another place or antenna`);
}

function whyNoIpv6({ contexts }: Draft): string {
	const active = contexts.filter(context => context.active !== false);
	return active.length > 0 && active.every(context => context.pdpType === "IP")
		? "IPv4 only, because the context is defined so (IP): an application defines it as IPV4V6"
		: "IPv4 only: the network or the APN gives no IPv6";
}

/** The one thing to do now. */
export function nextStep(draft: Draft): string {
	const [first] = draft.problems;
	return first === undefined ? goOn(draft) : REMEDY[first.code](draft, first);
}

function goOn(draft: Diagnosis): string {
	if (draft.driver === null) return `the module is fine; write a driver for it, or name one that is close: ${runLine(draft, "")}`;
	return `the module is ready: ${runLine(draft, "")}`;
}

/** The command that goes on from here. */
function runLine({ port, driver }: Diagnosis, more: string): string {
	return `xs-cellular run smart-meter --port ${port} --driver ${driver ?? "ID"} --apn NAME${more} --server URL`;
}

const asItSays = (_: Draft, problem: Problem): string => problem.message;
const WRONG_PORT = "is this the AT port? USB modems have several, often the third or fourth is it; give another path to --port";

const REMEDY: Readonly<Record<Problem["code"], (draft: Draft, problem: Problem) => string>> = {
	missing: asItSays,
	busy: asItSays,
	denied: asItSays,
	unplugged: asItSays,
	unavailable: asItSays,
	invalid: asItSays,
	failed: asItSays,
	silent: () => `${WRONG_PORT}. On a UART: is the module switched on (PWRKEY), are TX and RX crossed and at the right level?`,
	garbage: () => `${WRONG_PORT}. On a UART: the rate is one that was not tried, or levels or ground are wrong`,
	echoOnly: () => "TX and RX are joined, or the module says no results (ATQ1): send ATQ0 by a terminal program, then run doctor again",
	noAt: () => WRONG_PORT,
	numericResults: () => "the module answers with digits (ATV0): send ATV1 by a terminal program, then run doctor again",
	wentSilent: () => "run doctor again; if it stops at the same command, the module has no such command and hangs: report it",
	rebooted: () => "give the module a supply that bears its peak current, with a large capacitor near it, then run doctor again",
	simAbsent: () => "insert a SIM, switch the module off and on, then run doctor again",
	simPin: draft =>
		draft.sim?.pinTriesLeft === 1
			? "one try is left: enter the PIN by hand, in a phone, and switch its request off there; then run doctor again"
			: `run with the SIM's PIN: ${runLine(draft, " --pin PIN")}; then run doctor again for what the network says`,
	simPuk: () => "enter the PUK by hand, in a phone: after ten wrong ones the SIM is lost; then run doctor again",
	simFailure: () => "take the SIM out, clean and insert it again; try it in a phone, and another SIM here",
	simLocked: () => "ask who sold the module for its unlock code, or use a SIM of that operator",
	simUnknown: () => "look whether a SIM is inserted the right way round, switch the module off and on, then run doctor again",
	radioOff: draft => `an application switches it on: ${runLine(draft, "")}; then run doctor again`,
	deregistered: draft => `an application selects an operator again: ${runLine(draft, "")}; or send AT+COPS=0`,
	registrationDenied: deniedStep,
	notRegistered: draft =>
		draft.signal?.verdict === "none"
			? "no cell is heard: look at the antenna and its plug, and ask whether the operator has this technology here"
			: "wait, a first search takes minutes, then run doctor again; if it lasts, look at the antenna and the bands of the module",
	smsOnly: () => "the SIM is not provisioned for data here: ask its operator",
	registrationUnknown: () => "this module needs a driver that knows its own commands; report what it is",
	noAddress: draft => `the APN is wrong or missing: ${runLine(draft, "")}`,
	addressPending: () =>
		"run doctor again in 20 s; if it stays so, the network sends no router advertisement: ask the operator, or use IPv4",
};

/** By cause of TS 24.301 annex A and TS 24.501 annex A: what a person can do about it. */
function deniedStep(draft: Draft): string {
	const denied = draft.registration.find(({ stat }) => stat === 3);
	const cause = denied?.cause;
	if (cause?.type !== "network") {
		return denied?.report === null && cause === null
			? "the network does not say why because reports are off: send AT+CEREG=3 by a terminal program, wait for the next try, run doctor again"
			: "ask the SIM's operator, and tell them this cause";
	}
	return ADVICE_BY_CAUSE.find(({ causes }) => causes.includes(cause.number))?.advice ?? "ask the SIM's operator, and tell them this cause";
}

const ADVICE_BY_CAUSE: readonly { readonly causes: readonly number[]; readonly advice: string }[] = [
	{ causes: [2, 3, 6, 8], advice: "the network does not know this SIM: is it activated and paid for? Its operator can tell" },
	{ causes: [5], advice: "the network does not take this device: the SIM may be bound to another one (IMEI); ask its operator" },
	{
		causes: [7, 14, 33],
		advice: "the SIM is not provisioned for data on this network: ask its operator for NB-IoT, LTE or 5G as the module needs",
	},
	{ causes: [11, 12, 13], advice: "this SIM may not use this network here: ask its operator about roaming, or select another operator" },
	{
		causes: [15],
		advice: "the SIM is not provisioned for this technology (NB-IoT, LTE-M) or this area, or the APN is not: ask its operator",
	},
	{ causes: [17, 20, 21, 22, 42], advice: "the network refuses for a while: wait, the module tries again by its own timers" },
	{ causes: [19, 40], advice: "the APN, its user or password is wrong: give --apn as the operator names it" },
	{ causes: [62], advice: "no network slice is allowed: a slice stored in the module may be wrong; read AT+C5GNSSAI?" },
];
