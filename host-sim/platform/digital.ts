import type DigitalClass from "embedded:io/digital";
import type { ApplicationHost } from "../engine/engine.js";
import type { Lifetime } from "./lifetime.js";

/** `embedded:io/digital` over the simulated module's pins. A pin that nobody has is the host's to mention; it is never fatal. */
export function createDigital(host: ApplicationHost, life: Lifetime): typeof DigitalClass {
	return class Digital {
		// Numbers as in Moddable's class: only their being different counts.
		static readonly Input = 0;
		static readonly InputPullUp = 1;
		static readonly InputPullDown = 2;
		static readonly InputPullUpDown = 3;
		static readonly Output = 8;
		static readonly OutputOpenDrain = 9;
		static readonly Rising = 1;
		static readonly Falling = 2;

		target: unknown;
		readonly #isOutput: boolean;
		#pin: string | undefined;

		constructor(options: ConstructorParameters<typeof DigitalClass>[0]) {
			if (options?.pin === undefined) throw new life.realm.Error("a Digital needs a pin");
			if (options.mode === undefined) throw new life.realm.Error("a Digital needs a mode");
			this.#pin = String(options.pin);
			this.#isOutput = options.mode === Digital.Output || options.mode === Digital.OutputOpenDrain;
			if (options.target !== undefined) this.target = options.target;
			if (options.onReadable !== undefined) host.log(`pin ${this.#pin}: edges are not simulated; read it instead\n`);
			if (this.#isOutput && options.initialValue !== undefined) this.write(options.initialValue);
		}

		read(): number {
			return host.readPin(this.#open()) ? 1 : 0;
		}

		write(level: number): void {
			const pin = this.#open();
			if (!this.#isOutput) throw new life.realm.Error(`pin ${pin} is an input`);
			host.setPin(pin, level ? 1 : 0);
		}

		/** The pin keeps its level. */
		close(): void {
			this.#pin = undefined;
		}

		get format(): "number" {
			return "number";
		}

		#open(): string {
			if (this.#pin === undefined) throw new life.realm.Error("the pin is closed");
			return this.#pin;
		}
	};
}
