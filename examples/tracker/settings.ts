import { CborReader } from "xs-cellular/cbor";
import type { KeyValueStore } from "xs-cellular/platform";

/** How often to report: the configuration's, until the server says otherwise; what it said survives a restart. */
export class Settings {
	readonly #store: KeyValueStore;
	#movingEverySeconds: number;
	#parkedEverySeconds: number;

	constructor(
		store: KeyValueStore,
		configured: { readonly movingEverySeconds?: number | undefined; readonly parkedEverySeconds?: number | undefined },
	) {
		this.#store = store;
		this.#movingEverySeconds = configured.movingEverySeconds ?? 30;
		this.#parkedEverySeconds = configured.parkedEverySeconds ?? 3600;
		const kept = store.read(KEY);
		if (kept && kept.byteLength === BYTES) {
			const view = new DataView(kept);
			this.apply(view.getUint32(0), view.getUint32(4));
		}
	}

	get movingEverySeconds(): number {
		return this.#movingEverySeconds;
	}
	get parkedEverySeconds(): number {
		return this.#parkedEverySeconds;
	}

	/** True when something changed. What is undefined stays; a wish for the impossible changes nothing. */
	take(movingEverySeconds: number | undefined, parkedEverySeconds: number | undefined): boolean {
		if (!this.apply(movingEverySeconds ?? this.#movingEverySeconds, parkedEverySeconds ?? this.#parkedEverySeconds)) return false;
		const view = new DataView(new ArrayBuffer(BYTES));
		view.setUint32(0, this.#movingEverySeconds);
		view.setUint32(4, this.#parkedEverySeconds);
		this.#store.write(KEY, view.buffer);
		return true;
	}

	private apply(moving: number, parked: number): boolean {
		if (!isPossible(moving) || !isPossible(parked)) return false;
		if (moving === this.#movingEverySeconds && parked === this.#parkedEverySeconds) return false;
		this.#movingEverySeconds = moving;
		this.#parkedEverySeconds = parked;
		return true;
	}
}

export interface Asked {
	movingEverySeconds: number | undefined;
	parkedEverySeconds: number | undefined;
}

/** A CBOR map, 1: seconds between positions under way, 2: parked; other keys are for others. Undefined for anything else. */
export function readSettings(message: Uint8Array): Asked | undefined {
	const asked: Asked = { movingEverySeconds: undefined, parkedEverySeconds: undefined };
	try {
		new CborReader(message).mapOf(asked, takePair);
	} catch {
		return undefined;
	}
	return asked;
}

function takePair(this: Asked, key: number | string, reader: CborReader): void {
	if (key === 1) this.movingEverySeconds = reader.int();
	else if (key === 2) this.parkedEverySeconds = reader.int();
}

function isPossible(seconds: number): boolean {
	return seconds >= SHORTEST && seconds <= LONGEST && Math.floor(seconds) === seconds;
}

const KEY = "settings";
const BYTES = 8;
/** A server's slip must not empty a battery in a day, nor silence a tracker for good. */
const SHORTEST = 5;
const LONGEST = 7 * 86_400;
