import { describe, expect, test } from "vitest";
import { mqttDialogue, PAYLOAD_BYTES, tcpDrivers } from "./mqtt-dialogue.js";

const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1);
/** The whole file takes half a minute on a machine of its own. */
const DRIVER_MS = 240_000;

/** More seeds: `npm run soak`. */
describe(`MQTT with ${PAYLOAD_BYTES} bytes each way at QoS 1, whatever comes between them`, () => {
	test("is had over several drivers", () => {
		expect(tcpDrivers.length).toBeGreaterThanOrEqual(7);
	});
	test.each(tcpDrivers.map(driver => [driver.id, driver] as const))(
		"%s",
		async (_id, driver) => {
			const failures: string[] = [];
			for (const seed of SEEDS) {
				const { failure, faults } = await mqttDialogue(driver, seed);
				if (failure !== undefined) failures.push(`seed ${seed}: ${failure}`);
				expect(faults).toBeGreaterThan(10);
			}
			expect(failures).toEqual([]);
		},
		DRIVER_MS,
	);
});
