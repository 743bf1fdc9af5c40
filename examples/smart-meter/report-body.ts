import type { Clock, ResolvedTime } from "xs-cellular/clock";
import type { Outbox } from "xs-cellular/outbox";
import { SenmlPack } from "xs-cellular/senml";
import { newReading, unpackReading } from "./reading.js";

/** One datagram of 512 bytes, the most that an NB-IoT module's socket is known to take at once, holds this body and CoAP's head. */
const BODY_BYTES = 440;

/** The oldest readings that fit one report, as SenML. */
export class ReportBody {
	readonly #pack: SenmlPack;
	readonly #reading = newReading();
	readonly #time: ResolvedTime = { source: "unknown", utcSeconds: 0, ageSeconds: 0 };
	#clock: Clock | undefined;
	/** Identifier of the first reading in it, and the one after the last. */
	first = 0;
	next = 0;
	count = 0;

	/** `meter`: its address as printed. The name is a DEV URN (RFC 9039) under the enterprise number reserved for examples (RFC 5612). */
	constructor(meter: string) {
		this.#pack = new SenmlPack(new Uint8Array(BODY_BYTES), `urn:dev:os:32473-${meter}:`);
	}

	fill(outbox: Outbox<any>, clock: Clock): void {
		this.#pack.begin();
		this.#clock = clock;
		this.count = 0;
		outbox.visit(this, this.#add);
	}

	/** Valid until the next {@link fill}. */
	get payload(): Uint8Array {
		return this.#pack.bytes();
	}

	#add(id: number, bytes: Uint8Array): boolean {
		const clock = this.#clock as Clock;
		const reading = unpackReading(bytes, clock.session, this.#reading);
		const pack = this.#pack;
		pack.beginReading(id, clock.resolve(reading.stamp, this.#time));
		pack.addDecimal(reading.unit === "kWh" ? "energy" : "volume", reading.unit, reading.value, reading.exponent);
		if (reading.status !== "ok") pack.addText("status", reading.status);
		if (!pack.endReading()) return false;
		if (this.count === 0) this.first = id;
		this.next = id + 1;
		this.count++;
		return true;
	}
}
