/**
 * What charge was spent for: `boot` until the radio starts, `attach` the search for a cell and the registration, `tau` tracking
 * area updates, `data` whatever was sent or received and the module's processor while the host has it awake, `paging` what resting
 * takes above the floor, `sleep` the floor itself.
 */
export type EnergyCause = "boot" | "attach" | "tau" | "data" | "paging" | "sleep";

/** Events of the network that say what the connection is for; every other connection is for data. */
const ANNOUNCED: Readonly<Record<string, EnergyCause>> = {
	attach: "attach",
	tau: "tau",
	"datagram-up": "data",
	"stream-up": "data",
	"sms-up": "data",
};

/** Follows what the radio and the processor are busy with. */
export class CauseTracker {
	#now: EnergyCause = "boot";
	#announced = false;

	get now(): EnergyCause {
		return this.#now;
	}
	/** @returns whether the cause may be another one now: what passed so far has to be counted before. */
	static announces(event: string): boolean {
		return ANNOUNCED[event] !== undefined;
	}
	event(name: string): void {
		const cause = ANNOUNCED[name];
		if (cause === undefined) return;
		this.#now = cause;
		this.#announced = true;
	}
	boots(): void {
		this.#now = "boot";
		this.#announced = false;
	}
	searches(): void {
		this.#now = "attach";
	}
	connects(): void {
		if (!this.#announced) this.#now = "data";
	}
	released(): void {
		this.#announced = false;
	}
	/** Whoever wakes a sleeping module without a word wants to send. */
	sleeps(): void {
		this.#now = "data";
		this.#announced = false;
	}
}
