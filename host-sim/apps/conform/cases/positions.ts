import type { Fix } from "../../../../sdk/app/nmea.js";
import { standingAt } from "../../../gnss/motion.js";
import { SimulatedReceiver } from "../../../gnss/simulated-receiver.js";
import type { Bench } from "../bench.js";
import { type Case, type CaseOptions, check, equal, on, type Subject, without } from "../case.js";
import type { SimulatedBench, WorldOptions } from "../simulated-bench.js";

const positions = on("positions");
const MINUTES = 60_000;
/** A cold start in the open takes half a minute (a simulated receiver's assumption), a real one's data sheet says as much. */
const FIRST_FIX_MS = 5 * MINUTES;
/** South and west, so that neither sign is lost. */
const PLACE = { latitude: -33.918_861, longitude: -18.4233, altitudeMetres: 42 };
/** Metres of one degree of latitude. */
const DEGREE_METRES = 111_195;
const ERROR_METRES = 50;
/** Midnight UTC, 1 January 2026: where virtual time begins. */
const START_UTC_MS = 1_767_225_600_000;

function world(): WorldOptions {
	const motion = standingAt(PLACE.latitude, PLACE.longitude, PLACE.altitudeMetres);
	return { gnss: clock => new SimulatedReceiver({ clock, motion, seed: 1, startUtcMs: START_UTC_MS }) };
}
function noSystem(name: string): (subject: Subject) => string | undefined {
	return ({ driver }) => (String(driver.capabilities.gnss?.value).split(",").includes(name) ? undefined : `the driver declares no ${name}`);
}
function position(name: string, run: (bench: Bench) => Promise<void>, options: CaseOptions = {}): Case {
	const { skip } = options;
	return positions(name, run, { world, ...options, skip: subject => without("gnss")(subject) ?? skip?.(subject) });
}
async function started(bench: Bench, constellations: readonly ("gps" | "beidou" | "glonass" | "galileo")[] = []): Promise<Fix[]> {
	await bench.connect();
	const fixes: Fix[] = [];
	bench.modem.gnss.onFix = fix => void fixes.push(fix);
	bench.modem.gnss.start({ constellations });
	await bench.until("a position", () => fixes.length > 0, FIRST_FIX_MS);
	return fixes;
}

const cases: Case[] = [
	position("a position is where the receiver is, with its time and what it was made from", async bench => {
		const fix = (await started(bench)).at(-1)!;
		const metres = Math.hypot(
			(fix.latitude - PLACE.latitude) * DEGREE_METRES,
			(fix.longitude - PLACE.longitude) * DEGREE_METRES * Math.cos((PLACE.latitude * Math.PI) / 180),
		);
		check(metres < ERROR_METRES, `it is ${Math.round(metres)} m away: ${fix.latitude}, ${fix.longitude}`);
		check(Math.abs((fix.altitudeMetres ?? 0) - PLACE.altitudeMetres) < ERROR_METRES, `its altitude is ${fix.altitudeMetres} m`);
		check(Math.abs((fix.utcMs ?? 0) - START_UTC_MS - bench.nowMs) < 10_000, `its time is ${fix.utcMs}`);
		check((fix.satellites ?? 0) >= 4, `it was made from ${fix.satellites} satellites`);
		check((fix.hdop ?? 0) > 0, `its HDOP is ${fix.hdop}`);
		bench.expectNoErrors();
	}),
	position("positions go on coming", async bench => {
		const fixes = await started(bench);
		await bench.until("twenty more", () => fixes.length >= 21, 2 * MINUTES);
	}),
	position(
		"BeiDou takes part where it is asked for",
		async bench => {
			const fixes = await started(bench, ["beidou"]);
			check(fixes.length > 0, "there is no position");
			const { gnss } = bench as SimulatedBench;
			check(gnss?.constellations.includes("beidou") === true, `the receiver uses ${gnss?.constellations.join(" and ")}`);
		},
		{ skip: noSystem("beidou") },
	),
	position("positions come again after a restart of the module", async bench => {
		const fixes = await started(bench);
		bench.world.module.faults.set("reboot");
		await bench.pass(MINUTES);
		const before = fixes.length;
		await bench.until("another position", () => fixes.length > before, 20 * MINUTES);
	}),
	position("off is off", async bench => {
		const fixes = await started(bench);
		let isOff = false;
		bench.modem.gnss.stop(undefined, () => {
			isOff = true;
		});
		await bench.until("the receiver to be off", () => isOff, 2 * MINUTES);
		const before = fixes.length;
		await bench.pass(5 * MINUTES);
		equal(fixes.length, before, "the count of positions");
		equal(bench.modem.gnss.isOn, false, "whether it is on");
	}),
	position("positions and data at once harm neither", async bench => {
		const fixes = await started(bench);
		const answers: string[] = [];
		const socket = new bench.modem.UDP({
			onReadable() {
				answers.push(Buffer.from(this.read() ?? new ArrayBuffer(0)).toString("latin1"));
			},
		});
		const before = fixes.length;
		for (let i = 0; i < 10; i++) {
			socket.write(
				Uint8Array.from(`number ${i}`, c => c.charCodeAt(0)),
				bench.reachable(["2001:db8:100::7", "192.0.2.7"]),
				7,
			);
			await bench.until(`answer ${i}`, () => answers.length === i + 1, 2 * MINUTES);
			await bench.pass(2_000);
		}
		check(fixes.length > before + 5, `${fixes.length - before} positions came meanwhile`);
	}),
];

export { cases as positions };
