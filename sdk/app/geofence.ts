/** Mean radius of the Earth (IUGG). */
const EARTH_METRES = 6_371_009;
const RADIANS = Math.PI / 180;
/** A border is crossed when it is this far behind, so that a vehicle that stands on it does not cross it with every error of its receiver. */
const LEAST_MARGIN_METRES = 20;
const MARGIN = 0.1;

export interface GeofenceOptions {
	readonly name: string;
	/** Degrees, WGS 84, of its middle. */
	readonly latitude: number;
	readonly longitude: number;
	readonly radiusMetres: number;
}

/** A circle that is entered and left, with a margin at its border. */
export class Geofence {
	readonly name: string;
	readonly #options: GeofenceOptions;
	#isInside: boolean | undefined;
	/** @throws RangeError for a place that is none, or a radius of 0 or less */
	constructor(options: GeofenceOptions) {
		const { name, latitude, longitude, radiusMetres } = options;
		if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) throw new RangeError(`geofence ${name}: latitude ±90, longitude ±180`);
		if (!(radiusMetres > 0)) throw new RangeError(`geofence ${name}: radiusMetres above 0`);
		this.name = name;
		this.#options = options;
	}
	/** Undefined before the first position. */
	get isInside(): boolean | undefined {
		return this.#isInside;
	}
	/** What this position, in degrees, means. The first one says only where the device is. */
	update(latitude: number, longitude: number): "entered" | "left" | undefined {
		const { radiusMetres } = this.#options;
		const distance = distanceMetres(this.#options, { latitude, longitude });
		const before = this.#isInside;
		const margin = before === true ? Math.max(LEAST_MARGIN_METRES, radiusMetres * MARGIN) : 0;
		this.#isInside = distance <= radiusMetres + margin;
		if (before === undefined || before === this.#isInside) return undefined;
		return this.#isInside ? "entered" : "left";
	}
}

export interface Place {
	readonly latitude: number;
	readonly longitude: number;
}
/** Along the surface; right to some parts in a thousand (the Earth is no sphere). */
export function distanceMetres(from: Place, to: Place): number {
	const north = Math.sin(((to.latitude - from.latitude) * RADIANS) / 2);
	const east = Math.sin(((to.longitude - from.longitude) * RADIANS) / 2);
	const h = north * north + Math.cos(from.latitude * RADIANS) * Math.cos(to.latitude * RADIANS) * east * east;
	return 2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(h)));
}
