import type { Fix } from "../../app/nmea.js";
import type { Binding } from "../../modem/binding.js";
import type { ModemCore } from "../../modem/core.js";
import type { GnssChoice, GnssDialect, GnssSystem } from "../../modem/driver.js";
import { ModemError } from "../../modem/errors.js";
import type { Services } from "../services.js";
import { type GnssDone, GnssService } from "./gnss-service.js";

export type { Fix } from "../../app/nmea.js";
export type { GnssDone } from "./gnss-service.js";

export interface GnssOptions {
	/** Systems that must take part; the module's own choice when absent. A module may switch on more than that, where it knows no smaller set. */
	readonly constellations?: readonly GnssSystem[];
	/** How often the module is asked for its position; 1 when absent. Each time wakes a module that sleeps. */
	readonly everySeconds?: number;
}

const LONGEST_SECONDS = 86_400;
const SYSTEMS: readonly GnssSystem[] = Object.freeze(["gps", "beidou", "glonass", "galileo"] as const);

/** The receiver inside the module: `modem.gnss`. It is switched on again when the module restarts. */
export class Gnss {
	/** @internal */
	readonly service: GnssService;
	readonly #binding: Binding;
	readonly #dialect: GnssDialect;
	/** Each new position; the record does not change afterwards. Not called while there is none. */
	onFix: ((this: Gnss, fix: Fix) => void) | undefined = undefined;

	constructor(binding: Binding, core: ModemCore, dialect: GnssDialect, services: Services) {
		this.#binding = binding;
		this.#dialect = dialect;
		this.service = new GnssService(core, dialect, services, this);
	}
	/** The last position since `start`. */
	get fix(): Fix | undefined {
		return this.service.fix;
	}
	/** The receiver is on, as far as known; whether it sees a satellite is another matter. */
	get isOn(): boolean {
		return this.service.isOn;
	}
	/**
	 * Switches the receiver on, and the module if need be. Again with other options changes them. `done` is called when it is on, or with what the
	 * module said.
	 * @throws ModemError "usage" for a constellation that the module does not have, or a wrong interval
	 */
	start<T = unknown>(options: GnssOptions = {}, target?: T, done?: GnssDone<T>): void {
		const { constellations = [], everySeconds = 1 } = options;
		if (!(everySeconds >= 1 && everySeconds <= LONGEST_SECONDS)) throw new ModemError("usage", `everySeconds: 1 to ${LONGEST_SECONDS}`);
		const choice = this.choiceFor(constellations);
		this.#binding.enter();
		this.service.start(choice, everySeconds * 1000, target, done);
		this.#binding.kick();
	}
	/** Switches the receiver off. */
	stop<T = unknown>(target?: T, done?: GnssDone<T>): void {
		this.#binding.enter();
		this.service.stop(target, done);
		this.#binding.kick();
	}
	private choiceFor(constellations: readonly GnssSystem[]): GnssChoice {
		const { choices } = this.#dialect;
		for (const choice of choices) if (constellations.every(system => choice.systems.includes(system))) return choice;
		const sets = choices.map(({ systems }) => systems.join("+")).join(", ");
		for (const system of constellations)
			if (!SYSTEMS.includes(system)) throw new ModemError("usage", `constellations: ${SYSTEMS.join(", ")}`);
		throw new ModemError("usage", `constellations: this module has ${sets === "" ? "no choice" : sets}`);
	}
	/** @internal */
	fixed(fix: Fix): void {
		this.onFix?.call(this, fix);
	}
}
