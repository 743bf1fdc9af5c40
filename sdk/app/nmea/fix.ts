export type Constellation = "gps" | "beidou" | "glonass" | "galileo";

/** A position in WGS 84; what the receiver did not tell is undefined. */
export interface Fix {
	/** Degrees, north and east positive. */
	readonly latitude: number;
	readonly longitude: number;
	/** Above mean sea level. */
	readonly altitudeMetres: number | undefined;
	readonly speedMetresPerSecond: number | undefined;
	/** From true north, clockwise, 0 to 360. */
	readonly courseDegrees: number | undefined;
	/** Horizontal dilution of precision: the smaller the better, below 2 is good. */
	readonly hdop: number | undefined;
	/** Used for this position. */
	readonly satellites: number | undefined;
	/** Milliseconds since 1970 UTC. */
	readonly utcMs: number | undefined;
	/** Whose satellites took part; empty where the receiver does not tell. */
	readonly systems: readonly Constellation[];
}

/** By the number that NMEA 0183 gives them as GNSS system id, less one: GPS 1, GLONASS 2, Galileo 3, BeiDou 4. */
export const CONSTELLATIONS: readonly Constellation[] = Object.freeze(["gps", "glonass", "galileo", "beidou"] as const);
