import type { UeListener } from "../network/ue.js";
import type { Tier } from "../network/words.js";
import type { CmuxProfile } from "./at-ports.js";
import type { SmsProfile } from "./base/sms-storage.js";
import type { CommandRow } from "./command.js";
import type { ModuleCore } from "./core.js";
import type { SleepRules } from "./sleep.js";

export type Evidence = "hardware" | "transcript" | "manual" | "specification" | "inferred";
/** What started the module: its supply or power pin, the reset pin, a command, or a fault. */
export type BootCause = "power" | "reset" | "command" | "fault";

/**
 * A module as data plus what is its own: handlers and literal bytes. Everything that V.250, TS 27.007 and TS 27.005 say is in the base;
 * a persona adds commands and overrides what its module does otherwise. A persona outside this package is a module whose default export is one of these.
 */
export interface Persona {
	/** `vendor-module`, the file's stem. */
	readonly id: string;
	readonly tier: Tier;
	readonly vendor: string;
	readonly models: readonly string[];
	/** What the bytes were written from. */
	readonly sources: readonly string[];
	/** The weakest evidence among what it needs to send a datagram. */
	readonly evidence: Evidence;
	/** Files that make it up, relative to the persona folder, to count its lines. */
	readonly files: readonly string[];
	readonly identity: {
		readonly manufacturer: string;
		readonly model: string;
		readonly revision: string;
		readonly serialNumber: string;
		readonly imei: string;
	};
	/** bits per second; 0 autobaud. */
	readonly baud: number;
	readonly echo: boolean;
	readonly cmee: 0 | 1 | 2;
	/** Characters of a command line after `AT`. */
	readonly lineLimit: number;
	/** From the end of the command line to its answer, unless the command says otherwise. */
	readonly answerMs: number;
	/** Absent: a blank follows the colon of every line (V.250 5.7.1); false: none does, the base's lines are said without. */
	readonly blankAfterColon?: false;
	/** Absent: IPv6 addresses of `+CG…` in colon text; true: as sixteen decimals (TS 27.007 10.1.1, the default of `+CGPIAF`). */
	readonly dottedIpv6?: true;
	/** Short messages; absent: as {@link defaultSmsProfile}. */
	readonly sms?: SmsProfile;
	/** Absent: the module has no `+CMUX`. */
	readonly cmux?: CmuxProfile;
	/** For a command that the module does not know: plain ERROR, or a CME number. */
	readonly unknownCommand: "error" | number;
	readonly power: {
		/** Shortest active level of the power pin that switches the module on. */
		readonly powerPulseMs: number;
		readonly resetPulseMs: number;
		/** From power or the end of reset until the module takes commands. */
		readonly bootMs: number;
	};
	/** The identifier of the default bearer's context. */
	readonly firstCid: number;
	/** Called at each start with nothing remembered but the SIM and the NVRAM. */
	create(core: ModuleCore): PersonaRuntime;
}

export interface PersonaRuntime {
	readonly commands: readonly CommandRow[];
	readonly sleep?: SleepRules;
	/** Levels of the output pins, by name. */
	readPin?(name: string): number | undefined;
	/** The module is up: say the banner, switch the radio on. */
	booted(cause: BootCause): void;
	/** `+CFUN` has taken effect. */
	functionalityChanged?(functionality: 0 | 1 | 4): void;
	/** Faults of the catalogue that concern the persona's own commands. */
	fault?(name: string): void;
	readonly ue?: Partial<UeListener>;
}
