/** What `doctor --json` prints. `null`: the module did not say. */
export interface Diagnosis {
	readonly port: string;
	/** Something at the other end speaks AT. */
	readonly answers: boolean;
	/** It has a SIM, a network and an address: an application can go ahead. */
	readonly usable: boolean;
	/** bits per second at which it answered. */
	readonly baud: number | null;
	/** Whether it repeats what it is sent. */
	readonly echo: boolean | null;
	readonly module: ModuleFacts | null;
	/** Id of the package's driver for this model. */
	readonly driver: string | null;
	/** `+CFUN`: 0 minimum, 1 full, 4 radio off. */
	readonly functionality: number | null;
	readonly sim: SimFacts | null;
	/** One entry for each domain that was answered, data first. */
	readonly registration: readonly RegistrationFacts[];
	readonly operator: OperatorFacts | null;
	readonly attached: boolean | null;
	readonly contexts: readonly ContextFacts[];
	/** The addresses that can be used, of all active contexts. */
	readonly addresses: AddressFacts;
	readonly psm: PsmFacts | null;
	readonly edrx: EdrxFacts | null;
	readonly signal: SignalFacts | null;
	/** Commands that were refused, by name and form: what this module does not have, or not now. */
	readonly refused: readonly string[];
	readonly problems: readonly Problem[];
	/** What is worth knowing and no fault. */
	readonly notes: readonly string[];
	/** What to do now. */
	readonly next: string;
}

export interface Problem {
	readonly code: ProblemCode;
	readonly message: string;
}

export type ProblemCode =
	/** The port: as a `PortErrorCode`. */
	| "missing"
	| "busy"
	| "denied"
	| "unplugged"
	| "unavailable"
	| "invalid"
	| "failed"
	/** The line. */
	| "silent"
	| "garbage"
	| "echoOnly"
	| "noAt"
	| "numericResults"
	| "wentSilent"
	| "rebooted"
	/** The SIM. */
	| "simAbsent"
	| "simPin"
	| "simPuk"
	| "simFailure"
	| "simLocked"
	| "simUnknown"
	/** The network. */
	| "radioOff"
	| "deregistered"
	| "registrationDenied"
	| "notRegistered"
	| "smsOnly"
	| "registrationUnknown"
	| "noAddress"
	| "addressPending";

export interface ModuleFacts {
	readonly manufacturer: string | null;
	readonly model: string | null;
	readonly revision: string | null;
	/** The type allocation code, the rest masked. */
	readonly imei: string | null;
	/** Lines of `ATI`. */
	readonly identification: readonly string[];
}

export interface SimFacts {
	readonly state: "ready" | "pin" | "puk" | "absent" | "failure" | "locked" | "unknown";
	/** `+CPIN`'s own word, or the error. */
	readonly said: string;
	readonly pinTriesLeft: number | null;
	/** Issuer and last digits, the rest masked. */
	readonly iccid: string | null;
}

export interface RegistrationFacts {
	readonly domain: "5GS" | "EPS" | "PS";
	/** TS 27.007 10.1.22. */
	readonly stat: number;
	/** The same in words. */
	readonly state: string;
	readonly isRegistered: boolean;
	readonly tac: string | null;
	readonly ci: string | null;
	readonly cause: { readonly type: "network" | "manufacturer"; readonly number: number; readonly name: string | null } | null;
	/** What `+CEER` said, where no cause was reported. */
	readonly report: string | null;
}

export interface OperatorFacts {
	readonly selection: "automatic" | "manual" | "deregistered" | "manual, then automatic" | "unknown";
	readonly name: string | null;
	readonly plmn: string | null;
	/** `"NB-IoT" | "LTE" | "NR"`, or the generation of older ones. */
	readonly rat: string | null;
}

export interface ContextFacts {
	readonly cid: number;
	readonly pdpType: string | null;
	readonly apn: string | null;
	readonly active: boolean | null;
	readonly ipv6: readonly string[];
	readonly ipv4: readonly string[];
	readonly dns: readonly string[];
}

export interface AddressFacts {
	readonly ipv6: string | null;
	readonly ipv4: string | null;
	/** Only the link-local IPv6 address is there: the router advertisement is still to come. */
	readonly pending: boolean;
}

export interface PsmTimers {
	/** null: deactivated, or left to the network. */
	readonly periodicTauSeconds: number | null;
	readonly activeSeconds: number | null;
}
export interface PsmFacts {
	readonly requested: PsmTimers | false | null;
	/** null: not reported, because `+CEREG` is in a mode below 4. */
	readonly granted: PsmTimers | false | null;
}
export interface EdrxFacts {
	readonly requested: { readonly cycleSeconds: number | null } | false | null;
	readonly granted: { readonly cycleSeconds: number; readonly pagingWindowSeconds: number | null } | false | null;
}

export interface SignalFacts {
	readonly rssiDbm: number | null;
	readonly rsrpDbm: number | null;
	readonly rsrqDb: number | null;
	readonly sinrDb: number | null;
	/** NB-IoT and LTE-M: 0 normal to 2 extreme coverage. */
	readonly coverageLevel: number | null;
	readonly band: number | null;
	readonly verdict: "good" | "fair" | "weak" | "very weak" | "none";
}
