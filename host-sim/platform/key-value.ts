import type keyValue from "embedded:storage/key-value";
import type { ApplicationHost } from "../engine/engine.js";
import type { Lifetime } from "./lifetime.js";

type Value = ArrayBuffer | ArrayBufferView | string | number | bigint;

const numbers = {
	uint8: Uint8Array,
	int8: Int8Array,
	uint16: Uint16Array,
	int16: Int16Array,
	uint32: Uint32Array,
	int32: Int32Array,
	uint64: BigUint64Array,
	int64: BigInt64Array,
} as const;

type Format = "buffer" | "string" | keyof typeof numbers;

function isFormat(value: unknown): value is Format {
	return value === "buffer" || value === "string" || Object.hasOwn(numbers, String(value));
}

/** Keys of the host's map: the domain's path, a slash, the key. A slash in a path must not lead into another domain. */
function prefixOf(path: string): string {
	return `${path.replaceAll("%", "%25").replaceAll("/", "%2F")}/`;
}

/** `embedded:storage/key-value`: domains of small values that outlive the application. */
export function createKeyValue(host: ApplicationHost, life: Lifetime): typeof keyValue {
	const { realm } = life;

	const bytesOf = (value: Value): Uint8Array => {
		if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
		if (Object.prototype.toString.call(value) === "[object ArrayBuffer]") return new Uint8Array(value as ArrayBuffer);
		throw new realm.TypeError("the value must be a buffer in format buffer");
	};

	const encode = (format: Format, value: Value): Uint8Array => {
		if (format === "buffer") return bytesOf(value).slice();
		if (format === "string") return new TextEncoder().encode(String(value));
		const array = new numbers[format](1);
		if (array instanceof BigInt64Array || array instanceof BigUint64Array) array[0] = BigInt(value as bigint);
		else array[0] = Number(value);
		return new Uint8Array(array.buffer);
	};

	const decode = (format: Format, stored: Uint8Array): Value => {
		if (format === "string") return new TextDecoder().decode(stored);
		const buffer = new realm.ArrayBuffer(stored.length);
		new Uint8Array(buffer).set(stored);
		if (format === "buffer") return buffer;
		const { BYTES_PER_ELEMENT: size } = numbers[format];
		if (stored.length !== size) throw new realm.RangeError(`the value has ${stored.length} bytes, not ${size}`);
		return new numbers[format](buffer, 0, 1)[0] as number | bigint;
	};

	class Storage {
		readonly #prefix: string;
		readonly #readOnly: boolean;
		#format: Format = "buffer";
		#closed = false;

		constructor(path: string, readOnly: boolean, format: Format) {
			this.#prefix = prefixOf(path);
			this.#readOnly = readOnly;
			this.#format = format;
		}

		get format(): Format {
			return this.#format;
		}

		set format(format: Format) {
			if (!isFormat(format)) throw new realm.RangeError("invalid format");
			this.#format = format;
		}

		/** Undefined where nothing is stored; with a buffer, how many bytes were copied into it. */
		read(...args: readonly [key?: string, into?: ArrayBuffer | ArrayBufferView]): any {
			const stored = host.storage.get(this.#key(args));
			if (stored === undefined) return undefined;
			if (args[1] === undefined) return decode(this.#format, stored);
			const into = bytesOf(args[1]);
			const count = Math.min(into.length, stored.length);
			into.set(stored.subarray(0, count));
			return count;
		}

		write(...args: readonly [key?: string, value?: Value]): void {
			const key = this.#key(args);
			if (args.length < 2) throw new realm.SyntaxError("write needs a key and a value");
			this.#mayWrite();
			host.storage.set(key, encode(this.#format, args[1] as Value));
		}

		delete(...args: readonly [key?: string]): void {
			const key = this.#key(args);
			this.#mayWrite();
			host.storage.delete(key);
		}

		close(): void {
			this.#closed = true;
		}

		*[Symbol.iterator](): IterableIterator<string> {
			const keys = [...host.storage.keys()];
			for (const key of keys) if (key.startsWith(this.#prefix)) yield key.slice(this.#prefix.length);
		}

		#key(args: readonly unknown[]): string {
			if (this.#closed) throw new realm.SyntaxError("the storage is closed");
			if (args.length === 0) throw new realm.SyntaxError("a key is needed");
			if (typeof args[0] === "symbol") throw new realm.TypeError("a key is a string");
			return this.#prefix + String(args[0]);
		}

		#mayWrite(): void {
			if (this.#readOnly) throw new realm.Error("the storage was opened to be read only");
		}
	}

	return Object.freeze({
		open(options: { readonly path: string; readonly mode?: "r" | "r+"; readonly format?: Format }): Storage {
			if (options === undefined) throw new realm.TypeError("options are needed");
			const { path, mode = "r+", format = "buffer" } = options;
			if (path === undefined) throw new realm.Error("a path is needed");
			if (mode !== "r" && mode !== "r+") throw new realm.Error("invalid mode");
			if (!isFormat(format)) throw new realm.RangeError("invalid format");
			return new Storage(String(path), mode === "r", format);
		},
	});
}
