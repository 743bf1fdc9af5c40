import {
	checksumBytes,
	type Position,
	readPosition,
	readSlot,
	type SlotHeader,
	sealSlot,
	slotHeaderBytes,
	writePosition,
} from "./outbox/format.js";
import type { KeyValueStore } from "./platform.js";

export type OutboxErrorCode = "storage" | "usage";

/** `storage`: the store threw; what was not yet in it is in `append`'s answer. */
export class OutboxError extends Error {
	readonly code: OutboxErrorCode;
	constructor(code: OutboxErrorCode, detail: string) {
		super(`outbox: ${detail}`);
		this.code = code;
	}
	override get name(): string {
		return "OutboxError";
	}
}

/** `dropped`: the oldest made room. `refused`: the newest was not taken. `damaged`: storage gave back something else than was written. */
export type OutboxLoss = "dropped" | "refused" | "damaged";

export interface OutboxOptions<T = unknown> {
	/** An open domain in "buffer" format: `keyValue.open({ path: "outbox", format: "buffer" })`. */
	readonly store: KeyValueStore;
	/** Begins each key; keys have at most four characters more (some stores take no more than 15). Default "o". */
	readonly prefix?: string;
	/** Writes that are kept, each of up to `batch` readings; 2 … 999, default 64. Each takes 7 bytes of memory. */
	readonly slots?: number;
	/**
	 * Readings gathered in memory for one write, 1 … 255, default 1: what `append` has numbered is in storage. With more, flash wears less and
	 * a power failure costs at most `batch` − 1 readings, those since the last {@link Outbox.flush}.
	 */
	readonly batch?: number;
	/** Largest value written; default 240 (Zephyr's settings take 256). */
	readonly slotBytes?: number;
	/** Default `dropOldest`. Either way the loss is counted and told. */
	readonly whenFull?: "dropOldest" | "refuseNewest";
	/** The first sequence number in an empty store, 1 … 2^31 (numbers end at 2^32: one a second for a lifetime); default 1. A device whose storage was erased needs one that its server has not seen. */
	readonly firstSequence?: number;
	/** `this` in the callbacks. */
	readonly target?: T;
	onLost?(this: T, why: OutboxLoss, readings: number): void;
	onError?(this: T, error: OutboxError): void;
}

export interface OutboxCounters {
	appended: number;
	acknowledged: number;
	dropped: number;
	refused: number;
	damaged: number;
	/** Values written to the store, for wear. */
	writes: number;
	failures: number;
}

/**
 * Keeps readings until they are acknowledged, over restarts and power failures. Each reading gets a sequence number that is never given
 * again, so that device and sequence together identify it for good.
 *
 * Storage is a ring of slots and two places for the position (session, what was acknowledged), written in turn. A slot that holds unacknowledged readings
 * is never rewritten, so a write cut short costs the reading whose `append` had not returned, and nothing else. Acknowledged slots are not erased, only used again.
 * Writes: one per `batch` readings, one per acknowledgement, one per start.
 */
export class Outbox<T = unknown> {
	readonly counters: OutboxCounters = { appended: 0, acknowledged: 0, dropped: 0, refused: 0, damaged: 0, writes: 0, failures: 0 };
	#options: OutboxOptions<T>;
	#store: KeyValueStore;
	#prefix: string;
	#slots: number;
	#position: Position;
	/** By slot: first sequence and count, as stored; count 0: free. */
	#first: Uint32Array;
	#count: Uint8Array;
	/** Slots in use, oldest first, as a ring of slot numbers. */
	#order: Uint16Array;
	#oldest = 0;
	#used = 0;
	#lastSlot: number;
	#next: number;
	#header: SlotHeader = { count: 0, first: 0 };
	/** The batch being gathered: a slot's bytes without checksum. */
	#gathered: Uint8Array;
	#gatheredLength = slotHeaderBytes;
	#gatheredCount = 0;
	#started = false;

