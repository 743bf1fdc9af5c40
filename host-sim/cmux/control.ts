/** Types of TS 27.010 5.4.6.3 as they stand in bits 8 to 3 of the type octet. */
export const messageType = {
	pn: 0x20,
	psc: 0x10,
	cld: 0x30,
	test: 0x08,
	fcon: 0x28,
	fcoff: 0x18,
	msc: 0x38,
	nsc: 0x04,
	rpn: 0x24,
	rls: 0x14,
} as const;

export interface ControlMessage {
	/** 6 bits. */
	readonly type: number;
	readonly isCommand: boolean;
	readonly value: Uint8Array;
}

/** Type with C/R and EA, length, value. */
export function controlMessage(type: number, isCommand: boolean, value: ArrayLike<number>): Uint8Array {
	const bytes = Array.from(value);
	const length = bytes.length > 127 ? [(bytes.length & 0x7f) << 1, ((bytes.length >> 7) << 1) | 1] : [(bytes.length << 1) | 1];
	return Uint8Array.from([(type << 2) | (isCommand ? 2 : 0) | 1, ...length, ...bytes]);
}

/** The messages of one frame on connection 0; what is cut off is left out. */
export function readMessages(information: Uint8Array): ControlMessage[] {
	const messages: ControlMessage[] = [];
	for (let at = 0; at + 1 < information.length; ) {
		const head = information[at++]!;
		let length = 0;
		let shift = 0;
		let octet = 0;
		// A field ends with its EA bit (5.4.6.1).
		do {
			octet = information[at++] ?? 1;
			length |= (octet >> 1) << shift;
			shift += 7;
		} while ((octet & 1) === 0 && shift < 21);
		if (at + length > information.length) break;
		messages.push({ type: head >> 2, isCommand: (head & 2) !== 0, value: information.slice(at, at + length) });
		at += length;
	}
	return messages;
}
