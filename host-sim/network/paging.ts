import type { Clock } from "../clock/clock.js";
import type { Rrc } from "./rrc.js";

export interface PagingOwner {
	readonly clock: Clock;
	readonly rrc: Rrc;
	/** Registered, awake, and the cell is there. */
	reachable(): boolean;
	/** Registered and awake. */
	listening(): boolean;
	/** Until the next occasion. */
	delayMs(): number;
	emit(name: string, data: Record<string, unknown>): void;
}

/** A packet for the UE: `false` and dropped while it sleeps; paged at its next occasion while it is idle (TS 24.301 5.6.2). */
export function page(owner: PagingOwner, bytes: number, done: (ok: boolean) => void): boolean {
	if (!owner.reachable()) return false;
	const exchange = { downlinkBytes: bytes, done };
	if (owner.rrc.state !== "idle") {
		owner.rrc.transact(exchange);
		return true;
	}
	owner.emit("paging", {});
	owner.clock.after(owner.delayMs(), () => {
		if (owner.listening()) owner.rrc.transact(exchange);
		else done(false);
	});
	return true;
}
