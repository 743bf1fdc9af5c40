import { afterEach, describe, expect, test } from "vitest";
import { drivers } from "../../drivers/index.js";
import { SimulatedBench } from "../../host-sim/apps/conform/simulated-bench.js";
import { personas } from "../../host-sim/persona/index.js";

/** The simulated cells: NB-IoT in band 20, LTE in band 3 (host-sim/network/operator.ts). */
const BAND_OF = { nbiot: 20, cat1: 3, redcap: 3 } as const;
const WRONG = 5;
let bench: SimulatedBench | undefined;
afterEach(async () => {
	await bench?.close();
	bench = undefined;
});

describe.each(drivers.filter(({ procedures }) => procedures?.bands !== undefined))("$id with its persona", driver => {
	const persona = personas.find(one => one.id === driver.id)!;
	const right = BAND_OF[driver.tier];

	test("a list without the cell's band finds no cell; with it the module connects, and the list is not written again", async () => {
		bench = new SimulatedBench(driver, persona, 1, {});
		const { modem, simulation } = bench;
		const written = (): number => bench!.toModule.match(/AT\+(QBAND=|NBAND=|QCFG="band",)/g)?.length ?? 0;
		modem.connect({ apn: "iot.test", bands: [WRONG], sleep: false });
		await bench.pass(900_000);
		expect([simulation.ue.bands, simulation.ue.registration.stat, modem.connection < 500, written()]).toEqual([[WRONG], 2, true, 1]);
		modem.disconnect();
		await bench.pass(30_000);
		modem.connect({ apn: "iot.test", bands: [right, WRONG], sleep: false });
		await bench.until("registration", () => modem.connection === 500);
		expect([[...simulation.ue.bands!].sort((a, b) => a - b), written()]).toEqual([[right, WRONG].sort((a, b) => a - b), 2]);
		modem.disconnect();
		await bench.pass(30_000);
		modem.connect({ apn: "iot.test", bands: [WRONG, right], sleep: false });
		await bench.until("registration", () => modem.connection === 500);
		expect(written()).toBe(2);
	});
	test("without the option nothing about bands is asked", async () => {
		bench = new SimulatedBench(driver, persona, 1, {});
		bench.modem.connect({ apn: "iot.test", sleep: false });
		await bench.until("registration", () => bench!.modem.connection === 500);
		expect(bench.toModule).not.toMatch(/BAND|"band"/);
	});
});
