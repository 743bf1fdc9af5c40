import type { Command } from "../../../sdk/at/command.js";
import type { AtError } from "../../../sdk/at/errors.js";
import type { AtLine } from "../../../sdk/at/line.js";
import type { Driver } from "../../../sdk/modem/driver.js";
import type { Diagnosis, Problem } from "../../cli/diagnosis.js";
import type { Answer, DoctorLine } from "./line.js";

/** A diagnosis in the making: when the line is lost half-way, what was found stays. */
export type Draft = { -readonly [K in keyof Diagnosis]: Diagnosis[K] };

export function emptyDraft(port: string): Draft {
	return {
		port,
		answers: false,
		usable: false,
		baud: null,
		echo: null,
		module: null,
		driver: null,
		functionality: null,
		sim: null,
		registration: [],
		operator: null,
		attached: null,
		contexts: [],
		addresses: { ipv6: null, ipv4: null, pending: false },
		psm: null,
		edrx: null,
		signal: null,
		refused: [],
		problems: [],
		notes: [],
		next: "",
	};
}

/** What the parts of the examination share: the line, what was found, and the driver once the model is known. */
export class Examination {
	readonly line: DoctorLine;
	readonly draft: Draft;
	driver: Driver | undefined;
	/** Boot banners that came while it was asked. */
	reboots = 0;

	constructor(line: DoctorLine, draft: Draft) {
		this.line = line;
		this.draft = draft;
	}

	/** Asks, and notes a refusal; only commands that change nothing. */
	async ask<P, R>(command: Command<P, R>, params: P, onLine?: (line: AtLine) => void): Promise<Answer<R>> {
		const answer = await this.line.ask(command, params, onLine);
		if (answer.error !== undefined && !this.draft.refused.includes(command.head))
			this.draft.refused = [...this.draft.refused, command.head];
		return answer;
	}

	problem(code: Problem["code"], message: string): void {
		this.draft.problems = [...this.draft.problems, { code, message }];
	}

	note(text: string): void {
		this.draft.notes = [...this.draft.notes, text];
	}
}

/** A value that is a field of the document: `undefined` is left out of JSON, `null` is said. */
export function orNull<T>(value: T | undefined): T | null {
	return value === undefined ? null : value;
}

/** `first` and `last` characters of an identifier, the rest masked; a short one is masked whole. */
export function masked(identifier: string, first: number, last: number): string {
	const hidden = identifier.length - first - last;
	if (hidden <= 0) return "*".repeat(identifier.length);
	return identifier.slice(0, first) + "*".repeat(hidden) + identifier.slice(identifier.length - last);
}

/** A refusal in words: never a parameter of the command. */
export function refusal(error: AtError): string {
	if (error.number !== undefined) return `${error.code.toUpperCase()} ${error.number}`;
	return error.text === undefined ? "ERROR" : `ERROR (${error.text})`;
}
