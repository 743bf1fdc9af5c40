import type { Clock, Scheduled } from "../clock/clock.js";
import { partsOf } from "../sms/parts.js";
import type { ZonedTime } from "../sms/timestamp.js";
import { decodeDeliver, decodeSubmit, encodeDeliver, encodeStatusReport } from "../sms/tpdu.js";
import type { Nas } from "./nas.js";

export interface MessagesOwner {
	readonly clock: Clock;
	readonly nas: Nas;
	/** Of the service centre. */
	time(): ZonedTime;
	/** Hands a TPDU to the module; `false` when it has no place for it or nobody is there. */
	offer(tpdu: Uint8Array, done: (taken: boolean) => void): void;
	emit(name: string, data: Record<string, unknown>): void;
}

/** What the service centre got from the device. */
export interface SubmittedMessage {
	readonly to: string;
	readonly text: string;
	/** TP-MR. */
	readonly reference: number;
	/** User data header of a concatenated message. */
	readonly header: Uint8Array | undefined;
	readonly coding: number;
}

/** CP and RP headers with both addresses around a TPDU (TS 24.011 7.2, 7.3), rounded up: assumption. */
const TRANSFER_BYTES = 24;
const ACKNOWLEDGE_BYTES = 20;
const CENTRE_MS = 200;
/** Until the recipient's network confirmed a message: assumption. */
const REPORT_MS = 2000;
/** The service centre's next try when nothing tells it that the device is reachable: assumption, TS 23.040 leaves it open. */
const RETRY_MS = 300_000;
/** Operators' usual longest validity (TP-VP 168 is two days): assumption. */
const VALIDITY_MS = 48 * 3_600_000;
/** TS 24.011 8.2.5.4: the causes that modules show as `+CMS ERROR`. */
export const rpCause = { networkOutOfOrder: 38, semanticallyIncorrect: 95 } as const;

interface Waiting {
	readonly tpdu: Uint8Array;
	readonly sinceMs: number;
}

/** The service centre of one simulated subscriber (TS 23.040): takes what it submits, keeps what it cannot have yet. */
export class Messages {
	/** In the order of arrival. */
	readonly submitted: SubmittedMessage[] = [];
	/** TP-ST of the report about a message to this number (9.2.3.15); default 0, received. */
	outcome: (to: string) => number = () => 0;
	readonly #o: MessagesOwner;
	#queue: Waiting[] = [];
	#busy = false;
	/** The device said that its memory is full: no try before it says otherwise (TS 23.040 10.1). */
	#full = false;
	#retry: Scheduled | undefined;
	#reference = 0;

	constructor(owner: MessagesOwner) {
		this.#o = owner;
	}

	get waiting(): number {
		return this.#queue.length;
	}

	submit(tpdu: Uint8Array, done: (ok: boolean, reference: number, cause?: number) => void): void {
		const { clock, nas, emit } = this.#o;
		const message = decodeSubmit(tpdu);
		if (!nas.attached) return void clock.after(0, () => done(false, 0, rpCause.networkOutOfOrder));
		const sent = (ok: boolean): void => {
			if (!ok || !message) {
				done(false, message?.reference ?? 0, message ? rpCause.networkOutOfOrder : rpCause.semanticallyIncorrect);
				return;
			}
			const { to, text, reference, header, coding, report } = message;
			this.submitted.push({ to, text, reference, header, coding });
			emit("sms-up", { to, characters: text.length });
			done(true, reference);
			if (report) this.#report(reference, to);
		};
		nas.transact({ uplinkBytes: tpdu.length + TRANSFER_BYTES, waitMs: CENTRE_MS, downlinkBytes: ACKNOWLEDGE_BYTES, done: sent });
	}

	/** A message from another subscriber, in as many parts as it needs. `false`: it waits until the device can be reached. */
	deliver(from: string, text: string): boolean {
		const time = this.#o.time();
		const parts = partsOf(text, this.#reference++ & 0xff);
		parts.forEach((part, index) => {
			const tpdu = encodeDeliver({ ...part, from, protocol: 0, time, moreToCome: index + 1 < parts.length });
			if (tpdu) this.#enqueue(tpdu);
		});
		return this.#next();
	}

	/** RP-SMMA (TS 24.011 7.3.2): there is room again. */
	memoryAvailable(): void {
		this.#full = false;
		this.#next();
	}

	/** The device made itself heard. */
	reachable(): void {
		if (this.#queue.length > 0) this.#o.clock.after(0, () => this.#next());
	}

	#report(reference: number, to: string): void {
		const time = this.#o.time();
		this.#o.clock.after(REPORT_MS, () => {
			this.#enqueue(encodeStatusReport({ reference, to, time, discharged: this.#o.time(), status: this.outcome(to) }));
			this.#next();
		});
	}

	#enqueue(tpdu: Uint8Array): void {
		this.#queue.push({ tpdu, sinceMs: this.#o.clock.now() });
	}

	#next(): boolean {
		const { clock, nas, offer } = this.#o;
		this.#expire();
		const first = this.#queue[0];
		if (!first || this.#busy) return true;
		if (this.#full) return false;
		clock.cancel(this.#retry);
		const transferred = (ok: boolean): void => {
			if (ok) offer(first.tpdu, taken => this.#tried(true, taken, first));
			else this.#tried(false, false, first);
		};
		this.#busy = nas.downlink(first.tpdu.length + TRANSFER_BYTES, transferred);
		if (!this.#busy) this.#retry = clock.after(RETRY_MS, () => this.#next());
		return this.#busy;
	}

	#tried(transferred: boolean, taken: boolean, message: Waiting): void {
		const { clock, emit } = this.#o;
		this.#busy = false;
		if (taken) {
			this.#queue = this.#queue.filter(other => other !== message);
			const deliver = decodeDeliver(message.tpdu);
			emit(deliver ? "sms-down" : "sms-report", deliver ? { from: deliver.from, characters: deliver.text.length } : {});
			this.#next();
			return;
		}
		this.#full = transferred;
		this.#retry = clock.after(RETRY_MS, () => {
			this.#full = false;
			this.#next();
		});
	}

	#expire(): void {
		const now = this.#o.clock.now();
		const kept = this.#queue.filter(({ sinceMs }) => now - sinceMs < VALIDITY_MS);
		if (kept.length < this.#queue.length) this.#o.emit("sms-expired", { count: this.#queue.length - kept.length });
		this.#queue = kept;
	}
}
