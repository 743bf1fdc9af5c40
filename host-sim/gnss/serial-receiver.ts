import type { Clock, Scheduled } from "../clock/clock.js";
import type { Port } from "../ports/port.js";
import type { Constellation, GnssReceiver } from "./receiver.js";

export interface SerialReceiverOptions {
	readonly port: Port;
	readonly clock: Clock;
	readonly receiver: GnssReceiver;
	/** What it is set to: such a receiver is told by its maker's own sentences, which are not simulated. */
	readonly constellations: readonly Constellation[];
}

/** A receiver of its own on a serial line: as long as it is powered it says its sentences once a second. */
export class SerialReceiver {
	readonly #options: SerialReceiverOptions;
	#timer: Scheduled | undefined;
	constructor(options: SerialReceiverOptions) {
		this.#options = options;
	}
	/** Switches its supply; 9,600 baud, 8N1 is what such receivers wake up with (NMEA 0183 itself says 4,800). */
	setPower(on: boolean): void {
		const { clock, receiver, constellations, port } = this.#options;
		if (on === receiver.running) return;
		clock.cancel(this.#timer);
		this.#timer = undefined;
		if (!on) {
			receiver.stop();
			return;
		}
		port.framing = { baud: 9600, dataBits: 8, parity: "none", stopBits: 1 };
		receiver.start(constellations);
		this.#schedule();
	}
	close(): void {
		this.setPower(false);
	}
	#schedule(): void {
		const { clock, receiver, port } = this.#options;
		const next = (Math.floor(clock.now() / 1000) + 1) * 1000;
		this.#timer = clock.at(next, () => {
			port.write(new TextEncoder().encode(receiver.sentences().join("")));
			this.#schedule();
		});
	}
}
