import type { Answer, Call, CommandRow } from "../../modem/command.js";
import { cmeError } from "./errors.js";

/** The factory's values are the public manual digest's where it has them. */
function factoryModes() {
	return {
		/** 1: connections have numbers. */
		"+CIPMUX": 0,
		/** 0 SEND OK and 1 DATA ACCEPT when the stack has the data, 2 SEND OK when the peer has. */
		"+CIPQSEND": 0,
		/** 0 pushed; 1 said once and kept, 5 said each time and kept. */
		"+CIPRXGET": 0,
		"+CIPHEAD": 0,
		"+CIPSHOWTP": 0,
		"+CIPSRIP": 0,
		/** 1: no line end is added behind what is pushed. */
		"+CIPRXF": 0,
		/** 0 and 2: no prompt; 2: no result either. */
		"+CIPSPRT": 1,
		"+CIPMODE": 0,
		"+CIPSSL": 0,
	};
}

type ModeName = keyof ReturnType<typeof factoryModes>;

/** `+CIP…` settings of all connections. */
export class Modes {
	readonly #values: Record<ModeName, number> = factoryModes();
	readonly #idle: () => boolean;

	/** @param idle no connection and no bearer: some settings change only then */
	constructor(idle: () => boolean) {
		this.#idle = idle;
	}

	get mux(): boolean {
		return this.#values["+CIPMUX"] === 1;
	}
	get quickSend(): number {
		return this.#values["+CIPQSEND"];
	}
	get receive(): number {
		return this.#values["+CIPRXGET"];
	}
	get secure(): boolean {
		return this.#values["+CIPSSL"] === 1;
	}
	get prompts(): number {
		return this.#values["+CIPSPRT"];
	}
	get sender(): boolean {
		return this.#values["+CIPSRIP"] === 1;
	}
	/** What stands before and behind pushed data of a single connection, and behind that of several. */
	get push(): { readonly header: boolean; readonly protocol: boolean; readonly lineEnd: boolean } {
		const values = this.#values;
		return { header: values["+CIPHEAD"] === 1, protocol: values["+CIPSHOWTP"] === 1, lineEnd: values["+CIPRXF"] === 0 };
	}

	setReceive(mode: number): void {
		this.#values["+CIPRXGET"] = mode;
	}

	get commands(): readonly CommandRow[] {
		return [
			this.#row("+CIPMUX", 1, true),
			this.#row("+CIPQSEND", 2),
			this.#row("+CIPHEAD", 1),
			this.#row("+CIPSHOWTP", 1),
			this.#row("+CIPSRIP", 1),
			this.#row("+CIPRXF", 1),
			this.#row("+CIPSPRT", 2),
			// Transparent mode exists on the module and not in this simulator.
			this.#row("+CIPMODE", 0),
			this.#row("+CIPSSL", 1),
		];
	}

	#row(name: ModeName, maximum: number, onlyIdle = false): CommandRow {
		return {
			name,
			read: () => `\r\n${name}: ${this.#values[name]}\r\n`,
			set: (call: Call): Answer => {
				const value = call.parameters.within(0, 0, maximum);
				// One switch for all connections: with a number before it the command is refused (public test).
				if (value === undefined || call.parameters.count > 1) return cmeError.parameter;
				if (onlyIdle && value !== this.#values[name] && !this.#idle()) return cmeError.notAllowed;
				this.#values[name] = value;
				return "";
			},
			test: `\r\n${name}: (0-${maximum})\r\n`,
		};
	}
}
