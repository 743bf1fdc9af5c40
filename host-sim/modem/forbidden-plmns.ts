/** Octets of one network (TS 31.102 4.2.16) and how many the file holds. */
const networkOctets = 3;
const places = 4;
const free = 0xff;

/** EF_FPLMN: networks that have refused the subscriber. A new one takes the place of the oldest. */
export class ForbiddenPlmns {
	#plmns: string[] = [];

	has(plmn: string): boolean {
		return this.#plmns.includes(plmn);
	}
	add(plmn: string): void {
		if (!this.has(plmn)) this.#plmns = [...this.#plmns, plmn].slice(-places);
	}
	delete(plmn: string): void {
		this.#plmns = this.#plmns.filter(other => other !== plmn);
	}

	get octets(): Uint8Array {
		const octets = new Uint8Array(places * networkOctets).fill(free);
		for (const [index, plmn] of this.#plmns.entries()) octets.set(encode(plmn), index * networkOctets);
		return octets;
	}
	/** From `offset` on; what is no network is a free place. */
	write(offset: number, data: Uint8Array): void {
		const octets = this.octets;
		octets.set(data, offset);
		const found: string[] = [];
		for (let at = 0; at < octets.length; at += networkOctets) {
			const plmn = decode(octets.subarray(at, at + networkOctets));
			if (plmn !== undefined) found.push(plmn);
		}
		this.#plmns = found;
	}
}

/** TS 24.008 10.5.1.13: swapped digits; the third of the MNC, or F, above the third of the MCC. */
function encode(plmn: string): number[] {
	const digit = (index: number) => (index < plmn.length ? Number(plmn[index]) : 0xf);
	return [digit(0) | (digit(1) << 4), digit(2) | (digit(5) << 4), digit(3) | (digit(4) << 4)];
}

function decode(octets: Uint8Array): string | undefined {
	const [first, second, third] = octets as unknown as [number, number, number];
	const digits = [first & 0xf, first >> 4, second & 0xf, third & 0xf, third >> 4, second >> 4];
	if (digits.slice(0, 5).some(digit => digit > 9)) return undefined;
	return digits.filter(digit => digit <= 9).join("");
}
