import type { Clock } from "../clock/clock.js";
import type { Airtime } from "./airtime.js";
import { Alarms } from "./alarms.js";
import type { Assumption } from "./assumptions.js";
import type { RadioAccess } from "./radio-access.js";

/** One exchange over the air: up, wait for the network, down; each part may be missing. */
export interface Exchange {
	readonly uplinkBytes?: number;
	/** Between the last uplink byte and the first downlink byte. */
	readonly waitMs?: number;
	readonly downlinkBytes?: number;
	/** NAS or AS release assistance that goes with it: 1 nothing follows, 2 one downlink packet follows. */
	readonly rai?: 0 | 1 | 2;
	done(ok: boolean): void;
}

/** The cell as the UE gets it. */
export interface RrcCell {
	readonly reachable: boolean;
	readonly ecl: number;
	readonly access: RadioAccess;
	readonly inactivityMs: number;
	/** After the inactivity timer the network suspends the connection and ends it so much later; undefined: it releases at once. */
	readonly inactiveMs: number | undefined;
	readonly releaseAssistance: boolean;
	book(air: Airtime, ecl: number): void;
}
/** What the connection needs from the rest of the UE. */
export interface RrcOwner {
	/** Before an access from power saving mode; the owner leaves it. */
	beforeAccess(): void;
	connectionChanged(connected: boolean): void;
	/** RRC_INACTIVE begins, or ends in idle (TS 38.331 5.3.8.3). */
	inactiveChanged(inactive: boolean): void;
	/** The radio link failed or the access did: no cell any more. */
	linkLost(): void;
}

/** A UE without a cell gives up on data that the module holds. */
const NO_SERVICE_MS = 3000;

export const RRC_ASSUMPTIONS: readonly Assumption[] = [
	{ id: "rrc.no-service", value: NO_SERVICE_MS / 1000, unit: "s", why: "how long a module keeps a packet while it has no cell" },
];

type State = "off" | "no-cell" | "idle" | "access" | "connected" | "releasing" | "failing";

/** RRC connection of one UE: random access, a queue of exchanges, release by assistance or by the network's inactivity timer. */
export class Rrc {
	readonly #alarms: Alarms<"step" | "inactivity" | "inactive">;
	readonly #clock: Clock;
	readonly #cell: RrcCell;
	readonly #owner: RrcOwner;
	#state: State = "off";
	#queue: Exchange[] = [];
	#current: Exchange | undefined;
	#connected = false;
	/** The last time something was on the air. */
	#activeMs = 0;
	#releaseWanted = false;
	#releaseAfterDownlink = false;
	#inactive = false;
	/** The next access begins with finding the cell again. */
	needsSync = false;

	constructor(clock: Clock, cell: RrcCell, owner: RrcOwner) {
		this.#clock = clock;
		this.#alarms = new Alarms(clock);
		this.#cell = cell;
		this.#owner = owner;
	}

	get state(): State {
		return this.#state;
	}
	/** RRC_CONNECTED as `+CSCON` shows it. */
	get connected(): boolean {
		return this.#connected;
	}
	/** RRC_INACTIVE: idle but for its context, which the base station keeps. */
	get inactive(): boolean {
		return this.#inactive;
	}
	get busy(): boolean {
		return this.#state !== "idle" || this.#queue.length > 0;
	}

