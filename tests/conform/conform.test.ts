import { describe, expect, test } from "vitest";
import quectelEc800m from "../../drivers/cat1/quectel-ec800m.js";
import { drivers } from "../../drivers/index.js";
import quectelBc660k from "../../drivers/nbiot/quectel-bc660k.js";
import { cases } from "../../host-sim/apps/conform/cases/index.js";
import { conform } from "../../host-sim/apps/conform/suite.js";
import { conformJunit } from "../../host-sim/conform/junit.js";
import type { Persona } from "../../host-sim/modem/persona.js";
import type { FlowListener, Ue } from "../../host-sim/network/ue.js";
import { personas } from "../../host-sim/persona/index.js";
import bc660kPersona from "../../host-sim/persona/quectel-bc660k.js";
import ec800mPersona from "../../host-sim/persona/quectel-ec800m.js";
import type { Driver } from "../../sdk/modem/driver.js";

test("there are sixty cases and more, each with a name of its own", () => {
	const names = cases.map(({ group, name }) => `${group}: ${name}`);
	expect(names.length).toBeGreaterThanOrEqual(60);
	expect(new Set(names).size).toBe(names.length);
});

describe.each(drivers.map(driver => [driver.id, driver] as const))("%s", (id, driver) => {
	test("conforms with the persona of its name: no case fails, and what is skipped says why", async () => {
		const persona = personas.find(one => one.id === id);
		expect(persona?.id).toBe(id);
		const document = await conform({ driver: driver as Driver, persona, seed: 1 });
		expect(document.cases.filter(({ result }) => result === "failed")).toEqual([]);
		// A driver that knows no sockets of its module has fewer.
		expect(document.passed).toBeGreaterThanOrEqual(driver.sockets === undefined ? 90 : 100);
		for (const { result, why } of document.cases) if (result === "skipped") expect(why).toMatch(/\w+ \w+/);
	}, 60_000);
});

describe("the suite can tell", () => {
	const failing = async (driver: Partial<Driver>, only: string) => {
		const document = await conform({ driver: { ...quectelBc660k, ...driver } as Driver, persona: bc660kPersona, seed: 1, only });
		return document.cases.filter(({ result }) => result === "failed").map(({ name }) => name);
	};
	const { capabilities } = quectelBc660k;

	test("a capability that a case disproves is a failure", async () => {
		const sendBytes = { ...capabilities.sendBytes, value: 5000 };
		const receiveBytes = { ...capabilities.receiveBytes, value: 5000 };
		const names = await failing({ capabilities: { ...capabilities, sendBytes, receiveBytes } as never }, "datagrams:");
		expect(names).toContain("the largest datagram that the driver promises goes both ways");
	});
	test("a driver for another model is refused", async () => {
		expect(await failing({ models: ["BC26"] }, "identity:")).toContain("the model is one that the driver is for");
	});
	test("a capability that is not declared is skipped, and that is said", async () => {
		const psm = { ...capabilities.psm, value: false };
		const document = await conform({
			driver: { ...quectelBc660k, capabilities: { ...capabilities, psm } } as never,
			persona: bc660kPersona,
			seed: 1,
			only: "power: PSM is asked for",
		});
		expect(document.cases.map(({ result, why }) => `${result}: ${why}`)).toEqual(["skipped: the driver declares no psm"]);
	});
	/** The same module with a stack that is wrong in one thing. */
	const withStack = (change: (...flow: Parameters<Ue["openFlow"]>) => Parameters<Ue["openFlow"]>): Persona => ({
		...ec800mPersona,
		create(core) {
			const { ue } = core;
			const open = ue.openFlow;
			if (!Object.hasOwn(ue, "openFlow"))
				Object.assign(ue, { openFlow: (...flow: Parameters<typeof open>) => open.apply(ue, change(...flow)) });
			return ec800mPersona.create(core);
		},
	});
	const judged = async (persona: Persona, only: string) =>
		(await conform({ driver: quectelEc800m as Driver, persona, seed: 1, only })).cases.map(({ result, why }) => `${result}: ${why}`);

	test("a module that loses a byte fails", async () => {
		const lossy = withStack((...[kind, cid, host, port, localPort, listener, options]) => {
			const received: FlowListener["received"] = (bytes, ...from) => listener.received(bytes.subarray(0, 10), ...from);
			return [kind, cid, host, port, localPort, { ...listener, received }, options];
		});
		expect(await judged(lossy, "streams: what is said")).toEqual([expect.stringContaining("failed: byte 17 did not come")]);
		expect(
			await judged(
				withStack((...flow) => flow),
				"streams: what is said",
			),
		).toEqual(["passed: "]);
	});
	test("a module that trusts anybody fails", async () => {
		const trusting = withStack((...[kind, cid, host, port, localPort, listener, options]) => {
			const tls = options?.tls && { ...options.tls, verify: false };
			return [kind, cid, host, port, localPort, listener, { ...options, ...(tls && { tls }) }];
		});
		const [verdict] = await judged(trusting, "tls: a certificate of an authority that is not trusted");
		expect(verdict).toMatch(/^failed: the end of the stream did not come/);
	});
	test("calls are judged where a driver declares them", async () => {
		const voice = { ...quectelEc800m.capabilities.voice!, value: true };
		const driver = { ...quectelEc800m, capabilities: { ...quectelEc800m.capabilities, voice } } as never;
		const document = await conform({ driver, persona: ec800mPersona, seed: 1, only: "voice:" });
		expect(document).toMatchObject({ failed: 0, skipped: 0 });
		expect(document.passed).toBeGreaterThanOrEqual(8);
		const deaf = await conform({
			driver: { ...(driver as object), voice: undefined } as never,
			persona: ec800mPersona,
			seed: 1,
			only: "voice: a call is made",
		});
		expect(deaf.failed).toBe(1);
	});
	test("a row that does not know its own URC fails in streams of faults", async () => {
		const sockets = { ...quectelBc660k.sockets, urcs: [] };
		expect((await failing({ sockets: sockets as never }, "datagrams: a datagram goes out")).length).toBe(1);
	});
});

test("the JUnit report has a case for each, and the reason of a failure", async () => {
	const document = await conform({
		driver: { ...quectelBc660k, models: ["BC26"] } as Driver,
		persona: bc660kPersona,
		seed: 1,
		only: "identity:",
	});
	const xml = conformJunit(document);
	expect(xml.match(/<testcase /g)).toHaveLength(4);
	expect(xml).toContain("<failure");
	expect(xml).toContain("quectel-bc660k: identity");
});
