import type { Fields, Shape } from "./fields.js";
import { deepFreeze } from "./freeze.js";
import type { AtLine, Millis } from "./line.js";
import { type CommandPlan, planOf } from "./plan.js";

/** The forms of a command (V.250 5.4.3 and 5.4.4). */
export type Form = "execute" | "read" | "set" | "test";

/** Everything the channel must know of one form of one command. */
export interface FormSpec {
	/** Written after `=`, in this order. */
	readonly params?: Fields;
	/** The one information line; its record goes to `done` and is valid only inside it. An answer without the line is malformed unless every field is optional. */
	readonly response?: Fields;
	/**
	 * Every information line goes to `onLine`. Further lines of a `response` go there too, and the one of `finals.ok` that ends the command, its
	 * parameters behind its colon (`DATA ACCEPT:0,1460`).
	 */
	readonly lines?: true;
	/** From the first byte written to the final result; the vendor manual's maximum. 5,000 when left out (an assumption). */
	readonly timeoutMs?: Millis;
	/** The module gives the command up when it receives any character (V.250 5.6.1). */
	readonly abortable?: boolean;
	/** Prefix of the information lines when it is not the command's name; null: they have none (`+CGSN`, `+CIMI`, `I`). */
	readonly prefix?: string | null;
	/**
	 * The payload is sent when the prompt comes: `>` or `@` (true), or what is named. A name that ends with a letter or a digit is a line of its
	 * own (`"CONNECT"`, `"READY"`), any other is there with its last character (`"$"`, `"SEND>"`). No other command ever looks for a prompt.
	 */
	readonly prompt?: true | string;
	/** Written after the payload when its length was not announced: 0x1A (TS 27.005 3.5.1). A payload that contains it, or ESC, is refused. */
	readonly terminator?: number;
	/** How many bytes of data follow this information line; they are counted, never parsed, and stand in `AtLine.payload()` of `onLine`. */
	readonly binary?: (line: AtLine) => number;
	/** Indexes of parameters that no trace shows. */
	readonly redact?: readonly number[];
	/** The payload is a secret too (a key). */
	readonly redactPayload?: true;
	/**
	 * Final results of this command; when present `OK` is intermediate. An entry matches a line that begins with it; `*` at its start
	 * matches the end of the line (`*, CLOSE OK`), and `*` alone any line that is not a URC (a bare address): that line is the response.
	 */
	readonly finals?: { readonly ok: readonly string[]; readonly error: readonly string[] };
	/**
	 * A line after `OK` ends the command (`+QIOPEN: 0,0`); `response` decodes it, or it goes to `onLine`. When it comes before `OK`, `OK`
	 * ends the command. `matches` says whether a line is this command's (its socket number); without it every such line is.
	 */
	readonly result?: {
		readonly prefix: string;
		/** From `OK`; the command's `timeoutMs` when left out. */
		readonly timeoutMs?: Millis;
		readonly matches?: (line: AtLine, params: any) => boolean;
	};
	/** Set by `rawCommand`. */
	readonly isRaw?: true;
	/** The commands of a chain (V.250 5.2.1), when written by hand. */
	readonly parts?: readonly Command<any, any>[];
	/** `AT` itself and what else may be repeated freely: a late answer does no harm, so a timeout is not followed by a re-synchronisation. */
	readonly probe?: true;
}

/** `spec` is the clause or manual section that the declaration was written from. */
export type CommandSpec = { readonly spec: string } & { readonly [F in Form]?: FormSpec };

/** One form of one command, as `AtChannel.submit` takes it. `P` and `R` exist for the compiler only. */
export interface Command<in P = void, out R = void> {
	/** "+CEREG" */
	readonly name: string;
	readonly form: Form;
	readonly spec: string;
	/** What is sent before the parameters, without `AT`: "+CEREG?", "+COPS=", "E". Also names the command in errors. */
	readonly head: string;
	readonly rule: FormSpec;
	readonly plan: CommandPlan;
	readonly types?: (params: P) => R;
}

type ParamsOf<F> = F extends { params: infer P extends Fields } ? Shape<P> : void;
type ResultOf<F> = F extends { response: infer R extends Fields } ? Shape<R> : void;
export type Forms<S> = { readonly [F in keyof S & Form]: Command<ParamsOf<S[F]>, ResultOf<S[F]>> };

/** Basic commands take their parameter without `=` (V.250 5.3.1), S-parameters (5.3.2) and extended commands with it. */
function headOf(name: string, form: Form): string {
	if (form === "execute") return name;
	if (form === "read") return `${name}?`;
	if (form === "test") return `${name}=?`;
	const first = name.charCodeAt(0);
	const second = name.charCodeAt(1);
	const isLetter = first >= 0x41 && first <= 0x5a;
	const isSParameter = first === 0x53 && second >= 0x30 && second <= 0x39;
	return (isLetter && !isSParameter) || first === 0x26 ? name : `${name}=`;
}

/**
 * Declares a command once, with the clause it comes from. Module-scope constants of these live in flash.
 * `command("+CEREG", { spec: "TS 27.007 10.1.22", read: { response: { n: uint(), stat: uint() } } })` gives `{ read }`.
 */
export function command<const S extends CommandSpec>(name: string, spec: S): Forms<S> {
	const forms: { [form: string]: Command<any, any> } = {};
	for (const form of ["execute", "read", "set", "test"] as const) {
		const rule = spec[form];
		if (rule) forms[form] = declare(name, form, spec.spec, headOf(name, form), rule);
	}
	return Object.freeze(forms) as Forms<S>;
}

/** One form, ready for `submit`; `command` and `rawCommand` are made of it. */
export function declare(name: string, form: Form, spec: string, head: string, rule: FormSpec): Command<any, any> {
	return Object.freeze({ name, form, spec, head, rule: deepFreeze(rule), plan: planOf(name, form, head, rule) });
}

/** The same command with another patience: a module that is off is asked for `AT` less long than one that is busy. */
export function withTimeout<P, R>(of: Command<P, R>, timeoutMs: Millis): Command<P, R> {
	return declare(of.name, of.form, of.spec, of.head, { ...of.rule, timeoutMs });
}
