import { ask, deleteStorage, listStorage, readStorage, send, writeStorage } from "./native.js";

const numbers = {
	uint8: Uint8Array,
	int8: Int8Array,
	uint16: Uint16Array,
	int16: Int16Array,
	uint32: Uint32Array,
	int32: Int32Array,
	uint64: BigUint64Array,
	int64: BigInt64Array,
};
const zero = new ArrayBuffer(1);

function checkFormat(format) {
	if (format !== "buffer" && format !== "string" && !Object.hasOwn(numbers, String(format))) throw new RangeError("invalid format");
	return format;
}

function bytesOf(value) {
	if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
	if (value instanceof ArrayBuffer) return new Uint8Array(value);
	throw new TypeError("the value must be a buffer in format buffer");
}

function encode(format, value) {
	if (format === "buffer") return bytesOf(value).slice().buffer;
	if (format === "string") return ArrayBuffer.fromString(String(value));
	const array = new numbers[format](1);
	array[0] = format.endsWith("64") ? BigInt(value) : Number(value);
	return array.buffer;
}

function decode(format, stored) {
	if (format === "buffer") return stored;
	if (format === "string") return String.fromArrayBuffer(stored);
	const { BYTES_PER_ELEMENT: size } = numbers[format];
	if (stored.byteLength !== size) throw new RangeError(`the value has ${stored.byteLength} bytes, not ${size}`);
	return new numbers[format](stored)[0];
}

class Storage {
	#prefix;
	#readOnly;
	#format;
	#closed = false;

	constructor(path, readOnly, format) {
		this.#prefix = `${path}/`;
		this.#readOnly = readOnly;
		this.#format = format;
	}

	get format() {
		return this.#format;
	}

	set format(format) {
		this.#format = checkFormat(format);
	}

	/** Undefined where nothing is stored; with a buffer, how many bytes were copied into it. */
	read(...args) {
		const stored = ask(readStorage, 0, 0, this.#key(args));
		if (stored === undefined || args[1] === undefined) return stored && decode(this.#format, stored);
		const into = bytesOf(args[1]);
		const count = Math.min(into.length, stored.byteLength);
		into.set(new Uint8Array(stored, 0, count));
		return count;
	}

	write(...args) {
		const key = this.#key(args);
		if (args.length < 2) throw new SyntaxError("write needs a key and a value");
		this.#mayWrite();
		send(writeStorage, 0, 0, ArrayBuffer.fromString(key).concat(zero, encode(this.#format, args[1])));
	}

	delete(...args) {
		const key = this.#key(args);
		this.#mayWrite();
		send(deleteStorage, 0, 0, key);
	}

	close() {
		this.#closed = true;
	}

	*[Symbol.iterator]() {
		const keys = JSON.parse(String.fromArrayBuffer(ask(listStorage, 0, 0)));
		for (const key of keys) if (key.startsWith(this.#prefix)) yield key.slice(this.#prefix.length);
	}

	#key(args) {
		if (this.#closed) throw new SyntaxError("the storage is closed");
		if (args.length === 0) throw new SyntaxError("a key is needed");
		if (typeof args[0] === "symbol") throw new TypeError("a key is a string");
		return this.#prefix + String(args[0]);
	}

	#mayWrite() {
		if (this.#readOnly) throw new Error("the storage was opened to be read only");
	}
}

export default Object.freeze({
	open(options) {
		if (options === undefined) throw new TypeError("options are needed");
		const { path, mode = "r+", format = "buffer" } = options;
		if (path === undefined) throw new Error("a path is needed");
		if (mode !== "r" && mode !== "r+") throw new Error("invalid mode");
		return new Storage(String(path), mode === "r", checkFormat(format));
	},
});
