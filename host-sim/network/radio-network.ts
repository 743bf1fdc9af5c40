import type { Coverage } from "./coverage.js";
import { Destinations } from "./destinations.js";
import {
	type ApnFamilies,
	type CellProfile,
	type EdrxPolicy,
	type OperatorProfile,
	type PsmPolicy,
	type RedCapBarring,
	type SlicePolicy,
	TEST_CELL,
	TEST_OPERATOR,
} from "./operator.js";
import { type RadioAccess, radioAccess } from "./radio-access.js";
import type { Rat } from "./words.js";

/** EMM reject of the next attach and tracking area update requests (TS 24.301 9.9.3.9). */
export interface Rejection {
	readonly cause: number;
	/** How many requests meet it; until cleared when undefined. */
	readonly times?: number;
	/** T3346, sent with #22 (TS 24.301 5.5.1.2.5). */
	readonly backOffSeconds?: number;
}

/** A cell as it stands: what it is, how strong it is here, whether it transmits. */
export interface CellSite {
	readonly profile: CellProfile;
	readonly coverage: Coverage;
	readonly powered: boolean;
}

/** What a UE notices by itself. */
export type NetworkChange = "coverage" | "power" | "barring" | "detach" | "loss";

/**
 * The network's side: one operator, its cells, and everything about them that a scenario may change while the device is attached.
 * The UE reads it at each step it takes on the air and is told of changes that it would notice by itself.
 */
export class RadioNetwork {
	/** Replaced as a whole by the setters below. */
	operator: OperatorProfile;
	#sites: readonly CellSite[];
	#serving = 0;
	/** The core answers data: false swallows every packet without a word. */
	linked = true;
	/** Share of packets lost beyond the radio link, by coverage level. */
	loss: readonly [number, number, number] = [0, 0.005, 0.02];
	/** Added to the core's one-way latency. */
	extraLatencyMs = 0;
	/** No router advertisement comes while false. */
	routerAdvertisements = true;
	onChange: ((change: NetworkChange) => void) | undefined;
	/** A detach that the UE could not hear: its next request is answered by #10 "implicitly detached". */
	implicitlyDetached = false;
	#rejection: { cause: number; left: number; backOffSeconds: number | undefined } | undefined;

	#destinations: Destinations | undefined;

	/** The first cell is the one that a UE without preferences takes; `coverage` is of all of them. */
	constructor(options: { operator?: OperatorProfile; cell?: CellProfile; otherCells?: readonly CellProfile[]; coverage?: Coverage } = {}) {
		this.operator = options.operator ?? TEST_OPERATOR;
		const coverage = options.coverage ?? { rsrpDbm: -100 };
		const cells = [options.cell ?? TEST_CELL, ...(options.otherCells ?? [])];
		this.#sites = cells.map(profile => ({ profile, coverage, powered: true }));
		this.setDestinations(this.operator.destinations);
	}

	/** In the operator's order. */
	get sites(): readonly CellSite[] {
		return this.#sites;
	}
	/** The cell the device is on, or was last. */
	get serving(): CellSite {
		return this.#sites[this.#serving]!;
	}
	serve(site: CellSite): void {
		const index = this.#sites.indexOf(site);
		if (index >= 0) this.#serving = index;
	}
	get cell(): CellProfile {
		return this.serving.profile;
	}
	get coverage(): Coverage {
		return this.serving.coverage;
	}
	/** Of every cell, unnoticed until the next measurement. */
	set coverage(coverage: Coverage) {
		this.#change({ coverage });
	}
	get reachable(): boolean {
		return this.inReach(this.serving);
	}
	inReach({ profile, coverage, powered }: CellSite): boolean {
		return powered && coverage.rsrpDbm >= radioAccess(profile.rat).sensitivityRsrpDbm;
	}
	get access(): RadioAccess {
		return radioAccess(this.cell.rat);
	}