	camp(): void {
		if (this.#state === "off" || this.#state === "no-cell") this.#state = "idle";
		this.#kick();
	}
	/** Drops everything without a word: the module lost its power or its radio. */
	switchOff(): void {
		this.#alarms.clearAll();
		this.#state = "off";
		this.#inactive = false;
		const dropped = this.#drop();
		this.#setConnected(false);
		this.#fail(dropped);
	}

	transact(exchange: Exchange): void {
		if (this.#state === "off") {
			this.#clock.after(0, () => exchange.done(false));
			return;
		}
		if (this.#state === "no-cell") {
			this.#clock.after(NO_SERVICE_MS, () => exchange.done(false));
			return;
		}
		this.#queue.push(exchange);
		this.#kick();
	}
	/** The UE says that it has nothing more to send; heard only where the cell takes release assistance. */
	assistRelease(): void {
		if (this.#cell.releaseAssistance) this.releaseWhenDone();
	}
	/** The network releases once the queue is empty. */
	releaseWhenDone(): void {
		if (this.#state !== "connected" && this.#state !== "access") return;
		this.#releaseWanted = true;
		if (this.#state === "connected" && this.#current === undefined && this.#queue.length === 0) this.#release();
	}
	/** The network breaks the link (a scenario). */
	breakLink(): void {
		if (this.#state === "connected" || this.#state === "access") this.#linkFailure();
	}
	loseCell(): void {
		if (this.#state !== "idle") return;
		this.#state = "no-cell";
		this.#endInactive();
		this.#fail(this.#drop());
	}

	#kick(): void {
		if (this.#current !== undefined) return;
		if (this.#state === "idle" && this.#queue.length > 0) this.#access();
		else if (this.#state === "connected" && this.#queue.length > 0) this.#next();
	}

	#access(): void {
		this.#state = "access";
		this.#owner.beforeAccess();
		const ecl = this.#cell.ecl;
		const air = (this.#inactive ? this.#cell.access.resume?.() : undefined) ?? this.#cell.access.access(ecl);
		this.#alarms.clear("inactive");
		this.#inactive = false;
		const syncMs = this.needsSync ? this.#cell.access.resyncMs(ecl) : 0;
		this.needsSync = false;
		this.#alarms.set("step", syncMs + air.spanMs, () => {
			this.#cell.book({ ...air, rxMs: air.rxMs + syncMs }, ecl);
			if (!this.#cell.reachable) return this.#linkFailure();
			this.#state = "connected";
			this.#activeMs = this.#clock.now();
			this.#setConnected(true);
			if (this.#state === "connected") this.#next();
		});
	}

	#next(): void {
		this.#alarms.clear("inactivity");
		const exchange = this.#queue.shift();
		if (exchange === undefined) {
			this.#drained();
			return;
		}
		this.#current = exchange;
		if (exchange.uplinkBytes === undefined) {
			this.#wait(exchange);
			return;
		}
		this.#step(this.#cell.access.uplink(this.#cell.ecl, exchange.uplinkBytes), () => this.#wait(exchange));
	}
	#wait(exchange: Exchange): void {
		if (exchange.downlinkBytes === undefined) {
			this.#finish(exchange);
			return;
		}
		const air = this.#cell.access.downlink(this.#cell.ecl, exchange.downlinkBytes);
		const afterwards = (): void => {
			if (this.#releaseAfterDownlink) this.#releaseWanted = true;
			this.#finish(exchange);
		};
		const waitMs = exchange.waitMs ?? this.#drxWaitMs(exchange);
		if (waitMs === undefined) this.#step(air, afterwards);
		else this.#alarms.set("step", waitMs, () => this.#step(air, afterwards));
	}
	/** What the network begins has to wait for the receiver's next look (TS 36.321 5.7): half a cycle on average. */
	#drxWaitMs(exchange: Exchange): number | undefined {
		const drx = this.#cell.access.connectedDrx;
		if (drx === undefined || exchange.uplinkBytes !== undefined) return undefined;
		return this.#clock.now() - this.#activeMs < drx.afterMs ? undefined : drx.cycleMs / 2;
	}
	#step(air: Airtime, then: () => void): void {
		const ecl = this.#cell.ecl;
		this.#alarms.set("step", air.spanMs, () => {
			this.#cell.book(air, ecl);
			this.#activeMs = this.#clock.now();
			if (!this.#cell.reachable) return this.#linkFailure();
			then();
		});
	}
	#finish(exchange: Exchange): void {
		this.#current = undefined;
		if (this.#cell.releaseAssistance) {
			if (exchange.rai === 1) this.#releaseWanted = true;
			if (exchange.rai === 2) this.#releaseAfterDownlink = true;
		}
		exchange.done(true);
		if (this.#state === "connected" && this.#current === undefined) this.#next();
	}
	#drained(): void {
		if (this.#releaseWanted) {
			this.#release();
			return;
		}
		this.#alarms.set("inactivity", this.#cell.inactivityMs, () => this.#release(this.#cell.inactiveMs));
	}

	/** @param inactiveMs suspended for so long first */
	#release(inactiveMs?: number): void {
		this.#alarms.clear("inactivity");
		this.#state = "releasing";
		const ecl = this.#cell.ecl;
		const air = this.#cell.access.release(ecl);
		this.#alarms.set("step", air.spanMs, () => {
			this.#cell.book(air, ecl);
			if (inactiveMs !== undefined) this.#suspend(inactiveMs);
			this.#toIdle();
			this.#kick();
		});
	}
	#suspend(inactiveMs: number): void {
		this.#inactive = true;
		this.#owner.inactiveChanged(true);
		this.#alarms.set("inactive", inactiveMs, () => this.#endInactive());
	}
	#endInactive(): void {
		if (!this.#inactive) return;
		this.#alarms.clear("inactive");
		this.#inactive = false;
		this.#owner.inactiveChanged(false);
	}
	#toIdle(): void {
		this.#releaseWanted = false;
		this.#releaseAfterDownlink = false;
		this.#state = "idle";
		this.#setConnected(false);
	}
	#setConnected(connected: boolean): void {
		if (this.#connected === connected) return;
		this.#connected = connected;
		this.#owner.connectionChanged(connected);
	}

	#linkFailure(): void {
		this.#alarms.clear("inactivity");
		this.#state = "failing";
		this.#alarms.set("step", this.#cell.access.linkFailureMs, () => {
			this.#state = "no-cell";
			const dropped = this.#drop();
			this.#setConnected(false);
			this.#fail(dropped);
			this.#owner.linkLost();
		});
	}
	#drop(): Exchange[] {
		const dropped = this.#current === undefined ? this.#queue : [this.#current, ...this.#queue];
		this.#queue = [];
		this.#current = undefined;
		this.#releaseWanted = false;
		this.#releaseAfterDownlink = false;
		return dropped;
	}
	#fail(dropped: readonly Exchange[]): void {
		for (const exchange of dropped) this.#clock.after(0, () => exchange.done(false));
	}
}
