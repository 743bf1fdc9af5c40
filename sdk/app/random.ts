/**
 * A small generator for spreading devices over time: not for keys. George Marsaglia, "Xorshift RNGs" (2003), triple 13, 17, 5.
 */
export class Random {
	#state: number;
	/** Any integer; zero, the generator's one fixed point, is replaced. */
	constructor(seed: number) {
		this.#state = seed >>> 0 || 0x9e3779b9;
	}
	/** 1 … 2^32 − 1. */
	next(): number {
		let state = this.#state;
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		this.#state = state >>> 0;
		return this.#state;
	}
	/** 0 ≤ result < 1. */
	fraction(): number {
		return (this.next() - 1) / 0xffffffff;
	}
	/** An integer, 0 ≤ result < limit. */
	below(limit: number): number {
		return Math.floor(this.fraction() * limit);
	}
}

/**
 * A seed of a device's own: FNV-1a (32 bits) of its identifier. Give `session` (see `Outbox.session`) for whatever
 * must differ after a restart, such as CoAP message ids; leave it out for whatever must not, such as the device's place in the hour.
 */
export function seedFrom(identifier: string, session = 0): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < identifier.length; index++) hash = Math.imul(hash ^ identifier.charCodeAt(index), 0x01000193);
	for (let rest = session; rest > 0; rest = Math.floor(rest / 256)) hash = Math.imul(hash ^ (rest % 256), 0x01000193);
	// FNV leaves the high bits of short inputs alike: one round of the MurmurHash3 finaliser spreads them.
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	return (hash ^ (hash >>> 13)) >>> 0;
}
