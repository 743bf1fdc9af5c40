import Digital from "embedded:io/digital";
import Timer from "timer";

/** An emergency button is to be held for two seconds, so that nobody presses it with a knee; more often it need not be looked at. */
const LOOK_EVERY_MS = 2_000;

type Options = Readonly<Record<string, unknown>> | undefined;

/** The accelerometer's output and the emergency button: looked at, as an edge is not something that every board can tell. */
export class Inputs {
	readonly #motion: Digital | undefined;
	readonly #sos: Digital | undefined;
	#wasPressed = false;

	constructor(motion: Options, sos: Options) {
		if (motion) this.#motion = new Digital({ mode: Digital.Input, ...(motion as { pin: string }) });
		if (sos) this.#sos = new Digital({ mode: Digital.InputPullUp, ...(sos as { pin: string }) });
	}
	get hasMotion(): boolean {
		return this.#motion !== undefined;
	}
	/** `look` is called after each look. */
	start(look: () => void): void {
		Timer.repeat(look, LOOK_EVERY_MS);
	}
	get isMoving(): boolean {
		return this.#motion?.read() === 1;
	}
	/** True once for each time that it is pressed. */
	takePress(): boolean {
		if (this.#sos === undefined) return false;
		const isPressed = this.#sos.read() === 0;
		const isNew = isPressed && !this.#wasPressed;
		this.#wasPressed = isPressed;
		return isNew;
	}
}
