import { decodeEdrxCycle, EdrxAct } from "../../sdk/3gpp/edrx.js";
import { CEDRXS } from "../../sdk/3gpp/network-commands.js";
import { command } from "../../sdk/at/command.js";
import type { AtLine } from "../../sdk/at/line.js";
import { type Procedure, readCompareWrite, type Settings, send } from "../../sdk/modem/driver.js";

/**
 * eDRX of a module that camps on NR or on LTE. No capture shows which `<AcT-type>` of TS 27.007 7.40 a RedCap module takes, so it is asked: each
 * of 8 (NG-RAN) and 4 (E-UTRAN) is set where the module offers it, and nothing where it does not answer.
 */
const CEDRXS_TEST = command("+CEDRXS", { spec: "TS 27.007 7.40", test: { lines: true } });

/** Whether the second group of `(0-3),(4,8),("0000"-"1111")` has the number, in a list or within a range. */
export function offers(line: string, actType: number): boolean {
	let group = 0;
	let number = -1;
	let from = -1;
	for (let i = line.indexOf(":") + 1; i < line.length; i++) {
		const code = line.charCodeAt(i);
		if (code === 0x28) group++;
		if (group !== 2) continue;
		if (code >= 0x30 && code <= 0x39) {
			number = Math.max(number, 0) * 10 + code - 0x30;
			continue;
		}
		if (number === actType || (from >= 0 && from <= actType && actType <= number)) return true;
		if (code === 0x29) return false;
		from = code === 0x2d ? number : code === 0x2c ? -1 : from;
		if (code !== 0x20) number = -1;
	}
	return false;
}
/** "As wanted" is what is not to be written: what the module does not offer. */
function hasNoNgRan(line: AtLine): boolean {
	return !offers(line.toText(), EdrxAct.ngRan);
}
function hasNoEUtran(line: AtLine): boolean {
	return !offers(line.toText(), EdrxAct.wbS1);
}
function isOff({ edrx }: Settings): boolean {
	return edrx === false;
}
function wanted(settings: Settings, actType: number) {
	const { edrx } = settings;
	// The longest cycles exist on NR alone.
	return edrx && decodeEdrxCycle(actType, edrx.bits) !== undefined ? { mode: 2, actType, requested: edrx.bits } : undefined;
}

export const nrEdrx: Procedure = Object.freeze([
	send(CEDRXS.set, settings => (isOff(settings) ? { mode: 3 } : undefined), { onError: "ignore" }),
	readCompareWrite(CEDRXS_TEST.test, CEDRXS.set, {
		sameLine: hasNoNgRan,
		params: settings => wanted(settings, EdrxAct.ngRan),
		onError: "ignore",
	}),
	readCompareWrite(CEDRXS_TEST.test, CEDRXS.set, {
		sameLine: hasNoEUtran,
		params: settings => wanted(settings, EdrxAct.wbS1),
		onError: "ignore",
	}),
]);
