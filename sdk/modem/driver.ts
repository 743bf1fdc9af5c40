import type { FinalResult, Urc } from "../at/channel.js";
import type { Command } from "../at/command.js";
import { deepFreeze } from "../at/freeze.js";
import type { AtLine, Millis } from "../at/line.js";
import { type CompiledDriver, compileDriver } from "./compiled-driver.js";
import type { Capabilities, Signal } from "./driver-capabilities.js";
import type { CmuxDialect } from "./driver-multiplex.js";
import type { GnssDialect, SmsDialect, VoiceDialect } from "./driver-services.js";
import type { ModemContext, SocketDialect } from "./driver-sockets.js";
import type { Procedures, Sleep } from "./driver-steps.js";

export * from "./driver-capabilities.js";
export * from "./driver-multiplex.js";
export * from "./driver-services.js";
export * from "./driver-sockets.js";
export * from "./driver-steps.js";

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
	readonly registration: {
		readonly domain: Domain;
		readonly mode: 1 | 2 | 3 | 4 | 5;
		/** Lower modes, tried one after another where the module refuses the one before; absent where what it takes is known. */
		readonly fallbacks?: readonly (1 | 2 | 3 | 4)[];
	};
	/** AcT-type of `+CEDRXS` (TS 27.007 7.40): 4 E-UTRAN WB-S1, 5 NB-S1, 8 NG-RAN. */
	readonly edrxActType?: number;
	readonly procedures?: Procedures;
	/** How the module leaves and enters UART sleep; absent where the UART is always awake. */
	readonly sleep?: Sleep;
	/** What tells that the SIM is ready: `+CPIN`, or the IMSI where the module has no `+CPIN`; then no PIN can be given. "pin" when absent. */
	readonly sim?: "pin" | "imsi";
	/** How ICCID is read; `+CCID` when absent. The first run of 18 to 22 digits on a line of the answer is taken. */
	readonly iccid?: Command<void, any>;
	/** Signal beyond `+CESQ`: each line of the answer goes to `decode`, which fills what it knows and leaves the rest. */
	readonly signal?: { readonly command: Command<void, any>; readonly decode: (line: AtLine, into: Signal) => void };
	/** Whether `+CCLK` shows local time (TS 27.007 8.15) or UTC beside the zone. Local when absent. */
	readonly clockShows?: "local" | "utc";
	/** The vendor's embedded UDP/TCP stack, shared by all modules of a dialect. */
	readonly sockets?: SocketDialect;
	/** Short messages; absent where the module has none. */
	readonly sms?: SmsDialect;
	/** Voice calls; absent where the module has none. */
	readonly voice?: VoiceDialect;
	/** The receiver inside the module; absent where it has none. */
	readonly gnss?: GnssDialect;
	/** AT, data and positions at once on one line; absent where the module has no `+CMUX`, or nobody knows. */
	readonly cmux?: CmuxDialect;
	/** Added to 3GPP's and the dialect's. The boot banners need no row: the core makes them. */
	readonly urcs?: readonly Urc<ModemContext>[];
	/** Extra final result codes that any command may end with. */
	readonly finals?: readonly FinalResult[];
	/** What follows from the record; made by `defineDriver`. @internal */
	readonly compiled?: CompiledDriver;
}

export type Tier = Driver["tier"];
export type Domain = "EPS" | "5GS" | "PS";
/** Radio access in this package's words. */
export type Rat = "NR" | "LTE" | "LTE-M" | "NB-IoT";
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
	/** The same once a stream is opened, where the module pushes more of a stream than of a datagram; the room is made then. */
	readonly streamLineBytes?: number;
}

export interface Boot {
	/** Lines that come only when the module (re)starts: `["RDY"]`. Seen when nobody asked, they are a reboot. */
	readonly banners: readonly string[];
	/** From power-on or reset until the module answers `AT` at the latest. */
	readonly withinMs: Millis;
	/** After the banner before the first command, because some modules answer `ERROR` or nothing until then. */
	readonly settleMs?: Millis;
}

/**
 * Checks the record's type and freezes it; a misspelled name does not compile. What the core needs beside the record is made here, when the
 * firmware is linked, and so lies in flash. It is not enumerable: a record that is spread from this one and changed has none, and the core
 * makes it.
 */
export function defineDriver<const D extends Driver>(driver: D): D {
	Object.defineProperty(driver, "compiled", { value: compileDriver(driver) });
	return deepFreeze(driver);
}
