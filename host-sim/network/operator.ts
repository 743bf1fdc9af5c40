import type { Assumption } from "./assumptions.js";
import type { EclThresholds } from "./coverage.js";
import type { Rat, Tier } from "./words.js";

/** What an operator does with a request for PSM. Its own values replace what was asked; nothing is granted that was not asked for. */
export interface PsmPolicy {
	readonly grant: "as-requested" | "own" | "refuse";
	readonly activeSeconds?: number;
	readonly periodicTauSeconds?: number;
}
export interface EdrxPolicy {
	readonly grant: "as-requested" | "own" | "refuse";
	/** 4 bits, for "own". */
	readonly cycle?: string;
	/** 4 bits. */
	readonly ptw?: string;
}
/** Families of an APN: "single" serves both, one to a context (ESM cause #52). */
export type ApnFamilies = "ipv4v6" | "ipv4" | "ipv6" | "single";

export interface ApnProfile {
	readonly families: ApnFamilies;
	readonly psm?: PsmPolicy;
	readonly edrx?: EdrxPolicy;
	/** What the APN asks for; anything else is ESM cause #29. */
	readonly credentials?: { readonly user: string; readonly password: string };
}

/**
 * An operator as plain data, ready to be read from a JSON file: what its network grants and how long it remembers.
 * Durations in seconds, as operators publish them.
 */
export interface OperatorProfile {
	readonly id: string;
	readonly plmn: string;
	readonly name: string;
	readonly shortName: string;
	readonly quarterHours: number;
	/** The subscriber is another operator's: registered as roaming. */
	readonly roaming: boolean;
	/** There is no agreement for roamers: EMM cause #13. */
	readonly roamingRefused?: boolean;
	/** The subscription has no voice: a combined attach is accepted for EPS only (EMM cause #18). */
	readonly dataOnly?: boolean;
	/** The subscription reaches these addresses and prefixes ("2001:db8::/32") and nothing else; everything when absent. */
	readonly destinations?: readonly string[];
	/** By APN name, lower case; "*" answers for every name that is not listed. Without "*" an unknown APN is ESM cause #27. */
	readonly apns: Readonly<Record<string, ApnProfile>>;
	/** What a subscriber without an APN of its own gets. */
	readonly defaultApn: string;
	readonly psm: PsmPolicy;
	readonly edrx: EdrxPolicy;
	/** Network's T3412 where no extended value is granted. */
	readonly t3412Seconds: number;
	/** T3402, sent in ATTACH ACCEPT. */
	readonly t3402Seconds: number;
	readonly inactivitySeconds: number;
	readonly releaseAssistance: boolean;
	/** NAT and IPv6 firewall forget a UDP flow after this. */
	readonly flowLifetimeSeconds: number;
	/** The same for an established TCP connection. */
	readonly streamLifetimeSeconds: number;
	readonly mtuBytes: number;
	readonly raDelayMs: number;
	/** One way, between the base station and a host of the internet. */
	readonly coreLatencyMs: number;
	readonly dns: { readonly ipv4: string; readonly ipv6: string };
	/** 5G only. Absent: one slice, SST 1, for everybody. */
	readonly slices?: SlicePolicy;
	/** 5G only: from RRC_INACTIVE to idle. Absent: the network releases to idle at once. */
	readonly inactiveSeconds?: number;
}

/** Slices of a subscription, each as `SST` or `SST.SD` in hexadecimal (TS 23.003 28.4.2). */
export interface SlicePolicy {
	readonly subscribed: readonly string[];
	/** Allowed where a UE asks for none (TS 23.501 5.15.3: default S-NSSAIs). */
	readonly default: readonly string[];
}

/** What SIB1 says to RedCap UEs, in its own words (TS 38.331 6.2.2); absent: they are welcome. */
export interface RedCapBarring {
	readonly cellBarredRedCap1Rx?: boolean;
	readonly cellBarredRedCap2Rx?: boolean;
	readonly halfDuplexRedCapAllowed?: boolean;
}

export interface CellProfile {
	readonly rat: Rat;
	readonly earfcn: number;
	readonly pci: number;
	readonly band: number;
	/** 4 hex digits; NR 6. */
	readonly tac: string;
	/** 8 hex digits; NR 9. */
	readonly ci: string;
	readonly act: number;
	/** Idle DRX cycle: defaultPagingCycle of the cell (TS 36.331). */
	readonly drxCycleMs: number;
	/** NB-IoT only: other cells have no coverage levels. */
	readonly eclThresholds?: EclThresholds;
	/** NR only. */
	readonly barring?: RedCapBarring;
}

