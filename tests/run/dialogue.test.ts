import { beforeAll, describe, expect, test } from "vitest";
import { DAY_MS, runMeter } from "./world.js";

/** What passed over the line, in the order of time; the payload of a datagram is left out. */
let host = "";
let module = "";

beforeAll(async () => {
	const { world } = await runMeter({ traced: true, forMs: 1.5 * DAY_MS });
	for (const { direction, bytes } of world.trace?.entries ?? []) {
		const text = Buffer.from(bytes).toString("latin1");
		if (direction === ">") host += text;
		else module += text;
	}
	host = host.replace(/"[0-9A-F]{40,}"/g, '"…"');
});

/** The driver's own choices, which the simulated module would let pass otherwise. */
describe("the BC660K is asked for", () => {
	test.each([
		["registration with its cause and the timers that the network granted (27.007 10.1.22, n = 5)", "AT+CEREG=5\r"],
		["reports of sleep, kept by the module", "AT+QNBIOTEVENT=1,1\r"],
		["reports of deep sleep", 'AT+QCFG="dsevent",1\r'],
		["data as hexadecimal both ways", 'AT+QICFG="dataformat",1,1\r'],
		["both families, as the network has them", 'AT+QCGDEFCONT="IPV4V6","meters.example"\r'],
		["PSM: 27 hours, ten seconds", 'AT+CPSMS=1,,,"00111011","00000101"\r'],
		["a socket over IPv6", 'AT+QIOPEN=0,0,"UDP","2001:db8:100::1",5683,0,1\r'],
		["the release of the radio after the last answer", '"…",2\r'],
	])("%s", (_what, command) => expect(host).toContain(command));

	test("sleep only between exchanges", () => {
		const modes = host.match(/AT\+QSCLK=\d/g) ?? [];
		expect(modes.length).toBeGreaterThan(4);
		for (const command of ["AT+QISEND", "AT+QIOPEN", "AT+QIDNSGIP"]) {
			for (let at = host.indexOf(command); at >= 0; at = host.indexOf(command, at + 1))
				expect(host.lastIndexOf("AT+QSCLK=0", at)).toBeGreaterThan(host.lastIndexOf("AT+QSCLK=1", at));
		}
	});
});

test("the module tells what the network granted, and sleeps", () => {
	expect(module).toContain('\r\n+CEREG: 1,"0001","0000ABCD",9,,,"00000101","00111011"\r\n');
	expect(module).toContain('\r\n+QNBIOTEVENT: "ENTER PSM"\r\n');
	expect(module).toContain("\r\nOK\r\n\r\nSEND OK\r\n");
});

test("a socket survives PSM, as its context does: it is opened once", () => {
	expect(host.match(/AT\+QIOPEN/g)?.length).toBe(1);
	expect(host.match(/AT\+QISEND/g)?.length).toBeGreaterThanOrEqual(3);
});
