import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import type { Persona } from "../../host-sim/modem/persona.js";
import { createSimulation, type SimulationOptions } from "../../host-sim/simulation.js";
import { Bench, TestPort } from "../sim-modem/bench.js";

export const ok = "\r\nOK\r\n";

/** On the NR cell of transcript 23 with both families on context 1, echo off, everything said so far dropped. */
export function onNr(persona: Persona, options: ConstructorParameters<typeof Bench>[1] = {}): Bench {
	const bench = new Bench(persona, options).start();
	bench.run(10_000);
	bench.ask("ATE0\r");
	register(bench);
	return bench;
}
export function register(bench: Bench): void {
	bench.ue.register({ stat: 1, tac: "60AA00", ci: "939204254", act: 11, allowedNssai: ["01"] });
	bench.ue.cell = { rat: "NR", plmn: "310260", operator: "T-Mobile", earfcn: 126490, pci: 24, band: 71 };
	bench.ue.signal = { ...bench.ue.signal, rsrpDbm: -104, rsrqDb: -13, sinrDb: 11 };
	bench.ue.activate(1, "10.5.116.238", "2409:8d21:de2:e858::1");
	bench.run(50);
}
/** Moved to LTE, with the same addresses. */
export function fallBack(bench: Bench): string {
	bench.ue.cell = { rat: "LTE", plmn: "310260", operator: "T-Mobile", earfcn: 1300, pci: 17, band: 3 };
	bench.ue.register({ stat: 1, tac: "5141", ci: "0521870C", act: 7 });
	bench.ue.cell = { rat: "LTE", plmn: "310260", operator: "T-Mobile", earfcn: 1300, pci: 17, band: 3 };
	return bench.run(50);
}

/** The module in a network of its own: what it says and what happens to it. */
export function redcapWorld(persona: Persona, options: Partial<SimulationOptions> = {}) {
	const clock = new VirtualClock();
	const port = new TestPort();
	const simulation = createSimulation({ persona, clock, seed: 1, port, ...options });
	return {
		...simulation,
		clock,
		run(ms: number): string {
			clock.run(clock.now() + ms);
			return port.take();
		},
		ask(text: string, ms = 500): string {
			port.send(text);
			return this.run(ms);
		},
	};
}
