import type { Delivered } from "../../3gpp/sms-tpdu.js";
import type { Millis } from "../../at/line.js";
import { NEVER } from "../dialogue.js";
import type { IncomingSms } from "./types.js";

/** Where the module keeps a message: see inbox.ts. A message that was pushed has none. */
export type Slot = number;
export const NO_SLOT: Slot = -1;

/** A part and its place in the module's storage. */
export interface StoredPart {
	readonly part: Delivered;
	readonly slot: Slot;
}
/** A whole message and the places that it takes in the module's storage. */
export interface Assembled {
	readonly message: IncomingSms;
	readonly stored: readonly StoredPart[];
}

/** Messages whose parts are awaited at one time, and for how long: assumptions. Beyond them what there is of a message is given as it is. */
const MOST_GROUPS = 8;
const PATIENCE_MS = 86_400_000;

class Group {
	readonly parts: (Delivered | undefined)[];
	readonly stored: StoredPart[] = [];
	readonly first: Delivered;
	readonly untilMs: Millis;
	missing: number;
	constructor(first: Delivered, untilMs: Millis) {
		this.first = first;
		this.untilMs = untilMs;
		this.missing = first.total;
		this.parts = new Array(first.total).fill(undefined);
	}
	fits(part: Delivered): boolean {
		return part.reference === this.first.reference && part.total === this.first.total && part.from === this.first.from;
	}
}

/** One message, or part, that came twice. */
export function isSamePart(a: Delivered, b: Delivered): boolean {
	const isSameText = a.text === b.text && a.sentUtcMs === b.sentUtcMs && a.from === b.from;
	return isSameText && a.reference === b.reference && a.sequence === b.sequence && a.data?.length === b.data?.length;
}

/** Concatenated messages (TS 23.040 9.2.3.24.1): parts come in any order, more than once, or never. */
export class Assembly {
	readonly #groups: Group[] = [];
	/** Parts that came twice: there is nothing in their places to be kept. */
	readonly spare: StoredPart[] = [];

	/** What became whole by this part, or had to give way to it. */
	add(part: Delivered, slot: Slot, nowMs: Millis): Assembled | undefined {
		if (part.total === 1) return assembled([part], slot === NO_SLOT ? [] : [{ part, slot }], 1, 0);
		let given: Assembled | undefined;
		let group = this.#groups.find(known => known.fits(part));
		const known = group?.parts[part.sequence - 1];
		if (group !== undefined && known !== undefined) {
			if (isSamePart(known, part)) {
				if (slot !== NO_SLOT && !group.stored.some(one => one.slot === slot)) this.spare.push({ part, slot });
				return undefined;
			}
			// The sender has used the reference again: the parts of then will not come any more.
			given = this.take(group);
			group = undefined;
		}
		if (group === undefined) {
			if (this.#groups.length >= MOST_GROUPS) given = this.take(this.#groups[0]!);
			group = new Group(part, nowMs + PATIENCE_MS);
			this.#groups.push(group);
		}
		group.parts[part.sequence - 1] = part;
		if (slot !== NO_SLOT) group.stored.push({ part, slot });
		group.missing--;
		return group.missing === 0 ? this.take(group) : given;
	}
	/** When the oldest has waited long enough; NEVER when none waits. */
	get dueMs(): Millis {
		return this.#groups[0]?.untilMs ?? NEVER;
	}
	/** The oldest that has waited long enough, or with `force` the oldest. */
	giveUp(nowMs: Millis, force = false): Assembled | undefined {
		const oldest = this.#groups[0];
		return oldest !== undefined && (force || oldest.untilMs <= nowMs) ? this.take(oldest) : undefined;
	}
	/** The module has restarted and tells all that it holds again. Parts that were pushed are held here only, and stay. */
	forgetStored(): void {
		for (let i = this.#groups.length - 1; i >= 0; i--) if (this.#groups[i]!.stored.length > 0) this.#groups.splice(i, 1);
		this.spare.length = 0;
	}
	private take(group: Group): Assembled {
		this.#groups.splice(this.#groups.indexOf(group), 1);
		return assembled(group.parts, group.stored, group.first.total, group.missing);
	}
}

function assembled(parts: readonly (Delivered | undefined)[], stored: readonly StoredPart[], count: number, missing: number): Assembled {
	let first: Delivered | undefined;
	let text = "";
	let octets = 0;
	for (const part of parts) {
		if (part === undefined) continue;
		first ??= part;
		text += part.text;
		octets += part.data?.length ?? 0;
	}
	const { from, sentUtcMs, quarterHours } = first!;
	const data = octets === 0 ? first!.data : joined(parts, octets);
	return { message: { from, text, data, sentUtcMs, quarterHours, parts: count, missing }, stored };
}

function joined(parts: readonly (Delivered | undefined)[], octets: number): Uint8Array {
	const all = new Uint8Array(octets);
	let at = 0;
	for (const part of parts) {
		if (part?.data === undefined) continue;
		all.set(part.data, at);
		at += part.data.length;
	}
	return all;
}
