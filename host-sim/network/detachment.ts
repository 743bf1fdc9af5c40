import type { Clock } from "../clock/clock.js";

export interface DetachmentOwner {
	readonly clock: Clock;
	/** DETACH REQUEST over the air, `done` with its answer or without. */
	request(done: () => void): void;
	/** The UE is detached. */
	left(): void;
	attach(): void;
}

/** Detach by the user: said to the network when there is one, valid at once either way (TS 24.301 5.5.2.2). */
export class Detachment {
	readonly #o: DetachmentOwner;
	/** "again" when an attach was asked for meanwhile. */
	#underWay: boolean | "again" = false;

	constructor(owner: DetachmentOwner) {
		this.#o = owner;
	}

	/** An attach was asked for: it follows the detach that is on its way. */
	attachAsked(): void {
		if (this.#underWay) this.#underWay = "again";
	}
	/** Switched off: whoever waits hears that it is over. */
	forget(): void {
		this.#underWay = false;
	}
	start(overTheAir: boolean, done: () => void): void {
		const underWay = this.#underWay !== false;
		this.#underWay = true;
		if (underWay) return;
		const finish = (): void => {
			if (this.#underWay === false) return void done();
			const again = this.#underWay === "again";
			this.#underWay = false;
			this.#o.left();
			done();
			if (again) this.#o.attach();
		};
		if (overTheAir) this.#o.request(finish);
		else this.#o.clock.after(0, finish);
	}
}
