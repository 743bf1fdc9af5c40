import type { Bench } from "../bench.js";
import { type Case, check, equal, on } from "../case.js";

const discipline = on("attach discipline");
const HOUR_MS = 3_600_000;
/** T3411 (10 s) five times and then T3402 (12 min by default) make 29 attempts in the first hour (TS 24.301 5.5.1.2.6); one more for the start. */
const ATTEMPTS_PER_HOUR = 30;

/**
 * What operators' acceptance tests ask (GSMA TS.34): the SDK itself never makes a module ask more often than the network's timers let it.
 * The module's own attempts are those timers'; what the SDK could add is a restart, a new CFUN or a new CGATT.
 */
async function rejected(bench: Bench, cause: number, backOffSeconds?: number): Promise<{ attempts: number; restarts: number }> {
	const { network, events } = bench.world;
	network.reject({ cause, ...(backOffSeconds === undefined ? {} : { backOffSeconds }) });
	bench.modem.connect();
	await bench.until("the refusal", () => bench.errorCodes().includes("registrationDenied"), 600_000);
	const before = events.count("attach") + events.count("tau");
	await bench.pass(HOUR_MS);
	const { functionality, reset, powerCycle } = bench.modem.counters;
	return { attempts: events.count("attach") + events.count("tau") - before, restarts: functionality + reset + powerCycle };
}

function under(cause: number, name: string, perHour: number): Case {
	return discipline(`cause #${cause} (${name}): attempts stay within back-off, nothing is reset`, async bench => {
		const { attempts, restarts } = await rejected(bench, cause);
		check(attempts <= perHour, `${attempts} attempts in an hour, ${perHour} are allowed`);
		equal(restarts, 0, "the count of resets in answer to a refusal");
		// Only these modes of the registration report carry a cause (TS 27.007 10.1.22).
		const { mode } = bench.driver.registration;
		if (mode !== 3 && mode !== 5) return;
		equal(bench.errors.find(({ code }) => code === "registrationDenied")?.causeNumber, cause, "the cause that the application was told");
	});
}

const cases: Case[] = [
	under(3, "illegal UE", 1),
	under(6, "illegal ME", 1),
	under(7, "EPS services not allowed", 1),
	under(8, "EPS and non-EPS services not allowed", 1),
	under(11, "PLMN not allowed", 61),
	under(12, "tracking area not allowed", 61),
	under(13, "roaming not allowed in this tracking area", 61),
	under(15, "no suitable cells in tracking area", 61),
	under(17, "network failure", ATTEMPTS_PER_HOUR),
	discipline("cause #22 with T3346: not one attempt before it has run out", async bench => {
		const { attempts, restarts } = await rejected(bench, 22, 2 * 3600);
		equal(attempts, 0, "the count of attempts in the hour after a back-off of two");
		equal(restarts, 0, "the count of resets");
	}),
	discipline("a refusal is said once, not at every attempt", async bench => {
		await rejected(bench, 17);
		equal(bench.errorCodes().filter(code => code === "registrationDenied").length, 1, "how often it was said");
	}),
	discipline("when the network takes it again, it is there without being asked", async bench => {
		await rejected(bench, 17);
		bench.world.network.reject(undefined);
		await bench.until("a connection", () => bench.modem.connection === 500, 2 * HOUR_MS);
	}),
	discipline("connecting again and again makes no attach storm", async bench => {
		bench.world.network.reject({ cause: 17 });
		const { events } = bench.world;
		for (let i = 0; i < 20; i++) {
			bench.modem.connect();
			await bench.pass(60_000);
		}
		const attempts = events.count("attach");
		check(attempts <= ATTEMPTS_PER_HOUR, `${attempts} attempts in twenty minutes`);
	}),
];

export { cases as attachDiscipline };
