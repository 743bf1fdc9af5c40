import { CborReader } from "xs-cellular/cbor";
import type { KeyValueStore } from "xs-cellular/platform";

/** How often to read and to report: the configuration's, until the server says otherwise; what it said survives a restart. */
export class Pace {
	readonly #store: KeyValueStore;
	#readEverySeconds: number;
	#reportEverySeconds: number;

	constructor(store: KeyValueStore, configured: { readonly readEverySeconds: number; readonly reportEverySeconds: number }) {
		this.#store = store;
		this.#readEverySeconds = configured.readEverySeconds;
		this.#reportEverySeconds = configured.reportEverySeconds;
		const kept = store.read(KEY);
		if (kept) this.#apply(new Uint8Array(kept));
	}

	get readEverySeconds(): number {
		return this.#readEverySeconds;
	}
	get reportEverySeconds(): number {
		return this.#reportEverySeconds;
	}

	/**
	 * Takes the server's answer to a report: a CBOR map, 1: seconds between reports, 2: seconds between readings; other keys are for others.
	 * True when something changed. An answer that is no such map, or asks for the impossible, changes nothing.
	 */
	take(answer: Uint8Array): boolean {
		if (!this.#apply(answer)) return false;
		this.#store.write(KEY, answer.slice().buffer as ArrayBuffer);
		return true;
	}

	#apply(answer: Uint8Array): boolean {
		const asked: Asked = { reportEvery: this.#reportEverySeconds, readEvery: this.#readEverySeconds };
		try {
			new CborReader(answer).mapOf(asked, takePair);
		} catch {
			return false;
		}
		if (!isPossible(asked.reportEvery) || !isPossible(asked.readEvery)) return false;
		if (asked.reportEvery === this.#reportEverySeconds && asked.readEvery === this.#readEverySeconds) return false;
		this.#reportEverySeconds = asked.reportEvery;
		this.#readEverySeconds = asked.readEvery;
		return true;
	}
}

interface Asked {
	reportEvery: number;
	readEvery: number;
}

function takePair(this: Asked, key: number | string, reader: CborReader): void {
	if (key === 1) this.reportEvery = reader.int();
	else if (key === 2) this.readEvery = reader.int();
}

function isPossible(seconds: number): boolean {
	return seconds >= SHORTEST && seconds <= LONGEST;
}

const KEY = "pace";
/** A server's slip must not empty a battery in a week, nor silence a meter for good. */
const SHORTEST = 60;
const LONGEST = 31 * 86_400;
