import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Persona } from "../../host-sim/modem/persona.js";
import cmccMl307r from "../../host-sim/persona/cmcc-ml307r.js";
import simcomA7670 from "../../host-sim/persona/simcom-a7670.js";
import { parseTranscript } from "../../host-sim/transcript/format.js";
import { Bench } from "../sim-modem/bench.js";
import { lastFlow, register } from "./cat1-bench.js";

/** What the host said, and all that the module said until the host spoke again. */
function exchanges(name: string): [command: string, answer: string][] {
	const text = readFileSync(fileURLToPath(new URL(`../transcripts/${name}.at`, import.meta.url)), "utf8");
	const pairs: [string, string][] = [];
	for (const record of parseTranscript(text).records) {
		if (record.kind === "pause") continue;
		const said = Buffer.from(record.bytes).toString("latin1");
		if (record.kind === "sent") pairs.push([said, ""]);
		else if (pairs.length > 0) pairs.at(-1)![1] += said;
	}
	return pairs;
}

function upAndRunning(persona: Persona, options: ConstructorParameters<typeof Bench>[1] = {}): Bench {
	const bench = new Bench(persona, options).start();
	bench.run(10_000);
	register(bench);
	return bench;
}

test("the ML307R of transcript 33, until the server has closed", () => {
	const bench = upAndRunning(cmccMl307r, { imei: "864098089000000", sim: { iccid: "89860413160000000000" } });
	bench.ue.signal = { ...bench.ue.signal, rssiDbm: -73 };
	const pairs = exchanges("cmcc-ml307r.bringup-tls");
	expect(pairs.length).toBe(17);
	for (const [command, answer] of pairs) {
		// What the capture leaves out: TLS was switched on before, and the server closed before the host did.
		if (command.startsWith("AT+MIPOPEN")) bench.ask('AT+MIPCFG="ssl",0,1,0\r');
		if (command.startsWith("AT+MIPCLOSE")) {
			lastFlow(bench).listener.closed();
			bench.run(10);
		}
		bench.send(command);
		let heard = bench.run(500);
		if (command.startsWith("AT+MIPOPEN")) {
			lastFlow(bench).listener.opened();
			heard += bench.run(10);
		}
		expect([command, heard]).toEqual([command, answer]);
	}
});

test("the SIM7600 of transcript 16, where the A7670 is the same", () => {
	const bench = upAndRunning(simcomA7670);
	bench.ue.register({ stat: 5, act: 7 });
	bench.run(10);
	for (const [command, answer] of exchanges("simcom-sim7600e.udp-open-error"))
		expect([command, bench.ask(command, 1000)]).toEqual([command, answer]);
});

test("the SIM7600 of transcript 17, where the A7670 is the same", () => {
	const bench = upAndRunning(simcomA7670);
	const pairs = exchanges("simcom-sim7600.smart-quotes");
	expect(pairs.length).toBe(6);
	for (const [command, answer] of pairs) expect([command, bench.ask(command)]).toEqual([command, answer]);
});

test("the A7670E of transcript 12, up to where its radio was GSM's", () => {
	const bench = new Bench(simcomA7670).start();
	bench.run(10_000);
	bench.ue.register({ stat: 1, act: 3 });
	bench.ue.cell = { rat: "LTE", plmn: "22201", operator: "I TIM", earfcn: 1021, pci: 15, band: 3 };
	bench.ue.signal = { ...bench.ue.signal, rssiDbm: -85 };
	bench.ue.lastEsmCause = 33;
	bench.ue.activateContext = () => bench.ue.deactivate(1);
	bench.run(10);
	bench.ask("ATE0;+COPS=3,2;E1\r");
	let compared = 0;
	for (const [command, answer] of exchanges("simcom-a7670e.gsm-cme-verbose")) {
		const heard = bench.ask(command, 1000);
		// A GSM cell, a context 3 and a service on it: the simulated network has none of them.
		if (/CPSI|CGACT\?|NETOPEN/.test(command)) continue;
		expect([command, heard]).toEqual([command, answer]);
		compared++;
	}
	expect(compared).toBe(11);
});
