import type { Form, Request } from "./command-line.js";
import type { Parameters } from "./parameters.js";

/** What a module asks of the host in the middle of a command. */
export interface Prompt {
	/** Literal bytes: `"\r\n> "`. */
	readonly text: string;
	/** Data bytes wanted; undefined: until Ctrl-Z. ESC ends it early unless `binary`. */
	readonly length?: number | undefined;
	/** Every byte is data, ESC and Ctrl-Z too. Needs `length`. */
	readonly binary?: boolean;
	/** Whether what the host types comes back; absent: as `ATE` says. */
	readonly echo?: boolean;
	/** Longest text taken when no length is given; what comes beyond it is dropped. */
	readonly limit?: number;
}

/** A command while it runs. Ends with exactly one of the final results; later ones are ignored. */
export interface Call {
	readonly request: Request;
	readonly form: Form;
	readonly parameters: Parameters;
	/** Information text with all its line ends: `"\r\n+CSQ: 10,0\r\n"`. Leaves the module together with what comes next. */
	info(text: string): void;
	ok(): void;
	/** ERROR whatever `+CMEE` says. */
	error(): void;
	/** TS 27.007 9.2: ERROR, the number or the words, by `+CMEE`. */
	cme(number: number): void;
	/** TS 27.005 3.2.5. */
	cms(number: number): void;
	/** Another final result, literal: `"\r\nNO CARRIER\r\n"`, and its number for `ATV0`. Ends the command line. */
	final(text: string, code: number): void;
	/** Data entry; `done` gets undefined when the host gave up with ESC. */
	prompt(prompt: Prompt, done: (data: Uint8Array | undefined) => void): void;
	/** Runs `action` unless the command ended or the module restarted meanwhile. */
	after(delayMs: number, action: () => void): void;
	/** Waits until something on the air made `condition` true, at most `timeoutMs`. */
	until(condition: () => boolean, timeoutMs: number, done: (met: boolean) => void): void;
	/** V.250 5.6.1: called when a character of the host aborts the command; undefined: not abortable. */
	onAbort: (() => void) | undefined;
}

/**
 * A string is information text followed by OK ("" is OK alone), a number a CME error, undefined means the handler ends the call itself.
 */
export type Answer = string | number | undefined;
export type Handler = (call: Call) => Answer | void;

/** One command of a module. A form that is absent is an error. */
export interface CommandRow {
	readonly name: string;
	readonly execute?: Handler;
	readonly read?: Handler;
	readonly set?: Handler;
	/** A string is the information text of `=?`. */
	readonly test?: Handler | string;
	/** Time until the answer leaves; the persona's when absent. */
	readonly answerMs?: number;
	/** By form, where they differ. */
	readonly formMs?: Partial<Record<Form, number>>;
	/** The module does not have the command: the base's row goes. */
	readonly absent?: true;
	/** Whether it may run while the SIM is not ready; absent: yes. */
	readonly needsSim?: boolean;
}

export type CommandTable = ReadonlyMap<string, CommandRow>;

/** Later rows win form by form, so that a persona states only what differs from the base; `undefined` takes a form away. */
export function commandTable(...lists: readonly (readonly CommandRow[])[]): CommandTable {
	const table = new Map<string, CommandRow>();
	for (const row of lists.flat()) {
		if (row.absent) table.delete(row.name);
		else table.set(row.name, { ...table.get(row.name), ...row });
	}
	return table;
}
