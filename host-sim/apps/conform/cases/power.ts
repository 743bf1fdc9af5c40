import type { Bench } from "../bench.js";
import { check, equal, on, type Subject, without } from "../case.js";

const power = on("power");
const PSM = { periodicTauSeconds: 36_000, activeSeconds: 10 };
const skipPsm = without("psm");
const skipEdrx = without("edrx");
const MINUTES = 60_000;

function noSleep(subject: Subject): string | undefined {
	return skipPsm(subject) ?? (subject.driver.sleep === undefined ? "the driver knows no sleep of the module" : undefined);
}

function grantedPsm(bench: Bench) {
	return bench.modem.power.psm.granted || undefined;
}

const cases = [
	power(
		"PSM is asked for before attach, so that the first grant holds",
		async bench => {
			// The first start provisions the module: what it keeps counts from the next one on.
			await bench.connect({ psm: PSM });
			let isOff = false;
			bench.modem.powerOff(() => {
				isOff = true;
			});
			await bench.until("the end of switching off", () => isOff, 2 * MINUTES);
			const before = bench.world.events.count("attach");
			if (bench.world.module.state === "off" && bench.driver.procedures?.powerOn === undefined) bench.world.module.powerOn();
			await bench.connect({ psm: PSM });
			equal(bench.world.events.count("attach") - before, 1, "the count of attach procedures of the second start");
			await bench.until("a grant", () => bench.modem.power.psm.granted !== undefined, 2 * MINUTES);
		},
		{ skip: skipPsm },
	),
	power(
		"what was granted is told in seconds",
		async bench => {
			await bench.connect({ psm: PSM });
			await bench.until("a grant", () => bench.modem.power.psm.granted !== undefined, 2 * MINUTES);
			equal(grantedPsm(bench)?.activeSeconds, PSM.activeSeconds, "the active time");
			equal(grantedPsm(bench)?.periodicTauSeconds, PSM.periodicTauSeconds, "the periodic TAU");
		},
		{ skip: skipPsm },
	),
	power(
		"a network that grants something else is heard",
		async bench => {
			bench.world.network.setPsmPolicy({ grant: "own", activeSeconds: 2, periodicTauSeconds: 7200 });
			await bench.connect({ psm: PSM });
			await bench.until("a grant", () => bench.modem.power.psm.granted !== undefined, 2 * MINUTES);
			equal(grantedPsm(bench)?.activeSeconds, 2, "the active time");
			equal(grantedPsm(bench)?.periodicTauSeconds, 7200, "the periodic TAU");
		},
		{ skip: skipPsm },
	),
	power(
		"a network that grants nothing leaves nothing granted",
		async bench => {
			bench.world.network.setPsmPolicy({ grant: "refuse" });
			await bench.connect({ psm: PSM });
			await bench.pass(5 * MINUTES);
			equal(grantedPsm(bench), undefined, "the grant");
			equal(bench.world.events.count("psm-entered"), 0, "how often PSM was entered");
		},
		{ skip: skipPsm },
	),
	power(
		"PSM is entered when there is nothing to do",
		async bench => {
			await bench.connect({ psm: PSM });
			await bench.until("PSM", () => bench.world.ue.psm, 10 * MINUTES);
			await bench.until("that the application knows it", () => bench.modem.power.state === "asleep", 2 * MINUTES);
		},
		{ skip: noSleep },
	),
	power(
		"nothing is said to a module that sleeps",
		async bench => {
			await bench.connect({ psm: PSM });
			await bench.until("PSM", () => bench.world.ue.psm, 10 * MINUTES);
			await bench.pass(5 * MINUTES);
			const before = bench.world.module.counters.commands;
			await bench.pass(8 * 3_600_000);
			equal(bench.world.module.counters.commands, before, "the count of commands after eight hours of sleep");
		},
		{ skip: noSleep },
	),
	power(
		"a module that sleeps is woken once and answers",
		async bench => {
			await bench.connect({ psm: PSM });
			await bench.until("PSM", () => bench.world.ue.psm, 10 * MINUTES);
			await bench.pass(3_600_000);
			let isAwake = false;
			bench.modem.wake(error => {
				isAwake = error === undefined;
			});
			await bench.until("that it is awake", () => isAwake, 2 * MINUTES);
			equal(bench.modem.counters.reset + bench.modem.counters.powerCycle, 0, "the count of resets it took");
		},
		{ skip: noSleep },
	),
	power(
		"eDRX is asked for and its grant is told in seconds",
		async bench => {
			await bench.connect({ edrx: { cycleSeconds: 81.92 } });
			await bench.until("a grant", () => bench.modem.power.edrx.granted !== undefined, 2 * MINUTES);
			const granted = bench.modem.power.edrx.granted;
			check(granted !== undefined && JSON.stringify(granted).includes("81.92"), `the grant is ${JSON.stringify(granted)}`);
		},
		{ skip: skipEdrx },
	),
	power("settings that the module keeps are written once, not at every start", async bench => {
		await bench.connect({ psm: skipPsm({ driver: bench.driver, persona: undefined }) === undefined ? PSM : undefined });
		bench.modem.disconnect();
		await bench.pass(MINUTES);
		await bench.connect({ psm: skipPsm({ driver: bench.driver, persona: undefined }) === undefined ? PSM : undefined });
		const before = bench.world.module.counters.nvramWrites;
		for (let i = 0; i < 5; i++) {
			bench.modem.disconnect();
			await bench.pass(MINUTES);
			await bench.connect({ psm: skipPsm({ driver: bench.driver, persona: undefined }) === undefined ? PSM : undefined });
		}
		equal(bench.world.module.counters.nvramWrites - before, 0, "the count of NVRAM writes in five more connections");
	}),
];

export { cases as power };
