export type Constellation = "gps" | "beidou" | "glonass" | "galileo";

/** A position as the receiver knows it. */
export interface GnssFix {
	/** Degrees, north and east positive (WGS 84). */
	readonly latitude: number;
	readonly longitude: number;
	readonly altitudeMetres: number;
	readonly speedMetresPerSecond: number;
	/** Degrees from north, clockwise. */
	readonly courseDegrees: number;
	readonly hdop: number;
	/** Used for the fix, by system. */
	readonly satellites: Readonly<Partial<Record<Constellation, number>>>;
	/** Of the fix, UTC milliseconds. */
	readonly utcMs: number;
}

/** A GNSS receiver: inside a module, or beside it on a serial port of its own. */
export interface GnssReceiver {
	readonly running: boolean;
	/** Of the receiver's last start. */
	readonly constellations: readonly Constellation[];
	/** Again with other systems restarts it. */
	start(constellations: readonly Constellation[]): void;
	stop(): void;
	/** undefined until the first fix of this start, and where there is no sky. */
	readonly fix: GnssFix | undefined;
	/** The NMEA 0183 sentences of this second, each with `$`, checksum and CR LF. */
	sentences(): readonly string[];
}
