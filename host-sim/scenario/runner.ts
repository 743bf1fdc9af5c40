import type { Clock, Scheduled } from "../clock/clock.js";
import { describeAction, perform, type ScenarioTarget } from "./actions.js";
import { durationMs } from "./duration.js";
import { type EventLog, matches, type SimulationEvent } from "./events.js";
import { type CaseResult, type Check, createCheck, type Readings } from "./expectations.js";
import type { Scenario, Step } from "./scenario.js";

export interface ScenarioResult {
	readonly title: string;
	readonly passed: boolean;
	readonly cases: readonly CaseResult[];
	/** Steps that never came to pass. */
	readonly openSteps: readonly string[];
}

/** Carries out a scenario's steps on the simulation's clock and judges its expectations. */
export class ScenarioRunner {
	readonly scenario: Scenario;
	readonly #clock: Clock;
	readonly #events: EventLog;
	readonly #target: ScenarioTarget;
	readonly #checks: readonly Check[];
	readonly #unsubscribe: () => void;
	readonly #startMs: number;
	#index = 0;
	#seen = 0;
	#waiting: Scheduled | undefined;
	#stopped = false;

	/** Steps at PT0S are carried out here, before anything else happens. */
	constructor(scenario: Scenario, clock: Clock, events: EventLog, target: ScenarioTarget) {
		this.scenario = scenario;
		this.#clock = clock;
		this.#events = events;
		this.#target = target;
		this.#startMs = clock.now();
		this.#checks = scenario.expect.map(expectation => createCheck(expectation, clock, this.#startMs));
		this.#unsubscribe = events.on(event => this.#observe(event));
		this.#arm();
	}

	/** What the application has done so far; call it after each change. */
	readings(readings: Readings): void {
		for (const check of this.#checks) check.readings(readings);
	}
	/** Every expectation is decided, so that a run may end early. */
	get decided(): boolean {
		return this.#index >= this.scenario.steps.length && this.#checks.every(check => check.result !== undefined);
	}
	/** Judges what is still open as of now; a second call gives the same. */
	finish(): ScenarioResult {
		this.#stopped = true;
		this.#clock.cancel(this.#waiting);
		this.#unsubscribe();
		for (const check of this.#checks) check.finish();
		const cases = this.#checks.map(check => check.result!);
		const openSteps = this.scenario.steps.slice(this.#index).map((step, offset) => this.#describe(step, this.#index + offset));
		return { title: this.scenario.title, passed: cases.every(entry => entry.result !== "failed"), cases, openSteps };
	}

	#describe(step: Step, index: number): string {
		const trigger = step.when === undefined ? `at ${step.at}` : `when ${step.when.event}`;
		return `step ${index + 1} (${trigger}): ${describeAction(step.do)}`;
	}
	/** Waits for the next step, or carries it out when its time has come already. */
	#arm(): void {
		while (!this.#stopped) {
			const step = this.scenario.steps[this.#index];
			if (step?.at === undefined) return;
			const dueMs = this.#startMs + durationMs(step.at)!;
			if (dueMs > this.#clock.now()) {
				this.#waiting = this.#clock.at(dueMs, () => this.#run());
				return;
			}
			this.#perform(step);
		}
	}
	#observe(event: SimulationEvent): void {
		for (const check of this.#checks) check.observe(event);
		const when = this.scenario.steps[this.#index]?.when;
		if (when === undefined || this.#waiting !== undefined || !matches(event, when)) return;
		if (++this.#seen < (when.count ?? 1)) return;
		// Never inside the event: what it reports has to be complete first.
		this.#waiting = this.#clock.after(durationMs(when.after ?? "PT0S")!, () => this.#run());
	}
	#run(): void {
		if (this.#stopped) return;
		this.#perform(this.scenario.steps[this.#index]!);
		this.#arm();
	}
	#perform(step: Step): void {
		this.#waiting = undefined;
		this.#seen = 0;
		this.#index++;
		perform(step.do, this.#target);
		this.#events.emit("scenario-step", { step: this.#index, what: describeAction(step.do) });
	}
}

/** One line for each case, for people. */
export function resultLines(result: ScenarioResult): string[] {
	return [
		...result.cases.map(
			entry => `${entry.result === "passed" ? "ok" : entry.result === "failed" ? "FAILED" : "skipped"}  ${entry.name}: ${entry.why}`,
		),
		...result.openSteps.map(step => `never reached  ${step}`),
	];
}
