const GREATER_THAN = 0x3e;
const AT_SIGN = 0x40;

/** How far a prompt has come; broken: what looked like its beginning is a line's. Plain numbers, as of `FieldKind`. */
export const PromptState = Object.freeze({ none: 0, begun: 1, whole: 2, broken: 3 } as const);

/** What the byte at `at` makes of the prompt, when `begin` is where a line begins; without codes it is `>` or `@`. */
export function promptAt(data: Uint8Array, begin: number, at: number, codes: readonly number[]): number {
	const last = begin + codes.length - 1;
	if (last < begin) {
		const byte = data[at];
		return at === begin && (byte === GREATER_THAN || byte === AT_SIGN) ? PromptState.whole : PromptState.none;
	}
	if (at > last) return PromptState.none;
	for (let i = begin; i < at; i++) if (data[i] !== codes[i - begin]) return PromptState.none;
	if (data[at] !== codes[at - begin]) return at === begin ? PromptState.none : PromptState.broken;
	return at === last ? PromptState.whole : PromptState.begun;
}

/** A prompt that ends with a letter or a digit is a line of its own (`CONNECT`); any other is there with its last character (`$`, `SEND>`). */
export function isPromptOfLine(codes: readonly number[]): boolean {
	const last = codes[codes.length - 1] ?? GREATER_THAN;
	return (last >= 0x30 && last <= 0x39) || (last >= 0x41 && last <= 0x5a) || (last >= 0x61 && last <= 0x7a);
}
