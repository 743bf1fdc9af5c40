import type { Command } from "../at/command.js";
import { deepFreeze } from "../at/freeze.js";
import type { AtLine, Millis } from "../at/line.js";
import type { PdpType, PinName, Rat } from "./driver.js";

/** What a procedure may know of what the application asked for. Passwords reach nothing but a command's redacted parameter. */
export interface Settings {
	readonly apn?: string | undefined;
	readonly pdpType: PdpType;
	readonly user?: string | undefined;
	readonly password?: string | undefined;
	readonly auth: "none" | "pap" | "chap";
	readonly cid: number;
	/** Numeric PLMN (`"46000"`) for manual selection; undefined is automatic. */
	readonly operator?: string | undefined;
	/** undefined: the application did not say, leave the module as it is; false: off. Bits as in TS 24.008 10.5.7.4a and 10.5.7.3. */
	readonly psm?: PsmSettings | false | undefined;
	readonly edrx?: EdrxSettings | false | undefined;
	readonly defaultCid: number;
	/** undefined: the application did not say, leave the module as it is. */
	readonly usage?: "data" | "voice" | undefined;
	/** 3GPP numbers of the bands to be searched. */
	readonly bands?: readonly number[] | undefined;
	/** Radio access that may be used, the preferred one first. */
	readonly rats?: readonly Rat[] | undefined;
	/** The slice in its text form (TS 27.007 10.1.1); false: none, and none kept in the module; undefined: leave it as it is. */
	readonly slice?: string | false | undefined;
	/** How the module shows itself to a host on USB. */
	readonly networkInterface?: NetworkInterface | undefined;
}
/** QMI, MBIM, ECM and RNDIS are what Linux has drivers for. */
export type NetworkInterface = "qmi" | "mbim" | "ecm" | "rndis";
export interface PsmSettings {
	readonly periodicTauSeconds: number;
	readonly activeSeconds: number;
	readonly periodicTauBits: string;
	readonly activeBits: string;
}
export interface EdrxSettings {
	readonly cycleSeconds: number;
	readonly actType: number;
	readonly bits: string;
}

/** Steps in order. A step that fails ends the procedure unless it says `onError: "ignore"`. */
export type Procedure = readonly Step[];
export type Step = SendStep | AwaitUrcStep | PauseStep | PulseStep | PinStep | SettingStep;

/** Parameters as they are, or made from the settings; a function that returns undefined skips the step. */
export type StepParams<P> = P | ((settings: Settings) => P | undefined);

export interface SendOptions {
	/** "fail" when absent. "ignore" passes over an answer of the module; silence fails all the same. */
	readonly onError?: "fail" | "ignore";
	/** Only answers are retried (SIM not ready yet, busy), silence is recovery's business. */
	readonly retry?: { readonly times: number; readonly everyMs: Millis };
}
export interface SendStep extends SendOptions {
	readonly kind: "send";
	readonly command: Command<any, any>;
	readonly params: StepParams<any>;
}
export interface AwaitUrcStep {
	readonly kind: "awaitUrc";
	readonly prefix: string;
	readonly withinMs: Millis;
	readonly onTimeout: "fail" | "ignore";
}
export interface PauseStep {
	readonly kind: "pause";
	readonly ms: Millis;
	readonly because: string;
}
export interface PulseStep {
	readonly kind: "pulse";
	readonly pin: PinName;
	readonly ms: Millis;
	readonly because: string;
}
export interface PinStep {
	readonly kind: "pin";
	readonly pin: PinName;
	readonly asserted: boolean;
}
/**
 * A setting that the module keeps in NVRAM: read, compared, written only when it differs. `same` judges the decoded
 * `response` of the read command; where that declares `lines`, `sameLine` judges each line and one that says true is enough.
 * With `restart` the module restarts once after the procedure, by `procedures.restart`, if anything was written.
 */
export interface SettingStep {
	readonly kind: "setting";
	readonly read: Command<any, any>;
	readonly readParams: StepParams<any>;
	readonly same?: (result: any, settings: Settings) => boolean;
	readonly sameLine?: (line: AtLine, settings: Settings) => boolean;
	readonly write: Command<any, any>;
	readonly params: StepParams<any>;
	readonly restart: boolean;
	readonly onError: "fail" | "ignore";
}

