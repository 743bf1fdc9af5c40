/** A position as a receiving application took it. */
export interface CollectedPosition {
	readonly device: string;
	readonly sequence: number;
	/** Degrees, WGS 84; undefined when the device had no fix. */
	readonly latitude: number | undefined;
	readonly longitude: number | undefined;
	readonly speedMetresPerSecond: number | undefined;
	/** When the device took it. */
	readonly utcMs: number | undefined;
	/** Sent as it was taken, or afterwards from what the device had kept. */
	readonly kind: "live" | "history";
	readonly alarm: boolean;
	/** Milliseconds of the simulation. */
	readonly receivedMs: number;
}

export interface PositionCounters {
	accepted: number;
	/** The same position again: at-least-once delivery, dropped by its identifier. */
	repeated: number;
	/** The same time and place under another identifier. */
	duplicated: number;
	/** Another position under an identifier that was given before. */
	conflicting: number;
	/** History that came after newer history of the same device. */
	outOfOrder: number;
}

/** The receiving application of a fleet of trackers, whatever protocol brings the positions. */
export class PositionCollector {
	readonly positions: CollectedPosition[] = [];
	readonly counters: PositionCounters = { accepted: 0, repeated: 0, duplicated: 0, conflicting: 0, outOfOrder: 0 };
	readonly #known = new Map<string, string>();
	readonly #contents = new Set<string>();
	readonly #lastHistory = new Map<string, number>();
	readonly #onPosition: ((position: CollectedPosition) => void) | undefined;

	constructor(onPosition?: (position: CollectedPosition) => void) {
		this.#onPosition = onPosition;
	}
	/** Sequence numbers of a device, in the order they were accepted. */
	sequences(device: string): number[] {
		return this.positions.filter(position => position.device === device).map(position => position.sequence);
	}
	take(position: CollectedPosition): void {
		const { device, sequence, latitude, longitude, utcMs } = position;
		const id = `${device} ${sequence}`;
		const values = `${latitude} ${longitude} ${utcMs}`;
		const before = this.#known.get(id);
		if (before !== undefined) {
			if (before === values) this.counters.repeated++;
			else this.counters.conflicting++;
			return;
		}
		this.#known.set(id, values);
		const content = `${device} ${values}`;
		if (this.#contents.has(content)) this.counters.duplicated++;
		this.#contents.add(content);
		if (position.kind === "history") {
			if (sequence < (this.#lastHistory.get(device) ?? -1)) this.counters.outOfOrder++;
			else this.#lastHistory.set(device, sequence);
		}
		this.counters.accepted++;
		this.positions.push(position);
		this.#onPosition?.(position);
	}
}
