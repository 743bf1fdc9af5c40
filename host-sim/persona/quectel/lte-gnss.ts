import type { Constellation, GnssFix, GnssReceiver } from "../../gnss/receiver.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { bytesOf, twoDigits } from "../../modem/text.js";

/** Quectel's `+CME ERROR` numbers of GNSS; 504, 505 and 516 are in the reference. */
const gnssError = { parameter: 501, ongoing: 504, notActive: 505, notFixed: 516 } as const;

/** `gnssconfig` as an EC2x numbers it (a public driver's table): GPS is always on. For EC800M and its kin inferred. */
const choices: readonly (readonly Constellation[])[] = [
	["gps"],
	["gps", "glonass", "beidou", "galileo"],
	["gps", "glonass", "beidou"],
	["gps", "glonass", "galileo"],
	["gps", "glonass"],
	["gps", "beidou", "galileo"],
	["gps", "galileo"],
];

const sentenceTypes = ["GGA", "RMC", "GSV", "GSA", "VTG", "GLL"];
const outports = ["none", "usbnmea", "uartnmea", "auxnmea", "uartdebug"];
const knotsPerMetrePerSecond = 1.943_844;

/**
 * `QGPS…` of Quectel's modules with a receiver. `+QGPSLOC`'s fields are in the reference (transcript 11); formats 0 and 1, `+QGPSGNMEA` and the keys of
 * `+QGPSCFG` are general knowledge, inferred for these modules.
 */
export class LteGnss {
	readonly #core: ModuleCore;
	readonly #receiver: GnssReceiver;
	#nmeaSource = 0;
	#timer: ReturnType<ModuleCore["after"]> | undefined;

	constructor(core: ModuleCore, receiver: GnssReceiver) {
		this.#core = core;
		this.#receiver = receiver;
	}

	/** A position is being looked for: the module stays awake. */
	get busy(): boolean {
		return this.#receiver.running;
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+QGPS",
				read: () => `\r\n+QGPS: ${this.#receiver.running ? 1 : 0}\r\n`,
				set: call => this.#start(call),
				test: "\r\n+QGPS: (1-4),(30-255),(1-1000),(0-1000),(1-65535)\r\n",
			},
			{ name: "+QGPSEND", execute: () => this.#end(), test: "" },
			{
				name: "+QGPSLOC",
				read: () => this.#locate(0),
				set: call => this.#locate(call.parameters.within(0, 0, 2)),
				test: "\r\n+QGPSLOC: (0-2)\r\n",
			},
			{
				name: "+QGPSGNMEA",
				set: call => this.#sentences(call),
				test: `\r\n+QGPSGNMEA: (${sentenceTypes.map(type => `"${type}"`).join(",")})\r\n`,
			},
			{
				name: "+QGPSCFG",
				set: call => this.#configure(call),
				test: '\r\n+QGPSCFG: "gnssconfig",(0-6)\r\n\r\n+QGPSCFG: "nmeasrc",(0,1)\r\n',
			},
		];
	}

	get #choice(): number {
		return this.#core.nvram.number("QGPSCFG.gnssconfig", 1);
	}

	#start(call: Call): Answer {
		if (call.parameters.within(0, 1, 4) === undefined) return gnssError.parameter;
		if (this.#receiver.running) return gnssError.ongoing;
		this.#receiver.start(choices[this.#choice]!);
		this.#everySecond();
		return "";
	}

	#end(): Answer {
		if (!this.#receiver.running) return gnssError.notActive;
		this.#core.cancel(this.#timer);
		this.#receiver.stop();
		return "";
	}

	/** Sentences leave on their connection of `+CMUX`, where there is one. */
	#everySecond(): void {
		this.#timer = this.#core.after(1000, () => {
			if (!this.#receiver.running) return;
			this.#core.ports.writeNmea(bytesOf(this.#receiver.sentences().join("")));
			this.#everySecond();
		});
	}

	#locate(format: number | undefined): Answer {
		if (format === undefined) return gnssError.parameter;
		if (!this.#receiver.running) return gnssError.notActive;
		const { fix } = this.#receiver;
		return fix ? `\r\n+QGPSLOC: ${locationFields(fix, format)}\r\n` : gnssError.notFixed;
	}

	/** Only after `"nmeasrc",1`. */
	#sentences(call: Call): Answer {
		const wanted = call.parameters.text(0).toUpperCase();
		if (!sentenceTypes.includes(wanted)) return gnssError.parameter;
		if (!this.#receiver.running || this.#nmeaSource === 0) return gnssError.notActive;
		const found = this.#receiver.sentences().filter(sentence => sentence.slice(3, 6) === wanted);
		return found.map(sentence => `\r\n+QGPSGNMEA: ${sentence.trimEnd()}`).join("") + (found.length > 0 ? "\r\n" : "");
	}

	#configure(call: Call): Answer {
		const { parameters } = call;
		const { nvram } = this.#core;
		const asks = parameters.count === 1;
		switch (parameters.text(0).toLowerCase()) {
			case "gnssconfig": {
				if (asks) return `\r\n+QGPSCFG: "gnssconfig",${this.#choice}\r\n`;
				const choice = parameters.within(1, 0, choices.length - 1);
				if (choice === undefined) return gnssError.parameter;
				// While the receiver runs the choice counts from the next start.
				nvram.set("QGPSCFG.gnssconfig", choice);
				return "";
			}
			case "nmeasrc": {
				if (asks) return `\r\n+QGPSCFG: "nmeasrc",${this.#nmeaSource}\r\n`;
				const source = parameters.within(1, 0, 1);
				if (source === undefined) return gnssError.parameter;
				this.#nmeaSource = source;
				return "";
			}
			case "outport": {
				if (asks) return `\r\n+QGPSCFG: "outport","${nvram.text("QGPSCFG.outport", "usbnmea")}"\r\n`;
				if (!outports.includes(parameters.text(1))) return gnssError.parameter;
				nvram.set("QGPSCFG.outport", parameters.text(1));
				return "";
			}
			default:
				return gnssError.parameter;
		}
	}
}

