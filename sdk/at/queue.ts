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

	clear(): void {
		this.command = undefined;
		this.params = undefined;
		this.target = undefined;
		this.done = undefined;
		this.onLine = undefined;
		this.payload = undefined;
	}
}

/** Places for commands that were refused because the queue is full: their callers are told later. */
const REFUSALS = 2;

/**
 * A ring of entries; one without a command is free. Refused ones stay until their `done` was called. It begins at its start whenever it
 * is empty and makes an entry when it is first used, so that places which are never needed take no memory.
 */
export class CommandQueue {
	/** Commands that still are to be sent, at most `capacity`. */
	waiting = 0;
	/** Commands whose `done` is still to be told that they will not be sent. */
	refused = 0;
	#head = 0;
	#tail = 0;
	readonly #entries: Entry[] = [];
	readonly #length: number;
	readonly capacity: number;

	constructor(capacity: number) {
		this.capacity = capacity;
		this.#length = capacity + REFUSALS;
	}

	/** The free entry behind the last one, undefined when even refusals find no room. */
	add(): Entry | undefined {
		const entries = this.#entries;
		if (this.waiting === 0 && this.refused === 0) {
			this.#head = 0;
			this.#tail = 0;
		}
		const tail = this.#tail;
		let entry = entries[tail];
		if (entry === undefined) {
			entry = new Entry();
			entries[tail] = entry;
		} else if (entry.command !== undefined) return undefined;
		this.#tail = tail + 1 === this.#length ? 0 : tail + 1;
		return entry;
	}

	/** Takes the first waiting entry out and leaves `spare`, an empty one, in its place. Only when one waits. */
	take(spare: Entry): Entry {
		const entries = this.#entries;
		let at = this.#head;
		let entry = entries[at]!;
		while (entry.command === undefined || entry.refusal !== undefined) {
			at = at + 1 === this.#length ? 0 : at + 1;
			if (entry.command === undefined) this.#head = at;
			entry = entries[at]!;
		}
		entries[at] = spare;
		this.waiting--;
		if (at === this.#head) this.#head = at + 1 === this.#length ? 0 : at + 1;
		return entry;
	}

	refuse(entry: Entry, code: AtErrorCode): void {
		entry.refusal = code;
		this.waiting--;
		this.refused++;
	}

	/** Empties a refused entry. */
	release(entry: Entry): void {
		entry.clear();
		this.refused--;
	}

	/** The first command to be sent, undefined for none. */
	first(): Entry | undefined {
		for (let i = 0; i < this.#length; i++) {
			const entry = this.at(i);
			if (entry?.command !== undefined && entry.refusal === undefined) return entry;
		}
		return undefined;
	}

	/** The first refused entry whose `done` is to be called, of those submitted up to this ticket. */
	firstRefused(lastTicket: number): Entry | undefined {
		for (let i = 0; i < this.#length; i++) {
			const entry = this.at(i);
			if (entry?.command !== undefined && entry.refusal !== undefined && entry.ticket <= lastTicket) return entry;
		}
		return undefined;
	}

	find(ticket: number): Entry | undefined {
		for (let i = 0; i < this.#length; i++) {
			const entry = this.at(i);
			if (entry?.command !== undefined && entry.ticket === ticket) return entry;
		}
		return undefined;
	}

	private at(index: number): Entry | undefined {
		return this.#entries[(this.#head + index) % this.#length];
	}
}
