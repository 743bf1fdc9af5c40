import { readFileSync } from "node:fs";
import type { Clock } from "../clock/clock.js";
import { createRandom } from "../clock/random.js";
import type { LineEnd } from "../engine/engine.js";
import { readGpx } from "../gnss/gpx.js";
import { Drive, type Motion } from "../gnss/motion.js";
import type { GnssReceiver } from "../gnss/receiver.js";
import { SerialReceiver } from "../gnss/serial-receiver.js";
import { SimulatedReceiver } from "../gnss/simulated-receiver.js";
import type { Port } from "../ports/port.js";
import type { RunOptions } from "./options.js";

/** A vehicle drives its route at this hour of each simulated day, and at once where nobody waits for the morning. */
const DEPARTURE_MS = { virtual: 8 * 3_600_000, real: 5_000 } as const;
const DAY_MS = 86_400_000;
/** Below it an accelerometer feels nothing. */
const MOVING_METRES_PER_SECOND = 0.5;

interface VehicleLine {
	readonly port: Port;
	readonly device: string;
	readonly end: LineEnd | undefined;
}

/** What is in a vehicle beside the modem: a GNSS receiver of its own, an accelerometer's output, an emergency button; and where it all is. */
export interface Vehicle {
	readonly motion: Motion;
	/** The receiver inside the module, where it has one. */
	readonly inModule: GnssReceiver;
	/** The application's end of the second receiver's line; undefined where the line is a terminal. */
	readonly end: LineEnd | undefined;
	readonly configuration: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
	/** False: no pin of the vehicle. */
	setPin(pin: string, level: number): boolean;
	/** undefined: no pin of the vehicle. */
	readPin(pin: string): number | undefined;
	/** Whether the receivers see it. */
	sky: boolean;
	/** Presses the emergency button, or lets it go. */
	press(isPressed: boolean): void;
	close(): void;
}

export async function openVehicle(
	options: RunOptions,
	clock: Clock,
	startUtcMs: number,
	openLine: (name: string) => Promise<VehicleLine>,
): Promise<Vehicle> {
	const path = options.route as string;
	const route = await readGpx(readFileSync(path, "utf8"), path);
	const drive = new Drive(route, {
		startMs: DEPARTURE_MS[clock.kind],
		everyMs: Math.max(DAY_MS, Math.ceil(route.durationMs / DAY_MS) * DAY_MS),
	});
	const random = createRandom(options.seed).fork("gnss");
	const receiver = (): SimulatedReceiver => new SimulatedReceiver({ clock, motion: drive, seed: random.integer(1, 2 ** 31), startUtcMs });
	const inModule = receiver();
	const beside = receiver();
	const line = await openLine("gnss");
	const serial = new SerialReceiver({ port: line.port, clock, receiver: beside, constellations: ["gps", "beidou"] });
	let isPressed = false;
	let isOpen = true;
	return {
		motion: drive,
		inModule,
		end: line.end,
		configuration: {
			gnss: { source: "auto", serial: { device: line.device, baud: 9600 }, power: { pin: "gnss" } },
			motion: { pin: "motion" },
			sos: { pin: "sos" },
		},
		setPin(pin, level) {
			if (pin !== "gnss") return false;
			serial.setPower(level === 1);
			return true;
		},
		readPin(pin) {
			if (pin === "motion") return drive.at(clock.now()).speedMetresPerSecond > MOVING_METRES_PER_SECOND ? 1 : 0;
			// Pressed it pulls the input down.
			if (pin === "sos") return isPressed ? 0 : 1;
			return undefined;
		},
		get sky() {
			return isOpen;
		},
		set sky(open) {
			isOpen = open;
			inModule.sky = isOpen;
			beside.sky = isOpen;
		},
		press(pressed) {
			isPressed = pressed;
		},
		close() {
			serial.close();
			inModule.stop();
			line.port.close();
		},
	};
}
