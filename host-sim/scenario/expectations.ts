import type { Clock, Scheduled } from "../clock/clock.js";
import { durationMs, durationText } from "./duration.js";
import { matches, type SimulationEvent } from "./events.js";
import type { Expectation, ReadingsExpectation } from "./scenario.js";

export interface CaseResult {
	readonly name: string;
	readonly result: "passed" | "failed" | "skipped";
	/** Why it failed or was skipped; what passed it otherwise. */
	readonly why: string;
	/** When it was decided. */
	readonly atMs: number;
}

/** The counts of the run document. */
export interface Readings {
	readonly taken: number;
	readonly sent: number;
	readonly acknowledged: number;
	readonly pending: number;
	readonly lost: number;
	readonly duplicated: number;
}

/** One expectation while it is being judged. */
export interface Check {
	readonly result: CaseResult | undefined;
	observe(event: SimulationEvent): void;
	readings(readings: Readings): void;
	finish(): void;
}

const LEAST = ["taken", "sent", "acknowledged"] as const;
const MOST = ["pending", "lost", "duplicated"] as const;

export function createCheck(expectation: Expectation, clock: Clock, startMs: number): Check {
	return expectation.readings === undefined
		? new EventCheck(expectation, clock, startMs)
		: new ReadingsCheck(expectation, expectation.readings, clock, startMs);
}

export function expectationName(expectation: Expectation): string {
	if (expectation.name !== undefined) return expectation.name;
	const { event, datagram, readings, count, absent } = expectation;
	const what =
		event ??
		(datagram === undefined
			? `readings ${Object.entries(readings ?? {})
					.map(([key, value]) => `${key} ${value}`)
					.join(", ")}`
			: `datagram ${datagram.direction ?? "up"}`);
	const since = expectation.since === undefined ? "" : ` after ${expectation.since.event}`;
	return `${absent === true ? "no " : ""}${what}${count === undefined ? "" : ` × ${count}`} within ${expectation.within}${since}`;
}

/** The window in which an expectation counts: from the start or from its `since` event, for `within`. */
abstract class WindowCheck implements Check {
	readonly expectation: Expectation;
	readonly clock: Clock;
	result: CaseResult | undefined;
	readonly #startMs: number;
	#deadline: Scheduled | undefined;
	#open = false;
	#sinceSeen = 0;

	constructor(expectation: Expectation, clock: Clock, startMs: number) {
		this.expectation = expectation;
		this.clock = clock;
		this.#startMs = startMs;
		if (expectation.since === undefined) this.#begin(durationMs(expectation.within)!);
	}
	get open(): boolean {
		return this.#open && this.result === undefined;
	}
	observe(event: SimulationEvent): void {
		const { since, within } = this.expectation;
		if (this.open) this.see(event);
		else if (since !== undefined && !this.#open && matches(event, since) && ++this.#sinceSeen === (since.count ?? 1)) {
			this.#begin(durationMs(since.after ?? "PT0S")! + durationMs(within)!);
		}
	}
	abstract see(event: SimulationEvent): void;
	abstract readings(readings: Readings): void;
	/** The window has passed. */
	abstract expire(ended: string): void;
	finish(): void {
		this.clock.cancel(this.#deadline);
		if (this.result !== undefined) return;
		if (this.#open) this.expire(`the run ended after ${durationText(this.clock.now() - this.#startMs)}`);
		else this.decide("failed", `${this.expectation.since?.event} never happened`);
	}
	decide(result: CaseResult["result"], why: string): void {
		this.clock.cancel(this.#deadline);
		this.result = { name: expectationName(this.expectation), result, why, atMs: this.clock.now() - this.#startMs };
	}
	since(): string {
		return durationText(this.clock.now() - this.#startMs);
	}
	#begin(lengthMs: number): void {
		this.#open = true;
		this.#deadline = this.clock.after(lengthMs, () => {
			if (this.open) this.expire(`${this.expectation.within} passed`);
		});
	}
}

class EventCheck extends WindowCheck {
	#seen = 0;

	override see(event: SimulationEvent): void {
		if (!this.#isMeant(event)) return;
		this.#seen++;
		if (this.#seen < (this.expectation.count ?? 1)) return;
		if (this.expectation.absent === true) this.decide("failed", `it happened at ${this.since()}`);
		else this.decide("passed", `at ${this.since()}`);
	}
	override readings(): void {}
	override expire(ended: string): void {
		if (this.expectation.absent === true) this.decide("passed", `${ended} without it`);
		else this.decide("failed", `${ended} and it happened ${this.#seen} of ${this.expectation.count ?? 1} times`);
	}

	#isMeant(event: SimulationEvent): boolean {
		const { datagram } = this.expectation;
		if (datagram === undefined) return matches(event, this.expectation);
		if (event.name !== `datagram-${datagram.direction ?? "up"}`) return false;
		if (datagram.port !== undefined && event.data.port !== datagram.port) return false;
		return Number(event.data.bytes) >= (datagram.minimumBytes ?? 0);
	}
}

class ReadingsCheck extends WindowCheck {
	readonly #wanted: ReadingsExpectation;
	#last: Readings | undefined;

	constructor(expectation: Expectation, wanted: ReadingsExpectation, clock: Clock, startMs: number) {
		super(expectation, clock, startMs);
		this.#wanted = wanted;
	}
	override see(): void {}
	override readings(readings: Readings): void {
		this.#last = readings;
		// Upper limits can still be broken: they are judged when the window closes.
		if (!this.open || MOST.some(key => this.#wanted[key] !== undefined)) return;
		if (this.#complaints(readings).length === 0) this.decide("passed", `at ${this.since()}`);
	}
	override expire(ended: string): void {
		if (this.#last === undefined) {
			this.decide("skipped", "no application told its readings");
			return;
		}
		const complaints = this.#complaints(this.#last);
		if (complaints.length > 0) this.decide("failed", `${ended} and ${complaints.join(", ")}`);
		else this.decide("passed", ended);
	}

	#complaints(readings: Readings): string[] {
		const few = LEAST.filter(key => readings[key] < (this.#wanted[key] ?? 0)).map(
			key => `${readings[key]} ${key}, not at least ${this.#wanted[key]}`,
		);
		const many = MOST.filter(key => readings[key] > (this.#wanted[key] ?? Number.POSITIVE_INFINITY));
		return [...few, ...many.map(key => `${readings[key]} ${key}, not at most ${this.#wanted[key]}`)];
	}
}
