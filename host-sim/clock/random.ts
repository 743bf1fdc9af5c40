/** Numbers that look random and are the same for the same seed, on any machine. */
export interface Random {
	/** 0 ≤ x < 1, 32 bits of resolution. */
	next(): number;
	/** A whole number, both ends included. */
	integer(minimum: number, maximum: number): number;
	/** True with this probability. */
	chance(probability: number): boolean;
	pick<T>(items: readonly T[]): T;
	/**
	 * An independent sequence for one part of a simulation: what that part draws shifts nobody else's numbers.
	 * The same label gives the same sequence, whatever was drawn before.
	 */
	fork(label: string): Random;
}

/** Mixes 32 bits so that each one depends on all (the finaliser of MurmurHash3, public domain). */
export function mix32(value: number): number {
	let x = value | 0;
	x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
	x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
	return (x ^ (x >>> 16)) >>> 0;
}

function hashLabel(seed: number, label: string): number {
	let hash = mix32(seed ^ 0x9e3779b9);
	for (let i = 0; i < label.length; i++) hash = mix32(hash ^ Math.imul(label.charCodeAt(i) + 1, 0x9e3779b1));
	return hash;
}

/** @param seed a whole number; only its low 53 bits count. */
export function createRandom(seed: number): Random {
	if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is a whole number, not ${seed}`);
	const base = mix32(mix32(seed) ^ Math.floor(seed / 2 ** 32));
	let state = base;
	// A Weyl sequence put through a mixer: period 2^32, every seed good.
	const next = (): number => {
		state = (state + 0x9e3779b9) | 0;
		return mix32(state) / 2 ** 32;
	};
	return {
		next,
		integer: (minimum, maximum) => minimum + Math.floor(next() * (maximum - minimum + 1)),
		chance: probability => next() < probability,
		pick: items => items[Math.floor(next() * items.length)] as (typeof items)[number],
		fork: label => createRandom(hashLabel(base, label)),
	};
}
