import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { bytesOf, textOf } from "../../modem/text.js";

/** Space of the file system in flash; assumption. */
const capacityBytes = 204_800;
const longestName = 80;
/** Quectel's numbers of file errors as `+CME ERROR` (general knowledge). */
const fileError = { invalidInput: 400, largerThanSize: 401, zeroSize: 402, notFound: 405, exists: 407 } as const;

/**
 * `+QFUPL`, `+QFLST`, `+QFDEL`, `+QFDWL`, `+QFLDS`: where certificates are stored. The reference does not have these commands; their bytes follow
 * public logs of an EC25 and a BG96 (`CONNECT`, then `+QFUPL: 1267,f5f`) and are inferred for these modules. `RAM:` files end with the power.
 */
export class LteFiles {
	readonly #core: ModuleCore;
	readonly #volatile = new Map<string, string>();

	constructor(core: ModuleCore) {
		this.#core = core;
	}

	/** The text of a stored file; undefined when there is none. */
	read(name: string): string | undefined {
		const file = fileOf(name);
		return file.volatile ? this.#volatile.get(file.key) : this.#core.nvram.get(file.key);
	}

	get commands(): readonly CommandRow[] {
		return [
			{ name: "+QFUPL", set: call => this.#upload(call), test: "\r\n+QFUPL: <filename>,(1-204800),(1-65535),(0,1)\r\n" },
			{ name: "+QFDWL", set: call => this.#download(call), test: "" },
			{ name: "+QFLST", execute: () => this.#list("*"), set: call => this.#list(call.parameters.text(0)), test: "" },
			{ name: "+QFDEL", set: call => this.#remove(call), test: "" },
			{ name: "+QFLDS", execute: () => this.#space(), set: () => this.#space(), test: "" },
		];
	}

	get #names(): readonly (readonly [name: string, content: string])[] {
		const stored = [...this.#core.nvram.entries].filter(([key]) => key.startsWith(prefix));
		return [
			...stored.map(([key, content]) => [key.slice(prefix.length), content] as const),
			...[...this.#volatile].map(([key, content]) => [`RAM:${key.slice(prefix.length)}`, content] as const),
		];
	}

	get #usedBytes(): number {
		return this.#names.reduce((sum, [, content]) => sum + content.length, 0);
	}

	/** A file that is there already is an error. */
	#upload(call: Call): Answer {
		const { parameters } = call;
		const name = parameters.text(0);
		const length = parameters.within(1, 1, capacityBytes);
		const timeoutSeconds = parameters.within(2, 1, 65_535, 5);
		if (name === "" || name.length > longestName || length === undefined || timeoutSeconds === undefined) return fileError.invalidInput;
		if (this.read(name) !== undefined) return fileError.exists;
		if (this.#usedBytes + length > capacityBytes) return fileError.largerThanSize;
		call.after(timeoutSeconds * 1000, () => call.cme(fileError.zeroSize));
		call.prompt({ text: "\r\nCONNECT\r\n", length, binary: true, echo: false }, data => {
			this.#write(name, textOf(data!));
			call.info(`\r\n+QFUPL: ${length},${checksum(data!)}\r\n`);
			call.ok();
		});
		return undefined;
	}

	#write(name: string, content: string): void {
		const file = fileOf(name);
		if (file.volatile) this.#volatile.set(file.key, content);
		else this.#core.nvram.set(file.key, content);
	}

	#download(call: Call): Answer {
		const content = this.read(call.parameters.text(0));
		if (content === undefined) return fileError.notFound;
		return `\r\nCONNECT\r\n${content}\r\n+QFDWL: ${content.length},${checksum(bytesOf(content))}\r\n`;
	}

	#list(pattern: string): string {
		const wanted = this.#names.filter(([name]) => pattern === "*" || name === plain(pattern));
		return wanted.map(([name, content]) => `\r\n+QFLST: "${name}",${content.length}`).join("") + (wanted.length > 0 ? "\r\n" : "");
	}

	#remove(call: Call): Answer {
		const { nvram } = this.#core;
		const name = call.parameters.text(0);
		const names = this.#names.map(([each]) => each).filter(each => name === "*" || each === plain(name));
		if (names.length === 0 && name !== "*") return fileError.notFound;
		for (const each of names) this.#volatile.delete(fileOf(each).key);
		nvram.update(Object.fromEntries(names.filter(each => !fileOf(each).volatile).map(each => [fileOf(each).key, undefined])));
		return "";
	}

	#space(): string {
		return `\r\n+QFLDS: ${capacityBytes - this.#usedBytes},${capacityBytes}\r\n`;
	}
}

const prefix = "UFS.";

/** `UFS:` may be left out. */
function plain(name: string): string {
	return name.replace(/^UFS:/i, "");
}

function fileOf(name: string): { readonly volatile: boolean; readonly key: string } {
	const inMemory = /^RAM:/i.test(name);
	return { volatile: inMemory, key: prefix + plain(name).replace(/^RAM:/i, "") };
}

/** Exclusive or of big-endian pairs of bytes; a last single one is the higher (general knowledge). */
function checksum(bytes: Uint8Array): string {
	let sum = 0;
	for (let at = 0; at < bytes.length; at += 2) sum ^= (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
	return sum.toString(16);
}
