/** Address text of the simulated networks: RFC 4291 in, RFC 5952 out. Nothing here resolves a name. */

export function parseIpv4(text: string): number[] | undefined {
	const parts = text.split(".");
	if (parts.length !== 4) return undefined;
	const bytes = parts.map(part => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
	return bytes.some(byte => byte > 255) ? undefined : bytes;
}

function groupsOf(text: string): number[] | undefined {
	if (text === "") return [];
	const groups: number[] = [];
	const parts = text.split(":");
	for (let i = 0; i < parts.length; i++) {
		const part = parts[i]!;
		const v4 = i === parts.length - 1 && part.includes(".") ? parseIpv4(part) : undefined;
		if (v4 !== undefined) groups.push((v4[0]! << 8) | v4[1]!, (v4[2]! << 8) | v4[3]!);
		else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
		else return undefined;
	}
	return groups;
}

/** Eight 16-bit groups, or undefined where the text is no IPv6 address. */
export function parseIpv6(text: string): number[] | undefined {
	const halves = text.split("::");
	if (halves.length > 2) return undefined;
	const head = groupsOf(halves[0]!);
	const tail = halves.length === 2 ? groupsOf(halves[1]!) : [];
	if (head === undefined || tail === undefined) return undefined;
	if (halves.length === 1) return head.length === 8 ? head : undefined;
	const missing = 8 - head.length - tail.length;
	return missing < 1 ? undefined : [...head, ...new Array<number>(missing).fill(0), ...tail];
}

/** RFC 5952: lower case, the longest run of two or more zero groups shortened, the first of equals. */
export function formatIpv6(groups: readonly number[]): string {
	let best = -1;
	let bestLength = 1;
	for (let start = 0; start < 8; start++) {
		let end = start;
		while (end < 8 && groups[end] === 0) end++;
		if (end - start > bestLength) {
			best = start;
			bestLength = end - start;
		}
	}
	const hex = groups.map(group => group.toString(16));
	if (best < 0) return hex.join(":");
	return `${hex.slice(0, best).join(":")}::${hex.slice(best + bestLength).join(":")}`;
}

/** 4, 6, or undefined where the text is a name. */
export function addressFamily(text: string): 4 | 6 | undefined {
	if (parseIpv4(text) !== undefined) return 4;
	return parseIpv6(text) === undefined ? undefined : 6;
}

/** One spelling per address, so that texts can be compared; a name comes back in lower case. */
export function canonicalHost(text: string): string {
	const groups = parseIpv6(text);
	if (groups !== undefined) return formatIpv6(groups);
	return text.toLowerCase();
}
