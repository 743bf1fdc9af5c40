import type { AtLine } from "../../sdk/at/line.js";
import { LineBuffer } from "../../sdk/at/line-buffer.js";

/** A line as the channel would hand it out: its parameters follow the first colon; bytes, not a picture of them. */
export function lineOf(text: string): AtLine {
	const bytes = Buffer.from(text, "latin1");
	const line = new LineBuffer(512, 0);
	line.data.set(bytes);
	line.set(0, bytes.length);
	const colon = bytes.indexOf(0x3a);
	if (colon >= 0) line.parametersAfter(colon);
	return line;
}