	/** undefined: everything again. */
	setDestinations(destinations: readonly string[] | undefined): void {
		this.#destinations = destinations === undefined ? undefined : new Destinations(destinations);
	}
	/** Whether the subscription lets packets through to this address; what it does not let through vanishes. */
	admits(address: string): boolean {
		return this.#destinations?.includes(address) ?? true;
	}

	/** @param rat of the cells of this technology alone */
	setCoverage(coverage: Coverage, rat?: Rat): void {
		this.#change({ coverage }, rat);
		this.onChange?.("coverage");
	}
	setPower(powered: boolean, rat?: Rat): void {
		this.#change({ powered }, rat);
		this.onChange?.("power");
	}
	/** What the NR cells' SIB1 says from now on; a UE that is camped hears it too. */
	setBarring(barring: RedCapBarring): void {
		this.#sites = this.#sites.map(site => (site.profile.rat === "NR" ? { ...site, profile: { ...site.profile, barring } } : site));
		this.onChange?.("barring");
	}
	/** From the next registration on. */
	setSlices(slices: SlicePolicy): void {
		this.operator = { ...this.operator, slices };
	}
	#change(changes: Partial<Pick<CellSite, "coverage" | "powered">>, rat?: Rat): void {
		this.#sites = this.#sites.map(site => (rat === undefined || site.profile.rat === rat ? { ...site, ...changes } : site));
	}
	setPsmPolicy(psm: PsmPolicy): void {
		this.operator = { ...this.operator, psm, apns: stripApns(this.operator, "psm") };
	}
	setEdrxPolicy(edrx: EdrxPolicy): void {
		this.operator = { ...this.operator, edrx, apns: stripApns(this.operator, "edrx") };
	}
	/** Every APN that is known, or the one named, serves these families from the next activation on. */
	setFamilies(families: ApnFamilies, apn?: string): void {
		const names = apn === undefined ? Object.keys(this.operator.apns) : [apn.toLowerCase()];
		const apns = { ...this.operator.apns };
		for (const name of names) apns[name] = { ...(apns[name] ?? {}), families };
		this.operator = { ...this.operator, apns };
	}
	/** Only these APN names exist from now on. */
	setKnownApns(names: readonly string[]): void {
		const fallback = this.operator.apns["*"] ?? { families: "ipv4v6" as const };
		this.operator = { ...this.operator, apns: Object.fromEntries(names.map(name => [name.toLowerCase(), fallback])) };
	}
	adjust(
		changes: Partial<
			Pick<
				OperatorProfile,
				| "inactivitySeconds"
				| "releaseAssistance"
				| "flowLifetimeSeconds"
				| "streamLifetimeSeconds"
				| "roaming"
				| "roamingRefused"
				| "dataOnly"
			>
		>,
	): void {
		this.operator = { ...this.operator, ...changes };
	}

	reject(rejection: Rejection | undefined): void {
		this.#rejection =
			rejection === undefined
				? undefined
				: { cause: rejection.cause, left: rejection.times ?? Number.POSITIVE_INFINITY, backOffSeconds: rejection.backOffSeconds };
	}
	/** The cause that answers this request; counts it. */
	takeRejection(): { readonly cause: number; readonly backOffSeconds: number | undefined } | undefined {
		const rejection = this.#rejection;
		if (rejection === undefined) return undefined;
		rejection.left--;
		if (rejection.left <= 0) this.#rejection = undefined;
		return rejection;
	}
	/** Detach with "re-attach required" (TS 24.301 5.5.2.3). */
	detach(): void {
		this.onChange?.("detach");
	}
	/** Breaks the radio link of a connection that stands; the UE selects the cell again. */
	breakLink(): void {
		this.onChange?.("loss");
	}
}

function stripApns(operator: OperatorProfile, key: "psm" | "edrx"): OperatorProfile["apns"] {
	return Object.fromEntries(Object.entries(operator.apns).map(([name, profile]) => [name, { ...profile, [key]: undefined }]));
}
