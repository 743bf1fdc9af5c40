import type { AtLine, Millis } from "../at/line.js";
import type { Binding } from "../modem/binding.js";
import type { ModemCore } from "../modem/core.js";
import type { ServiceName } from "../modem/driver.js";
import { ModemError } from "../modem/errors.js";
import type { ServiceListener } from "../modem/service-listener.js";
import { Timer } from "../modem/timers.js";
import { NEVER } from "./dialogue.js";
import { Gnss } from "./gnss/gnss.js";
import { Sms } from "./sms/sms.js";
import { Voice } from "./voice/voice.js";

/** What each service hears; see `ServiceListener`. */
export interface Service {
	/** When `due` is to be called; NEVER when nothing is awaited. */
	readonly dueMs: Millis;
	line(line: AtLine): void;
	started(): void;
	due(): void;
	announce(): void;
}

/** The services of one modem; each is made when the application first asks for it, so that the others cost nothing. */
export class Services implements ServiceListener {
	readonly #binding: Binding;
	readonly #core: ModemCore;
	#sms: Sms | undefined = undefined;
	#voice: Voice | undefined = undefined;
	#gnss: Gnss | undefined = undefined;
	/** All that were made, in the order in which they take turns. */
	readonly #all: Service[] = [];

	constructor(binding: Binding) {
		this.#binding = binding;
		this.#core = binding.enter();
	}
	get sms(): Sms {
		const core = this.#core;
		const dialect = core.driver.sms;
		if (dialect === undefined) throw notSupported(core.driver.id, "no short messages");
		if (this.#sms === undefined) {
			this.#sms = new Sms(this.#binding, core, dialect, this);
			this.#all.push(this.#sms.service);
		}
		return this.#sms;
	}
	get voice(): Voice {
		const core = this.#core;
		const dialect = core.driver.voice;
		if (dialect === undefined) throw notSupported(core.driver.id, "no voice calls");
		if (this.#voice === undefined) {
			this.#voice = new Voice(this.#binding, core, dialect, this);
			this.#all.push(this.#voice.service);
		}
		return this.#voice;
	}
	get gnss(): Gnss {
		const core = this.#core;
		const dialect = core.driver.gnss;
		if (dialect === undefined)
			throw notSupported(core.driver.id, "no receiver of positions; see xs-cellular/nmea for one on a port of its own");
		if (this.#gnss === undefined) {
			this.#gnss = new Gnss(this.#binding, core, dialect, this);
			this.#all.push(this.#gnss.service);
		}
		return this.#gnss;
	}
	service(name: ServiceName, line: AtLine): void {
		if (name === "sms") this.#sms?.service.line(line);
		else if (name === "call") this.#voice?.service.line(line);
		else this.#gnss?.service.line(line);
		this.schedule();
	}
	started(): void {
		for (const service of this.#all) service.started();
		this.schedule();
	}
	due(): void {
		for (const service of this.#all) service.due();
		this.schedule();
	}
	announce(): void {
		for (const service of this.#all) service.announce();
		this.schedule();
	}
	/** The core has one timer for all of them: it is set to the first that waits. */
	schedule(): void {
		let first = NEVER;
		for (const service of this.#all) first = Math.min(first, service.dueMs);
		const { timers } = this.#core;
		if (first === NEVER) timers.clear(Timer.service);
		else timers.set(Timer.service, first);
	}
}

/** The services of a modem, made when they are first asked for. */
export function servicesOf(binding: Binding): Services {
	const core = binding.enter();
	core.services ??= new Services(binding);
	return core.services as Services;
}

function notSupported(driver: string, what: string): ModemError {
	return new ModemError("notSupported", `${driver} has ${what}`);
}
