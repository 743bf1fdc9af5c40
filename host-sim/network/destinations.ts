import { BlockList } from "node:net";
import { addressFamily } from "./ip-text.js";

/** Addresses and prefixes, and whether an address is among them. */
export class Destinations {
	readonly entries: readonly string[];
	readonly #list = new BlockList();

	/** Throws on the first entry that {@link isDestination} does not know. */
	constructor(entries: readonly string[]) {
		this.entries = entries;
		for (const entry of entries) {
			const parts = partsOf(entry);
			if (parts === undefined) throw new Error(`the destination ${entry} is neither an address nor a prefix`);
			this.#list.addSubnet(parts.address, parts.prefix, parts.family);
		}
	}
	includes(address: string): boolean {
		return this.#list.check(address, addressFamily(address) === 6 ? "ipv6" : "ipv4");
	}
}

/** An address, or a prefix such as `2001:db8::/32`. */
export function isDestination(entry: string): boolean {
	return partsOf(entry) !== undefined;
}

function partsOf(entry: string): { readonly address: string; readonly prefix: number; readonly family: "ipv4" | "ipv6" } | undefined {
	const [address = "", prefix, more] = entry.split("/");
	const family = addressFamily(address);
	const bits = family === 6 ? 128 : 32;
	const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
	if (family === undefined || more !== undefined || !(length <= bits)) return undefined;
	return { address, prefix: length, family: family === 6 ? "ipv6" : "ipv4" };
}
