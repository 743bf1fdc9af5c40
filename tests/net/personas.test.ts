import { describe, expect, test } from "vitest";
import { drivers } from "../../drivers/index.js";
import { personas } from "../../host-sim/persona/index.js";
import type { Behaviours } from "./behaviours/bench.js";
import { tcp } from "./behaviours/tcp.js";
import { udp } from "./behaviours/udp.js";
import { personaBench } from "./persona-bench.js";

const SEED = 3;

/** A driver that somebody has begun knows of no sockets yet. */
const withSockets = drivers.filter(({ capabilities }) => Number(capabilities.udpSockets.value) > 0);

/** Every behaviour of a socket, with every module of the package: nothing here knows which one it is. */
describe.each(withSockets.map(driver => ({ id: driver.id, driver })))("$id", ({ id, driver }) => {
	const persona = personas.find(other => other.id === id)!;
	function run(kind: string, behaviours: Behaviours): void {
		for (const [file, cases] of Object.entries(behaviours))
			for (const [name, behaviour] of Object.entries(cases))
				test(`${kind} ${file}: ${name}`, async () => {
					const bench = personaBench(driver, persona, SEED);
					await behaviour(bench);
					expect(bench.thrown).toEqual([]);
				});
	}
	if (Number(driver.capabilities.tcpSockets.value) > 0) run("tcp", tcp);
	run("udp", udp);
});
