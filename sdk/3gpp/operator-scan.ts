import type { AtLine } from "../at/line.js";

/** One network of a scan (`+COPS=?`, TS 27.007 7.3). */
export interface ScannedOperator {
	/** 0 unknown, 1 available, 2 the one in use, 3 forbidden. */
	readonly stat: number;
	/** The long name, or what the module has in its place. */
	readonly name: string;
	/** Numeric PLMN, `"46000"`. */
	readonly plmn: string;
	/** {@link AccessTechnology}; undefined where the module does not say. */
	readonly act: number | undefined;
}

/**
 * `(<stat>,"<long>","<short>","<numeric>"[,<AcT>]),…`: the networks that were found. The lists of modes and formats behind them have no quotes and are
 * passed over. What stands in brackets otherwise than so is no network.
 */
export function decodeScan(line: AtLine): ScannedOperator[] {
	const found: ScannedOperator[] = [];
	for (let at = 0; at < line.count; at++) {
		const stat = statOf(line.text(at));
		if (stat === undefined || !line.isQuoted(at + 1)) continue;
		// Where the technology is left out the bracket closes behind the number, and the field is no longer one in quotes alone.
		const plmn = withoutEnd(line.text(at + 3) ?? "");
		if (!isNumeric(plmn)) continue;
		const act = withoutEnd(line.text(at + 4) ?? "");
		found.push({
			stat,
			name: line.text(at + 1) ?? "",
			plmn,
			act: act !== "" && act.length <= 2 && isDigits(act) ? Number(act) : undefined,
		});
	}
	return found;
}
/** `(3` */
function statOf(text: string | undefined): number | undefined {
	if (text === undefined || text.length !== 2 || text.charCodeAt(0) !== 0x28) return undefined;
	const stat = text.charCodeAt(1) - 0x30;
	return stat >= 0 && stat <= 3 ? stat : undefined;
}
/** `7)`, and `"26802")` as it comes where a quoted field has a bracket behind it. */
function withoutEnd(text: string): string {
	const bare = text.endsWith(")") ? text.slice(0, -1) : text;
	return bare.length > 2 && bare.startsWith('"') && bare.endsWith('"') ? bare.slice(1, -1) : bare;
}
function isNumeric(plmn: string): boolean {
	return (plmn.length === 5 || plmn.length === 6) && isDigits(plmn);
}
function isDigits(text: string): boolean {
	for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x30 || text.charCodeAt(i) > 0x39) return false;
	return true;
}
