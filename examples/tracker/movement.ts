/** Without an accelerometer: faster than a receiver's error while it stands. */
const MOVING_METRES_PER_SECOND = 2;
/** Below it a course is noise. */
const STEERING_METRES_PER_SECOND = 3;
const TURN_DEGREES = 30;
/** Between positions that turns ask for: a roundabout is not worth four. */
const TURN_SECONDS = 5;

/** Whether the vehicle is under way: at once when it moves, and only some time after it stands. */
export class Movement {
	readonly #parkedAfterMs: number;
	#feltMs: number | undefined;

	constructor(parkedAfterSeconds: number) {
		this.#parkedAfterMs = parkedAfterSeconds * 1000;
	}
	felt(nowMs: number): void {
		this.#feltMs = nowMs;
	}
	/** A receiver's speed, where nothing else feels movement. */
	speed(metresPerSecond: number | undefined, nowMs: number): void {
		if (metresPerSecond !== undefined && metresPerSecond > MOVING_METRES_PER_SECOND) this.#feltMs = nowMs;
	}
	isUnderWay(nowMs: number): boolean {
		return this.#feltMs !== undefined && nowMs - this.#feltMs < this.#parkedAfterMs;
	}
}

export type Reason = "interval" | "turn";

/** When a vehicle under way owes another position. */
export class Pace {
	#lastMs: number | undefined;
	#course: number | undefined;

	/** A position was taken. */
	taken(courseDegrees: number | undefined, nowMs: number): void {
		this.#lastMs = nowMs;
		if (courseDegrees !== undefined) this.#course = courseDegrees;
	}
	due(
		everySeconds: number,
		fix: { readonly speedMetresPerSecond: number | undefined; readonly courseDegrees: number | undefined },
		nowMs: number,
	): Reason | undefined {
		if (this.#lastMs === undefined) return "interval";
		const sinceMs = nowMs - this.#lastMs;
		if (sinceMs >= everySeconds * 1000) return "interval";
		const { speedMetresPerSecond: speed, courseDegrees: course } = fix;
		if (sinceMs < TURN_SECONDS * 1000 || course === undefined || this.#course === undefined) return undefined;
		return speed !== undefined && speed >= STEERING_METRES_PER_SECOND && angle(course, this.#course) > TURN_DEGREES ? "turn" : undefined;
	}
}

/** Between two courses, 0 to 180 degrees. */
export function angle(one: number, other: number): number {
	const difference = Math.abs(one - other) % 360;
	return difference > 180 ? 360 - difference : difference;
}
