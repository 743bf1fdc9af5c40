import type { Command } from "./command.js";
import type { Row } from "./decode.js";
import type { AtErrorCode } from "./errors.js";
import type { Done, OnLine } from "./options.js";

/** A command that waits or runs. Made once and used again: nothing is allocated per command. */
export class Entry {
	ticket = 0;
	command: Command<any, any> | undefined = undefined;
	params: Row | undefined = undefined;
	target: unknown = undefined;
	done: Done<any, any> | undefined = undefined;
	onLine: OnLine<any> | undefined = undefined;
	payload: Uint8Array | undefined = undefined;
	/** Set when the command will not be sent any more; its `done` is called at the end of the turn. */
	refusal: AtErrorCode | undefined = undefined;
	problem: string | undefined = undefined;

	clear(): void {
		this.ticket = 0;
		this.command = undefined;
		this.params = undefined;
		this.target = undefined;
		this.done = undefined;
		this.onLine = undefined;
		this.payload = undefined;
		this.refusal = undefined;
		this.problem = undefined;
	}
}

/**
 * A ring of entries. Refused ones stay until their `done` was called, so the ring has twice the room that commands have: there is a
 * place to tell a caller that the queue is full.
 */
export class CommandQueue {
	readonly capacity: number;
	readonly #entries: Entry[] = [];
	#head = 0;
	#count = 0;
	#waiting = 0;

	constructor(capacity: number) {
		this.capacity = capacity;
		for (let i = 0; i < 2 * capacity; i++) this.#entries.push(new Entry());
	}

	/** Entries in the ring, refused ones and gaps included. */
	get count(): number {
		return this.#count;
	}

	/** Commands that still are to be sent. */
	get waiting(): number {
		return this.#waiting;
	}

	get isFull(): boolean {
		return this.#waiting >= this.capacity;
	}

	at(index: number): Entry {
		return this.#entries[(this.#head + index) % this.#entries.length]!;
	}

	/** The next free entry, undefined when even refusals find no room. */
	add(): Entry | undefined {
		if (this.#count === this.#entries.length) return undefined;
		return this.at(this.#count++);
	}

	/** Counts the entry as one that is to be sent. */
	accept(): void {
		this.#waiting++;
	}

	refuse(entry: Entry, code: AtErrorCode, problem?: string): void {
		entry.refusal = code;
		entry.problem = problem;
		this.#waiting--;
	}

	/** The first command to be sent, undefined for none. */
	first(): Entry | undefined {
		for (let i = 0; i < this.#count; i++) {
			const entry = this.at(i);
			if (entry.command !== undefined && entry.refusal === undefined) return entry;
		}
		return undefined;
	}

	/** The first refused entry whose `done` is to be called, of those submitted up to this ticket. */
	firstRefused(lastTicket: number): Entry | undefined {
		for (let i = 0; i < this.#count; i++) {
			const entry = this.at(i);
			if (entry.refusal !== undefined && entry.ticket <= lastTicket) return entry;
		}
		return undefined;
	}

	find(ticket: number): Entry | undefined {
		for (let i = 0; i < this.#count; i++) if (this.at(i).ticket === ticket && ticket !== 0) return this.at(i);
		return undefined;
	}

	/** Moves a waiting entry's contents into `into`, which runs it. */
	take(entry: Entry, into: Entry): void {
		into.ticket = entry.ticket;
		into.command = entry.command;
		into.params = entry.params;
		into.target = entry.target;
		into.done = entry.done;
		into.onLine = entry.onLine;
		into.payload = entry.payload;
		into.refusal = undefined;
		into.problem = undefined;
		this.#waiting--;
		this.release(entry);
	}

	/** Empties an entry; the ring shrinks past the empty ones at its head. */
	release(entry: Entry): void {
		entry.clear();
		while (this.#count > 0 && this.at(0).command === undefined) {
			this.#head = (this.#head + 1) % this.#entries.length;
			this.#count--;
		}
	}
}
