import { type FaultDescription, type FaultParameters, faultCatalogue } from "./fault-catalogue.js";

export interface FaultSetting {
	readonly name: string;
	readonly parameters?: FaultParameters;
}

interface Active {
	readonly parameters: FaultParameters;
	left: number;
}

/** An answer about to leave, as its parts. */
export interface AnswerParts {
	readonly info: string;
	readonly final: string;
	readonly ok: boolean;
}

const byteFaults = ["drop-bytes", "double-bytes", "garble-bytes"] as const;

/** Which faults of the catalogue are on. Every chance is drawn from the module's seeded numbers. */
export class Faults {
	readonly #active = new Map<string, Active>();
	readonly #random: () => number;
	/** Set by the module: carries out the faults that happen once. */
	onAct: ((name: string, parameters: FaultParameters) => void) | undefined;

	constructor(random: () => number) {
		this.#random = random;
	}

	/** Switches a fault on, or makes it happen. Throws on a name or parameter that the catalogue does not have. */
	set(name: string, parameters: FaultParameters = {}): void {
		const description = describe(name);
		const complete = { ...defaults(description), ...checked(description, parameters) };
		if (description.kind === "act") this.onAct?.(name, complete);
		else this.#active.set(name, { parameters: complete, left: Number(complete.times ?? 0) });
	}

	clear(name?: string): void {
		if (name === undefined) this.#active.clear();
		else this.#active.delete(name);
	}

	has(name: string): boolean {
		return this.#active.has(name);
	}

	get names(): readonly string[] {
		return [...this.#active.keys()];
	}

	number(name: string, parameter: string): number {
		return Number(this.#active.get(name)?.parameters[parameter] ?? 0);
	}

	text(name: string, parameter: string): string {
		return String(this.#active.get(name)?.parameters[parameter] ?? "");
	}

	/** True when the fault strikes this command; uses up one of its `times`. */
	strikes(name: string, command = ""): boolean {
		const active = this.#active.get(name);
		if (!active) return false;
		const wanted = String(active.parameters.command ?? "").toUpperCase();
		if (wanted !== "" && wanted !== command) return false;
		if (active.left > 0 && --active.left === 0) this.#active.delete(name);
		return true;
	}

	/** A number of the fault read before {@link strikes} may have used it up. */
	take(name: string, command: string): FaultParameters | undefined {
		const parameters = this.#active.get(name)?.parameters;
		return this.strikes(name, command) ? parameters : undefined;
	}

	alterBytes(direction: "toHost" | "toModule", bytes: Uint8Array): Uint8Array {
		if (!byteFaults.some(name => this.#applies(name, direction))) return bytes;
		const out: number[] = [];
		for (const byte of bytes) this.#alterByte(direction, byte, out);
		return Uint8Array.from(out);
	}

	/** What becomes of an answer on its way to the host. */
	alterAnswer(command: string, parts: AnswerParts): string {
		let { info, final } = parts;
		if (!parts.ok) {
			const reason = this.take("result-before-error", command);
			if (reason) info += String(reason.text);
		}
		if (this.strikes("missing-crlf", command)) info = info.replace(/(?<=[^\r\n])\r\n(?:\r\n)?(?=\+)/, "");
		if (this.strikes("no-final", command)) final = "";
		if (parts.ok && this.strikes("double-ok", command)) final += final;
		if (parts.ok && info !== "" && this.strikes("ok-before-result", command)) [info, final] = [final, info];
		const before = this.take("urc-before-final", command);
		if (before) info += String(before.text);
		const glued = this.take("glued-urc", command);
		if (glued) info = (info.endsWith("\r\n") ? info.slice(0, -2) : info) + String(glued.text);
		let whole = info + final;
		if (this.strikes("glued-answer", command)) whole = whole.replace(/^\r\n/, "");
		const inside = this.take("urc-inside", command);
		if (inside) whole = whole.slice(0, Number(inside.position)) + String(inside.text) + whole.slice(Number(inside.position));
		return whole;
	}

	/** Where to cut what is sent to the host; undefined: not at all. */
	cut(length: number): { readonly at: number; readonly delayMs: number } | undefined {
		if (length < 2 || !this.#active.has("split-bytes")) return undefined;
		return { at: 1 + Math.floor(this.#random() * (length - 1)), delayMs: this.number("split-bytes", "delayMs") };
	}

	#applies(name: string, direction: string): boolean {
		const active = this.#active.get(name);
		return active !== undefined && (active.parameters.direction === "both" || active.parameters.direction === direction);
	}

	#chance(name: string, direction: string): boolean {
		return this.#applies(name, direction) && this.#random() < this.number(name, "probability");
	}

	#alterByte(direction: "toHost" | "toModule", byte: number, out: number[]): void {
		if (this.#chance("drop-bytes", direction)) return;
		const sent = this.#chance("garble-bytes", direction) ? byte ^ (1 + Math.floor(this.#random() * 255)) : byte;
		out.push(sent);
		if (this.#chance("double-bytes", direction)) out.push(sent);
	}
}

function describe(name: string): FaultDescription {
	const description = faultCatalogue.find(entry => entry.name === name);
	if (!description) throw new Error(`unknown fault "${name}"; known: ${faultCatalogue.map(entry => entry.name).join(", ")}`);
	return description;
}

function defaults(description: FaultDescription): FaultParameters {
	return Object.fromEntries(Object.entries(description.parameters).map(([name, parameter]) => [name, parameter.default ?? 0]));
}

function checked(description: FaultDescription, parameters: FaultParameters): FaultParameters {
	for (const [name, value] of Object.entries(parameters)) {
		const expected = description.parameters[name]?.type;
		if (!expected) {
			const known = Object.keys(description.parameters).join(", ") || "none";
			throw new Error(`fault "${description.name}" has no parameter "${name}"; known: ${known}`);
		}
		if (typeof value !== expected) throw new Error(`fault "${description.name}": "${name}" must be a ${expected}`);
	}
	return parameters;
}
