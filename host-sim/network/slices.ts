import type { OperatorProfile, SlicePolicy } from "./operator.js";
import type { RejectedSlice, UeSlices } from "./ue.js";

/** 5GMM cause: no network slices available (TS 24.501 9.11.3.2). */
export const NO_NETWORK_SLICES = 62;

const EVERYBODYS: SlicePolicy = { subscribed: ["01"], default: ["01"] };

/** NSSAI of one UE: what it asks for, what REGISTRATION ACCEPT or REJECT says to it (TS 24.501 5.5.1.2.4, 5.5.1.2.5). */
export class Slices implements UeSlices {
	requested: readonly string[] = [];
	allowed: readonly string[] = [];
	rejected: readonly RejectedSlice[] = [];
	readonly #emit: (name: string, data: Record<string, unknown>) => void;

	constructor(emit: (name: string, data: Record<string, unknown>) => void) {
		this.#emit = emit;
	}

	/** Whether it is another request than before. */
	request(requested: readonly string[]): boolean {
		if (requested.join(":") === this.requested.join(":")) return false;
		this.requested = [...requested];
		return true;
	}
	/** The network's answer; false: none is left, cause #62. */
	decide({ slices = EVERYBODYS }: OperatorProfile): boolean {
		const { requested } = this;
		const granted = requested.length === 0 ? slices.default : requested.filter(snssai => slices.subscribed.includes(snssai));
		this.allowed = granted;
		this.rejected = requested.filter(snssai => !granted.includes(snssai)).map(snssai => ({ snssai, cause: 0 }));
		const text = (list: readonly string[]): string => list.join(":");
		this.#emit("slices", { requested: text(requested), allowed: text(granted), rejected: text(this.rejected.map(({ snssai }) => snssai)) });
		return granted.length > 0;
	}
	/** What one network said is nothing to the next. */
	forget(): void {
		this.allowed = [];
		this.rejected = [];
	}
}
