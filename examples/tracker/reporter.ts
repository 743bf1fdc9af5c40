import Timer from "timer";
import type { Modem } from "xs-cellular";
import type { Clock, ResolvedTime } from "xs-cellular/clock";
import monitor from "xs-cellular/monitor";
import type { Outbox } from "xs-cellular/outbox";
import { Backoff } from "./backoff.js";
import { newPosition, POSITION_BYTES, unpackPosition } from "./position.js";
import { SendOrder } from "./send-order.js";
import type { Uplink, UplinkOwner } from "./uplink/uplink.js";
import { tellCounters } from "./watch-modem.js";

/** `connection` of a network interface that has an address. */
const HAS_ADDRESS = 500;
/** From the decision to connect to a server that takes reports: name, connection, TLS and log-in over a poor radio link (an assumption). */
const OPEN_WITHIN_MS = 180_000;
/** From a report to its acknowledgement. */
const DELIVER_WITHIN_MS = 180_000;
/** While the vehicle is parked a connection that is not to stay open is closed so long after the last report: the server may have something to say. */
const LINGER_MS = 10_000;
/** Longest wait between tries while the vehicle is under way; parked, as long as between positions. */
const LONGEST_WAIT_SECONDS = 900;
/** Of one report, whatever fits. */
const MOST_POSITIONS = 50;

export interface ReporterOptions {
	readonly modem: Modem;
	readonly outbox: Outbox<any>;
	readonly clock: Clock;
	/** 0 ≤ result < 1. */
	readonly random: () => number;
	/** The server's wish; true when it was taken. */
	readonly onAsked: (movingEverySeconds: number | undefined, parkedEverySeconds: number | undefined) => boolean;
	/** The server has the positions from `first` to the one before `next`, those that it had before among them. */
	readonly onDelivered: (first: number, next: number) => void;
}

type State = "closed" | "opening" | "open" | "sending" | "waiting";

/** Sends what the outbox keeps, the newest first, whenever there is a network and a server. */
export class Reporter implements UplinkOwner {
	readonly #options: ReporterOptions;
	readonly #order = new SendOrder();
	readonly #backoff: Backoff;
	readonly #position = newPosition();
	readonly #time: ResolvedTime = { source: "unknown", utcSeconds: 0, ageSeconds: 0 };
	/** The newest position as stored: it is sent without looking for it behind all the others. */
	readonly #newest = new Uint8Array(POSITION_BYTES);
	#uplink: Uplink | undefined;
	#state: State = "closed";
	#timer: unknown;
	#isParked = true;
	#longestWaitSeconds = LONGEST_WAIT_SECONDS;
	#isLive = false;
	/** The report on its way: its first number, the one after its last, and how many positions. */
	#first = 0;
	#next = 0;
	#count = 0;
	/** The highest number that was ever on its way in this session. */
	#sent = 0;
	#retransmitted = 0;

