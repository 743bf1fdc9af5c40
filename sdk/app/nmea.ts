import { Epoch } from "./nmea/epoch.js";
import type { Fix } from "./nmea/fix.js";
import { Sentence } from "./nmea/sentence.js";

export { CONSTELLATIONS, type Constellation, type Fix } from "./nmea/fix.js";

export interface NmeaReaderOptions {
	/** Once for each position; `this` is the reader. Not called while the receiver has none. */
	readonly onFix?: (this: NmeaReader, fix: Fix) => void;
	/** Kept as the reader's `target`. */
	readonly target?: unknown;
}

/**
 * A GNSS receiver that writes NMEA 0183 (GGA, RMC, VTG, GSA, GSV of the talkers GP, GN, GL, GA, BD, GB) on a serial port of its own:
 *
 *     const reader = new NmeaReader({ onFix(fix) { … } });
 *     new Serial({ …, onReadable() { reader.push(this.read()); } });
 *
 * Bytes may be cut anywhere and noise may stand between them; a sentence counts only with its checksum. Nothing is allocated until a position is
 * complete.
 */
export class NmeaReader {
	/** Sentences with a right checksum. */
	sentences = 0;
	/** The last position. */
	fix: Fix | undefined = undefined;
	target: unknown;
	readonly #onFix: NmeaReaderOptions["onFix"];
	readonly #sentence = new Sentence();
	readonly #epoch = new Epoch();

	constructor(options: NmeaReaderOptions = {}) {
		this.#onFix = options.onFix;
		if (options.target !== undefined) this.target = options.target;
	}
	/** What the port has read; nothing of it is kept. */
	push(bytes: Uint8Array | ArrayBuffer): void {
		const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
		for (let i = 0; i < view.length; i++) {
			if (!this.#sentence.take(view[i]!)) continue;
			this.sentences++;
			this.tell(this.#epoch.add(this.#sentence));
		}
	}
	/** The receiver pauses: what it has told of this moment is all there is. Without it the position comes with its last sentence, or the next first. */
	flush(): void {
		this.tell(this.#epoch.flush());
	}
	/** Sentences that were cut, too long, or whose checksum was wrong. */
	get damaged(): number {
		return this.#sentence.damaged;
	}
	/** Satellites in view, all systems together. */
	get satellitesInView(): number {
		let sum = 0;
		for (const count of this.#epoch.inView) sum += count;
		return sum;
	}
	private tell(fix: Fix | undefined): void {
		if (fix === undefined) return;
		this.fix = fix;
		this.#onFix?.call(this, fix);
	}
}
