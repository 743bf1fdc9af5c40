import { expect, test } from "vitest";
import type { Constellation, GnssFix, GnssReceiver } from "../../host-sim/gnss/receiver.js";
import type { Bench } from "../sim-modem/bench.js";
import { started } from "./ec800m-bench.js";

class FakeReceiver implements GnssReceiver {
	running = false;
	constellations: readonly Constellation[] = [];
	fix: GnssFix | undefined;
	start(constellations: readonly Constellation[]): void {
		this.running = true;
		this.constellations = constellations;
	}
	stop(): void {
		this.running = false;
	}
	sentences(): readonly string[] {
		return ["$GNRMC,1*00\r\n", "$GPGSV,1,1*11\r\n", "$GBGSV,1,1*22\r\n"];
	}
}

const fix: GnssFix = {
	latitude: 31.845372,
	longitude: -117.198821,
	altitudeMetres: 62.2,
	speedMetresPerSecond: 10,
	courseDegrees: 123.456,
	hdop: 0.71,
	satellites: { gps: 5, beidou: 4 },
	utcMs: Date.UTC(2013, 4, 11, 6, 19, 51),
};

function bench(): { bench: Bench; receiver: FakeReceiver } {
	const receiver = new FakeReceiver();
	const made = started({ gnss: receiver });
	made.ask("AT+CMEE=1\r");
	return { bench: made, receiver };
}

test("on, no fix yet, a fix in three formats, off", () => {
	const { bench: made, receiver } = bench();
	expect(made.ask("AT+QGPSLOC=2\r")).toBe("\r\n+CME ERROR: 505\r\n");
	expect(made.ask("AT+QGPS=1\r")).toBe("\r\nOK\r\n");
	expect(made.ask("AT+QGPS=1\r")).toBe("\r\n+CME ERROR: 504\r\n");
	expect(made.ask("AT+QGPS?\r")).toBe("\r\n+QGPS: 1\r\n\r\nOK\r\n");
	expect(made.ask("AT+QGPSLOC=2\r")).toBe("\r\n+CME ERROR: 516\r\n");
	receiver.fix = fix;
	const rest = "0.7,62.2,3,123.46,36.0,19.4,110513,09\r\n\r\nOK\r\n";
	expect(made.ask("AT+QGPSLOC=2\r")).toBe(`\r\n+QGPSLOC: 061951.000,31.84537,-117.19882,${rest}`);
	expect(made.ask("AT+QGPSLOC=0\r")).toBe(`\r\n+QGPSLOC: 061951.000,3150.7223N,11711.9293W,${rest}`);
	expect(made.ask("AT+QGPSLOC?\r")).toBe(`\r\n+QGPSLOC: 061951.000,3150.7223N,11711.9293W,${rest}`);
	expect(made.ask("AT+QGPSLOC=1\r")).toBe(`\r\n+QGPSLOC: 061951.000,3150.722320,N,11711.929260,W,${rest}`);
	expect(made.ask("AT+QGPSLOC=3\r")).toBe("\r\n+CME ERROR: 501\r\n");
	expect(made.ask("AT+QGPSEND\r")).toBe("\r\nOK\r\n");
	expect(made.ask("AT+QGPSEND\r")).toBe("\r\n+CME ERROR: 505\r\n");
	expect(receiver.running).toBe(false);
});

test("which systems: stored, and used at the next start", () => {
	const { bench: made, receiver } = bench();
	made.ask("AT+QGPS=1\r");
	expect(receiver.constellations).toEqual(["gps", "glonass", "beidou", "galileo"]);
	expect(made.ask('AT+QGPSCFG="gnssconfig",5\r')).toBe("\r\nOK\r\n");
	expect(receiver.constellations).toEqual(["gps", "glonass", "beidou", "galileo"]);
	made.ask("AT+QGPSEND\r");
	made.ask("AT+QGPS=1\r");
	expect(receiver.constellations).toEqual(["gps", "beidou", "galileo"]);
	expect(made.ask('AT+QGPSCFG="gnssconfig"\r')).toBe('\r\n+QGPSCFG: "gnssconfig",5\r\n\r\nOK\r\n');
	expect(made.ask('AT+QGPSCFG="gnssconfig",7\r')).toBe("\r\n+CME ERROR: 501\r\n");
});

test("sentences by name, once they are switched on", () => {
	const { bench: made } = bench();
	made.ask("AT+QGPS=1\r");
	expect(made.ask('AT+QGPSGNMEA="RMC"\r')).toBe("\r\n+CME ERROR: 505\r\n");
	made.ask('AT+QGPSCFG="nmeasrc",1\r');
	expect(made.ask('AT+QGPSGNMEA="RMC"\r')).toBe("\r\n+QGPSGNMEA: $GNRMC,1*00\r\n\r\nOK\r\n");
	expect(made.ask('AT+QGPSGNMEA="GSV"\r')).toBe("\r\n+QGPSGNMEA: $GPGSV,1,1*11\r\n+QGPSGNMEA: $GBGSV,1,1*22\r\n\r\nOK\r\n");
	expect(made.ask('AT+QGPSGNMEA="ZDA"\r')).toBe("\r\n+CME ERROR: 501\r\n");
});

test("the receiver loses its power with the module; a module without one has no such commands", () => {
	const { bench: made, receiver } = bench();
	made.ask("AT+QGPS=1\r");
	made.module.powerOff();
	expect(receiver.running).toBe(false);
	expect(started().ask("AT+QGPS=1\r")).toBe("\r\nERROR\r\n");
});
