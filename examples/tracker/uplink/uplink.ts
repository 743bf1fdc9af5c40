import type { ResolvedTime } from "xs-cellular/clock";
import type { Position } from "../position.js";

/** What an uplink tells. Never from inside a call of `open`, `send` or `close`, and nothing after `close`. */
export interface UplinkOwner {
	/** Reports may be sent. */
	uplinkOpened(): void;
	/** The server has what was sent last. */
	uplinkDelivered(): void;
	/** It is over; what was sent and not delivered may or may not have arrived. */
	uplinkEnded(code: string): void;
	/** The server wants positions in these intervals; undefined: as before. True: they were taken. */
	uplinkAsked(movingEverySeconds: number | undefined, parkedEverySeconds: number | undefined): boolean;
}

/** A way to a server, one report at a time. */
export interface Uplink {
	/** A server that expects to hear from the vehicle even while it is parked. */
	readonly staysOpen: boolean;
	/** Messages that it sent again by itself. */
	readonly retransmitted: number;
	open(): void;
	/** At once; nothing is told. Again is no error. */
	close(): void;
	/** Empties the report that is filled next. `isLive`: it holds one position, the newest. */
	begin(isLive: boolean): void;
	/** False: it is full, and this position is not in it. */
	add(sequence: number, position: Readonly<Position>, time: Readonly<ResolvedTime>): boolean;
	/** Sends what was added, and returns how many bytes that is. `isRepeated`: some of it was sent before. */
	send(isRepeated: boolean): number;
}
