import type { Rat } from "../network/words.js";

/** A scenario as its JSON says it (`host-sim/scenario.schema.json`); durations are ISO 8601 texts. */
export interface Scenario {
	readonly title: string;
	readonly description?: string;
	/** Whose run it was written for, where it needs what the others lack: a vehicle, streams. */
	readonly example?: string;
	/** The module that it was written for, where another cannot come into its situation: one with NR. */
	readonly persona?: string;
	/** How long a run of it should last, where nobody says otherwise. */
	readonly for?: string;
	/** Carried out one after another: a step waits for those before it. */
	readonly steps: readonly Step[];
	readonly expect: readonly Expectation[];
}

export interface Trigger {
	readonly event: string;
	/** The how-manieth since the step before; 1 unless given. */
	readonly count?: number;
	/** Members the event's data must have, with these values. */
	readonly data?: Readonly<Record<string, string | number | boolean | null>>;
	/** From the event to the step. */
	readonly after?: string;
}
export interface Step {
	/** Since the beginning; PT0S is before the module has power. */
	readonly at?: string;
	readonly when?: Trigger;
	readonly do: Action;
}

export interface PsmGrantAction {
	readonly activeSeconds?: number;
	readonly periodicTauSeconds?: number;
}
/** Members of one action are carried out in the order of this list. */
export interface Action {
	/** Of every cell, or of one technology's. */
	readonly coverage?: { readonly rsrpDbm: number; readonly sinrDb?: number; readonly rat?: Rat };
	/** What the NR cells say to RedCap modules in SIB1; a member that is absent says nothing. */
	readonly barring?: {
		readonly cellBarredRedCap1Rx?: boolean;
		readonly cellBarredRedCap2Rx?: boolean;
		readonly halfDuplexRedCapAllowed?: boolean;
	};
	/** Slices of the subscription, as `SST` or `SST.SD`, from the next registration on. */
	readonly slices?: { readonly subscribed: readonly string[]; readonly default: readonly string[] };
	readonly cell?: "on" | "off";
	/** Beyond the base station: packets vanish while off. */
	readonly core?: "on" | "off";
	readonly reject?: { readonly cause: number; readonly times?: number; readonly backOff?: string } | null;
	readonly psm?: "as-requested" | "refuse" | PsmGrantAction;
	readonly edrx?: "as-requested" | "refuse" | { readonly cycle: string; readonly ptw?: string };
	/** The network is not the subscriber's own; "refused": and lets no guests in. */
	readonly roaming?: boolean | "refused";
	/** The SIM's list of forbidden networks holds this one, or is cleared. */
	readonly plmnForbidden?: boolean;
	/** The subscription has no voice. */
	readonly dataOnly?: boolean;
	/** Addresses and prefixes that the subscription reaches; null: everything. */
	readonly destinations?: readonly string[] | null;
	readonly families?: "ipv4v6" | "ipv4" | "ipv6" | "single";
	/** The only APN names that exist from now on. */
	readonly apns?: readonly string[];
	readonly routerAdvertisements?: boolean;
	readonly inactivity?: string;
	readonly releaseAssistance?: boolean;
	readonly flowLifetime?: string;
	/** The same for TCP. */
	readonly streamLifetime?: string;
	/** Share of packets lost beyond the radio link, 0 to 1, at every coverage level. */
	readonly loss?: number;
	readonly extraLatency?: string;
	readonly detach?: true;
	readonly breakLink?: true;
	readonly server?: "on" | "off" | { readonly delay: string };
	/** The servers end every connection that stands. */
	readonly streams?: "close" | "reset";
	/** What the servers show in a TLS handshake. */
	readonly certificate?: "valid" | "expired";
	readonly fault?: { readonly name: string; readonly parameters?: Readonly<Record<string, string | number | boolean>> };
	/** A fault's name, or `true` for all. */
	readonly clearFault?: string | true;
	readonly reset?: true;
	/** The module's supply. */
	readonly power?: "on" | "off";
	/** In as many parts as the text needs. */
	readonly sms?: { readonly from: string; readonly text: string };
	/** What becomes of a call to any number from now on. */
	readonly party?: "answers" | "busy" | "no-answer" | "unreachable";
	/** Somebody calls. */
	readonly call?: { readonly from: string };
	/** The other party hangs up. */
	readonly hangUp?: true;
	/** Over the GNSS receivers. */
	readonly sky?: "open" | "none";
	/** The emergency button: held from now on, or let go. */
	readonly press?: boolean;
}

export interface ReadingsExpectation {
	/** At least. */
	readonly taken?: number;
	readonly sent?: number;
	readonly acknowledged?: number;
	/** At most, at the end of `within`. */
	readonly pending?: number;
	readonly lost?: number;
	readonly duplicated?: number;
}
export interface Expectation {
	readonly name?: string;
	/** Since the beginning, or since the event of `since`. */
	readonly within: string;
	readonly since?: Trigger;
	readonly event?: string;
	readonly data?: Trigger["data"];
	/** How many are needed; 1 unless given. */
	readonly count?: number;
	readonly datagram?: { readonly direction?: "up" | "down" | "lost"; readonly port?: number; readonly minimumBytes?: number };
	readonly readings?: ReadingsExpectation;
	/** It must not happen. */
	readonly absent?: true;
}
