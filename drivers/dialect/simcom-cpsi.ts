import { command } from "../../sdk/at/command.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { Signal } from "../../sdk/modem/driver.js";

/** Serving cell of SIMCom's modules: a line for each radio technology. */
const CPSI = command("+CPSI", {
	spec: "captures of A7670E and SIM8230G; public tools that read +CPSI of SIMCom modules",
	read: { lines: true },
});

/** `EUTRAN-BAND3`, `NR5G_BAND71`: the digits at the end. */
function bandOf(name: string | undefined): number | undefined {
	const at = name?.indexOf("BAND") ?? -1;
	const band = at < 0 ? Number.NaN : Number(name!.slice(at + 4));
	return Number.isInteger(band) && band > 0 ? band : undefined;
}
function tenths(value: number | undefined): number | undefined {
	return value === undefined ? undefined : value / 10;
}

/**
 * `LTE,Online,<mcc-mnc>,<tac>,<ci>,<pci>,<band>,<earfcn>,<bandwidth>,<bandwidth>,<rsrq>,<rsrp>,<rssi>,<snr>` and
 * `NR5G_SA,Online,<mcc-mnc>,<tac>,<nci>,<pci>,<band>,<arfcn>,<rsrp>,<rsrq>,<snr>`, all values in tenths. The last of both is left out: in some
 * sources it is in tenths and in others in dB. Lines of GSM have other fields.
 */
function decodeServingCell(line: AtLine, into: Signal): void {
	const isNr = line.equals(0, "NR5G_SA");
	if (!(isNr || line.equals(0, "LTE")) || !line.equals(1, "Online")) return;
	into.pci = line.uint(5);
	into.band = bandOf(line.text(6));
	into.earfcn = line.uint(7);
	into.rsrpDbm = tenths(line.int(isNr ? 8 : 11));
	into.rsrqDb = tenths(line.int(isNr ? 9 : 10));
	if (!isNr) into.rssiDbm = tenths(line.int(12));
}

export const servingCell = Object.freeze({ command: CPSI.read, decode: decodeServingCell });
