import type { ThreeGppEvents } from "../3gpp/events.js";
import type { AtChannel, FinalResult, Urc } from "../at/channel.js";
import type { Command } from "../at/command.js";
import type { AtError } from "../at/errors.js";
import { deepFreeze } from "../at/freeze.js";
import type { AtLine, Millis } from "../at/line.js";

/**
 * What a driver is: one frozen record that says how a module differs from TS 27.007. The core (sdk/modem) does
 * everything that 27.007 has: synchronise, `ATE0`, `+CMEE`, identify, SIM and PIN, `+CEREG`, `+CGDCONT`, `+CGAUTH`,
 * `+CPSMS`, `+CEDRXS`, `+CFUN`, addresses, signal, time. A driver adds its own steps and replaces what its module does
 * otherwise. Nothing in it keeps state; functions in it are declared at module scope and are pure.
 */
export interface Driver {
	/** `vendor-module`, the file's stem: `quectel-bc660k`. */
	readonly id: string;
	readonly tier: "nbiot" | "cat1" | "redcap";
	readonly vendor: string;
	/**
	 * Answers of `+CGMM` (or a line of `ATI`) that this driver accepts, whole, without regard to case; a vendor's name
	 * before `_` or a blank is skipped (`Quectel_BC660K-GL` is `BC660K-GL`). `["*"]` accepts any module.
	 */
	readonly models: readonly string[];
	/** Documents and captures it was written from, with versions. */
	readonly documents: readonly string[];
	readonly uart: Uart;
	readonly boot: Boot;
	/** What the module's pins mean. A pin that the board has not wired is skipped, never an error. */
	readonly pins?: Readonly<Partial<Record<PinName, PinRule>>>;
	readonly capabilities: Capabilities;
	/** The PDP context of the default bearer: 0 on BC660K, 1 on most others. */
	readonly defaultCid: number;
	/** Which `+C…REG` tells about data, and the highest mode `n` that the module takes (4 or 5 also report the PSM timers). */
	readonly registration: { readonly domain: Domain; readonly mode: 1 | 2 | 3 | 4 | 5 };
	/** AcT-type of `+CEDRXS` (TS 27.007 7.40): 4 E-UTRAN WB-S1, 5 NB-S1, 8 NG-RAN. */
	readonly edrxActType?: number;
	readonly procedures?: Procedures;
	/** How the module leaves and enters UART sleep; absent where the UART is always awake. */
	readonly sleep?: Sleep;
	/** How ICCID is read; `+CCID` when absent. The first run of 18 to 22 digits on a line of the answer is taken. */
	readonly iccid?: Command<void, any>;
	/** Signal beyond `+CESQ`: each line of the answer goes to `decode`, which fills what it knows and leaves the rest. */
	readonly signal?: { readonly command: Command<void, any>; readonly decode: (line: AtLine, into: Signal) => void };
	/** Whether `+CCLK` shows local time (TS 27.007 8.15) or UTC beside the zone. Local when absent. */
	readonly clockShows?: "local" | "utc";
	/** The vendor's embedded UDP/TCP stack, shared by all modules of a dialect. */
	readonly sockets?: SocketDialect;
	/** Added to 3GPP's and the dialect's. The boot banners need no row: the core makes them. */
	readonly urcs?: readonly Urc<ModemContext>[];
	/** Extra final result codes that any command may end with. */
	readonly finals?: readonly FinalResult[];
}

export type Tier = Driver["tier"];
export type Domain = "EPS" | "5GS" | "PS";
export type Family = "ipv6" | "ipv4";
export type PdpType = "IP" | "IPV6" | "IPV4V6";
export type PinName = "power" | "reset" | "wake" | "status";

/** Level at the module's pad that asserts it; a transistor on the board is the application's `inverted: true`. */
export interface PinRule {
	readonly asserted: 0 | 1;
}

export interface Uart {
	readonly baud: number;
	readonly flowControl: "hardware" | "none";
	/** Rest between a final result code and the next command; 0 when absent. */
	readonly commandGapMs?: Millis;
	/** Longest line that the module may send, for example a pushed datagram in hex. 256 when absent. */
	readonly lineBytes?: number;
}