type Rest<P, O> = [P] extends [void] ? [params?: undefined, options?: O] : [params: StepParams<P>, options?: O];
export function send<P>(command: Command<P, any>, ...[params, options]: Rest<P, SendOptions>): SendStep {
	return deepFreeze({ kind: "send", command, params, ...options });
}
export function awaitUrc(prefix: string, withinMs: Millis, onTimeout: "fail" | "ignore" = "fail"): AwaitUrcStep {
	return Object.freeze({ kind: "awaitUrc", prefix, withinMs, onTimeout });
}
export function pause(ms: Millis, because: string): PauseStep {
	return Object.freeze({ kind: "pause", ms, because });
}
/** Asserts the pin for `ms`. Nothing at all, not even the time, where the board has not wired the pin. */
export function pulse(pin: PinName, ms: Millis, because: string): PulseStep {
	return Object.freeze({ kind: "pulse", pin, ms, because });
}
export function drive(pin: PinName, level: "asserted" | "released"): PinStep {
	return Object.freeze({ kind: "pin", pin, asserted: level === "asserted" });
}
export interface SettingOptions<W, RP, R> {
	readonly readParams?: StepParams<RP>;
	readonly same?: (result: R, settings: Settings) => boolean;
	readonly sameLine?: (line: AtLine, settings: Settings) => boolean;
	readonly params: StepParams<W>;
	readonly restart?: boolean;
	readonly onError?: "fail" | "ignore";
}
export function readCompareWrite<RP, R, W>(read: Command<RP, R>, write: Command<W, any>, options: SettingOptions<W, RP, R>): SettingStep {
	return deepFreeze({
		kind: "setting",
		read,
		write,
		readParams: options.readParams,
		params: options.params,
		same: options.same,
		sameLine: options.sameLine,
		restart: options.restart ?? false,
		onError: options.onError ?? "fail",
	});
}

/** All optional; what is absent is done as TS 27.007 has it, or not at all where that is said. */
export interface Procedures {
	/** Pins, in the order of the hardware design manual. Absent: the module is expected to be on. */
	readonly powerOn?: Procedure;
	/** By command, then the core waits `shutdownMs`; `pins` cut the power or press the key where commands are not answered. */
	readonly powerOff?: { readonly commands: Procedure; readonly pins?: Procedure; readonly shutdownMs: Millis };
	/** Pins of a hard reset. Absent or not wired: recovery goes on to the power cycle. */
	readonly reset?: Procedure;
	/** Soft restart for NVRAM settings and for recovery: `+CFUN=1,1` when absent. It must make the boot banner come. */
	readonly restart?: Procedure;
	/** After identification and before the SIM: result formats, event reports, vendor settings. Not at all when absent. */
	readonly initialize?: Procedure;
	/** Default PDP definition before attach: `+CGDCONT` read, compared, written, and `+CGAUTH`, when absent. */
	readonly define?: Procedure;
	/** PSM before attach: `+CPSMS` read, compared, written, when absent. `settings.psm` is never undefined here. */
	readonly psm?: Procedure;
	/** eDRX before attach: `+CEDRXS=2,…` when absent. `settings.edrx` is never undefined here. */
	readonly edrx?: Procedure;
	/** The list of bands before attach, read, compared, written; `settings.bands` is never undefined here. Absent: the option is not supported. */
	readonly bands?: Procedure;
	/** Radio access before attach, read, compared, written; `settings.rats` is never undefined here. Absent: the option is not supported. */
	readonly rats?: Procedure;
	/** The USB network interface, read, compared, written; `settings.networkInterface` is never undefined here. Absent: the option is not supported. */
	readonly networkInterface?: Procedure;
	/** Makes the module search and attach: `+CFUN=1`, `+COPS`, `+CGATT=1` when absent. Registration is then awaited by URC and poll. */
	readonly attach?: Procedure;
	/** After registration, where sockets need it (`+QIACT`, `+MIPCALL`). Not at all when absent. */
	readonly activate?: Procedure;
	/** `+CGATT=0` when absent. */
	readonly detach?: Procedure;
}

/**
 * UART sleep. The core allows sleep when nothing was sent for `idleMs` and the application asked for PSM or eDRX; then the UART
 * stays quiet. Before the next command it wakes the module once: `wakePins`, then `AT` until it is answered (a lost first
 * command is part of it), then `forbid`.
 */
export interface Sleep {
	readonly allow: Procedure;
	readonly forbid: Procedure;
	readonly idleMs: Millis;
	/** Tried first; its pulses are skipped where the pin is not wired. */
	readonly wakePins?: Procedure;
	/** How long an `AT` may stay unanswered, and how often it is tried, before the module counts as silent. */
	readonly probe: { readonly answerMs: Millis; readonly times: number };
	/** Whether the module says that it enters PSM (a row calls `sleeping("psm")`). True when absent: a PSM never entered is then noticed. */
	readonly reportsPsm?: boolean;
	/** Whether sockets of the module are still open after deep sleep; where not known, false. */
	readonly keepsSockets: boolean;
}
