import { equal, on } from "../case.js";

const boot = on("boot");
/** Registered and with an address, from power-on; 27.007 has no bound, a cold start over narrow band takes half a minute. */
const IDENTIFIED_MS = 120_000;

const cases = [
	boot(
		"a module that is switched on is found and says who it is",
		async bench => {
			bench.modem.wake();
			await bench.until("an identity", () => bench.modem.identity !== undefined, IDENTIFIED_MS);
			bench.expectNoErrors();
		},
		{ on: "any" },
	),
	boot("boot-ROM text and bytes outside ASCII before the banner are no trouble", async bench => {
		bench.world.module.powerOff();
		bench.world.module.faults.set("boot-noise");
		bench.world.module.powerOn();
		await bench.connect();
		bench.expectNoErrors();
	}),
	boot("a module that was on before the driver came is found without its banner", async bench => {
		await bench.pass(60_000);
		await bench.connect();
		bench.expectNoErrors();
	}),
	boot("a first command that is lost is sent again", async bench => {
		bench.world.module.faults.set("lost-command", { times: 1 });
		await bench.connect();
		bench.expectNoErrors();
	}),
	boot("ERROR to the first command is passed over", async bench => {
		bench.world.module.faults.set("error-answer", { times: 1 });
		await bench.connect();
		bench.expectNoErrors();
	}),
	boot("every line that the module says of itself is known to the driver", async bench => {
		await bench.connect();
		// Until then there may be text of the boot ROM, which is nobody's line.
		const before = bench.modem.counters.unknownLines;
		await bench.pass(3_600_000);
		equal(bench.modem.counters.unknownLines - before, 0, "the count of lines that nobody knows");
	}),
	boot("it is switched off when it is told so, and on again when it is wanted", async bench => {
		await bench.connect();
		let isOff = false;
		bench.modem.powerOff(() => {
			isOff = true;
		});
		await bench.until("the end of switching off", () => isOff, 120_000);
		equal(bench.modem.connection, 100, "connection");
		bench.modem.connect();
		// Where nothing but its pin can switch it on, the pin is wired here.
		if (bench.world.module.state === "off" && bench.driver.procedures?.powerOn === undefined) bench.world.module.powerOn();
		await bench.until("a connection again", () => bench.modem.connection === 500, 240_000);
	}),
	boot("closing the modem ends everything: nothing is sent afterwards", async bench => {
		await bench.connect();
		await bench.pass(30_000);
		bench.modem.close();
		await bench.pass(1000);
		const before = bench.world.module.counters.commands;
		await bench.pass(3_600_000);
		equal(bench.world.module.counters.commands, before, "the count of commands an hour later");
	}),
];

export { cases as boot };