export interface Boot {
	/** Lines that come only when the module (re)starts: `["RDY"]`. Seen when nobody asked, they are a reboot. */
	readonly banners: readonly string[];
	/** From power-on or reset until the module answers `AT` at the latest. */
	readonly withinMs: Millis;
	/** After the banner before the first command, because some modules answer `ERROR` or nothing until then. */
	readonly settleMs?: Millis;
}

// Procedures ---------------------------------------------------------------------------------------------------

/** What a procedure may know of what the application asked for. Passwords reach nothing but a command's redacted parameter. */
export interface Settings {
	readonly apn: string | undefined;
	readonly pdpType: PdpType;
	readonly user: string | undefined;
	readonly password: string | undefined;
	readonly auth: "none" | "pap" | "chap";
	readonly cid: number;
	/** Numeric PLMN (`"46000"`) for manual selection; undefined is automatic. */
	readonly operator: string | undefined;
	/** undefined: the application did not say, leave the module as it is; false: off. Bits as in TS 24.008 10.5.7.4a and 10.5.7.3. */
	readonly psm: PsmSettings | false | undefined;
	readonly edrx: EdrxSettings | false | undefined;
	readonly defaultCid: number;
}
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

// Capabilities ---------------------------------------------------------------------------------------------------

export type Evidence = "hardware" | "transcript" | "manual" | "specification" | "inferred";
export interface Capability<T extends boolean | number | string = boolean> {
	readonly value: T | "unknown";
	readonly evidence: Evidence;
	readonly source: string;
}
/** Per capability how it is known. The core takes its limits from here, so there is one place for each number. */
export interface Capabilities {
	/** `"NB-IoT"`, or several by a comma: `"LTE-M,NB-IoT"`. */
	readonly rats: Capability<string>;
	readonly udpSockets: Capability<number>;
	readonly tcpSockets: Capability<number>;
	/** Most payload bytes of one datagram or send command; undefined by "unknown" counts as 512. */
	readonly sendBytes: Capability<number>;
	readonly receiveBytes: Capability<number>;
	readonly ipv6: Capability;
	readonly psm: Capability;
	readonly edrx: Capability;
	/** What "release" of a datagram really does on this module. */
	readonly releaseAssistance: Capability<"cp" | "as" | "vendor-fast-release" | "none">;
	readonly dns: Capability;
	/** Whether a DNS request may name the family, so that AAAA is asked first. */
	readonly dnsFamily?: Capability;
	readonly [name: string]: Capability<any> | undefined;
}
export function capability<const T extends boolean | number | string>(
	value: T | "unknown",
	evidence: Evidence,
	source: string,
): Capability<T> {
	return Object.freeze({ value, evidence, source });
}

// Signal ---------------------------------------------------------------------------------------------------------

/** What is not known is undefined. */
export interface Signal {
	rssiDbm: number | undefined;
	rsrpDbm: number | undefined;
	rsrqDb: number | undefined;
	sinrDb: number | undefined;
	/** Coverage enhancement level 0–2 (TS 36.321), NB-IoT and LTE-M. */
	coverageLevel: number | undefined;
	/** Last transmit power; undefined where the module has not transmitted. */
	transmitDbm: number | undefined;
	band: number | undefined;
	/** Physical cell identity. */
	pci: number | undefined;
	earfcn: number | undefined;
}

// Sockets --------------------------------------------------------------------------------------------------------

export type Release = "none" | "after-uplink" | "after-response";

/**
 * One piece of work for the dialect. The core owns a single one and runs one at a time, so results that carry no socket id
 * (`SEND OK`, `CLOSE OK`) cannot be mixed up. Give it as the target of `at.submit`; the method says how it ends:
 *
 *     send: (at, task) => void at.submit(QISEND.set, { id: task.socket, length: task.data.byteLength, data: task.data }, task, task.finish)
 */
