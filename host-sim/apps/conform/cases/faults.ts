import type { FaultParameters } from "../../../modem/fault-catalogue.js";
import type { Bench } from "../bench.js";
import { type Case, check, equal, on } from "../case.js";

const faults = on("faults");
const MINUTES = 60_000;

/** The fault happens while the driver brings the module up; at the end there is a connection. */
function survives(name: string, what: string, parameters?: FaultParameters): Case {
	return faults(`${what}: a connection all the same`, async bench => {
		bench.world.module.faults.set(name, parameters);
		await connected(bench);
	});
}
async function connected(bench: Bench): Promise<void> {
	bench.modem.connect();
	await bench.until("a connection", () => bench.modem.connection === 500, 20 * MINUTES);
}
/** The fault comes when everything stands, and what is asked next gets its answer. */
function survivesLater(name: string, what: string, parameters?: FaultParameters): Case {
	return faults(`${what}: the next exchange is right`, async bench => {
		await connected(bench);
		bench.world.module.faults.set(name, parameters);
		await readSignal(bench);
		bench.world.module.faults.clear(name);
		await readSignal(bench);
	});
}
async function readSignal(bench: Bench): Promise<void> {
	let rsrp: number | undefined;
	let isOver = false;
	bench.modem.signal(undefined, (_error, signal) => {
		isOver = true;
		rsrp = signal?.rsrpDbm ?? signal?.rssiDbm ?? rsrp;
	});
	await bench.until("the end of the exchange", () => isOver, 5 * MINUTES);
	check(rsrp === undefined || (rsrp >= -156 && rsrp <= -31), `the signal is ${rsrp} dBm`);
}

const cases: Case[] = [
	survives("split-bytes", "answers in two pieces"),
	survives("urc-before-final", "a result code between command and final result, everywhere", { times: 0 }),
	survives("glued-urc", "a result code that sticks to the line before it", { times: 5 }),
	survives("double-ok", "OK twice", { times: 0 }),
	survives("error-answer", "CME 14 to the first SIM command", { command: "+CPIN", cme: 14, times: 2 }),
	survives("lost-command", "a command line without an answer", { times: 1 }),
	survives("no-final", "a final result that never comes", { times: 1 }),
	survives("slow-answer", "an answer that comes late", { times: 1, delayMs: 3_000 }),
	survives("glued-answer", "an answer that sticks to the echo", { times: 3 }),
	survivesLater("cme-text", "an error in words", { times: 1 }),
	survivesLater("missing-crlf", "a missing line end", { times: 1 }),
	survivesLater("ok-before-result", "OK before its information line", { times: 1 }),
	survivesLater("result-before-error", "a reason before ERROR", { times: 1 }),
	survivesLater("garble-bytes", "bytes that change", { probability: 0.05, direction: "toHost" }),
	survivesLater("drop-bytes", "bytes that vanish", { probability: 0.05, direction: "toHost" }),
	survivesLater("double-bytes", "bytes that come twice", { probability: 0.05, direction: "toHost" }),
	faults("a registration report at every byte of an answer is heard, and so is the answer", async bench => {
		await connected(bench);
		for (let position = 0; position < 24; position++) {
			bench.world.module.faults.set("urc-inside", { position, times: 1, text: "\r\n+CTZV: 32\r\n" });
			await readSignal(bench);
		}
	}),
	faults("noise on the line while nothing is asked is counted and costs nothing", async bench => {
		await connected(bench);
		for (const text of ["\xff\xfe\x80", "\r\nHello\r\n", "\r\n+NOSUCH: 1,2\r\n", "\x00\x00"])
			bench.world.module.faults.set("urc", { text });
		await bench.pass(MINUTES);
		await readSignal(bench);
		equal(bench.modem.connection, 500, "connection");
	}),
	faults("OK out of nothing is nobody's answer", async bench => {
		await connected(bench);
		for (let i = 0; i < 3; i++) bench.world.module.faults.set("urc", { text: "\r\nOK\r\n" });
		await bench.pass(1000);
		await readSignal(bench);
	}),
];

export { cases as faults };
