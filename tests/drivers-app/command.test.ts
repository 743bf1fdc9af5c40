import { describe, expect, test } from "vitest";
import { describeDrivers } from "../../host-sim/apps/drivers.js";
import { xsCellular } from "../doctor/cli.js";

describe("xs-cellular drivers", () => {
	test("--json: one document, and nothing besides", async () => {
		const { said, ended } = await xsCellular("drivers", "--json");
		expect(await ended).toBe(0);
		expect(JSON.parse(said.stdout)).toEqual(describeDrivers());
		expect(said.stderr).toBe("");
	});

	test("for people: each capability with its value, its evidence and where that is from", async () => {
		const { said, ended } = await xsCellular("drivers");
		expect(await ended).toBe(0);
		expect(said.stdout).toMatch(/^quectel-bc660k \(nbiot\) BC660K-GL · datagrams proved by: inferred · \d+ lines\n/);
		expect(said.stdout).toMatch(/\n {2}udpSockets +5 +manual +Quectel BC660K-GL/);
	});

	test("a reader that goes away early is no failure", async () => {
		const { child, said, ended } = await xsCellular("drivers");
		child.stdout?.destroy();
		expect(await ended).toBe(0);
		expect(said.stderr).toBe("");
	});
});
