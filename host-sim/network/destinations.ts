import { BlockList } from "node:net";
import { addressFamily } from "./ip-text.js";

/** The last list that was asked for: lists are replaced as a whole and asked for each packet. */
let known: { readonly entries: readonly string[]; readonly list: BlockList } | undefined;

/** Whether an address is one of the entries or inside one of their prefixes. */
export function inList(entries: readonly string[], address: string): boolean {
	if (known?.entries !== entries) known = { entries, list: compile(entries) };
	return known.list.check(address, addressFamily(address) === 6 ? "ipv6" : "ipv4");
}

function compile(entries: readonly string[]): BlockList {
	const list = new BlockList();
	for (const entry of entries) {
		const [address = "", prefix] = entry.split("/");
		const family = addressFamily(address);
		if (family === undefined) throw new Error(`the destination ${entry} is neither an address nor a prefix`);
		list.addSubnet(address, Number(prefix ?? (family === 6 ? 128 : 32)), family === 6 ? "ipv6" : "ipv4");
	}
	return list;
}