	constructor(options: ReporterOptions) {
		this.#options = options;
		this.#backoff = new Backoff(options.random);
	}
	/** The way to the server is known as soon as the module's identity is. */
	start(uplink: Uplink): void {
		this.#uplink = uplink;
		this.go();
	}
	/** A position is in the outbox. */
	taken(sequence: number, packed: Uint8Array): void {
		this.#newest.set(packed);
		this.#order.taken(sequence);
		this.emitOutbox();
		this.go();
	}
	lost(): void {
		this.#order.lost();
	}
	/** What the connection is worth: `everySeconds` between positions. */
	pace(isParked: boolean, everySeconds: number): void {
		this.#isParked = isParked;
		this.#longestWaitSeconds = isParked ? Math.max(LONGEST_WAIT_SECONDS, everySeconds) : LONGEST_WAIT_SECONDS;
		this.go();
	}
	networkChanged(): void {
		if (this.hasNetwork) {
			// What failed while there was no network says nothing about the server: but a thousand vehicles leave the same tunnel.
			if (this.#state === "waiting" && this.#wasOffline) this.wait(this.#options.random() * 5_000);
			this.#wasOffline = false;
			this.go();
		} else this.#wasOffline = true;
	}
	#wasOffline = false;

	private get hasNetwork(): boolean {
		return this.#options.modem.connection >= HAS_ADDRESS;
	}
	private go(): void {
		const uplink = this.#uplink;
		if (uplink === undefined) return;
		const sending = this.#order.next(this.#options.outbox.pending);
		if (this.#state === "closed") {
			if ((sending !== undefined || uplink.staysOpen) && this.hasNetwork) this.open(uplink);
		} else if (this.#state === "open") {
			if (sending !== undefined) this.send(uplink, sending);
			else if (this.#isParked && !uplink.staysOpen) this.bound(LINGER_MS, Reporter.prototype.linger);
			else this.unbound();
		}
	}
	private open(uplink: Uplink): void {
		this.#state = "opening";
		this.bound(OPEN_WITHIN_MS, Reporter.prototype.expire);
		uplink.open();
	}
	uplinkOpened(): void {
		this.#state = "open";
		this.unbound();
		monitor("uplink", { open: true });
		this.go();
	}

	private send(uplink: Uplink, sending: "live" | "history"): void {
		this.#isLive = sending === "live";
		this.#count = 0;
		uplink.begin(this.#isLive);
		if (this.#isLive) this.add(this.#order.newest, this.#newest);
		else this.#options.outbox.visit(this, this.addHistory);
		if (this.#count === 0) {
			this.unsendable();
			return;
		}
		const isRepeated = this.#first <= this.#sent && (!this.#isLive || this.#first === this.#sent);
		if (isRepeated) this.#retransmitted++;
		this.#sent = Math.max(this.#sent, this.#next - 1);
		this.#state = "sending";
		this.bound(DELIVER_WITHIN_MS, Reporter.prototype.expire);
		const bytes = uplink.send(isRepeated);
		monitor("report-sent", { first: this.#first, next: this.#next, bytes, live: this.#isLive });
	}
	/** Storage gave nothing back of what it is to hold; the outbox has said so. */
	private unsendable(): void {
		this.#order.lost();
		this.bound(LINGER_MS, Reporter.prototype.linger);
	}
	private addHistory(sequence: number, bytes: Uint8Array): boolean {
		if (this.#order.isAhead(sequence)) return true;
		return this.add(sequence, bytes) && this.#count < MOST_POSITIONS;
	}
	private add(sequence: number, bytes: Uint8Array): boolean {
		const { clock } = this.#options;
		const position = unpackPosition(bytes, clock.session, this.#position);
		if (!this.#uplink!.add(sequence, position, clock.resolve(position.stamp, this.#time))) return false;
		if (this.#count++ === 0) this.#first = sequence;
		this.#next = sequence + 1;
		return true;
	}

	uplinkDelivered(): void {
		const { outbox, modem, onDelivered } = this.#options;
		this.unbound();
		this.#state = "open";
		this.#backoff.succeeded();
		const arrived = this.#isLive
			? this.#order.liveArrived(this.#first, outbox.pending, outbox.nextSequence)
			: this.#order.historyArrived(this.#next - 1);
		if (arrived !== undefined) outbox.acknowledge(arrived);
		monitor("report-acknowledged", { first: this.#first, next: this.#next, retransmitted: this.allRetransmitted });
		this.emitOutbox();
		tellCounters(modem);
		onDelivered(this.#first, this.#next);
		this.go();
	}
	uplinkEnded(code: string): void {
		const wasSending = this.#state === "sending";
		this.unbound();
		monitor("uplink", { open: false, code });
		if (wasSending) monitor("report-failed", { code, retransmitted: this.allRetransmitted });
		tellCounters(this.#options.modem);
		this.#wasOffline = !this.hasNetwork;
		this.wait(this.#backoff.failedMs(this.#longestWaitSeconds));
	}
	uplinkAsked(movingEverySeconds: number | undefined, parkedEverySeconds: number | undefined): boolean {
		return this.#options.onAsked(movingEverySeconds, parkedEverySeconds);
	}

	/** What has not come by now does not come. */
	expire(): void {
		this.#uplink!.close();
		this.uplinkEnded("timeout");
	}
	linger(): void {
		this.#uplink!.close();
		this.#state = "closed";
		monitor("uplink", { open: false, code: "parked" });
		this.go();
	}
	tryAgain(): void {
		this.#state = "closed";
		this.go();
	}
	private wait(ms: number): void {
		this.#state = "waiting";
		this.bound(ms, Reporter.prototype.tryAgain);
	}
	private bound(ms: number, then: () => void): void {
		this.unbound();
		this.#timer = Timer.set(() => {
			this.#timer = undefined;
			then.call(this);
		}, ms);
	}
	private unbound(): void {
		if (this.#timer !== undefined) Timer.clear(this.#timer as never);
		this.#timer = undefined;
	}
	private get allRetransmitted(): number {
		return this.#retransmitted + (this.#uplink?.retransmitted ?? 0);
	}
	private emitOutbox(): void {
		const { outbox } = this.#options;
		monitor("outbox", { first: outbox.acknowledged + 1, next: outbox.nextSequence });
	}
}
