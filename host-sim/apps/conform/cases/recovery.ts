import { check, equal, on } from "../case.js";

const recovery = on("recovery");
const MINUTES = 60_000;

const cases = [
	recovery("a restart that nobody asked for is an event, and the connection comes back", async bench => {
		await bench.connect();
		bench.world.module.faults.set("reboot");
		await bench.until("the event", () => bench.eventsNamed("rebooted").length === 1 || bench.modem.connection < 500, 10 * MINUTES);
		await bench.until("a connection again", () => bench.modem.connection === 500, 20 * MINUTES);
	}),
	recovery("a restart in the middle of a command is survived", async bench => {
		bench.modem.connect();
		await bench.pass(5000);
		bench.world.module.faults.set("reboot-mid-command", { times: 1, afterBytes: 3 });
		await bench.until("a connection", () => bench.modem.connection === 500, 20 * MINUTES);
	}),
	recovery("a supply that fails for three seconds is survived", async bench => {
		await bench.connect();
		bench.world.module.faults.set("brown-out");
		await bench.pass(10_000);
		bench.world.module.powerOn();
		bench.modem.wake();
		await bench.until("a connection again", () => bench.modem.connection === 500, 60 * MINUTES);
	}),
	recovery("a mute module is brought back by the gentlest means that helps", async bench => {
		await bench.connect();
		bench.world.module.faults.set("mute");
		bench.modem.wake();
		await bench.pass(30_000);
		bench.world.module.faults.clear("mute");
		await bench.until("a connection", () => bench.modem.connection === 500, 60 * MINUTES);
		equal(bench.modem.counters.powerCycle, 0, "the count of power cycles after thirty seconds of silence");
	}),
	recovery("a module that stays mute is given up for a while and tried again, with bounds", async bench => {
		await bench.connect();
		bench.world.module.faults.set("mute");
		bench.modem.wake();
		await bench.pass(24 * 60 * MINUTES);
		const { reset, powerCycle } = bench.modem.counters;
		check(reset + powerCycle <= 48, `${reset} resets and ${powerCycle} power cycles in a day`);
		bench.world.module.faults.clear("mute");
		await bench.until("a connection again", () => bench.modem.connection === 500, 24 * 60 * MINUTES);
	}),
	recovery("silence for 40 seconds while nothing is asked is not even noticed", async bench => {
		await bench.connect();
		// What belongs to connecting (operator, time) has been asked by then.
		await bench.pass(10 * MINUTES);
		bench.world.module.faults.set("port-silence");
		await bench.pass(2 * MINUTES);
		equal(bench.modem.connection, 500, "connection");
		equal(bench.modem.counters.reset + bench.modem.counters.powerCycle, 0, "the count of resets");
	}),
	recovery("what recovery did can be read", async bench => {
		await bench.connect();
		const { resync, functionality, reset, powerCycle } = bench.modem.counters;
		for (const count of [resync, functionality, reset, powerCycle]) check(Number.isInteger(count), "a counter is missing");
		equal(resync + functionality + reset + powerCycle, 0, "the count of recoveries without a fault");
	}),
];

export { cases as recovery };
