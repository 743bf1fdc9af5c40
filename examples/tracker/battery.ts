import { command, type Modem, type ModemError } from "xs-cellular";
import monitor from "xs-cellular/monitor";

/** `+CBC: <bcs>,<bcl>[,<millivolts>]`: what powers the module (0: a battery), and its charge in per cent. */
const CBC = command("+CBC", { spec: "TS 27.007 8.4", execute: { lines: true } });
/** Charges differ a little from one reading to the next. */
const RECOVERED_PER_CENT = 5;
const CHECK_EVERY_MS = 600_000;

interface Line {
	uint(index: number): number | undefined;
}

/** How much charge is left, where the module says so. */
export class Battery {
	readonly #modem: Modem;
	readonly #lowPerCent: number;
	#isAsking = false;
	/** The module knows nothing of a battery. */
	#isMute = false;
	#isLow = false;
	#nextMs = 0;

	constructor(modem: Modem, lowPerCent: number) {
		this.#modem = modem;
		this.#lowPerCent = lowPerCent;
	}
	get isLow(): boolean {
		return this.#isLow;
	}
	/** Asks the module now and then; best when it is awake anyhow. */
	check(nowMs: number): void {
		if (this.#isAsking || this.#isMute || nowMs < this.#nextMs) return;
		this.#isAsking = true;
		this.#nextMs = nowMs + CHECK_EVERY_MS;
		this.#modem.send(CBC.execute, undefined, this, Battery.prototype.asked, { onLine: Battery.prototype.line });
	}
	line(line: Line): void {
		const status = line.uint(0);
		const perCent = line.uint(1);
		if (status !== 0 || perCent === undefined) return;
		const wasLow = this.#isLow;
		this.#isLow = perCent < this.#lowPerCent + (wasLow ? RECOVERED_PER_CENT : 0);
		if (this.#isLow !== wasLow) monitor("battery", { perCent, low: this.#isLow });
	}
	asked(error: ModemError | undefined): void {
		this.#isAsking = false;
		if (error !== undefined && error.fault === "refused") this.#isMute = true;
	}
}
