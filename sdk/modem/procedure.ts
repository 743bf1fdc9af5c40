import type { Command } from "../at/command.js";
import type { AtError } from "../at/errors.js";
import { deepFreeze } from "../at/freeze.js";
import type { AtLine } from "../at/line.js";
import type { ModemCore } from "./core.js";
import type { Settings, Step } from "./driver.js";

/**
 * The core's own procedures are tables like a driver's, with what a driver's must not have: functions that take results
 * into the core. They are declared at module scope, so an exchange allocates no closure.
 */
export type CoreStep = Step | ExchangeStep | CallStep | InnerStep | ProbeStep | BootStep;
export type CoreProcedure = readonly CoreStep[];

/** What becomes of a refused command. */
export type Verdict = "fail" | "next" | "retry";

/** As they are, or made; undefined skips the step. */
export type ExchangeParams<P> = P | ((settings: Settings, core: ModemCore) => P | undefined);
export interface ExchangeStep {
	readonly kind: "exchange";
	readonly command: Command<any, any>;
	readonly params: ExchangeParams<any>;
	readonly when?: (core: ModemCore) => boolean;
	readonly result?: (core: ModemCore, result: any) => void;
	readonly line?: (core: ModemCore, line: AtLine) => void;
	/** "fail" when absent. "retry" until `retry` is used up, then "fail". */
	readonly refused?: (core: ModemCore, error: AtError) => Verdict;
	readonly retry?: { readonly times: number; readonly everyMs: number };
}
/** "stop" ends the procedure as failed; what failed was said by the function. */
export interface CallStep {
	readonly kind: "call";
	readonly run: (core: ModemCore) => "stop" | void;
}
/** Another procedure in the place of this step; none when it is undefined. */
export interface InnerStep {
	readonly kind: "inner";
	readonly of: (core: ModemCore) => CoreProcedure | undefined;
	/** Settings that matter for attach: the radio goes off before the first one that is written. */
	readonly radioOffBeforeWrite: boolean;
}
/** `AT` until it is answered, whatever the answer: the first after power-up may be `ERROR` and the first after sleep nothing. */
export interface ProbeStep {
	readonly kind: "probe";
	readonly times: (core: ModemCore) => number;
}
/** Waits for the boot banner, as long as the driver says, and then for the module to settle. No banner is no failure: `AT` follows. */
export interface BootStep {
	readonly kind: "boot";
}

type ExchangeOptions = Omit<ExchangeStep, "kind" | "command" | "params">;
type Rest<P> = [P] extends [void]
	? [params?: undefined, options?: ExchangeOptions]
	: [params: ExchangeParams<P>, options?: ExchangeOptions];
export function exchange<P>(command: Command<P, any>, ...[params, options]: Rest<P>): ExchangeStep {
	return deepFreeze({ kind: "exchange", command, params, ...options });
}
export function call(run: CallStep["run"]): CallStep {
	return Object.freeze({ kind: "call", run });
}
export function inner(of: InnerStep["of"], radioOffBeforeWrite = false): InnerStep {
	return Object.freeze({ kind: "inner", of, radioOffBeforeWrite });
}
export function probe(times: ProbeStep["times"]): ProbeStep {
	return Object.freeze({ kind: "probe", times });
}
export const awaitBoot: BootStep = Object.freeze({ kind: "boot" });
export const passOver = (): Verdict => "next";
