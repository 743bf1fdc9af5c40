/** The AT dialogue of a run, kept as it passes; text only when somebody asks for it. */
export class Trace {
	readonly #entries: { readonly direction: "<" | ">"; readonly bytes: Uint8Array; readonly timeMs: number }[] = [];
	readonly #capacityBytes: number;
	#bytes = 0;
	#dropped = 0;

	constructor(capacityBytes = 16 * 1024 * 1024) {
		this.#capacityBytes = capacityBytes;
	}

	/** ">" to the module, "<" to the host. Beyond the capacity only the count goes on. */
	add(direction: "<" | ">", bytes: Uint8Array, timeMs: number): void {
		if (this.#bytes + bytes.length > this.#capacityBytes) {
			this.#dropped += bytes.length;
			return;
		}
		this.#bytes += bytes.length;
		this.#entries.push({ direction, bytes: bytes.slice(), timeMs });
	}

	get entries(): readonly { readonly direction: "<" | ">"; readonly bytes: Uint8Array; readonly timeMs: number }[] {
		return this.#entries;
	}
	/** Bytes that came after the capacity was used up. */
	get droppedBytes(): number {
		return this.#dropped;
	}
}
