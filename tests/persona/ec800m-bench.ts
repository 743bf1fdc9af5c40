import persona from "../../host-sim/persona/quectel-ec800m.js";
import { Bench } from "../sim-modem/bench.js";

/** Registered with both addresses, echo off, the banner read. */
export function started(options: ConstructorParameters<typeof Bench>[1] = {}): Bench {
	const bench = new Bench(persona, options).start();
	bench.run(7000);
	bench.ue.register({ act: 7, stat: 1, tac: "5141", ci: "0521870C" });
	bench.ue.activate(1, "10.238.250.166", "2409:8d21:de2:e858::1");
	bench.run(10);
	bench.ask("ATE0\r");
	return bench;
}

/** Context 1 in use by the module's own stack, data not echoed. */
export function online(options: ConstructorParameters<typeof Bench>[1] = {}): Bench {
	const bench = started(options);
	bench.ask("AT+QIACT=1\r");
	bench.ask("AT+QISDE=0\r");
	return bench;
}
