import type { Answer, Call, CommandRow } from "../command.js";
import type { ModuleCore } from "../core.js";
import { bytesOfHex, hexOf } from "../text.js";

/** Commands of `+CRSM` (TS 27.007 8.18) that this card has. */
const readBinary = 176;
const getResponse = 192;
const updateBinary = 214;
const status = 242;

/** Files of TS 31.102 that this card has. */
const file = { iccid: 0x2fe2, imsi: 0x6f07, forbiddenPlmns: 0x6f7b } as const;

/** Status words of TS 102 221 10.2.1: done, wrong length, no such file, wrong offset, no such instruction. */
const word = { done: "144,0", length: "103,0", notFound: "106,130", offset: "107,0", instruction: "109,0" } as const;

function swapped(digits: string): string {
	return digits.replace(/(.)(.)/g, "$2$1");
}

/** What a transparent file holds; undefined: there is none of that number. */
function contentOf(core: ModuleCore, id: number): Uint8Array | undefined {
	const { sim } = core;
	switch (id) {
		case file.iccid:
			return bytesOfHex(swapped(sim.iccid.padEnd(20, "F")));
		case file.imsi:
			// Length, then the parity bit in the lower half of the first octet (TS 31.102 4.2.2).
			return bytesOfHex(`08${swapped(`9${sim.imsi}`)}`);
		case file.forbiddenPlmns:
			return sim.forbiddenPlmns.octets;
		default:
			return undefined;
	}
}

/** `+CRSM`: reads and writes the card's files as far as a host of this kind of module needs them. */
export function simFileCommands(core: ModuleCore): CommandRow[] {
	return [{ name: "+CRSM", set: call => access(core, call), test: "", needsSim: true }];
}

function access(core: ModuleCore, call: Call): Answer {
	const { parameters } = call;
	const command = parameters.number(0);
	const id = parameters.within(1, 0, 0xffff, 0);
	const high = parameters.within(2, 0, 255, 0);
	const low = parameters.within(3, 0, 255, 0);
	const length = parameters.within(4, 0, 255, 0);
	if (command === undefined || id === undefined || high === undefined || low === undefined || length === undefined) return 50;
	const answer = (text: string): string => `\r\n+CRSM: ${text}\r\n`;
	if (command === status) return answer(word.done);
	if (command !== readBinary && command !== getResponse && command !== updateBinary) return answer(word.instruction);
	const content = contentOf(core, id);
	if (!content) return answer(word.notFound);
	if (command === getResponse) return answer(`${word.done},"${hexOf(template(id, content.length))}"`);
	const offset = high * 256 + low;
	if (offset + length > content.length) return answer(offset >= content.length ? word.offset : word.length);
	if (command === readBinary) return answer(`${word.done},"${hexOf(content.subarray(offset, offset + length))}"`);
	const data = bytesOfHex(parameters.text(5));
	if (data?.length !== length) return 50;
	// Of these files a host may write only that one (TS 31.102: ADM for the others).
	if (id !== file.forbiddenPlmns) return answer("105,130");
	core.sim.forbiddenPlmns.write(offset, data);
	return answer(word.done);
}

/** The file control template of a transparent file (TS 102 221 11.1.1.3): descriptor, identifier, size. */
function template(id: number, size: number): Uint8Array {
	return Uint8Array.of(0x62, 12, 0x82, 2, 0x41, 0x21, 0x83, 2, id >> 8, id & 0xff, 0x80, 2, size >> 8, size & 0xff);
}
