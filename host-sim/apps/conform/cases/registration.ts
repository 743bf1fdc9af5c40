import { check, equal, on } from "../case.js";

const registration = on("registration");
const MINUTES = 60_000;

const cases = [
	registration(
		"it registers, and says where",
		async bench => {
			await bench.connect();
			const { stat, tac, ci } = bench.modem.registration;
			check(stat === 1 || stat === 5, `stat is ${stat}`);
			check(tac !== undefined && ci !== undefined, `tac is ${tac}, ci is ${ci}`);
		},
		{ on: "any" },
	),
	registration(
		"the operator has a name",
		async bench => {
			await bench.connect();
			await bench.until("an operator", () => (bench.modem.operator?.name ?? "") !== "", MINUTES);
		},
		{ on: "any" },
	),
	registration(
		"the signal has values with units, within what TS 36.133 can report",
		async bench => {
			await bench.connect();
			let rsrp: number | undefined;
			let isRead = false;
			bench.modem.signal(undefined, (error, signal) => {
				isRead = error === undefined;
				rsrp = signal?.rsrpDbm ?? signal?.rssiDbm;
			});
			await bench.until("the signal", () => isRead, MINUTES);
			check(rsrp !== undefined && rsrp >= -156 && rsrp <= -31, `the signal is ${rsrp} dBm`);
		},
		{ on: "any" },
	),
	registration("network time is UTC, to a few seconds", async bench => {
		await bench.connect();
		await bench.until("network time", () => bench.modem.networkTime !== undefined, 5 * MINUTES);
		const said = bench.modem.networkTime;
		const really = bench.world.ue.networkTime;
		check(said !== undefined && really !== undefined, "there is no network time");
		const offMs = said.utcMs + (bench.nowMs - said.atTicks) - really.utcMs;
		check(Math.abs(offMs) < 5000, `the time is off by ${offMs} ms`);
		equal(said.quarterHours, really.quarterHours, "the zone in quarters of an hour");
	}),
	registration("a guest of another operator is registered as roaming", async bench => {
		bench.world.network.adjust({ roaming: true });
		await bench.connect();
		equal(bench.modem.registration.stat, 5, "stat");
	}),
	registration("roaming that was not allowed is left, and said once", async bench => {
		bench.world.network.adjust({ roaming: true });
		bench.modem.connect({ roaming: false });
		await bench.until("roamingNotAllowed", () => bench.errorCodes().includes("roamingNotAllowed"), 5 * MINUTES);
		await bench.pass(60 * MINUTES);
		equal(bench.errorCodes().filter(code => code === "roamingNotAllowed").length, 1, "how often it was said");
		check(bench.modem.connection < 500, "it is connected all the same");
	}),
	registration("the name of the access point reaches the network", async bench => {
		await bench.connect({ apn: "conform.example" });
		const apns = bench.world.ue.contexts.map(({ apn }) => apn);
		check(apns.includes("conform.example"), `the contexts are ${JSON.stringify(apns)}`);
	}),
	registration("a network that detaches the device is attached to again", async bench => {
		await bench.connect();
		bench.world.network.detach();
		await bench.until("the loss", () => bench.modem.connection < 500, 10 * MINUTES);
		await bench.until("a connection again", () => bench.modem.connection === 500, 10 * MINUTES);
	}),
	registration("coverage that comes back after an hour is used", async bench => {
		await bench.connect();
		bench.world.network.setPower(false);
		await bench.until("the loss", () => bench.modem.connection < 500, 10 * MINUTES);
		await bench.pass(60 * MINUTES);
		bench.world.network.setPower(true);
		await bench.until("a connection again", () => bench.modem.connection === 500, 20 * MINUTES);
		equal(bench.modem.counters.reset + bench.modem.counters.powerCycle, 0, "the count of resets without coverage");
	}),
	registration("disconnecting detaches and leaves the module on", async bench => {
		await bench.connect();
		bench.modem.disconnect();
		await bench.until("the detach", () => !bench.world.ue.attached, 2 * MINUTES);
		equal(bench.modem.connection, 200, "connection");
	}),
];

export { cases as registration };
