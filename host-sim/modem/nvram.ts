/** What a module keeps without power. Flash wears: each set command that stores is counted, even when the value was the same. */
export class Nvram {
	readonly #values: Map<string, string>;
	#writes = 0;

	constructor(values: ReadonlyMap<string, string> = new Map()) {
		this.#values = new Map(values);
	}

	get writes(): number {
		return this.#writes;
	}

	get(key: string): string | undefined {
		return this.#values.get(key);
	}

	text(key: string, fallback: string): string {
		return this.#values.get(key) ?? fallback;
	}

	number(key: string, fallback: number): number {
		const value = this.#values.get(key);
		return value === undefined ? fallback : Number(value);
	}

	set(key: string, value: string | number): void {
		this.update({ [key]: value });
	}

	/** Several values of one command, stored at once; undefined forgets one. */
	update(changes: Readonly<Record<string, string | number | undefined>>): void {
		this.#writes++;
		for (const [key, value] of Object.entries(changes)) {
			if (value === undefined) this.#values.delete(key);
			else this.#values.set(key, String(value));
		}
	}

	get entries(): ReadonlyMap<string, string> {
		return this.#values;
	}
}
