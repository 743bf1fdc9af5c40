/** What the reader of a command line needs to know of the module's settings; all may change between two bytes. */
export interface InputSettings {
	readonly echo: boolean;
	/** S3, S4, S5 of V.250 6.2. */
	readonly endCharacter: number;
	readonly backspaceCharacter: number;
	readonly lineLimit: number;
}

export interface InputSink {
	line(body: string): void;
	repeat(): void;
	overflow(): void;
	echo(bytes: number[]): void;
}

const upperA = 0x41;
const lowerA = 0x61;
const upperT = 0x54;
const lowerT = 0x74;
const slash = 0x2f;
/** Control characters other than S3 and S5 are not part of a command line (V.250 5.2.2). */
const firstPrintable = 0x20;

/**
 * Finds command lines in what arrives (V.250 5.2): skips everything before `AT`, takes `A/`, edits with S5, ends at S3.
 * Whatever belongs to a command line is echoed as it came, its end character included.
 */
export class LineInput {
	readonly #settings: InputSettings;
	readonly #sink: InputSink;
	#state: "idle" | "a" | "line" = "idle";
	#body: number[] = [];
	#overflowed = false;

	constructor(settings: InputSettings, sink: InputSink) {
		this.#settings = settings;
		this.#sink = sink;
	}

	/** A command line has begun and not ended. */
	get inLine(): boolean {
		return this.#state === "line";
	}

	reset(): void {
		this.#state = "idle";
		this.#body = [];
		this.#overflowed = false;
	}

	push(byte: number): void {
		if (this.#state === "idle") this.#idle(byte);
		else if (this.#state === "a") this.#afterA(byte);
		else this.#inLine(byte);
	}

	#idle(byte: number): void {
		if (byte === upperA || byte === lowerA) {
			this.#state = "a";
			this.#body = [byte];
		}
	}

	#afterA(byte: number): void {
		if (byte === upperT || byte === lowerT) {
			this.#echo([this.#body[0]!, byte]);
			this.#body = [];
			this.#overflowed = false;
			this.#state = "line";
		} else if (byte === slash) {
			this.#echo([this.#body[0]!, byte]);
			this.reset();
			this.#sink.repeat();
		} else {
			this.reset();
			this.#idle(byte);
		}
	}

	#inLine(byte: number): void {
		const { endCharacter, backspaceCharacter, lineLimit } = this.#settings;
		if (byte === endCharacter) {
			this.#echo([byte]);
			const body = String.fromCharCode(...this.#body);
			const overflowed = this.#overflowed;
			this.reset();
			if (overflowed) this.#sink.overflow();
			else this.#sink.line(body);
			return;
		}
		if (byte === backspaceCharacter) {
			if (this.#body.length > 0) {
				this.#body.pop();
				this.#echo([byte, 0x20, byte]);
			}
			return;
		}
		if (byte < firstPrintable) return;
		this.#echo([byte]);
		if (this.#body.length >= lineLimit) this.#overflowed = true;
		else this.#body.push(byte);
	}

	#echo(bytes: number[]): void {
		if (this.#settings.echo) this.#sink.echo(bytes);
	}
}
