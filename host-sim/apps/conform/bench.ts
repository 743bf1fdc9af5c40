import type { Driver } from "../../../sdk/modem/driver.js";
import type { ModemError } from "../../../sdk/modem/errors.js";
import type { ConnectOptions } from "../../../sdk/modem/settings.js";
import type { Modem, ModemOptions } from "../../../sdk/modem.js";
import type { Simulation } from "../../simulation.js";
import { check } from "./case.js";
import type { FarEnd } from "./far-end.js";

export interface ModemEvent {
	readonly name: string;
	readonly data: Readonly<Record<string, unknown>>;
}

/** Registration from power-on: 27.007 gives no bound; the longest search of the simulated network's personas is under a minute (an assumption). */
export const CONNECT_MS = 240_000;

/** What a case has in its hands: a modem on a module, and time that passes while it waits. */
export abstract class Bench {
	readonly driver: Driver;
	readonly errors: ModemError[] = [];
	readonly events: ModemEvent[] = [];
	/** The dialogue as the modem shows it to the application, secrets replaced. */
	shown = "";
	abstract readonly modem: Modem;
	/** Undefined on a real port. */
	abstract readonly simulation: Simulation | undefined;
	/** Hosts that answer; undefined on a real port without a server. */
	abstract readonly far: FarEnd;
	abstract readonly nowMs: number;

	constructor(driver: Driver) {
		this.driver = driver;
	}
	/** Lets time pass until the condition holds; `withinMs` later it is not as it should be. */
	abstract until(what: string, condition: () => boolean, withinMs?: number): Promise<void>;
	abstract pass(ms: number): Promise<void>;
	abstract close(): Promise<void>;

	protected get handlers(): Pick<ModemOptions, "onError" | "onEvent" | "onTrace"> {
		return {
			onError: error => void this.errors.push(error),
			onEvent: (name, data) => void this.events.push({ name, data: { ...data } }),
			onTrace: (_direction, bytes) => {
				this.shown += Buffer.from(bytes).toString("latin1");
			},
		};
	}
	/** Connects and waits for an address. */
	async connect(options: ConnectOptions = {}): Promise<void> {
		this.modem.connect(options);
		await this.until("a connection", () => this.modem.connection === 500, CONNECT_MS);
	}
	/** What the network does can only be asked of a simulated one. */
	get world(): Simulation {
		check(this.simulation !== undefined, "this case needs a simulated network");
		return this.simulation;
	}
	/** What the modem reported meanwhile, each thing once. */
	protected get problems(): string {
		return [...new Set(this.errors.map(({ code, message }) => `; ${code}: ${message}`))].join("");
	}
	/** Of an address for each family, the one of the family that the module was given. */
	reachable([ipv6, ipv4]: readonly [string, string]): string {
		return this.modem.address?.includes(":") ? ipv6 : ipv4;
	}
	eventsNamed(name: string): ModemEvent[] {
		return this.events.filter(event => event.name === name);
	}
	errorCodes(): string[] {
		return this.errors.map(({ code }) => code);
	}
	/** The service and its end are of no interest to the case: nothing was reported that should not have been. */
	expectNoErrors(): void {
		const [first] = this.errors;
		check(first === undefined, `an error was reported: ${first?.code}, ${first?.message}`);
	}
}
