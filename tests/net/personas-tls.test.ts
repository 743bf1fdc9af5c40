import { describe, expect, test } from "vitest";
import { drivers } from "../../drivers/index.js";
import { personas } from "../../host-sim/persona/index.js";
import type { ModemError, TLSOptions } from "../../sdk/index.js";
import { type Bench, bytes, SOON_MS, text } from "./behaviours/bench.js";
import { ISSUER, personaBench, TLS_PORT } from "./persona-bench.js";

const SEED = 5;
const OTHER = ISSUER.replace("MIIB", "MIIC");

async function store(bench: Bench, name: string, pem: string): Promise<void> {
	const told: (ModemError | undefined)[] = [];
	bench.modem.credentials.store({ kind: "ca", name, data: bytes(pem) }, undefined, error => told.push(error));
	await bench.run(SOON_MS, () => told.length > 0);
	expect(told).toEqual([undefined]);
}
async function connect(bench: Bench, options: TLSOptions) {
	const log: string[] = [];
	const socket = new bench.modem.TLS({
		host: bench.far.host,
		port: TLS_PORT,
		onWritable: () => log.push("writable"),
		onError: () => log.push("error"),
		...options,
	});
	await bench.run(3 * SOON_MS, () => log.length > 0);
	return { socket, log };
}

const withTls = drivers.filter(({ capabilities }) => Number(capabilities.tlsSockets?.value) > 0);
/** Whether a module compares the name in a certificate differs, and is not for this file to know. */
describe.each(withTls.map(driver => ({ id: driver.id, driver })))("$id", ({ id, driver }) => {
	const persona = personas.find(other => other.id === id)!;
	test("a stored authority, the server's name, bytes both ways", async () => {
		const bench = personaBench(driver, persona, SEED);
		await store(bench, "root", ISSUER);
		const { socket, log } = await connect(bench, { secure: { ca: "root" } });
		expect([log, socket.error?.message]).toEqual([["writable"], undefined]);
		socket.write(bytes("secret"));
		const far = bench.far.connections[0]!;
		await bench.run(SOON_MS, () => far.received.length === 6);
		expect(text(far.received)).toBe("secret");
		far.send(bytes("answer"));
		await bench.run(10_000);
		expect(text(socket.read())).toBe("answer");
		far.close();
		await bench.run(10_000);
		expect([log.at(-1), socket.error?.code, bench.thrown]).toEqual(["error", "closed", []]);
	});
	test("another authority: the handshake fails, once, as an error of TLS", async () => {
		const bench = personaBench(driver, persona, SEED);
		await store(bench, "other", OTHER);
		const { socket, log } = await connect(bench, { secure: { ca: "other" } });
		await bench.run(10_000);
		expect([log, socket.error?.code]).toEqual([["error"], "tls"]);
		expect(bench.thrown).toEqual([]);
	});
	test("unless nothing is verified", async () => {
		const bench = personaBench(driver, persona, SEED);
		const { log } = await connect(bench, { secure: { verify: false } });
		expect(log).toEqual(["writable"]);
	});
});
