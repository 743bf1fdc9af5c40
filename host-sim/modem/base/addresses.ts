import type { ModuleCore } from "../core.js";

/** The 16 bytes of an IPv6 address in any colon form; the simulated network never writes an embedded IPv4 part. */
function groupsOf(address: string): number[] {
	const [head = "", tail] = address.split("::");
	const numbers = (text: string) => (text === "" ? [] : text.split(":").map(group => Number.parseInt(group, 16)));
	const left = numbers(head);
	if (tail === undefined) return left;
	const right = numbers(tail);
	return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

/** TS 27.007 10.1.1: an IPv6 address as sixteen decimal numbers. */
export function dottedIpv6(address: string): string {
	return groupsOf(address)
		.flatMap(group => [group >> 8, group & 0xff])
		.join(".");
}

/** An IPv6 address in the form that the module prints now. */
export function ipv6Text(core: ModuleCore, address: string): string {
	if (core.faults.has("zero-addresses")) return dottedIpv6("::");
	return core.persona.dottedIpv6 || core.faults.has("dotted-addresses") ? dottedIpv6(address) : address;
}

export function isLinkLocal(address: string): boolean {
	return address.toLowerCase().startsWith("fe80:");
}
