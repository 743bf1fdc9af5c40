import type { Slot } from "./assembly.js";

/** Storages of TS 27.005 3.1. A place in one of them is one number: the index, and the storage in the bits above. */
const MEMORIES = Object.freeze(["SM", "ME", "MT", "SR", "BM", "TA"] as const);
const INDEX_BITS = 12;
const INDEX_MASK = (1 << INDEX_BITS) - 1;
/** The storage that the module has chosen itself. */
const OWN = MEMORIES.length;

function memoryNumber(name: string | undefined): number {
	if (name !== undefined) for (let i = 0; i < MEMORIES.length; i++) if (MEMORIES[i] === name) return i;
	return OWN;
}
export function indexOf(slot: Slot): number {
	return slot & INDEX_MASK;
}

/** Which storage commands work on, and how full that is. */
export class Storage {
	/** Undefined where the module does not tell. */
	total: number | undefined = undefined;
	used = 0;
	#chosen: number = OWN;

	chosen(name: string | undefined, used: number | undefined, total: number | undefined): void {
		this.#chosen = memoryNumber(name);
		if (used === undefined || total === undefined) return;
		this.used = used;
		this.total = total;
	}
	forget(): void {
		this.#chosen = OWN;
		this.total = undefined;
		this.used = 0;
	}
	/** The module says that it is full. */
	filled(): void {
		this.total ??= Math.max(1, this.used);
		this.used = Math.max(this.used, this.total);
	}
	get isFull(): boolean {
		return this.total !== undefined && this.total > 0 && this.used >= this.total;
	}
	/** A place in the storage of this name; in the chosen one without a name. */
	slot(index: number, name?: string): Slot {
		return ((name === undefined ? this.#chosen : memoryNumber(name)) << INDEX_BITS) | (index & INDEX_MASK);
	}
	/** The storage that must be chosen first to reach this place; undefined when it is reached already. */
	elsewhere(slot: Slot): string | undefined {
		const memory = slot >> INDEX_BITS;
		return memory === this.#chosen ? undefined : MEMORIES[memory];
	}
}
