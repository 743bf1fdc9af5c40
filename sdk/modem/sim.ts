import { CCID, CFUN, CIMI, CPIN, CPINR } from "../3gpp/device-commands.js";
import type { AtError } from "../at/errors.js";
import type { AtLine } from "../at/line.js";
import type { ModemCore } from "./core.js";
import { ModemError, type ModemErrorCode } from "./errors.js";
import { type CoreProcedure, call, exchange, inner, passOver, type Verdict } from "./procedure.js";

export type SimState = "unknown" | "ready" | "pin" | "puk" | "absent" | "other";

/** CME errors of TS 27.007 9.2.1 that are about the SIM. */
const Cme = Object.freeze({ notInserted: 10, pinRequired: 11, pukRequired: 12, failure: 13, busy: 14, wrong: 15, incorrectPassword: 16 });
/** A SIM that is still starting says busy or failure; 10 s are an assumption. */
const STARTING = Object.freeze({ times: 20, everyMs: 500 });
/** Tries left below which a PIN is a person's business: the last one is never used up here. */
const FEWEST_TRIES = 2;

/** State of the SIM, and the one try at its PIN. */
export class Sim {
	state: SimState = "unknown";
	/** Of the PIN, from `+CPINR`; undefined when the module cannot say. */
	triesLeft: number | undefined = undefined;
	/** The PIN that the SIM refused; it is not given again. */
	refusedPin: string | undefined = undefined;
	/** Answers of this start that were no state. */
	refusals = 0;
	forget(): void {
		this.state = "unknown";
		this.refusals = 0;
		this.triesLeft = undefined;
	}
	/** `<code>` of `+CPIN`. */
	update(code: string): void {
		switch (code) {
			case "READY":
				this.state = "ready";
				break;
			case "SIM PIN":
				this.state = "pin";
				break;
			case "SIM PUK":
				this.state = "puk";
				break;
			case "NOT INSERTED":
			case "SIM REMOVED":
			case "SIM not inserted":
				this.state = "absent";
				break;
			case "NOT READY":
				this.state = "unknown";
				break;
			default:
				this.state = "other";
		}
	}
}

function onState(core: ModemCore, result: { code: string }): void {
	core.sim.update(result.code);
}
function onRefused(core: ModemCore, error: AtError): Verdict {
	switch (error.number) {
		case Cme.notInserted:
			core.sim.state = "absent";
			return "next";
		case Cme.pinRequired:
			core.sim.state = "pin";
			return "next";
		case Cme.pukRequired:
			core.sim.state = "puk";
			return "next";
		default:
			// Busy, failure, or a plain ERROR while it starts; when it never ends the SIM is as good as absent.
			return "retry";
	}
}
/**
 * A module that was left at minimum functionality (a recovery that was cut short, another program) gives its SIM no power and says failure
 * for ever: before the SIM is given up the module is made whole once.
 */
function onFirstRefused(core: ModemCore, error: AtError): Verdict {
	const verdict = onRefused(core, error);
	return verdict === "retry" && ++core.sim.refusals > STARTING.times ? "next" : verdict;
}
function onFunctionality(core: ModemCore): void {
	core.functionality = 1;
}
/** `+CPINR: SIM PIN,3,3`; quoted on some modules. */
function onTries(core: ModemCore, line: AtLine): void {
	if (line.equals(0, "SIM PIN")) core.sim.triesLeft = line.uint(1);
}
function onPinAccepted(core: ModemCore): void {
	core.sim.state = "unknown";
}
function onPinRefused(core: ModemCore, error: AtError): Verdict {
	core.sim.refusedPin = core.network.wanted?.pin;
	core.sim.state = error.number === Cme.pukRequired ? "puk" : "pin";
	return "next";
}
const wantsPin = (core: ModemCore): boolean => core.sim.state === "pin";
const isUnsettled = (core: ModemCore): boolean => core.sim.state === "unknown";

