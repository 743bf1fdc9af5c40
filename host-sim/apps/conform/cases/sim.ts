import { check, equal, on, type Subject } from "../case.js";
import type { SimulatedBench } from "../simulated-bench.js";

const sim = on("sim");
const PIN = "4321";
const withPin = { module: { sim: { pin: PIN } } };
const ANSWER_MS = 240_000;
const WEEK_MS = 7 * 86_400_000;

function noPin({ driver }: Subject): string | undefined {
	return driver.sim === "imsi" ? "the module has no +CPIN: no PIN can be given" : undefined;
}

const cases = [
	sim(
		"a PIN that is asked for is given, once at each start",
		async bench => {
			await bench.connect({ pin: PIN });
			const given = (bench as SimulatedBench).toModule.match(/AT\+CPIN="4321"/g) ?? [];
			const { boots } = bench.world.module.counters;
			check(given.length > 0 && given.length <= boots, `the PIN was given ${given.length} times in ${boots} starts of the module`);
		},
		{ world: () => withPin, skip: noPin },
	),
	sim(
		"without a PIN the application is told to give one, and nothing is guessed",
		async bench => {
			bench.modem.connect();
			await bench.until("pinRequired", () => bench.errorCodes().includes("pinRequired"), ANSWER_MS);
			await bench.pass(WEEK_MS);
			check(!(bench as SimulatedBench).toModule.includes("AT+CPIN="), "a PIN was sent that nobody gave");
		},
		{ world: () => withPin, skip: noPin },
	),
	sim(
		"a wrong PIN is not tried again: two tries stay, whatever happens in a week",
		async bench => {
			bench.modem.connect({ pin: "1111" });
			await bench.until("pinRefused", () => bench.errorCodes().some(code => code === "pinRefused" || code === "pinLastTry"), ANSWER_MS);
			await bench.pass(WEEK_MS);
			const given = (bench as SimulatedBench).toModule.match(/AT\+CPIN="/g) ?? [];
			equal(given.length, 1, "how often a PIN was given");
		},
		{ world: () => withPin, skip: noPin },
	),
	sim(
		"the PIN stands in no error",
		async bench => {
			bench.modem.connect({ pin: "1111" });
			await bench.until("an error", () => bench.errors.length > 0, ANSWER_MS);
			check(!bench.errors.some(({ message }) => message.includes("1111")), "an error shows the PIN");
		},
		{ world: () => withPin, skip: noPin },
	),
	sim(
		"a missing SIM is said, and the module is not reset for it",
		async bench => {
			bench.modem.connect();
			await bench.until("noSim", () => bench.errorCodes().includes("noSim"), ANSWER_MS);
			await bench.pass(86_400_000);
			const { reset, powerCycle, functionality } = bench.modem.counters;
			equal(reset + powerCycle + functionality, 0, "the count of resets in a day");
		},
		{ world: () => ({ module: { sim: { inserted: false } } }) },
	),
	sim("a SIM that is still busy is waited for", async bench => {
		bench.world.module.faults.set("sim-busy", { times: 3 });
		await bench.connect();
	}),
	sim("a SIM that was read is not asked for its number again and again", async bench => {
		await bench.connect();
		const { module } = bench.world;
		const before = module.counters.commands;
		await bench.pass(3_600_000);
		const commands = module.counters.commands - before;
		check(commands <= 12, `${commands} commands in an hour of rest`);
	}),
];

export { cases as sim };
