import { drivers } from "../../drivers/index.js";
import type { Driver } from "../../sdk/modem/driver.js";
import type { Diagnosis, ProblemCode } from "../cli/diagnosis.js";
import type { Clock } from "../clock/clock.js";
import { addNotes, findProblems, nextStep } from "./doctor/advice.js";
import { Examination, emptyDraft } from "./doctor/examination.js";
import { type Found, findRate, type Heard } from "./doctor/find-rate.js";
import { LineLost, type OpenLine } from "./doctor/line.js";
import { readContexts } from "./doctor/read-contexts.js";
import { readModule } from "./doctor/read-module.js";
import { readOperator, readRegistration } from "./doctor/read-network.js";
import { readPower } from "./doctor/read-power.js";
import { readSignal } from "./doctor/read-signal.js";
import { readSim } from "./doctor/read-sim.js";

export interface DoctorOptions {
	/** As the person named it; for the document and the next step. */
	readonly port: string;
	readonly open: OpenLine;
	readonly clock: Clock;
	/** False for a socket: only one try, since there is no rate. True when left out. */
	readonly hasRate?: boolean;
	/** A driver that is not the package's, considered first. */
	readonly outside?: Driver;
	/** What is being done now. */
	readonly say?: (text: string) => void;
}

/**
 * Finds out what module is at a port, how it is doing and what to do next. Only commands that change nothing: no echo is switched off, no
 * report switched on, no PIN tried. Ends within a minute when nothing answers, and never rejects: what went wrong is in the document.
 */
export async function diagnose(options: DoctorOptions): Promise<Diagnosis> {
	const { port, open, clock, say = () => {}, hasRate = true } = options;
	const draft = emptyDraft(port);
	let found: Found | undefined;
	try {
		found = await findRate(clock, open, hasRate, say);
		draft.baud = found.baud;
		if (found.line === undefined) {
			draft.problems = [{ code: CODE_OF_SOUND[found.heard], message: soundText(found) }];
			if (found.heard === "numericResults") draft.answers = true;
		} else {
			draft.answers = true;
			draft.echo = found.echo;
			await examine(new Examination(found.line, draft), options);
		}
	} catch (error) {
		draft.problems = [failureOf(error), ...draft.problems];
		if (isPortGone(error)) draft.answers = false;
	} finally {
		found?.line?.close();
	}
	draft.usable = draft.answers && draft.problems.length === 0;
	draft.next = nextStep(draft);
	return draft;
}

async function examine(examination: Examination, { outside, say = () => {} }: DoctorOptions): Promise<void> {
	say("asking who it is");
	await readModule(examination, outside === undefined ? drivers : [outside, ...drivers]);
	say("asking for the SIM");
	await readSim(examination);
	say("asking for the network");
	const report = await readRegistration(examination);
	await readOperator(examination, report);
	await readContexts(examination);
	await readPower(examination, report);
	await readSignal(examination);
	findProblems(examination);
	addNotes(examination);
}

const CODE_OF_SOUND: Readonly<Record<Exclude<Heard, "answers">, ProblemCode>> = {
	nothing: "silent",
	garbage: "garbage",
	text: "noAt",
	positions: "noAt",
	echo: "echoOnly",
	numericResults: "numericResults",
};

function soundText({ heard, baud }: Found): string {
	switch (heard) {
		case "garbage":
			return "bytes come, and at no rate do they make sense";
		case "text":
			return `text comes at ${baud} bit/s, and AT gets no answer`;
		case "positions":
			return `this is the port of a satellite receiver (NMEA at ${baud} bit/s)`;
		case "echo":
			return "AT comes back, and no result after it";
		case "numericResults":
			return "the module answers with digits";
		default:
			return "no answer to AT at any rate";
	}
}

/** The shape of a PortError: the caller's class is another copy when this is bundled. */
function isPortError(error: unknown): error is Error & { readonly code: ProblemCode } {
	return error instanceof Error && error.name === "PortError";
}

function isPortGone(error: unknown): boolean {
	return isPortError(error) || (error instanceof LineLost && error.port !== undefined);
}

function failureOf(error: unknown): { readonly code: ProblemCode; readonly message: string } {
	const cause = error instanceof LineLost ? (error.port ?? error) : error;
	if (isPortError(cause)) return { code: cause.code, message: cause.message };
	if (cause instanceof LineLost) return { code: "wentSilent", message: `the module answered, and stopped at AT${cause.message}` };
	throw error;
}
