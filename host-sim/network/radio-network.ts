import type { Coverage } from "./coverage.js";
import { Destinations } from "./destinations.js";
import {
	type ApnFamilies,
	type CellProfile,
	type EdrxPolicy,
	type OperatorProfile,
	type PsmPolicy,
	TEST_CELL,
	TEST_OPERATOR,
} from "./operator.js";
import { type RadioAccess, radioAccess } from "./radio-access.js";

/** EMM reject of the next attach and tracking area update requests (TS 24.301 9.9.3.9). */
export interface Rejection {
	readonly cause: number;
	/** How many requests meet it; until cleared when undefined. */
	readonly times?: number;
	/** T3346, sent with #22 (TS 24.301 5.5.1.2.5). */
	readonly backOffSeconds?: number;
}

type Change = "coverage" | "power" | "detach" | "loss";

/**
 * The network's side: one operator, one cell, and everything about them that a scenario may change while devices are attached.
 * The UE reads it at each step it takes on the air and is told of changes that it would notice by itself.
 */
export class RadioNetwork {
	readonly cell: CellProfile;
	/** Replaced as a whole by the setters below. */
	operator: OperatorProfile;
	coverage: Coverage;
	/** The base station transmits. */
	powered = true;
	/** The core answers data: false swallows every packet without a word. */
	linked = true;
	/** Share of packets lost beyond the radio link, by coverage level. */
	loss: readonly [number, number, number] = [0, 0.005, 0.02];
	/** Added to the core's one-way latency. */
	extraLatencyMs = 0;
	/** No router advertisement comes while false. */
	routerAdvertisements = true;
	onChange: ((change: Change) => void) | undefined;
	/** A detach that the UE could not hear: its next request is answered by #10 "implicitly detached". */
	implicitlyDetached = false;
	#rejection: { cause: number; left: number; backOffSeconds: number | undefined } | undefined;

	#destinations: Destinations | undefined;

	constructor(options: { operator?: OperatorProfile; cell?: CellProfile; coverage?: Coverage } = {}) {
		this.operator = options.operator ?? TEST_OPERATOR;
		this.cell = options.cell ?? TEST_CELL;
		this.coverage = options.coverage ?? { rsrpDbm: -100 };
		this.setDestinations(this.operator.destinations);
	}

	get reachable(): boolean {
		return this.powered && this.coverage.rsrpDbm >= this.access.sensitivityRsrpDbm;
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

	setCoverage(coverage: Coverage): void {
		this.coverage = coverage;
		this.onChange?.("coverage");
	}
	setPower(powered: boolean): void {
		this.powered = powered;
		this.onChange?.("power");
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
