import { describe, expect, test } from "vitest";
import { type Driver, defineDriver } from "../../sdk/modem/driver.js";
import { driver as testDriver } from "./driver.js";
import { World } from "./world.js";

const driver: Driver = testDriver;
const prefixes = (of: Driver): string[] => (of.compiled?.urcs.rows ?? []).map(row => row.prefix);

describe("a driver's table of URCs", () => {
	test("is made with the record: banners, its own rows, its dialect's, 27.007's, each prefix once", () => {
		expect(Object.isFrozen(driver.compiled?.urcs)).toBe(true);
		expect(prefixes(driver).slice(0, driver.boot.banners.length)).toEqual([...driver.boot.banners]);
		expect(prefixes(driver)).toEqual(expect.arrayContaining(["+UDATA", "+CEREG", "+CGEV"]));
		expect(new Set(prefixes(driver)).size).toBe(prefixes(driver).length);
	});
	test("of a record that was changed by spreading is its own: a banner that only it has is a reboot", () => {
		const changed: Driver = { ...driver, boot: { ...driver.boot, banners: ["+XBOOT"] } };
		expect(changed.compiled).toBeUndefined();
		expect(prefixes(defineDriver({ ...changed }))[0]).toBe("+XBOOT");
		const world = new World({ driver: changed }).connected();
		world.say("\r\n+XBOOT\r\n");
		world.run(100);
		expect(world.events.map(({ name }) => name)).toContain("rebooted");
	});
	test("of the record as it was does not know that banner", () => {
		const world = new World().connected();
		world.say("\r\n+XBOOT\r\n");
		world.run(100);
		expect(world.events.map(({ name }) => name)).not.toContain("rebooted");
		expect(world.core.channel.unknownLines).toBe(1);
	});
});
