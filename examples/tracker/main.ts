import Digital from "embedded:io/digital";
import Serial from "embedded:io/serial";
import keyValue from "embedded:storage/key-value";
import Time from "time";
import Timer from "timer";
import { type Fix, Modem } from "xs-cellular";
import { Clock } from "xs-cellular/clock";
import driver from "xs-cellular/driver";
import monitor from "xs-cellular/monitor";
import { Outbox } from "xs-cellular/outbox";
import { Random, seedFrom } from "xs-cellular/random";
import { Battery } from "./battery.js";
import config from "./config.js";
import { Emergency } from "./emergency.js";
import { Inputs } from "./inputs.js";
import { POSITION_BYTES, type Position, packPosition } from "./position.js";
import { createReceiver } from "./receiver.js";
import { Reporter } from "./reporter.js";
import { Settings } from "./settings.js";
import { Tracker } from "./tracker.js";
import { Jt808Uplink } from "./uplink/jt808-uplink.js";
import { MqttUplink } from "./uplink/mqtt-uplink.js";
import { watchModem } from "./watch-modem.js";

/** Where a vehicle is: positions are kept until the server has them, often while it moves and seldom while it is parked. */
class Vehicle {
	readonly #store = keyValue.open({ path: "tracker", format: "buffer", mode: "r+" });
	readonly #outbox: Outbox<Vehicle>;
	readonly #clock: Clock;
	readonly #settings: Settings;
	readonly #inputs = new Inputs(config.motion, config.sos);
	readonly #modem: Modem;
	readonly #battery: Battery;
	readonly #emergency: Emergency;
	readonly #tracker: Tracker;
	readonly #reporter: Reporter;
	readonly #packed = new Uint8Array(POSITION_BYTES);
	#random = new Random(1);
	#isNamed = false;

	constructor() {
		this.#outbox = new Outbox<Vehicle>({
			store: this.#store,
			slots: Math.min(999, config.keepPositions ?? 500),
			target: this,
			onLost: (why, positions) => {
				monitor("readings-lost", { why, readings: positions });
				this.#reporter?.lost();
			},
			onError: error => monitor("error", { code: error.code, message: error.message }),
		});
		this.#clock = new Clock({ time: Time, session: this.#outbox.session });
		this.#settings = new Settings(this.#store, config);
		this.#modem = new Modem({
			driver,
			serial: { ...config.modem, io: Serial },
			pins: pins(),
			timer: Timer,
			time: Time,
			onChanged: property => this.modemChanged(property),
			onError: error => monitor("error", { code: error.code, message: error.message }),
			onEvent: (name, data) => monitor(`modem-${name}`, { ...data }),
		});
		this.#battery = new Battery(this.#modem, config.lowBattery ?? 20);
		this.#emergency = new Emergency({ modem: this.#modem, call: config.call, sms: config.sms, text: () => this.cry() });
		this.#reporter = new Reporter({
			modem: this.#modem,
			outbox: this.#outbox,
			clock: this.#clock,
			random: () => this.#random.fraction(),
			onAsked: (moving, parked) => this.asked(moving, parked),
			onDelivered: (first, next) => {
				this.#emergency.delivered(first, next);
				this.#battery.check(this.#clock.elapsedMs);
			},
		});
		this.#tracker = new Tracker({
			clock: this.#clock,
			inputs: this.#inputs,
			settings: this.#settings,
			fences: config.geofences ?? [],
			parkedAfterSeconds: config.parkedAfterSeconds ?? 180,
			isLow: () => this.#battery.isLow,
			onPosition: (position, why) => this.keep(position, why),
			onMode: isParked => this.#reporter.pace(isParked, this.#tracker.everySeconds),
		});
	}

	start(): void {
		const { apn, pdpType, user, password, pin } = config;
		this.#modem.connect({ apn, pdpType, user, password, pin, sleep: true });
		this.#tracker.start(createReceiver(this.#modem, fix => this.fixed(fix)));
		this.#inputs.start(() => {
			this.#tracker.watch();
			if (this.#inputs.takePress()) this.#emergency.begin(this.#tracker.alarm() ?? 0);
		});
	}

	private modemChanged(property: string): void {
		if (property === "time") {
			const time = this.#modem.networkTime;
			if (time) this.#clock.setNetworkTime(time.utcMs, time.atTicks);
		}
		watchModem(this.#modem, property);
		if (property === "identity") this.name();
		this.#reporter.networkChanged();
	}
	/** The server knows the tracker by the module's IMEI. */
	private name(): void {
		const imei = this.#modem.identity?.imei;
		if (this.#isNamed || !imei) return;
		this.#isNamed = true;
		this.#random = new Random(seedFrom(imei, this.#outbox.session));
		const Uplink = config.uplink === "jt808" ? Jt808Uplink : MqttUplink;
		this.#reporter.start(new Uplink(this.#modem, this.#store, this.#reporter, imei));
	}
	private fixed(fix: Fix): void {
		// Satellites know the time, and a tracker may see them before it has a network.
		if (fix.utcMs !== undefined && this.#clock.utcMs === undefined) this.#clock.setNetworkTime(fix.utcMs, Time.ticks);
		this.#tracker.fixed(fix);
	}
	private cry(): string {
		return `SOS ${this.#tracker.place ?? "(place unknown)"} IMEI ${this.#modem.identity?.imei ?? "unknown"}`;
	}
	private keep(position: Position, why: string): number | undefined {
		const packed = packPosition(position, this.#packed);
		const id = this.#outbox.append(packed);
		if (id === undefined) return undefined;
		monitor("reading", {
			id,
			why,
			latitude: position.latitudeMicrodegrees / 1e6,
			longitude: position.longitudeMicrodegrees / 1e6,
			fixed: position.isFixed,
		});
		this.#reporter.taken(id, packed);
		return id;
	}
	private asked(movingEverySeconds: number | undefined, parkedEverySeconds: number | undefined): boolean {
		if (!this.#settings.take(movingEverySeconds, parkedEverySeconds)) return false;
		monitor("schedule", {
			movingEverySeconds: this.#settings.movingEverySeconds,
			parkedEverySeconds: this.#settings.parkedEverySeconds,
		});
		this.#tracker.settingsChanged();
		this.#reporter.pace(this.#tracker.isParked, this.#tracker.everySeconds);
		return true;
	}
}

/** The module's pins that the board has wired, as the modem takes them. */
function pins() {
	const wired = config.pins;
	if (!wired) return undefined;
	const made: Record<string, { io: typeof Digital; [option: string]: unknown }> = {};
	for (const name of ["power", "reset", "wake", "status"] as const) {
		const options = wired[name];
		if (options) made[name] = { mode: name === "status" ? Digital.Input : Digital.Output, ...options, io: Digital };
	}
	return made;
}

export default function main(): void {
	new Vehicle().start();
}
