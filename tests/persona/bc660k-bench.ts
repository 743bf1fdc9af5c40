import persona from "../../host-sim/persona/quectel-bc660k.js";
import { Bench } from "../sim-modem/bench.js";

/** What transcript 01's module had stored. */
const nvram = new Map([
	["QCGDEFCONT", "IP\ttest.apn"],
	["CPSMS", "1"],
	["CPSMS.tau", "01000001"],
	["CPSMS.active", "00100011"],
	["CEDRXS", "1"],
	["CEDRXS.act", "5"],
	["CEDRXS.cycle", "0011"],
]);

/** Registered with an IPv4 address, echo off, the banner read. */
export function started(options: ConstructorParameters<typeof Bench>[1] = { nvram }): Bench {
	const bench = new Bench(persona, options).start();
	bench.run(1000);
	bench.ue.register({ activeTime: "00100011", periodicTau: "00101010" });
	bench.ue.activate(0, "10.0.0.7", undefined);
	bench.run(10);
	bench.ask("ATE0\r");
	return bench;
}