export interface SocketTask {
	/** Chosen by the core (0 … sockets − 1, plus `firstSocket`); a dialect whose module chooses writes it in `open`. */
	socket: number;
	readonly kind: "udp" | "tcp";
	/** Text form of the peer's address, or the host to resolve. IPv6 in RFC 5952 form without brackets. */
	readonly address: string;
	readonly port: number;
	/** 0: any. */
	readonly localPort: number;
	/** What to send; valid until the task ends. */
	readonly data: Uint8Array;
	readonly release: Release;
	/** For pull: where to put what `receive` reads, and then `received` says how much there was. */
	readonly into: Uint8Array;
	received: number;
	readonly cid: number;
	/** Family that is wanted from `resolve`, where the module takes one. */
	readonly family: Family;
	/** The task is over. A `Done` of `at.submit`: the result is not looked at, a command that refused by its result calls `fail`. */
	finish(error: AtError | undefined, result?: unknown): void;
	/** The module refused with a number of its own (`+QIOPEN: 0,566`); `name` from the dialect's table of causes. */
	fail(causeNumber: number, name?: string): void;
	/**
	 * The command was accepted and the outcome comes by URC: `ModemContext.sockets` (`opened`, `closed`, `resolved`…).
	 * The core waits for it, `withinMs` of `SocketDialect` at most. A `Done` as well.
	 */
	accepted(error: AtError | undefined, result?: unknown): void;
}

/** A vendor's embedded UDP/TCP stack as commands. Every function ends, at once or later, with one call of the task's ends. */
export interface SocketDialect {
	readonly firstSocket: number;
	/** What may be refused when `AtError` comes for `send`: true where an `ERROR` means that nothing went out, so that it may be sent again. */
	readonly errorMeansNotSent: boolean;
	/** Bounds for outcomes that come by URC (see `SocketTask.accepted`). */
	readonly openWithinMs: Millis;
	readonly resolveWithinMs: Millis;
	open(at: AtChannel<ModemContext>, task: SocketTask): void;
	/** `task.data` is at most `capabilities.sendBytes`. */
	send(at: AtChannel<ModemContext>, task: SocketTask): void;
	close(at: AtChannel<ModemContext>, task: SocketTask): void;
	/** Absent where the module has no DNS of its own. */
	resolve?(at: AtChannel<ModemContext>, task: SocketTask): void;
	/** Only for modules that hold data until asked (pull): reads one datagram into `task.into`, sets `task.received`. */
	receive?(at: AtChannel<ModemContext>, task: SocketTask): void;
	/** Name for the module's own cause numbers, shown in errors: 569 → "timeout". */
	readonly causes?: Readonly<Record<number, string>>;
	readonly urcs: readonly Urc<ModemContext>[];
}

/** What a dialect's URC rows report. */
export interface SocketEvents {
	/** Outcome of `open` by URC; cause 0 is success. */
	opened(socket: number, cause: number): void;
	/** A pushed datagram whose payload is hex text in field `index` of the line; `byteCount` as the module says. Copied at once. */
	receivedHex(socket: number, line: AtLine, index: number, byteCount: number): void;
	/** A pushed datagram read by count. Copied at once. */
	receivedBytes(socket: number, bytes: Uint8Array): void;
	/** Data waits in the module (pull). */
	readable(socket: number): void;
	/** The module or the network closed it; it is opened again at the next write. */
	closed(socket: number): void;
	/** All sockets are gone (context deactivated). */
	allClosed(): void;
	/** How many addresses follow, or a cause when none will. */
	resolving(count: number, cause: number): void;
	/** One address of the host that is being resolved, in any text form. */
	resolved(address: string): void;
}

/** What URC rows of 3GPP, dialect and driver are given. They report; they never act. */
export interface ModemContext extends ThreeGppEvents {
	readonly sockets: SocketEvents;
	/** The module says that it enters ("psm", "deep", "light") or leaves ("awake") sleep, or is about to be off. */
	sleeping(state: "psm" | "deep" | "light" | "awake" | "off"): void;
	/** An address was assigned, in any text form (`+IP: …`). */
	addressed(cid: number, address: string): void;
	/** The module (re)started; rows for the banners of `Boot` are made by the core. */
	booted(): void;
}

/** Checks the record's type and freezes it; a misspelled name does not compile. */
export function defineDriver<const D extends Driver>(driver: D): D {
	return deepFreeze(driver);
}
