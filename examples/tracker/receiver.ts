import Digital from "embedded:io/digital";
import Serial from "embedded:io/serial";
import type { Fix, Modem, ModemError } from "xs-cellular";
import monitor from "xs-cellular/monitor";
import { NmeaReader } from "xs-cellular/nmea";
import config from "./config.js";

/** How often the module is asked where it is: often enough to see a turn. */
const ASK_EVERY_SECONDS = 5;

/** A GNSS receiver that is on only while a position is wanted. Again `start` or `stop` is no error. */
export interface Receiver {
	start(): void;
	stop(): void;
}
type OnFix = (fix: Fix) => void;

/** The receiver of the configuration; undefined where there is none. */
export function createReceiver(modem: Modem, onFix: OnFix): Receiver | undefined {
	const { source = "auto", serial } = config.gnss;
	const beside = serial === undefined ? undefined : new SerialReceiver(onFix);
	if (source === "serial" || (source === "auto" && beside !== undefined && !hasBeidou(modem))) return beside;
	return new ModuleReceiver(modem, onFix, source === "auto" ? beside : undefined);
}

function hasBeidou({ capabilities }: Modem): boolean {
	const systems: string | undefined = capabilities.gnss?.value;
	return systems?.includes("beidou") === true;
}

/** The module's own. Some models of a module have none: then the other one is taken, where there is one. */
class ModuleReceiver implements Receiver {
	readonly #modem: Modem;
	readonly #onFix: OnFix;
	#instead: Receiver | undefined;
	#isInstead = false;
	#isOn = false;

	constructor(modem: Modem, onFix: OnFix, instead: Receiver | undefined) {
		this.#modem = modem;
		this.#onFix = onFix;
		this.#instead = instead;
	}
	start(): void {
		if (this.#isOn) return;
		this.#isOn = true;
		if (this.#isInstead) {
			this.#instead?.start();
			return;
		}
		const { gnss } = this.#modem;
		gnss.onFix = this.#onFix;
		const constellations = hasBeidou(this.#modem) ? (["gps", "beidou"] as const) : [];
		gnss.start({ constellations, everySeconds: ASK_EVERY_SECONDS }, this, ModuleReceiver.prototype.started);
	}
	stop(): void {
		if (!this.#isOn) return;
		this.#isOn = false;
		if (this.#isInstead) this.#instead?.stop();
		else this.#modem.gnss.stop();
	}
	started(error: ModemError | undefined): void {
		if (error === undefined || error.code === "aborted") return;
		monitor("gnss-failed", { code: error.code, message: error.message });
		if (this.#instead === undefined || error.fault !== "refused") return;
		this.#isInstead = true;
		if (this.#isOn) this.#instead.start();
	}
}

/** One on a serial port of its own, that says its sentences as long as it has power. */
class SerialReceiver implements Receiver {
	readonly #reader: NmeaReader;
	readonly #power: Digital | undefined;
	#port: Serial | undefined;

	constructor(onFix: OnFix) {
		this.#reader = new NmeaReader({ onFix });
		const { power } = config.gnss;
		if (power) this.#power = new Digital({ mode: Digital.Output, initialValue: 0, ...(power as { pin: string }) });
	}
	start(): void {
		if (this.#port !== undefined) return;
		const reader = this.#reader;
		this.#port = new Serial({
			...config.gnss.serial!,
			onReadable(count) {
				const bytes = this.read(count);
				if (bytes !== undefined) reader.push(bytes);
			},
		});
		this.#power?.write(1);
	}
	stop(): void {
		this.#power?.write(0);
		this.#port?.close();
		this.#port = undefined;
	}
}
