import type { Clock } from "../../clock/clock.js";
import { DoctorLine, type OpenLine } from "./line.js";

/** What a line at one rate has to say for itself. */
export type Heard = "answers" | "numericResults" | "echo" | "positions" | "text" | "garbage" | "nothing";

interface Attempt {
	readonly baud: number;
	readonly times: number;
}
/**
 * Asleep, a BC660K loses the command that wakes it and says nothing for 1.8 s (capture 01), so the two rates that modules leave the
 * factory with get twice that; the others are rare.
 */
const ATTEMPTS: readonly Attempt[] = [
	{ baud: 115_200, times: 6 },
	{ baud: 9600, times: 6 },
	...[921_600, 460_800, 57_600, 230_400, 38_400, 19_200, 4800].map(baud => ({ baud, times: 3 })),
];
/** A module that is awake answers `AT` in 300 ms (an assumption; the slowest in hand takes 22). */
const ANSWER_MS = 600;
/** A UART takes what is still on the wire when the rate changes. */
const SETTLE_MS = 50;

export type Found =
	| { readonly line: DoctorLine; readonly baud: number; readonly heard: "answers"; readonly echo: boolean }
	| { readonly line: undefined; readonly baud: number | null; readonly heard: Exclude<Heard, "answers">; readonly echo: boolean };

/** What a first `AT` brought. */
export function judge(text: string): { readonly heard: Heard; readonly echo: boolean } {
	const echo = /(^|[\r\n\0])AT\r/.test(text);
	const rest = text.replace(/AT\r/g, "");
	if (/(^|[\r\n])(OK|ERROR|\+CM[ES] ERROR:[^\r]*)\r/.test(rest)) return { heard: "answers", echo };
	// V.250 6.2.6: 0 is OK and 4 is ERROR after ATV0.
	if (/^[04\r\n]*[04]\r$/.test(rest)) return { heard: "numericResults", echo };
	if (/^[\r\n\0]*$/.test(rest)) return { heard: echo ? "echo" : "nothing", echo };
	if (/\$G[A-Z]{4},/.test(rest)) return { heard: "positions", echo };
	return { heard: /^[\t\r\n\x20-\x7e]+$/.test(rest) ? "text" : "garbage", echo };
}

/** What says more about a line wins over what says less. */
const TELLING: readonly Heard[] = ["numericResults", "echo", "positions", "text", "garbage", "nothing"];

/**
 * Tries the rates until something answers `AT`; about 20 s when nothing does. On a socket there is no rate to try.
 * Rejects with the PortError when the port cannot be opened.
 */
export async function findRate(clock: Clock, open: OpenLine, hasRate: boolean, say: (text: string) => void): Promise<Found> {
	let best: { heard: Exclude<Heard, "answers">; baud: number | null; echo: boolean } = { heard: "nothing", baud: null, echo: false };
	for (const { baud, times } of hasRate ? ATTEMPTS : ATTEMPTS.slice(0, 1)) {
		say(hasRate ? `trying ${baud} bit/s` : "trying AT");
		const line = await DoctorLine.open(clock, open, baud);
		let keep = false;
		try {
			const { heard, echo } = await listen(line, times);
			if (heard === "answers") {
				keep = true;
				return { line, baud, heard, echo };
			}
			if (TELLING.indexOf(heard) < TELLING.indexOf(best.heard)) best = { heard, baud, echo };
			if (heard === "numericResults") break;
		} finally {
			if (!keep) line.close();
		}
	}
	return { line: undefined, ...best };
}

async function listen(line: DoctorLine, times: number): Promise<{ heard: Heard; echo: boolean }> {
	let said = "";
	await line.pause(SETTLE_MS);
	for (let i = 0; i < times; i++) {
		line.write("AT\r");
		await line.pause(ANSWER_MS);
		said += line.take();
		const { heard, echo } = judge(said);
		// A command line that was lost shows no echo, and what was on the wire before may have spoilt one: a clean one tells.
		if (heard === "answers") return { heard, echo: i === 0 ? echo : await echoes(line, echo) };
		if (heard === "numericResults") return { heard, echo };
	}
	return judge(said);
}

async function echoes(line: DoctorLine, before: boolean): Promise<boolean> {
	line.write("AT\r");
	await line.pause(ANSWER_MS);
	const { heard, echo } = judge(line.take());
	return heard === "answers" ? echo : before;
}
