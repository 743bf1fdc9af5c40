import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { type Route, readGpx } from "../../host-sim/gnss/gpx.js";
import { Drive, distanceMetres, standingAt } from "../../host-sim/gnss/motion.js";
import { sentence } from "../../host-sim/gnss/nmea.js";
import { SerialReceiver } from "../../host-sim/gnss/serial-receiver.js";
import { SimulatedReceiver } from "../../host-sim/gnss/simulated-receiver.js";
import { createMemoryLine } from "../../host-sim/ports/memory.js";

const START = Date.UTC(2026, 0, 1);
const file = new URL("../../examples/tracker/routes/delivery.gpx", import.meta.url);

/** Ten seconds of sky, ten of tunnel, ten of sky, due north at 10 m/s or so. */
const short: Route = {
	name: "short",
	durationMs: 30_000,
	segments: [
		[
			{ atMs: 0, latitude: 40, longitude: 116, altitudeMetres: 50 },
			{ atMs: 10_000, latitude: 40.0009, longitude: 116, altitudeMetres: 50 },
		],
		[
			{ atMs: 20_000, latitude: 40.0018, longitude: 116, altitudeMetres: 50 },
			{ atMs: 30_000, latitude: 40.0027, longitude: 116, altitudeMetres: 50 },
		],
	],
};

function receiverOn(motion: ConstructorParameters<typeof SimulatedReceiver>[0]["motion"], seed = 5) {
	const clock = new VirtualClock();
	return { clock, receiver: new SimulatedReceiver({ clock, motion, seed, startUtcMs: START }) };
}

describe("a recorded route", () => {
	test("has its segments, its name and its length", async () => {
		const route = await readGpx(readFileSync(file, "utf8"), "delivery.gpx");
		expect(route.name).toBe("Delivery round trip");
		expect(route.segments).toHaveLength(3);
		expect(route.durationMs).toBeGreaterThan(20 * 60_000);
		const first = route.segments[0]?.[0];
		const last = route.segments.at(-1)?.at(-1);
		expect(distanceMetres(first as never, last as never)).toBeLessThan(20);
	});

	test.each([
		["<gpx", /route\.gpx is no XML/],
		["<kml/>", /its root is <kml>, not <gpx>/],
		["<gpx/>", /has no track points/],
		['<gpx><trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>', /track point 1 has no <time>/],
		['<gpx><trk><trkseg><trkpt lat="91" lon="2"><time>2026-01-01T00:00:00Z</time></trkpt></trkseg></trk></gpx>', /has no lat and lon/],
		[
			'<gpx><trk><trkseg><trkpt lat="1" lon="2"><time>2026-01-01T00:00:00Z</time></trkpt><trkpt lat="1" lon="2"><time>2026-01-01T00:00:00Z</time></trkpt></trkseg></trk></gpx>',
			/do not ascend at 2026-01-01T00:00:00.000Z/,
		],
	])("%s is refused with what is wrong", async (text, message) => {
		await expect(readGpx(text, "route.gpx")).rejects.toThrow(message);
	});

	test("is driven between its points, through the dark, and again the next day", () => {
		const drive = new Drive(short, { startMs: 60_000, everyMs: 86_400_000 });
		expect(drive.at(0)).toMatchObject({ latitude: 40, speedMetresPerSecond: 0, sky: true });
		const moving = drive.at(65_000);
		expect(moving.latitude).toBeCloseTo(40.00045, 6);
		expect(moving.speedMetresPerSecond).toBeCloseTo(10.0, 1);
		expect(moving.courseDegrees).toBe(0);
		expect(drive.at(75_000).sky).toBe(false);
		expect(drive.at(80_000).sky).toBe(true);
		expect(drive.at(100_000)).toMatchObject({ latitude: 40.0027, speedMetresPerSecond: 0 });
		expect(drive.at(86_400_000 + 65_000).latitude).toBeCloseTo(40.00045, 6);
		expect(drive.nextSkyChange(0)).toBe(70_001);
		expect(drive.nextSkyChange(70_001)).toBe(80_000);
		expect(drive.nextSkyChange(80_000)).toBe(86_400_000 + 70_001);
		expect(() => new Drive(short, { startMs: 0, everyMs: 30_000 })).toThrow(/cannot be driven every 30 s/);
	});
});

