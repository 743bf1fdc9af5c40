import { type Driver, SMS_LINE_BYTES } from "../../sdk/modem/driver.js";
import { type Services, servicesOf } from "../../sdk/service/services.js";
import { driver as testDriver } from "../modem/driver.js";
import { type Answer, World } from "../modem/world.js";

/** The test module with services; a record that is spread has no compiled tables, so the core makes them. */
export function withServices(services: Pick<Driver, "sms" | "voice" | "gnss" | "urcs">): Driver {
	return { ...testDriver, uart: { ...testDriver.uart, lineBytes: SMS_LINE_BYTES }, ...services };
}

export interface Bench {
	readonly world: World;
	readonly services: Services;
}

/** A module that is on and registered, with the services of its driver. */
export function bench(driver: Driver, script: Record<string, Answer> = {}, chunk = 0): Bench {
	const world = new World({ driver, script, chunk });
	return { world, services: open(world) };
}
export function open(world: World): Services {
	const { core } = world;
	return servicesOf({
		core,
		enter() {
			core.now = world.now;
			return core;
		},
		kick() {},
	});
}
