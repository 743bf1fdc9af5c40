import type { RadioNetwork } from "./radio-network.js";
import { NO_NETWORK_SLICES, type Slices } from "./slices.js";
import type { ForbiddenPlmns, OperationMode } from "./ue.js";

/** What the network answers to an attach or tracking area update request before it looks at the bearer. */
export interface Refusal {
	/** TS 24.301 9.9.3.9. */
	readonly cause: number;
	readonly backOffSeconds: number | undefined;
}

/** Roaming not allowed in this tracking area (TS 24.301 A.1). */
const ROAMING_NOT_ALLOWED = 13;
/** CS domain not available: accepted for EPS only (TS 24.301 5.5.1.3.4.3). */
export const EPS_ONLY = 18;
/** After these the PLMN goes into the SIM's list (TS 24.301 5.5.1.2.5, TS 31.102 4.2.16). */
const FORBIDS_PLMN: ReadonlySet<number> = new Set([11, 35]);

/** Slices are of NR alone; the answer about them is written into `slices`. */
export function refusal(network: RadioNetwork, slices: Slices): Refusal | undefined {
	const { operator, cell } = network;
	if (operator.roaming && operator.roamingRefused === true) return { cause: ROAMING_NOT_ALLOWED, backOffSeconds: undefined };
	const rejection = network.takeRejection();
	if (rejection !== undefined || cell.rat !== "NR" || slices.decide(operator)) return rejection;
	return { cause: NO_NETWORK_SLICES, backOffSeconds: undefined };
}

/** Which domains an attach that was accepted is for. */
export type Domains = "combined" | "eps" | "eps-only" | "useless";

/**
 * LTE has the combined attach, NB-IoT has not (TS 24.301 5.3.15). A subscription without voice is accepted for EPS only; a UE that was told to
 * put voice first then has no use for E-UTRA (TS 23.221 7.2a).
 */
export function domains(network: RadioNetwork, mode: OperationMode): Domains {
	const combined = network.cell.rat === "LTE" && (mode === "cs-ps-1" || mode === "cs-ps-2");
	if (!combined) return "eps";
	if (network.operator.dataOnly !== true) return "combined";
	return mode === "cs-ps-1" ? "useless" : "eps-only";
}

/** The SIM's list of PLMNs that refused it, as far as it is known. */
export class PlmnSelection {
	forbidden: ForbiddenPlmns | undefined;

	/** Whether this network may be tried; says so when it may not. */
	admits(plmn: string, emit: (name: string, data: Record<string, unknown>) => void): boolean {
		const allowed = this.forbidden?.has(plmn) !== true;
		if (!allowed) emit("plmn-forbidden", { plmn });
		return allowed;
	}
	refused(cause: number, plmn: string): void {
		if (FORBIDS_PLMN.has(cause)) this.forbidden?.add(plmn);
	}
}
