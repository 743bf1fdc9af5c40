import type { Persona } from "../../host-sim/modem/persona.js";
import { Bench } from "../sim-modem/bench.js";
import type { FakeFlow } from "../sim-modem/fake-ue.js";

export const ok = "\r\nOK\r\n";
export const error = "\r\nERROR\r\n";
export const server = "2001:db8:5e::1";

export const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));

/** On an LTE cell with both families on context 1, echo off, everything said so far dropped. */
export function onLte(persona: Persona, options: ConstructorParameters<typeof Bench>[1] = {}): Bench {
	const bench = new Bench(persona, options).start();
	bench.run(10_000);
	register(bench);
	bench.ask("ATE0\r");
	return bench;
}

export function register(bench: Bench): void {
	bench.ue.register({ stat: 1, tac: "5141", ci: "0521870C", act: 7 });
	bench.ue.cell = { rat: "LTE", plmn: "46000", operator: "CHINA MOBILE", earfcn: 1300, pci: 17, band: 3 };
	bench.ue.activate(1, "10.148.158.125", "2409:8d21:de2:e858::1");
	bench.run(50);
}

/** What the network last was asked to open. */
export function lastFlow(bench: Bench): FakeFlow {
	return bench.ue.flows.at(-1)!;
}
