/**
 * What a driver says of multiplexing by TS 27.010, for modules that have `+CMUX` (27.007 5.7) with the basic option and UIH frames. Which
 * connection serves what is the module's own choice.
 */
export interface CmuxDialect {
	/** N1, the longest information of a frame, 1 to 32,767 bytes: it is always told, since what a module takes for granted (31) is slow. Up to 127 the length is one octet. */
	readonly frameBytes: number;
	/** The connection (DLCI, 1 to 61) that takes AT commands and tells unsolicited result codes. */
	readonly at: number;
	/** Where sentences of the module's receiver leave by themselves; absent where there is no such connection. */
	readonly nmea?: number;
	/** A second connection for commands or for data mode; absent where there is none. */
	readonly data?: number;
}
