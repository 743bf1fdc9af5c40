/**
 * Air time of one UDP message with release assistance, as modules report it (NUESTATS differences): Robinson 2019, github
 * dan-leo/masters @fbf48e7, raw logs; medians of three networks and two module makes averaged with their sample counts.
 * The Nokia rows are left out: 24 messages, always full power, connections of 6 to 34 s.
 */
export interface AirtimeRow {
	readonly ecl: 0 | 1 | 2;
	readonly payloadBytes: number;
	readonly samples: number;
	readonly txMs: number;
	readonly rxMs: number;
	/** From the first to the last activity. */
	readonly spanMs: number;
}

function row(ecl: 0 | 1 | 2, payloadBytes: number, samples: number, txMs: number, rxMs: number, spanMs: number): AirtimeRow {
	return { ecl, payloadBytes, samples, txMs, rxMs, spanMs };
}

export const AIRTIME_SOURCE = "Robinson 2019, github dan-leo/masters @fbf48e7: air time as the modems report it, medians of the raw logs";
export const AIRTIME: readonly AirtimeRow[] = [
	row(0, 1, 118, 156, 1067, 1670),
	row(0, 16, 101, 160, 1025, 1585),
	row(0, 64, 97, 175, 1026, 1653),
	row(0, 128, 102, 189, 1056, 1621),
	row(0, 256, 98, 281, 1015, 1808),
	row(0, 512, 99, 380, 1028, 1756),
	row(1, 1, 33, 344, 1361, 2364),
	row(1, 16, 39, 379, 1249, 2064),
	row(1, 64, 50, 364, 1223, 2142),
	row(1, 128, 34, 627, 1327, 2470),
	row(1, 256, 37, 814, 1344, 2597),
	row(1, 512, 34, 1238, 1498, 3542),
	row(2, 1, 27, 537, 1654, 3062),
	row(2, 16, 34, 709, 1650, 2855),
	row(2, 64, 24, 883, 1572, 2980),
	row(2, 128, 33, 1009, 1806, 3501),
	row(2, 256, 31, 1072, 1610, 3317),
	row(2, 512, 32, 1324, 1741, 3821),
];