/** PLMN 001/01 is for test networks (TS 23.003); addresses are of the documentation ranges (RFC 3849, RFC 5737). */
export const TEST_OPERATOR: OperatorProfile = {
	id: "test",
	plmn: "00101",
	name: "Test Network",
	shortName: "TestNet",
	quarterHours: 4,
	roaming: false,
	apns: { "*": { families: "ipv4v6" } },
	defaultApn: "iot.test",
	psm: { grant: "as-requested" },
	edrx: { grant: "as-requested", ptw: "0000" },
	t3412Seconds: 54 * 60,
	t3402Seconds: 12 * 60,
	inactivitySeconds: 20,
	releaseAssistance: true,
	flowLifetimeSeconds: 120,
	// RFC 5382 REQ-5: not less than two hours and four minutes.
	streamLifetimeSeconds: 7_440,
	mtuBytes: 1358,
	raDelayMs: 400,
	coreLatencyMs: 45,
	dns: { ipv4: "192.0.2.53", ipv6: "2001:db8:ffff::53" },
};

export const TEST_CELL: CellProfile = {
	rat: "NB-IoT",
	earfcn: 6254,
	pci: 299,
	band: 20,
	tac: "0001",
	ci: "0000ABCD",
	act: 9,
	drxCycleMs: 2560,
	eclThresholds: [-108, -115],
};

/** The same operator's LTE. */
export const TEST_LTE_OPERATOR: OperatorProfile = { ...TEST_OPERATOR, inactivitySeconds: 10, coreLatencyMs: 15, raDelayMs: 100 };

/** Band 3, downlink at 1,850 MHz (TS 36.101 table 5.7.3-1). */
export const TEST_LTE_CELL: CellProfile = {
	rat: "LTE",
	earfcn: 1650,
	pci: 102,
	band: 3,
	tac: "0002",
	ci: "00012A0B",
	act: 7,
	drxCycleMs: 1280,
};

/** Two slices: SST 1 for everybody and one with a differentiator for those who ask. */
export const TEST_NR_OPERATOR: OperatorProfile = {
	...TEST_LTE_OPERATOR,
	slices: { subscribed: ["01", "01.000001"], default: ["01"] },
	inactiveSeconds: 60,
};

/** Band n71, downlink at 632.45 MHz (TS 38.104 5.4.2.1): the band and the kind of cell of transcripts 21 and 23. */
export const TEST_NR_CELL: CellProfile = {
	rat: "NR",
	earfcn: 126490,
	pci: 24,
	band: 71,
	tac: "0000C8",
	ci: "000C0A001",
	act: 11,
	drxCycleMs: 1280,
};

export interface TestNetwork {
	readonly operator: OperatorProfile;
	/** Where a module camps unless it prefers another. */
	readonly cell: CellProfile;
	/** The operator's other cells. */
	readonly otherCells: readonly CellProfile[];
}

/** Where a module of this tier camps unless somebody says otherwise. */
export function testNetwork(tier: Tier): TestNetwork {
	if (tier === "nbiot") return { operator: TEST_OPERATOR, cell: TEST_CELL, otherCells: [] };
	if (tier === "redcap") return { operator: TEST_NR_OPERATOR, cell: TEST_NR_CELL, otherCells: [TEST_LTE_CELL] };
	return { operator: TEST_LTE_OPERATOR, cell: TEST_LTE_CELL, otherCells: [] };
}

export function operatorAssumptions(operator: OperatorProfile, cell: CellProfile): readonly Assumption[] {
	const lte = cell.rat !== "NB-IoT";
	return [
		{
			id: "network.inactivity",
			value: operator.inactivitySeconds,
			unit: "s",
			why: lte
				? "RRC inactivity timer is the operator's; about 10 s in most LTE networks"
				: "RRC inactivity timer is the operator's; 20 to 25 s seen after signalling on a BC660K bench",
		},
		...(cell.rat !== "NR" || operator.inactiveSeconds === undefined
			? []
			: [{ id: "network.rrc-inactive", value: operator.inactiveSeconds, unit: "s", why: "how long a network keeps a UE suspended" }]),
		{
			id: "network.flow-lifetime",
			value: operator.flowLifetimeSeconds,
			unit: "s",
			why: "the least RFC 4787 REQ-5 asks of a UDP mapping",
		},
		{ id: "network.core-latency", value: operator.coreLatencyMs, unit: "ms", why: "one way, plus or minus 20 %, drawn from the seed" },
		{ id: "network.ra-delay", value: operator.raDelayMs, unit: "ms", why: "router solicitation to advertisement" },
		{
			id: "network.drx-cycle",
			value: cell.drxCycleMs / 1000,
			unit: "s",
			why: lte ? "default paging cycle; cells use 0.32 to 2.56 s" : "default paging cycle; cells use 1.28 to 10.24 s",
		},
		{ id: "network.ptw", value: 2.56, unit: "s", why: "paging time window of the shortest code, granted with every eDRX cycle" },
		{
			id: "network.mtu",
			value: operator.mtuBytes,
			unit: "byte",
			why: "link MTU that TS 23.060 annex C recommends; fragments are not modelled",
		},
	];
}

/** The profile that answers for an APN name, undefined where the network knows none. An empty name is the subscriber's default. */
export function apnProfile(operator: OperatorProfile, apn: string): ApnProfile | undefined {
	const name = (apn === "" ? operator.defaultApn : apn).toLowerCase();
	return operator.apns[name] ?? operator.apns["*"];
}
