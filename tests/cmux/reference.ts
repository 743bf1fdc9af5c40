/** TS 27.010 a second time, for tests: a frame written from the clause's figures, and a reader that knows the whole text at once. */

export interface Frame {
	readonly dlci: number;
	/** C/R. */
	readonly isCommand: boolean;
	readonly control: number;
	readonly information: readonly number[];
}

/** CRC-8 of x^8 + x^2 + x + 1, least significant bit first, a bit at a time. */
export function check(octets: readonly number[]): number {
	let crc = 0xff;
	for (const octet of octets)
		for (let bit = 0; bit < 8; bit++) {
			const isOdd = ((crc ^ (octet >> bit)) & 1) === 1;
			crc = (crc >> 1) ^ (isOdd ? 0xe0 : 0);
		}
	return 0xff ^ crc;
}

export function frame({ dlci, isCommand, control, information }: Frame): number[] {
	const length = information.length;
	const header = [
		dlci * 4 + (isCommand ? 2 : 0) + 1,
		control,
		...(length < 128 ? [length * 2 + 1] : [(length % 128) * 2, Math.floor(length / 128)]),
	];
	const covered = (control & 0xef) === 0x03 ? [...header, ...information] : header;
	return [0xf9, ...header, ...information, check(covered), 0xf9];
}
export function uih(dlci: number, text: string | readonly number[]): number[] {
	const information = typeof text === "string" ? Array.from(text, c => c.charCodeAt(0)) : text;
	return frame({ dlci, isCommand: false, control: 0xef, information });
}
export function ua(dlci: number): number[] {
	return frame({ dlci, isCommand: true, control: 0x73, information: [] });
}

/** All frames of octets that are nothing but frames; throws where they are not. */
export function read(octets: readonly number[]): Frame[] {
	const frames: Frame[] = [];
	let at = 0;
	while (at < octets.length) {
		if (octets[at] !== 0xf9) throw new Error(`no flag at ${at}`);
		while (octets[at] === 0xf9) at++;
		if (at === octets.length) break;
		const [address, control, first] = octets.slice(at, at + 3);
		const isLong = first % 2 === 0;
		const length = Math.floor(first / 2) + (isLong ? octets[at + 3] * 128 : 0);
		const header = octets.slice(at, at + (isLong ? 4 : 3));
		at += header.length;
		const information = octets.slice(at, at + length);
		at += length;
		if (octets[at] !== check((control & 0xef) === 0x03 ? [...header, ...information] : header)) throw new Error(`FCS at ${at}`);
		if (octets[at + 1] !== 0xf9) throw new Error(`no closing flag at ${at + 1}`);
		at++;
		frames.push({ dlci: address >> 2, isCommand: (address & 2) === 2, control, information });
	}
	return frames;
}
