import { t3324Bits, t3324Seconds, t3412Bits, t3412Seconds } from "./gprs-timers.js";
import { apnProfile } from "./operator.js";
import type { RadioNetwork } from "./radio-network.js";

export interface PsmRequest {
	readonly periodicTau: string | undefined;
	readonly activeTime: string | undefined;
}
export interface PsmGrant {
	/** 8 bits each. */
	readonly activeTime: string;
	readonly periodicTau: string;
	readonly activeSeconds: number;
	readonly periodicSeconds: number;
}
export interface EdrxGrant {
	readonly requested: string;
	readonly granted: string;
	readonly ptw: string;
}

/**
 * ATTACH ACCEPT and TRACKING AREA UPDATE ACCEPT: T3324 decides over PSM (TS 24.301 5.5.1.2.4, 5.3.11). The network codes the
 * values anew, with the finest unit that holds them, as captures show (asked 01000001, granted 00101010: both 10 h).
 */
export function grantPsm(network: RadioNetwork, apn: string, request: PsmRequest | false): PsmGrant | undefined {
	// 5GS has no PSM (TS 23.501 5.31.8); its MICO mode is asked for by itself.
	if (network.cell.rat === "NR" || request === false || request.activeTime === undefined) return undefined;
	const asked = t3324Seconds(request.activeTime);
	if (asked === undefined) return undefined;
	const policy = apnProfile(network.operator, apn)?.psm ?? network.operator.psm;
	if (policy.grant === "refuse") return undefined;
	const own = policy.grant === "own";
	const activeSeconds = own ? (policy.activeSeconds ?? asked) : asked;
	const askedTau = request.periodicTau === undefined ? undefined : t3412Seconds(request.periodicTau);
	const periodicSeconds = (own ? policy.periodicTauSeconds : undefined) ?? askedTau ?? network.operator.t3412Seconds;
	const activeTime = t3324Bits(activeSeconds);
	const periodicTau = t3412Bits(periodicSeconds);
	return { activeTime, periodicTau, activeSeconds: t3324Seconds(activeTime)!, periodicSeconds: t3412Seconds(periodicTau)! };
}

export function grantEdrx(network: RadioNetwork, apn: string, request: { readonly cycle: string } | false): EdrxGrant | undefined {
	if (request === false) return undefined;
	const policy = apnProfile(network.operator, apn)?.edrx ?? network.operator.edrx;
	if (policy.grant === "refuse") return undefined;
	const granted = policy.grant === "own" ? (policy.cycle ?? request.cycle) : request.cycle;
	return { requested: request.cycle, granted, ptw: policy.ptw ?? "0000" };
}
