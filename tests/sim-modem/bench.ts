import { createRandom } from "../../host-sim/clock/random.js";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { createModule, type ModuleOptions, type SimulatedModule } from "../../host-sim/modem/module.js";
import type { Persona } from "../../host-sim/modem/persona.js";
import { framing8n1, misread } from "../../host-sim/ports/framing.js";
import type { Framing, Port } from "../../host-sim/ports/port.js";
import { FakeUe } from "./fake-ue.js";

/** A port in memory whose host is the test. */
export class TestPort implements Port {
	readonly path = undefined;
	onBytes: ((bytes: Uint8Array) => void) | undefined;
	clientBaud: number | undefined;
	framing: Framing | undefined;
	#text = "";

	write(bytes: Uint8Array): void {
		const read = this.framing && this.clientBaud ? misread(bytes, this.framing, framing8n1(this.clientBaud)) : bytes;
		this.#text += Buffer.from(read).toString("latin1");
	}
	/** From the host. */
	send(text: string): void {
		const bytes = Uint8Array.from(Buffer.from(text, "latin1"));
		this.onBytes?.(this.framing && this.clientBaud ? misread(bytes, framing8n1(this.clientBaud), this.framing) : bytes);
	}
	/** What came since the last call. */
	take(): string {
		const text = this.#text;
		this.#text = "";
		return text;
	}
	close(): void {}
}

/** A module on virtual time with the test as host and network. */
export class Bench {
	readonly clock = new VirtualClock();
	readonly ue = new FakeUe(this.clock);
	readonly port = new TestPort();
	readonly module: SimulatedModule;

	constructor(persona: Persona, options: Partial<ModuleOptions> & { readonly seed?: number } = {}) {
		this.module = createModule({ persona, clock: this.clock, ue: this.ue, random: createRandom(options.seed ?? 1).next, ...options });
		this.module.attach(this.port);
	}

	/** Power on and booted; what was said is dropped. */
	start(): this {
		this.module.powerOn();
		this.run(this.module.persona.power.bootMs + 100);
		this.port.take();
		return this;
	}

	/** Lets `ms` pass and returns what the module said. */
	run(ms: number): string {
		this.clock.run(this.clock.now() + ms);
		return this.port.take();
	}

	send(text: string): void {
		this.port.send(text);
	}

	/** What the module says within `ms` after `text`. */
	ask(text: string, ms = 500): string {
		this.send(text);
		return this.run(ms);
	}
}
