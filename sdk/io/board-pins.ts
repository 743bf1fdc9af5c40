import type { Driver, PinName } from "../modem/driver.js";
import type { DigitalPin, Injected } from "./ecma419.js";

/** `{ io: Digital, pin: 5, mode: Digital.Output }`; with `inverted` a transistor stands between the board's pin and the module's. */
export type PinOptions = Injected<DigitalPin> & { readonly inverted?: boolean };
export type BoardPinOptions = Readonly<Partial<Record<PinName, PinOptions>>>;

const NAMES: readonly PinName[] = Object.freeze(["power", "reset", "wake", "status"]);

/** The module's pins as the board has wired them. A pin that is not given, that cannot be opened, or that the driver does not know, is one that is not wired. */
export class BoardPins {
	#pins: Partial<Record<PinName, DigitalPin>> = {};
	#assertedLevels: Partial<Record<PinName, number>> = {};
	constructor(driver: Driver, options: BoardPinOptions | undefined, onFailure: (pin: PinName, why: unknown) => void) {
		for (const name of NAMES) {
			const given = options?.[name];
			if (given === undefined) continue;
			try {
				this.open(name, driver, given);
			} catch (thrown) {
				this.#pins[name] = undefined;
				onFailure(name, thrown);
			}
		}
	}
	private open(name: PinName, driver: Driver, given: PinOptions): void {
		const rule = driver.pins?.[name];
		// Which level asserts it nobody knows: driven the wrong way a reset would hold the module for ever.
		if (rule === undefined) return;
		const { io: Digital, inverted = false, ...pinOptions } = given;
		const { asserted } = rule;
		this.#assertedLevels[name] = inverted ? 1 - asserted : asserted;
		this.#pins[name] = new Digital(pinOptions);
		if (name !== "status") this.set(name, false);
	}
	has(name: PinName): boolean {
		return this.#pins[name] !== undefined;
	}
	set(name: PinName, asserted: boolean): void {
		const level = this.#assertedLevels[name] ?? 1;
		this.#pins[name]?.write(asserted ? level : 1 - level);
	}
	/** Undefined where it is not wired. */
	get(name: PinName): boolean | undefined {
		const pin = this.#pins[name];
		return pin === undefined ? undefined : pin.read() === this.#assertedLevels[name];
	}
	close(): void {
		for (const name of NAMES)
			try {
				this.#pins[name]?.close();
			} catch {}
		this.#pins = {};
	}
}