describe("the receiver", () => {
	test("needs 30 s when it knows nothing, two when it was on a moment ago, 24 after a night", () => {
		const { clock, receiver } = receiverOn(standingAt(40, 116));
		receiver.start(["gps", "beidou"]);
		clock.run(29_999);
		expect(receiver.fix).toBe(undefined);
		clock.run(30_000);
		expect(receiver.fix?.utcMs).toBe(START + 30_000);
		receiver.stop();
		expect(receiver.fix).toBe(undefined);
		receiver.start(["gps", "beidou"]);
		clock.run(31_999);
		expect(receiver.fix).toBe(undefined);
		clock.run(32_000);
		expect(receiver.fix?.latitude).toBeCloseTo(40, 3);
		receiver.stop();
		clock.run(32_000 + 8 * 3_600_000);
		receiver.start(["gps", "beidou"]);
		clock.run(clock.now() + 23_999);
		expect(receiver.fix).toBe(undefined);
		clock.run(clock.now() + 1);
		expect(receiver.fix?.satellites.beidou).toBeGreaterThan(3);
	});

	test("loses itself in a tunnel and finds itself behind it", () => {
		const { clock, receiver } = receiverOn(new Drive(short, { startMs: 60_000 }));
		receiver.start(["gps"]);
		clock.run(69_000);
		expect(receiver.fix?.speedMetresPerSecond).toBeGreaterThan(9);
		clock.run(71_000);
		expect(receiver.fix).toBe(undefined);
		clock.run(81_999);
		expect(receiver.fix).toBe(undefined);
		clock.run(82_000);
		expect(receiver.fix?.latitude).toBeGreaterThan(40.0018);
	});

	test("is off by metres, not by tens of metres, and the same for the same seed", () => {
		const errors = [1, 2, 3].map(seed => {
			const { clock, receiver } = receiverOn(standingAt(40, 116), seed);
			receiver.start(["gps", "beidou"]);
			const found: number[] = [];
			for (let second = 60; second < 3600; second += 20) {
				clock.run(second * 1000);
				const { fix } = receiver;
				if (fix) found.push(distanceMetres(fix, { latitude: 40, longitude: 116 }));
			}
			return found;
		});
		for (const found of errors) {
			expect(found).toHaveLength(177);
			const mean = found.reduce((sum, metres) => sum + metres, 0) / found.length;
			expect(mean).toBeGreaterThan(0.5);
			expect(mean).toBeLessThan(5);
			expect(Math.max(...found)).toBeLessThan(15);
		}
		expect(errors[0]).not.toEqual(errors[1]);
	});

	test("a roof over it ends the fix", () => {
		const { clock, receiver } = receiverOn(standingAt(40, 116));
		receiver.start(["gps"]);
		clock.run(40_000);
		receiver.sky = false;
		expect(receiver.fix).toBe(undefined);
		receiver.sky = true;
		clock.run(42_000);
		expect(receiver.fix?.hdop).toBeGreaterThan(0.5);
	});
});

describe("sentences", () => {
	test("carry the exclusive or of their bytes", () => {
		// 0x47 ^ 0x50 = 0x17, with three more letters: computed by hand.
		expect(sentence("GP")).toBe("$GP*17\r\n");
		expect(sentence("GPGGA")).toBe("$GPGGA*56\r\n");
	});

	test("say that there is no fix, and then where it is", () => {
		const { clock, receiver } = receiverOn(standingAt(39.905, -116.3912345, 51));
		receiver.start(["gps", "beidou"]);
		clock.run(10_000);
		const before = receiver.sentences();
		expect(before[0]).toMatch(/^\$GNRMC,000010\.00,V,,,,,,,010126,,,N,V\*[0-9A-F]{2}\r\n$/);
		expect(before[1]).toMatch(/^\$GNGGA,000010\.00,,,,,0,00,99\.99,,M,,,,\*/);
		clock.run(40_000);
		const after = receiver.sentences();
		expect(after[0]).toMatch(/^\$GNRMC,000040\.00,A,3954\.(29|30)\d{3},N,11623\.47\d{3},W,0\.\d{3},0\.00,010126,,,A,V\*[0-9A-F]{2}\r\n$/);
		expect(after.filter(line => line.startsWith("$GNGSA"))).toHaveLength(2);
		expect(after.some(line => line.startsWith("$GBGSV"))).toBe(true);
		expect(after.some(line => line.startsWith("$GPGSV"))).toBe(true);
		for (const line of after) expect(line.length).toBeLessThanOrEqual(82);
	});

	test("come once a second from a receiver on a line of its own, while it is powered", () => {
		const { clock, receiver } = receiverOn(standingAt(40, 116));
		const memory = createMemoryLine({ clock });
		let text = "";
		const serial = new SerialReceiver({ port: memory.port, clock, receiver, constellations: ["beidou"] });
		memory.line.open({ baud: 9600, parity: "none", dataBits: 8, stopBits: 1 });
		memory.line.onBytes = bytes => {
			text += Buffer.from(bytes).toString("latin1");
		};
		serial.setPower(true);
		clock.run(3_900);
		serial.setPower(false);
		clock.run(10_000);
		expect(text.match(/\$G[BN]RMC/g)).toHaveLength(3);
	});
});
