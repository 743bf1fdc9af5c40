import type { AtLine } from "../at/line.js";
import { decodeEdrxCycle, decodePagingWindow } from "./edrx.js";
import { PacketEvent } from "./packet-event.js";
import { type RegistrationDomain, RegistrationReport } from "./registration.js";
import type { NetworkTime } from "./utc-time.js";

/** `+CEDRXP` (TS 27.007 7.40) and one line of `+CEDRXRDP` (7.41), in seconds. */
export class EdrxReport {
	/** `<AcT-type>`; 0: eDRX is not used. */
	actType = 0;
	requestedSeconds: number | undefined = undefined;
	/** What the network granted; `undefined` when it gave none. */
	grantedSeconds: number | undefined = undefined;
	pagingWindowSeconds: number | undefined = undefined;
}

/** Reads `5,"0011","0011","0011"` or `0` into `into`. */
export function decodeEdrx(line: AtLine, into: EdrxReport): void {
	const act = line.uint(0) ?? 0;
	into.actType = act;
	into.requestedSeconds = decodeEdrxCycle(act, line.text(1) ?? "");
	into.grantedSeconds = decodeEdrxCycle(act, line.text(2) ?? "");
	into.pagingWindowSeconds = decodePagingWindow(act, line.text(3) ?? "");
}

/**
 * Records that the URC rows of 27.007 decode into: a new one each time. These reports come a few times in a wake-up at most, so what is
 * collected afterwards costs less than four records that are kept for them.
 */
export class DecodedReports {
	get registration(): RegistrationReport {
		return new RegistrationReport();
	}
	get packet(): PacketEvent {
		return new PacketEvent();
	}
	get edrx(): EdrxReport {
		return new EdrxReport();
	}
	get time(): NetworkTime {
		return { utcMs: 0, quarterHours: 0 };
	}
}

/**
 * What `baseUrcs` tells its channel's context. Each method is called from within `receive()`: it notes what happened and returns; records
 * that it is given are valid in it and must be copied to be kept.
 */
export interface ThreeGppEvents {
	readonly decoded: DecodedReports;
	/** A `+CREG`, `+CGREG`, `+CEREG` or `+C5GREG` that nobody asked for. */
	registration(domain: RegistrationDomain, report: RegistrationReport): void;
	/** `+CGEV`. */
	packetEvent(event: PacketEvent): void;
	/** `+CSCON`: whether there is a signalling connection (RRC connected) now. */
	signallingConnection(connected: boolean): void;
	/** `+CEDRXP`: the eDRX parameters changed. */
	edrxGranted(report: EdrxReport): void;
	/** `+CPIN` unasked: `"READY"`, `"SIM PIN"`, `"NOT READY"`, `"SIM REMOVED"`, … */
	simState(code: string): void;
	/** `+CFUN` unasked: the functionality level after boot. */
	functionality(level: number): void;
	/** NITZ with the time of day. */
	networkTime(time: NetworkTime): void;
}
