import { ask, log, readPin, send, setPin } from "./native.js";

/** Pins of the simulated module, by name. A pin that nobody has is the host's to mention; it is never fatal. */
export default class Digital {
	// Numbers as in Moddable's class: only their being different counts.
	static Input = 0;
	static InputPullUp = 1;
	static InputPullDown = 2;
	static InputPullUpDown = 3;
	static Output = 8;
	static OutputOpenDrain = 9;
	static Rising = 1;
	static Falling = 2;

	#pin;
	#isOutput;

	constructor(options) {
		if (options?.pin === undefined) throw new Error("a Digital needs a pin");
		if (options.mode === undefined) throw new Error("a Digital needs a mode");
		this.#pin = String(options.pin);
		this.#isOutput = options.mode === Digital.Output || options.mode === Digital.OutputOpenDrain;
		if (options.target !== undefined) this.target = options.target;
		if (options.onReadable !== undefined) send(log, 0, 0, `pin ${this.#pin}: edges are not simulated; read it instead\n`);
		if (this.#isOutput && options.initialValue !== undefined) this.write(options.initialValue);
	}

	read() {
		return ask(readPin, 0, 0, this.#open()) ? 1 : 0;
	}

	write(level) {
		const pin = this.#open();
		if (!this.#isOutput) throw new Error(`pin ${pin} is an input`);
		send(setPin, 0, level ? 1 : 0, pin);
	}

	/** The pin keeps its level. */
	close() {
		this.#pin = undefined;
	}

	get format() {
		return "number";
	}

	#open() {
		if (this.#pin === undefined) throw new Error("the pin is closed");
		return this.#pin;
	}
}
