import Digital from "embedded:io/digital";
import Serial from "embedded:io/serial";
import keyValue from "embedded:storage/key-value";
import Time from "time";
import Timer from "timer";
import { Modem } from "xs-cellular";
import { Clock } from "xs-cellular/clock";
import driver from "xs-cellular/driver";
import monitor from "xs-cellular/monitor";
import { Outbox } from "xs-cellular/outbox";
import { Random, seedFrom } from "xs-cellular/random";
import config from "./config.js";
import { cjt188 } from "./meter/cjt188.js";
import { dlt645 } from "./meter/dlt645.js";
import { MeterReader } from "./meter/meter-reader.js";
import { newReading, packReading, READING_BYTES } from "./reading.js";
import { Reporter } from "./reporter.js";
import { watchModem } from "./watch-modem.js";

/** A meter that nobody reads by hand: registers are read on the hour, kept until acknowledged, reported once a day, and the modem sleeps in between. */
class SmartMeter {
	readonly #modem: Modem;
	readonly #reader: MeterReader;
	readonly #reporter: Reporter;
	readonly #outbox: Outbox<SmartMeter>;
	readonly #clock: Clock;
	readonly #bytes = new Uint8Array(READING_BYTES);
	readonly #stamp = newReading().stamp;
	#named = false;

	constructor() {
		const store = keyValue.open({ path: "smart-meter", format: "buffer", mode: "r+" });
		this.#outbox = new Outbox<SmartMeter>({
			store,
			slots: Math.min(999, config.keepReadings ?? 256),
			target: this,
			onLost: (why, readings) => monitor("readings-lost", { why, readings }),
			onError: error => monitor("error", { code: error.code, message: error.message }),
		});
		this.#clock = new Clock({ time: Time, session: this.#outbox.session });
		const { protocol, type, address, ...port } = config.meter;
		this.#reader = new MeterReader({
			serial: { ...port, io: Serial },
			timer: Timer,
			protocol: protocol === "dlt645" ? dlt645 : cjt188(type ?? 0x10),
			address,
		});
		this.#modem = new Modem({
			driver,
			serial: { ...config.modem, io: Serial },
			pins: pins(),
			timer: Timer,
			time: Time,
			onChanged: property => {
				if (property === "time") this.#setClock();
				watchModem(this.#modem, property);
				this.#reporter.networkChanged();
			},
			onError: error => monitor("error", { code: error.code, message: error.message }),
			onEvent: (name, data) => monitor(`modem-${name}`, { ...data }),
		});
		this.#reporter = new Reporter({ modem: this.#modem, outbox: this.#outbox, clock: this.#clock, store });
	}

	start(): void {
		this.#emitOutbox();
		this.#read();
		this.#modem.connect({
			apn: config.apn,
			pdpType: config.pdpType,
			user: config.user,
			password: config.password,
			pin: config.pin,
			psm: config.psm,
		});
	}

	#read(): void {
		// The next reading does not wait for this one to succeed.
		Timer.set(() => this.#read(), this.#reporter.readEverySeconds * 1000);
		this.#reader.read((failure, register) => {
			if (failure) monitor("reading-failed", failure);
			else if (register) {
				const id = this.#outbox.append(packReading(register, this.#clock.stamp(this.#stamp), this.#bytes));
				if (id !== undefined)
					monitor("reading", { id, value: register.value, exponent: register.exponent, unit: register.unit, status: register.status });
				this.#emitOutbox();
			}
			if (!this.#named && this.#reader.address) {
				this.#named = true;
				monitor("meter", { address: this.#reader.address });
				const place = new Random(seedFrom(this.#reader.address));
				this.#reporter.start(this.#reader.address, place.fraction());
			}
		});
	}

	#emitOutbox(): void {
		monitor("outbox", { first: this.#outbox.acknowledged + 1, next: this.#outbox.nextSequence });
	}

	#setClock(): void {
		const time = this.#modem.networkTime;
		if (time) this.#clock.setNetworkTime(time.utcMs, time.atTicks);
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
	new SmartMeter().start();
}
