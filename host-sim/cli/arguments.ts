import { InvalidArgumentError } from "commander";

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, y: 31_557_600 };

/** `30s`, `10m`, `24h`, `7d`, `10y` to milliseconds. */
export function durationMs(text: string): number {
	const match = /^(\d+(?:\.\d+)?)([smhdy])$/.exec(text);
	if (!match) throw new InvalidArgumentError("A duration is a number and s, m, h, d or y: 30s, 10m, 24h, 7d, 10y.");
	const ms = Number(match[1]) * UNITS[match[2]] * 1000;
	if (!(ms > 0)) throw new InvalidArgumentError("A duration is longer than nothing.");
	return ms;
}

export function seed(text: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value)) throw new InvalidArgumentError("A seed is an integer.");
	return value;
}

export function oneOf<const T extends string>(...allowed: readonly T[]): (text: string) => T {
	return text => {
		if (!(allowed as readonly string[]).includes(text)) throw new InvalidArgumentError(`Use one of ${allowed.join(", ")}.`);
		return text as T;
	};
}