/** Says why, or lets the PIN be given. */
function checkPin(core: ModemCore): "stop" | void {
	const { sim } = core;
	const pin = core.network.wanted?.pin;
	if (sim.state !== "pin") return;
	if (pin === undefined) return refuse(core, "pinRequired", "the SIM wants its PIN: give `pin` in connect()");
	if (pin === sim.refusedPin) return refuse(core, "pinRefused", "the SIM refused this PIN before; it is not tried again");
	if (sim.triesLeft !== undefined && sim.triesLeft < FEWEST_TRIES)
		return refuse(core, "pinLastTry", `${sim.triesLeft} try left for the PIN: enter it by hand, in a phone or a terminal`);
	if (sim.triesLeft === undefined && core.network.wanted?.pinTryUncounted !== true)
		return refuse(core, "pinLastTry", "the module cannot say how many tries are left: set `pinTryUncounted` in connect() to allow one");
}
function refuse(core: ModemCore, code: ModemErrorCode, message: string): "stop" {
	core.network.simFailed(new ModemError(code, message));
	return "stop";
}
function checkReady(core: ModemCore): "stop" | void {
	switch (core.sim.state) {
		case "ready":
		// A lock that does not concern registration (SIM PIN2), or a module with a code of its own.
		case "other":
			return;
		case "pin":
			return refuse(core, "pinRefused", "the SIM refused the PIN; it is not tried again");
		case "puk":
			return refuse(core, "pukRequired", "the SIM is blocked and wants its PUK: enter it by hand");
		default:
			return refuse(core, "noSim", "no SIM, or it does not start: insert one");
	}
}

/** `+CCID: 8986…`, `8986…` or a vendor's line: the first run of 18 to 22 digits; a nibble F pads some. */
export function findIccid(text: string): string | undefined {
	let from = -1;
	for (let i = 0; i <= text.length; i++) {
		const c = text.charCodeAt(i);
		const isDigit = c >= 0x30 && c <= 0x39;
		if (isDigit && from < 0) from = i;
		if (isDigit || from < 0) continue;
		if (i - from >= 18 && i - from <= 22) return text.slice(from, i);
		from = -1;
	}
	return undefined;
}
function onIccid(core: ModemCore, line: AtLine): void {
	core.lifecycle.iccid ??= findIccid(line.toText());
	if (core.lifecycle.iccid !== undefined) core.notify("identity");
}
function onIccidResult(core: ModemCore, result: Record<string, unknown> | undefined): void {
	if (result === undefined || core.lifecycle.iccid !== undefined) return;
	for (const name in result) {
		const value = result[name];
		if (typeof value === "string") core.lifecycle.iccid ??= findIccid(value);
	}
	if (core.lifecycle.iccid !== undefined) core.notify("identity");
}
function iccidProcedure(core: ModemCore): CoreProcedure | undefined {
	if (core.lifecycle.iccid !== undefined) return undefined;
	return [exchange(core.driver.iccid ?? CCID.execute, undefined, { line: onIccid, result: onIccidResult, refused: passOver })];
}

const again = (): Verdict => "retry";
function onImsi(core: ModemCore): void {
	core.sim.state = "ready";
}
/** A SIM that is missing, or locked, tells no IMSI; which of them it is, nobody says. */
const BY_IMSI: CoreProcedure = Object.freeze([
	exchange(CIMI.execute, undefined, { result: onImsi, refused: again, retry: STARTING }),
	inner(iccidProcedure),
]);

/** Ends with a SIM that is ready, or stops after having said why not. */
export function simProcedure(core: ModemCore): CoreProcedure {
	return core.driver.sim === "imsi" ? BY_IMSI : BY_PIN;
}
const BY_PIN: CoreProcedure = Object.freeze([
	exchange(CPIN.read, undefined, { result: onState, refused: onFirstRefused, retry: STARTING }),
	exchange(CFUN.set, { fun: 1 }, { when: isUnsettled, result: onFunctionality, refused: passOver }),
	exchange(CPIN.read, undefined, { when: isUnsettled, result: onState, refused: onRefused, retry: STARTING }),
	exchange(CPINR.execute, undefined, { when: wantsPin, line: onTries, refused: passOver }),
	call(checkPin),
	exchange(CPIN.set, (_settings, core) => (core.network.wanted?.pin === undefined ? undefined : { pin: core.network.wanted.pin }), {
		when: wantsPin,
		result: onPinAccepted,
		refused: onPinRefused,
	}),
	exchange(CPIN.read, undefined, { when: isUnsettled, result: onState, refused: onRefused, retry: STARTING }),
	call(checkReady),
	inner(iccidProcedure),
]);
