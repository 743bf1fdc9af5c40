import Timer from "timer";
import type { Fix } from "xs-cellular";
import type { Clock } from "xs-cellular/clock";
import { Geofence } from "xs-cellular/geofence";
import monitor from "xs-cellular/monitor";
import type { FenceConfig } from "./config.js";
import type { Inputs } from "./inputs.js";
import { Movement, Pace } from "./movement.js";
import { newPosition, type Position, UNKNOWN } from "./position.js";
import type { Receiver } from "./receiver.js";
import type { Settings } from "./settings.js";

/** For a receiver that has forgotten everything, under trees; then it is switched off and the last place is reported. */
const FIX_WITHIN_MS = 180_000;
/** Without an accelerometer a parked vehicle is looked at so often. */
const LOOK_EVERY_SECONDS = 300;
/** A place that is older says nothing about now. */
const FRESH_MS = 30_000;
/** Under way without a position (a tunnel, a garage): after so many intervals the last place is reported, and this long at least. */
const SILENT_INTERVALS = 10;
const SILENT_SECONDS = 600;

export interface TrackerOptions {
	readonly clock: Clock;
	readonly inputs: Inputs;
	readonly settings: Settings;
	readonly fences: readonly FenceConfig[];
	readonly parkedAfterSeconds: number;
	/** The power supply is so low that it reports as if parked. */
	readonly isLow: () => boolean;
	/** Keeps a position and returns its number, undefined where it could not; the record is used again. */
	readonly onPosition: (position: Position, why: string) => number | undefined;
	readonly onMode: (isParked: boolean) => void;
}

/** Decides when the receiver is on and which of its positions are worth keeping. */
export class Tracker {
	readonly #options: TrackerOptions;
	readonly #position = newPosition();
	readonly #movement: Movement;
	readonly #pace = new Pace();
	readonly #fences: readonly Geofence[];
	#receiver: Receiver | undefined;
	#isParked = true;
	/** Parked, and the receiver is on for one position. */
	#isLooking = false;
	/** Whether the position looked for is kept, or only movement is looked for. */
	#isDue = true;
	#timer: unknown;
	#fix: Fix | undefined;
	#fixMs = 0;
	#takenMs = 0;
	#hasPlace = false;
	/** The last position of an emergency had no place. */
	#isAlarmOpen = false;
	#takenSeconds = 0;