/** UTC, latitude, longitude, HDOP, altitude, 2 or 3 dimensions, course, km/h, knots, date, satellites. The course in degrees and hundredths is an assumption. */
function locationFields(fix: GnssFix, format: number): string {
	const date = new Date(fix.utcMs);
	const time = `${twoDigits(date.getUTCHours())}${twoDigits(date.getUTCMinutes())}${twoDigits(date.getUTCSeconds())}`;
	const milliseconds = String(date.getUTCMilliseconds()).padStart(3, "0");
	const day = `${twoDigits(date.getUTCDate())}${twoDigits(date.getUTCMonth() + 1)}${twoDigits(date.getUTCFullYear() % 100)}`;
	const count = Object.values(fix.satellites).reduce((sum, used) => sum + used, 0);
	const place = `${angle(fix.latitude, format, 2, "N", "S")},${angle(fix.longitude, format, 3, "E", "W")}`;
	const speed = `${(fix.speedMetresPerSecond * 3.6).toFixed(1)},${(fix.speedMetresPerSecond * knotsPerMetrePerSecond).toFixed(1)}`;
	const quality = `${fix.hdop.toFixed(1)},${fix.altitudeMetres.toFixed(1)},${count > 3 ? 3 : 2}`;
	return `${time}.${milliseconds},${place},${quality},${fix.courseDegrees.toFixed(2)},${speed},${day},${twoDigits(count)}`;
}

/** 0: `3150.7223N`, 1: `3150.722300,N`, 2: `31.84537`, negative south and west. */
function angle(degrees: number, format: number, digits: number, positive: string, negative: string): string {
	if (format === 2) return degrees.toFixed(5);
	const places = format === 0 ? 4 : 6;
	const scale = 10 ** places;
	// Rounded as a whole, so that 59.99999 minutes do not become 60.
	const units = Math.round(Math.abs(degrees) * 60 * scale);
	const whole = Math.floor(units / (60 * scale));
	const minutes = ((units % (60 * scale)) / scale).toFixed(places).padStart(places + 3, "0");
	return `${String(whole).padStart(digits, "0")}${minutes}${format === 1 ? "," : ""}${degrees < 0 ? negative : positive}`;
}