	/** Reads what an earlier session left. @throws OutboxError `usage`; what the store throws on reading is told to `onError`. */
	constructor(options: OutboxOptions<T>) {
		const slots = options.slots ?? 64;
		const batch = options.batch ?? 1;
		const slotBytes = options.slotBytes ?? 240;
		if (!(slots >= 2 && slots <= 999)) throw new OutboxError("usage", "slots must be 2 to 999");
		if (!(batch >= 1 && batch <= 255)) throw new OutboxError("usage", "batch must be 1 to 255");
		if (!(slotBytes >= 32)) throw new OutboxError("usage", "slotBytes must be 32 or more");
		const first = options.firstSequence ?? 1;
		if (!(first >= 1 && first <= 2 ** 31 && Math.floor(first) === first))
			throw new OutboxError("usage", "firstSequence must be a whole number, 1 to 2^31");
		this.#options = options;
		this.#store = options.store;
		this.#prefix = options.prefix ?? "o";
		this.#slots = slots;
		this.#gathered = new Uint8Array(slotBytes);
		const kept = this.#readPosition();
		this.#position = {
			generation: kept?.generation ?? 0,
			session: (kept?.session ?? 0) + 1,
			next: kept?.next ?? first,
			acknowledged: kept?.acknowledged ?? first - 1,
			slots: Math.max(slots, kept?.slots ?? 0),
			batch,
		};
		const places = this.#position.slots;
		this.#first = new Uint32Array(places);
		this.#count = new Uint8Array(places);
		this.#order = new Uint16Array(places);
		this.#lastSlot = slots - 1;
		this.#next = this.#readSlots(places);
		// The last session may have given numbers to readings that it had not written yet: they are not given again.
		this.#next = Math.max(this.#next, this.#position.next, this.#position.acknowledged + 1) + (kept === undefined ? 0 : kept.batch - 1);
		this.#position.next = this.#next;
	}

	/** Counts the starts that used the outbox: tells this run's stamps and message ids from an earlier run's. */
	get session(): number {
		return this.#position.session;
	}
	/** The number that the next reading will get. */
	get nextSequence(): number {
		return this.#next;
	}
	/** The highest acknowledged number. */
	get acknowledged(): number {
		return this.#position.acknowledged;
	}
	/** Readings not yet acknowledged. */
	get pending(): number {
		let pending = this.#gatheredCount;
		for (let age = 0; age < this.#used; age++) pending += this.#pendingIn(this.#slotOfAge(age));
		return pending;
	}

	/**
	 * Takes a reading (at most 255 bytes and what fits a slot). Its sequence number, or undefined when it was refused: the outbox is full, or
	 * the store failed.
	 * @throws OutboxError `usage` for a reading too large for a slot.
	 */
	append(reading: Uint8Array): number | undefined {
		const room = this.#gathered.length - slotHeaderBytes - checksumBytes - 1;
		if (reading.length > Math.min(room, 255)) throw new OutboxError("usage", "the reading is too large for a slot");
		if (!this.#start()) return this.#refuse();
		if (this.#gatheredLength + 1 + reading.length + checksumBytes > this.#gathered.length && !this.flush()) return this.#refuse();
		const length = this.#gatheredLength;
		this.#gathered[length] = reading.length;
		this.#gathered.set(reading, length + 1);
		this.#gatheredLength = length + 1 + reading.length;
		this.#gatheredCount++;
		const sequence = this.#next++;
		if (this.#gatheredCount >= this.#position.batch && !this.flush()) {
			this.#gatheredLength = length;
			this.#gatheredCount--;
			this.#next = sequence;
			return this.#refuse();
		}
		this.counters.appended++;
		return sequence;
	}

	/** Writes what has been gathered. False when the store failed or, with `refuseNewest`, there is no room: it stays gathered. */
	flush(): boolean {
		if (this.#gatheredCount === 0) return true;
		const slot = this.#freeSlot();
		if (slot === undefined) return false;
		const count = this.#gatheredCount;
		const first = this.#next - count;
		const length = sealSlot(this.#gathered, this.#gatheredLength, count, first);
		if (!this.#write(this.#prefix + slot, this.#gathered.slice(0, length))) return false;
		this.#use(slot, first, count);
		this.#gatheredLength = slotHeaderBytes;
		this.#gatheredCount = 0;
		return true;
	}

	/**
	 * Shows the readings not yet acknowledged, oldest first, until `visitor` returns false. What is shown has been written before, so that no number
	 * that left the device can be given to another reading. `reading` is valid inside the call only. Do not append or acknowledge inside.
	 */
	visit<V>(target: V, visitor: (this: V, sequence: number, reading: Uint8Array) => boolean): void {
		if (this.pending === 0) return;
		// A store that can no longer be written must not silence the device: what is in it is shown all the same.
		this.#start();
		this.flush();
		for (let age = 0; age < this.#used; age++) {
			const slot = this.#slotOfAge(age);
			if (this.#pendingIn(slot) === 0) continue;
			const bytes = this.#read(this.#prefix + slot);
			if (bytes === undefined || !readSlot(bytes, this.#header) || this.#header.first !== this.#first[slot]) {
				this.#forget(age--);
				continue;
			}
			if (!this.#visitSlot(bytes, target, visitor)) return;
		}
	}

	/** Everything up to and including `sequence` has arrived. Returns how many readings that settles. A repeated or old acknowledgement does nothing. */
	acknowledge(sequence: number): number {
		if (!(sequence > this.#position.acknowledged && sequence < this.#next - this.#gatheredCount)) return 0;
		const before = this.pending;
		const previous = this.#position.acknowledged;
		this.#position.acknowledged = sequence;
		if (!this.#writePosition()) {
			// Without the write they would come back after a restart; the server knows them again by their numbers.
			this.#position.acknowledged = previous;
			return 0;
		}
		while (this.#used > 0 && this.#pendingIn(this.#slotOfAge(0)) === 0) this.#release();
		const settled = before - this.pending;
		this.counters.acknowledged += settled;
		return settled;
	}

	#visitSlot<V>(bytes: Uint8Array, target: V, visitor: (this: V, sequence: number, reading: Uint8Array) => boolean): boolean {
		let at = slotHeaderBytes;
		for (let index = 0; index < this.#header.count; index++) {
			const length = bytes[at]!;
			const sequence = this.#header.first + index;
			if (sequence > this.#position.acknowledged && !visitor.call(target, sequence, bytes.subarray(at + 1, at + 1 + length))) return false;
			at += 1 + length;
		}
		return true;
	}

	#slotOfAge(age: number): number {
		return this.#order[(this.#oldest + age) % this.#order.length]!;
	}
	#pendingIn(slot: number): number {
		const first = Math.max(this.#first[slot]!, this.#position.acknowledged + 1);
		return Math.max(0, this.#first[slot]! + this.#count[slot]! - first);
	}
	#release(): void {
		this.#count[this.#slotOfAge(0)] = 0;
		this.#oldest = (this.#oldest + 1) % this.#order.length;
		this.#used--;
	}
	/** Takes a slot that storage gave back damaged out of the ring. */
	#forget(age: number): void {
		const slot = this.#slotOfAge(age);
		const readings = this.#pendingIn(slot);
		this.#count[slot] = 0;
		this.#used--;
		for (let later = age; later < this.#used; later++)
			this.#order[(this.#oldest + later) % this.#order.length] = this.#slotOfAge(later + 1);
		this.#lost("damaged", readings);
	}
	#use(slot: number, first: number, count: number): void {
		this.#first[slot] = first;
		this.#count[slot] = count;
		this.#order[(this.#oldest + this.#used) % this.#order.length] = slot;
		this.#used++;
		this.#lastSlot = slot;
	}
	/** The slot after the last one used, for even wear; when none is free, the policy's. */
	#freeSlot(): number | undefined {
		for (let step = 1; step <= this.#slots; step++) {
			const slot = (this.#lastSlot + step) % this.#slots;
			if (this.#count[slot] === 0) return slot;
		}
		if (this.#options.whenFull === "refuseNewest") return undefined;
		let slot: number;
		do {
			slot = this.#slotOfAge(0);
			const readings = this.#pendingIn(slot);
			this.#release();
			if (readings > 0) this.#lost("dropped", readings);
		} while (slot >= this.#slots);
		return slot;
	}

	#refuse(): undefined {
		this.#lost("refused", 1);
		return undefined;
	}
	#lost(why: OutboxLoss, readings: number): void {
		this.counters[why] += readings;
		this.#options.onLost?.call(this.#options.target as T, why, readings);
	}

	/** The first use of a session makes its number and its starting sequence permanent. */
	#start(): boolean {
		if (!this.#started) this.#started = this.#writePosition();
		return this.#started;
	}
	/** The two places are written in turn: the older one is the one at risk, and stays so when the write failed. */
	#writePosition(): boolean {
		this.#position.generation++;
		if (this.#write(this.#prefix + (this.#position.generation % 2 === 0 ? "a" : "b"), writePosition(this.#position))) return true;
		this.#position.generation--;
		return false;
	}
	#write(key: string, bytes: Uint8Array): boolean {
		try {
			this.#store.write(key, bytes.buffer as ArrayBuffer);
			this.counters.writes++;
			return true;
		} catch {
			this.#failed("the store refused a write; free space in it, or open it for writing");
			return false;
		}
	}
	#read(key: string): Uint8Array | undefined {
		try {
			const value = this.#store.read(key);
			return value === undefined ? undefined : new Uint8Array(value);
		} catch {
			this.#failed('the store refused a read; open it in "buffer" format');
			return undefined;
		}
	}
	#failed(detail: string): void {
		this.counters.failures++;
		this.#options.onError?.call(this.#options.target as T, new OutboxError("storage", detail));
	}

	#readPosition(): Position | undefined {
		const even = this.#read(`${this.#prefix}a`);
		const odd = this.#read(`${this.#prefix}b`);
		const a = even === undefined ? undefined : readPosition(even);
		const b = odd === undefined ? undefined : readPosition(odd);
		if (a === undefined || b === undefined) return a ?? b;
		return a.generation > b.generation ? a : b;
	}
	/** Finds the slots an earlier session left, in the order of their sequences. Returns the sequence after the highest one found. */
	#readSlots(places: number): number {
		let next = 0;
		for (let slot = 0; slot < places; slot++) {
			const bytes = this.#read(this.#prefix + slot);
			if (bytes === undefined || !readSlot(bytes, this.#header)) continue;
			const { first, count } = this.#header;
			if (first + count > next) {
				next = first + count;
				if (slot < this.#slots) this.#lastSlot = slot;
			}
			if (first + count - 1 > this.#position.acknowledged) this.#insert(slot, first, count);
		}
		return next;
	}
	#insert(slot: number, first: number, count: number): void {
		this.#first[slot] = first;
		this.#count[slot] = count;
		let place = this.#used++;
		while (place > 0 && this.#first[this.#order[place - 1]!]! > first) {
			this.#order[place] = this.#order[place - 1]!;
			place--;
		}
		this.#order[place] = slot;
	}
}
