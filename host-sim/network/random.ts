import { mix32 } from "../clock/random.js";

/** Hash of a seed and a text: a figure that belongs to one thing and to nothing that was drawn before. */
export function hashText(seed: number, text: string): number {
	let hash = mix32(seed);
	for (let i = 0; i < text.length; i++) hash = mix32(hash ^ Math.imul(text.charCodeAt(i) + 1, 0x9e3779b1));
	return hash;
}
