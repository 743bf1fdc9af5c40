/** ISO 8601 durations of weeks, days, hours, minutes and seconds: `PT90S`, `PT1.5S`, `P1DT2H`. Months and years have no fixed length. */
const PATTERN = /^P(?:(\d+)W|(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?)$/;

/** Milliseconds; undefined where the text is no such duration. */
export function durationMs(text: string): number | undefined {
	const match = PATTERN.exec(text);
	if (match === null || text === "P") return undefined;
	const [weeks, days, hours, minutes, seconds] = match.slice(1).map(part => Number(part ?? 0)) as [number, number, number, number, number];
	return Math.round(((weeks * 7 + days) * 86_400 + hours * 3600 + minutes * 60 + seconds) * 1000);
}

export function durationText(ms: number): string {
	const seconds = Math.round(ms / 100) / 10;
	if (seconds < 60) return `PT${seconds}S`;
	const whole = Math.round(seconds);
	const days = Math.floor(whole / 86_400);
	const hours = Math.floor((whole % 86_400) / 3600);
	const minutes = Math.floor((whole % 3600) / 60);
	const rest = whole % 60;
	const time = `${hours > 0 ? `${hours}H` : ""}${minutes > 0 ? `${minutes}M` : ""}${rest > 0 ? `${rest}S` : ""}`;
	return `P${days > 0 ? `${days}D` : ""}${time === "" ? "" : `T${time}`}`;
}
