import { Multiplexer } from "../cmux/multiplexer.js";
import type { ModuleCore } from "./core.js";
import { Interpreter } from "./interpreter.js";

/** What a module serves after `+CMUX`. */
export interface CmuxProfile {
	/** Data link connections with an AT interpreter; result codes leave on the first. */
	readonly at: readonly number[];
	/** Where sentences of the GNSS receiver leave. */
	readonly nmea?: number;
	/** The largest N1 it takes. */
	readonly longestFrame: number;
}

/** The AT interpreters of a running module, and how their bytes travel: plainly on the line, or by TS 27.010. */
export class AtPorts {
	readonly #core: ModuleCore;
	readonly #plain: Interpreter;
	readonly #multiplexed = new Map<number, Interpreter>();
	#multiplexer: Multiplexer | undefined;

	constructor(core: ModuleCore) {
		this.#core = core;
		this.#plain = new Interpreter(core, bytes => this.write(bytes));
	}

	get multiplexed(): boolean {
		return this.#multiplexer !== undefined;
	}

	get busy(): boolean {
		return this.#plain.busy || [...this.#multiplexed.values()].some(interpreter => interpreter.busy);
	}

	/** An unsolicited result code may leave now. */
	get atBoundary(): boolean {
		return this.#main?.atBoundary ?? true;
	}

	/** The interpreter beside which result codes leave; undefined: the host has not opened its connection. */
	get #main(): Interpreter | undefined {
		return this.#multiplexer ? this.#multiplexed.get(this.#firstAt) : this.#plain;
	}

	get #firstAt(): number {
		return this.#core.persona.cmux?.at[0] ?? 1;
	}

	receive(bytes: Uint8Array): void {
		if (this.#multiplexer) this.#multiplexer.receive(bytes);
		else this.#plain.receive(bytes);
	}

	/** To the host, where result codes leave. */
	write(bytes: Uint8Array): void {
		if (this.#multiplexer) this.#multiplexer.send(this.#firstAt, bytes);
		else this.#core.line.write(bytes);
	}

	/** Sentences of the receiver; false: there is no connection for them. */
	writeNmea(bytes: Uint8Array): boolean {
		const dlci = this.#core.persona.cmux?.nmea;
		return dlci !== undefined && this.#multiplexer?.send(dlci, bytes) === true;
	}

	/** From the byte behind the answer that is said now; `+CMUX` has said OK. */
	multiplex(profile: CmuxProfile, n1: number): void {
		const core = this.#core;
		const served = [...profile.at, ...(profile.nmea === undefined ? [] : [profile.nmea])];
		const multiplexer = new Multiplexer({
			n1,
			served,
			write: bytes => core.line.write(bytes),
			received: (dlci, bytes) => this.#multiplexed.get(dlci)?.receive(bytes),
			opened: dlci => {
				if (profile.at.includes(dlci)) this.#multiplexed.set(dlci, new Interpreter(core, bytes => void multiplexer.send(dlci, bytes)));
				core.flushHeld();
			},
			closed: dlci => void this.#multiplexed.delete(dlci),
			ended: rest => {
				this.#multiplexer = undefined;
				this.#multiplexed.clear();
				if (rest.length > 0) this.#plain.receive(rest);
				core.flushHeld();
			},
		});
		this.#multiplexer = multiplexer;
	}
}