	constructor(options: TrackerOptions) {
		this.#options = options;
		this.#movement = new Movement(options.parkedAfterSeconds);
		this.#fences = options.fences.map(fence => new Geofence(fence));
	}
	get isParked(): boolean {
		return this.#isParked;
	}
	get everySeconds(): number {
		const { settings } = this.#options;
		return this.#isParked ? settings.parkedEverySeconds : settings.movingEverySeconds;
	}
	/** The first position is taken at once: whoever installs the tracker stands beside it. */
	start(receiver: Receiver | undefined): void {
		this.#receiver = receiver;
		this.look(true);
	}
	/** Called now and then: whether the vehicle moves. */
	watch(): void {
		const { clock, inputs, isLow } = this.#options;
		const now = clock.elapsedMs;
		if (inputs.isMoving) this.#movement.felt(now);
		const isParked = !this.#movement.isUnderWay(now) || isLow();
		if (isParked !== this.#isParked) this.setParked(isParked);
	}
	/** The last place in words; undefined: none is known. */
	get place(): string | undefined {
		const { latitudeMicrodegrees, longitudeMicrodegrees } = this.#position;
		return this.#hasPlace ? `${latitudeMicrodegrees / 1e6},${longitudeMicrodegrees / 1e6}` : undefined;
	}
	/** An emergency: a position at once, from the last place if need be, and for some time as if under way. Returns its number. */
	alarm(): number | undefined {
		const now = this.#options.clock.elapsedMs;
		this.#movement.felt(now);
		const fix = this.#fix !== undefined && now - this.#fixMs <= FRESH_MS ? this.#fix : undefined;
		this.#position.isAlarm = true;
		const sequence = this.take(fix, "alarm");
		// One with a place follows as soon as there is a fix.
		this.#isAlarmOpen = fix === undefined;
		this.watch();
		// With a low battery it stays as if parked.
		if (this.#isParked && this.#isAlarmOpen) this.look(true);
		return sequence;
	}
	/** Other intervals hold from now on. */
	settingsChanged(): void {
		if (this.#isParked && !this.#isLooking) this.park();
	}

	fixed(fix: Fix): void {
		const { clock, inputs } = this.#options;
		const now = clock.elapsedMs;
		this.#fix = fix;
		this.#fixMs = now;
		if (!inputs.hasMotion) this.#movement.speed(fix.speedMetresPerSecond, now);
		this.watch();
		if (!this.#isParked) this.fixedUnderWay(fix, now);
		else if (this.#isLooking) this.found(fix);
	}
	private fixedUnderWay(fix: Fix, now: number): void {
		const crossed = this.crossing(fix);
		this.#position.isAlarm = this.#isAlarmOpen;
		const why = this.#isAlarmOpen ? "alarm" : (crossed ?? this.#pace.due(this.everySeconds, fix, now));
		if (why !== undefined) this.take(fix, why);
		this.#isAlarmOpen = false;
	}
	/** One at a time: the next fix shows the next. */
	private crossing(fix: Fix): string | undefined {
		for (let i = 0; i < this.#fences.length; i++) {
			const fence = this.#fences[i];
			const crossed = fence.update(fix.latitude, fix.longitude);
			if (crossed === undefined) continue;
			this.#position.fence = i;
			this.#position.entered = crossed === "entered";
			monitor("geofence", { name: fence.name, entered: crossed === "entered" });
			return "geofence";
		}
		return undefined;
	}

	private setParked(isParked: boolean): void {
		this.#isParked = isParked;
		monitor("mode", { parked: isParked });
		this.#options.onMode(isParked);
		if (isParked) {
			// Where it was left is what its owner asks for first.
			this.look(true);
		} else {
			this.#isLooking = false;
			this.#receiver?.start();
			this.watchSilence();
		}
	}
	private look(isDue: boolean): void {
		this.#isLooking = true;
		this.#isDue = isDue;
		this.#receiver?.start();
		this.wake(FIX_WITHIN_MS, Tracker.prototype.notFound);
	}
	private found(fix: Fix): void {
		const crossed = this.crossing(fix);
		const isAlarm = this.#isAlarmOpen;
		this.#isAlarmOpen = false;
		this.#position.isAlarm = isAlarm;
		if (this.#isDue || crossed !== undefined) this.take(fix, isAlarm ? "alarm" : (crossed ?? "parked"));
		this.park();
	}
	notFound(): void {
		if (this.#isDue) this.take(undefined, "parked");
		this.park();
	}
	private park(): void {
		this.#isLooking = false;
		this.#receiver?.stop();
		const { inputs, clock } = this.#options;
		const dueMs = Math.max(0, this.#takenMs + this.everySeconds * 1000 - clock.elapsedMs);
		const isLookFirst = !inputs.hasMotion && LOOK_EVERY_SECONDS * 1000 < dueMs;
		this.wake(isLookFirst ? LOOK_EVERY_SECONDS * 1000 : dueMs, isLookFirst ? Tracker.prototype.lookOnly : Tracker.prototype.lookDue);
	}
	lookOnly(): void {
		this.look(false);
	}
	lookDue(): void {
		this.look(true);
	}
	private watchSilence(): void {
		this.wake(Math.max(SILENT_SECONDS, this.everySeconds * SILENT_INTERVALS) * 1000, Tracker.prototype.silent);
	}
	silent(): void {
		this.take(undefined, "silent");
	}
	private wake(ms: number, then: () => void): void {
		if (this.#timer !== undefined) Timer.clear(this.#timer as never);
		this.#timer = Timer.set(() => {
			this.#timer = undefined;
			then.call(this);
		}, ms);
	}

	/** Without a fix: the last place, now. */
	private take(fix: Fix | undefined, why: string): number | undefined {
		let sequence: number | undefined;
		const { clock, onPosition } = this.#options;
		const position = this.#position;
		const now = clock.elapsedMs;
		clock.stamp(position.stamp);
		if (fix?.utcMs !== undefined) {
			position.stamp.absolute = true;
			position.stamp.seconds = Math.floor(fix.utcMs / 1000);
		}
		if (this.isTellable(position)) {
			fill(position, fix);
			position.isMoving = !this.#isParked;
			this.#takenSeconds = position.stamp.seconds;
			this.#hasPlace ||= fix !== undefined;
			sequence = onPosition(position, why);
		}
		position.isAlarm = false;
		position.fence = UNKNOWN;
		this.#takenMs = now;
		this.#pace.taken(fix?.courseDegrees, now);
		if (!this.#isParked) this.watchSilence();
		return sequence;
	}
	/** Each position has a second of its own; one whose time nobody knows yet is worth telling in an emergency only. */
	private isTellable(position: Position): boolean {
		const { stamp, isAlarm } = position;
		if (isAlarm) {
			if (stamp.absolute && stamp.seconds <= this.#takenSeconds) stamp.seconds = this.#takenSeconds + 1;
			return true;
		}
		return stamp.absolute && stamp.seconds > this.#takenSeconds;
	}
}

function fill(position: Position, fix: Fix | undefined): void {
	position.isFixed = fix !== undefined;
	position.speedCentimetresPerSecond = scaled(fix?.speedMetresPerSecond, 100);
	position.courseDegrees = fix?.courseDegrees === undefined ? UNKNOWN : Math.round(fix.courseDegrees) % 360;
	position.hdopTenths = scaled(fix?.hdop, 10);
	position.satellites = scaled(fix?.satellites, 1);
	if (fix === undefined) return;
	position.latitudeMicrodegrees = Math.round(fix.latitude * 1e6);
	position.longitudeMicrodegrees = Math.round(fix.longitude * 1e6);
	position.altitudeMetres = Math.round(fix.altitudeMetres ?? 0);
	position.isBeidou = fix.systems.includes("beidou");
}
function scaled(value: number | undefined, factor: number): number {
	return value === undefined ? UNKNOWN : Math.round(value * factor);
}
