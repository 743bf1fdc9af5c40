import type { Clock, Scheduled } from "../clock/clock.js";
import { mix32 } from "../clock/random.js";
import { type Motion, moved } from "./motion.js";
import { type Dialect, nmeaSentences } from "./nmea.js";
import type { Constellation, GnssFix, GnssReceiver } from "./receiver.js";
import { type Satellite, satellitesAt } from "./sky.js";

export interface SimulatedReceiverOptions {
	readonly clock: Clock;
	readonly motion: Motion;
	readonly seed: number;
	/** UTC at clock time 0. */
	readonly startUtcMs: number;
	readonly nmea?: Dialect;
}

/** Everything about the receiver that no document at hand gives; data sheets of single-band receivers lie near these. */
export const GNSS_ASSUMPTIONS = Object.freeze({
	/** Time to first fix with nothing known, with almanac and time, and with ephemeris that still holds. */
	coldStartMs: 30_000,
	warmStartMs: 24_000,
	hotStartMs: 2_000,
	/** Broadcast ephemeris is of use for about this long. */
	ephemerisMs: 4 * 3_600_000,
	/** Standard deviation of each horizontal axis at HDOP 1, and of the height. */
	horizontalMetres: 1.8,
	verticalMetres: 4,
	/** Errors wander over about this long. */
	wanderMs: 40_000,
	/** Fewest satellites for a position. */
	fewestSatellites: 4,
});

type State = "off" | "dark" | "searching" | "tracking";

/** Finds itself along a route: time to first fix by what it still knows, nothing in tunnels, and errors that wander. */
export class SimulatedReceiver implements GnssReceiver {
	constellations: readonly Constellation[] = [];
	readonly #options: SimulatedReceiverOptions;
	#state: State = "off";
	#timer: Scheduled | undefined;
	#lastTrackedMs: number | undefined;
	#sky = true;

	constructor(options: SimulatedReceiverOptions) {
		this.#options = options;
	}
	get running(): boolean {
		return this.#state !== "off";
	}
	/** False puts a roof over the receiver wherever it is. */
	set sky(open: boolean) {
		this.#sky = open;
		if (this.running) this.#look();
	}
	start(constellations: readonly Constellation[]): void {
		this.stop();
		this.constellations = [...constellations];
		this.#state = "dark";
		this.#look();
	}
	stop(): void {
		this.#noteTracked();
		this.#options.clock.cancel(this.#timer);
		this.#timer = undefined;
		this.#state = "off";
	}
	get fix(): GnssFix | undefined {
		if (this.#state !== "tracking") return undefined;
		const used = this.#satellites.filter(({ carrierToNoise }) => carrierToNoise > 0);
		if (used.length < GNSS_ASSUMPTIONS.fewestSatellites) return undefined;
		return this.#fixFrom(used);
	}
	sentences(): readonly string[] {
		const utcMs = this.#utcMs;
		return nmeaSentences(
			{ utcMs, fix: this.fix, satellites: this.#state === "dark" ? [] : this.#satellites },
			this.#options.nmea ?? "4.11",
		);
	}

	get #utcMs(): number {
		return this.#options.startUtcMs + Math.floor(this.#options.clock.now() / 1000) * 1000;
	}
	get #satellites(): Satellite[] {
		return satellitesAt(this.#options.seed, this.#options.clock.now(), this.constellations);
	}
	/** Looks at the sky as it is now, and again when it changes. */
	#look(): void {
		const { clock, motion } = this.#options;
		clock.cancel(this.#timer);
		this.#timer = undefined;
		const now = clock.now();
		const isOpen = this.#sky && motion.at(now).sky;
		if (!isOpen) {
			this.#noteTracked();
			this.#state = "dark";
		} else if (this.#state === "dark") {
			this.#state = "searching";
			this.#timer = clock.after(this.#timeToFirstFixMs(now), () => {
				this.#state = "tracking";
				this.#watch();
			});
			this.#watchSearch();
			return;
		}
		this.#watch();
	}
	/** The sky may close while it searches. */
	#watchSearch(): void {
		const { clock, motion } = this.#options;
		const change = motion.nextSkyChange(clock.now());
		if (change === undefined || this.#timer === undefined || change >= this.#timer.timeMs) return;
		clock.cancel(this.#timer);
		this.#timer = clock.at(change, () => this.#look());
	}
	#watch(): void {
		const { clock, motion } = this.#options;
		const change = motion.nextSkyChange(clock.now());
		if (change !== undefined) this.#timer = clock.at(change, () => this.#look());
	}
	#noteTracked(): void {
		if (this.#state === "tracking") this.#lastTrackedMs = this.#options.clock.now();
	}
	#timeToFirstFixMs(now: number): number {
		const { coldStartMs, warmStartMs, hotStartMs, ephemerisMs } = GNSS_ASSUMPTIONS;
		if (this.#lastTrackedMs === undefined) return coldStartMs;
		return now - this.#lastTrackedMs <= ephemerisMs ? hotStartMs : warmStartMs;
	}
	#fixFrom(used: readonly Satellite[]): GnssFix {
		const { clock, motion } = this.#options;
		const now = Math.floor(clock.now() / 1000) * 1000;
		const place = motion.at(now);
		const hdop = Math.round((0.5 + 4 / used.length) * 100) / 100;
		const { horizontalMetres, verticalMetres } = GNSS_ASSUMPTIONS;
		const found = moved(place, this.#error(1, now) * horizontalMetres * hdop, this.#error(2, now) * horizontalMetres * hdop);
		const satellites: Partial<Record<Constellation, number>> = {};
		for (const { system } of used) satellites[system] = (satellites[system] ?? 0) + 1;
		return {
			...found,
			altitudeMetres: place.altitudeMetres + this.#error(3, now) * verticalMetres * hdop,
			// Speed comes from the carriers' Doppler shift and is far better than the difference of two positions.
			speedMetresPerSecond: Math.max(0, place.speedMetresPerSecond + this.#error(4, now) * 0.05),
			courseDegrees: place.courseDegrees,
			hdop,
			satellites,
			utcMs: this.#options.startUtcMs + now,
		};
	}
	/** A smooth random walk of unit variance, the same at the same time however often it is asked. */
	#error(axis: number, timeMs: number): number {
		const { wanderMs } = GNSS_ASSUMPTIONS;
		const knot = Math.floor(timeMs / wanderMs);
		const share = timeMs / wanderMs - knot;
		const at = (n: number): number => this.#normal(axis, n);
		// Weights whose squares sum to one, so that the spread is the same between the knots.
		return at(knot) * Math.cos((share * Math.PI) / 2) + at(knot + 1) * Math.sin((share * Math.PI) / 2);
	}
	#normal(axis: number, knot: number): number {
		const draw = (n: number): number => (mix32(this.#options.seed ^ mix32(knot * 8 + axis) ^ mix32(n)) + 0.5) / 2 ** 32;
		return Math.sqrt(-2 * Math.log(draw(1))) * Math.cos(2 * Math.PI * draw(2));
	}
}
