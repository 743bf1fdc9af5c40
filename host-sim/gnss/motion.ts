import type { Route, RoutePoint } from "./gpx.js";

export interface Whereabouts {
	readonly latitude: number;
	readonly longitude: number;
	readonly altitudeMetres: number;
	readonly speedMetresPerSecond: number;
	/** Degrees from north, clockwise; that of the last movement while it stands. */
	readonly courseDegrees: number;
	/** Whether satellites can be seen there. */
	readonly sky: boolean;
}

/** Where the device is at each instant of the simulation. */
export interface Motion {
	at(timeMs: number): Whereabouts;
	/** When the sky opens or closes next; undefined: never again. */
	nextSkyChange(timeMs: number): number | undefined;
}

/** Mean radius of the Earth (IUGG), good for a few parts in a thousand. */
const EARTH_METRES = 6_371_009;
const RADIANS = Math.PI / 180;

export function standingAt(latitude: number, longitude: number, altitudeMetres = 0): Motion {
	const place: Whereabouts = { latitude, longitude, altitudeMetres, speedMetresPerSecond: 0, courseDegrees: 0, sky: true };
	return { at: () => place, nextSkyChange: () => undefined };
}

export interface DriveOptions {
	/** When the first drive begins. */
	readonly startMs: number;
	/** From the beginning of a drive to that of the next; once when absent. Parked in between. */
	readonly everyMs?: number;
}

/** Drives a recorded route, again and again if it is told to, and is parked before and after. */
export class Drive implements Motion {
	readonly #route: Route;
	readonly #options: DriveOptions;
	/** All points in order; `gaps` are the stretches between segments. */
	readonly #points: readonly RoutePoint[];
	readonly #gaps: readonly { readonly fromMs: number; readonly toMs: number }[];

	constructor(route: Route, options: DriveOptions) {
		if (options.everyMs !== undefined && options.everyMs <= route.durationMs)
			throw new RangeError(
				`the route takes ${Math.ceil(route.durationMs / 1000)} s: it cannot be driven every ${options.everyMs / 1000} s`,
			);
		this.#route = route;
		this.#options = options;
		this.#points = route.segments.flat();
		this.#gaps = route.segments.slice(1).map((segment, index) => {
			const before = route.segments[index] as readonly RoutePoint[];
			return { fromMs: (before.at(-1) as RoutePoint).atMs, toMs: (segment[0] as RoutePoint).atMs };
		});
	}

	at(timeMs: number): Whereabouts {
		const offset = this.#offset(timeMs);
		const points = this.#points;
		let low = 0;
		let high = points.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((points[middle] as RoutePoint).atMs <= offset) low = middle;
			else high = middle - 1;
		}
		const from = points[low] as RoutePoint;
		const to = points[Math.min(low + 1, points.length - 1)] as RoutePoint;
		const isStanding = offset < 0 || from === to;
		const share = isStanding ? 0 : (offset - from.atMs) / (to.atMs - from.atMs);
		const mix = (a: number, b: number): number => a + (b - a) * share;
		return {
			latitude: mix(from.latitude, to.latitude),
			longitude: mix(from.longitude, to.longitude),
			altitudeMetres: mix(from.altitudeMetres, to.altitudeMetres),
			speedMetresPerSecond: isStanding ? 0 : (distanceMetres(from, to) * 1000) / (to.atMs - from.atMs),
			courseDegrees: from === to ? courseDegrees(points[Math.max(0, low - 1)] as RoutePoint, from) : courseDegrees(from, to),
			sky: !this.#gaps.some(gap => offset > gap.fromMs && offset < gap.toMs),
		};
	}

	nextSkyChange(timeMs: number): number | undefined {
		const beginning = timeMs - this.#offset(timeMs);
		const { everyMs } = this.#options;
		for (const start of everyMs === undefined ? [beginning] : [beginning, beginning + everyMs])
			for (const gap of this.#gaps) for (const change of [gap.fromMs + 1, gap.toMs]) if (start + change > timeMs) return start + change;
		return undefined;
	}

	/** Since the beginning of the last drive; negative before the first. */
	#offset(timeMs: number): number {
		const { startMs, everyMs } = this.#options;
		const since = timeMs - startMs;
		return since < 0 || everyMs === undefined ? since : since % everyMs;
	}

	get name(): string {
		return this.#route.name;
	}
}

interface Place {
	readonly latitude: number;
	readonly longitude: number;
}
export function distanceMetres(from: Place, to: Place): number {
	const north = (to.latitude - from.latitude) * RADIANS;
	const east = (to.longitude - from.longitude) * RADIANS;
	const h = Math.sin(north / 2) ** 2 + Math.cos(from.latitude * RADIANS) * Math.cos(to.latitude * RADIANS) * Math.sin(east / 2) ** 2;
	return 2 * EARTH_METRES * Math.asin(Math.sqrt(h));
}
export function courseDegrees(from: Place, to: Place): number {
	const east = (to.longitude - from.longitude) * RADIANS;
	const y = Math.sin(east) * Math.cos(to.latitude * RADIANS);
	const x =
		Math.cos(from.latitude * RADIANS) * Math.sin(to.latitude * RADIANS) -
		Math.sin(from.latitude * RADIANS) * Math.cos(to.latitude * RADIANS) * Math.cos(east);
	return (Math.atan2(y, x) / RADIANS + 360) % 360;
}
/** A place so far to the north and the east of another. */
export function moved(from: Place, northMetres: number, eastMetres: number): Place {
	return {
		latitude: from.latitude + northMetres / EARTH_METRES / RADIANS,
		longitude: from.longitude + eastMetres / (EARTH_METRES * Math.cos(from.latitude * RADIANS)) / RADIANS,
	};
}
