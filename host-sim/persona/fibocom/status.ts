import type { CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { Rat } from "../../network/words.js";

/** `+GTACT`'s first number; general knowledge of the family: 2 LTE, 14 NR, 17 both, 20 automatic. */
const preferences: Readonly<Record<number, readonly Rat[] | undefined>> = { 2: ["LTE"], 14: ["NR"], 17: ["NR", "LTE"], 20: undefined };
const automatic = 20;
/** 20 MHz: assumption, the simulated cells have no bandwidth of their own. */
const nrMegahertz = 20;
const lteBlocks = 100;

export function applyActivation(core: ModuleCore): void {
	core.ue.rats = preferences[core.nvram.number("GTACT", automatic)];
}

/** Cell, carriers and technologies in Fibocom's words: fields of the FM350 family, their last four names inferred by the reference. */
export function statusRows(core: ModuleCore): CommandRow[] {
	return [
		{ name: "+GTCCINFO", read: () => cellInformation(core) },
		{ name: "+GTCAINFO", read: () => carriers(core) },
		{
			name: "+GTACT",
			read: () => `\r\n+GTACT: ${core.nvram.number("GTACT", automatic)}\r\n`,
			set: call => {
				const wanted = call.parameters.number(0);
				if (wanted === undefined || !(wanted in preferences)) return 50;
				core.nvram.set("GTACT", wanted);
				applyActivation(core);
				return "";
			},
			test: `\r\n+GTACT: (${Object.keys(preferences).join(",")})\r\n`,
		},
	];
}

function bandNumber(rat: Rat, band: number): string {
	// 505 is n5 in a capture of the family; 103 for B3 is general knowledge.
	return rat === "NR" ? `50${band}` : String(100 + band);
}

/** `<1 serving>,<rat>,mcc,mnc,tac,cell,arfcn,pci,band,bandwidth,<sinr>,<rxlev>,<rsrp>,<rsrq>`; the levels as `+CESQ` numbers them: inferred. */
function cellInformation(core: ModuleCore): string {
	const { cell, registration, signal } = core.ue;
	if (!cell || registration.tac === undefined || registration.ci === undefined) return "\r\n+GTCCINFO:\r\n";
	const nr = cell.rat === "NR";
	const [rsrp, rsrq, sinr] = nr
		? [signal.rsrpDbm + 157, (signal.rsrqDb + 43.5) * 2, (signal.sinrDb + 23.5) * 2]
		: [signal.rsrpDbm + 141, (signal.rsrqDb + 20) * 2, (signal.sinrDb + 23.5) * 2];
	const levels = [sinr, rsrp, rsrp, rsrq].map(level => Math.max(0, Math.floor(level))).join(",");
	const place = `${cell.plmn.slice(0, 3)},${cell.plmn.slice(3)},${registration.tac},${registration.ci},${cell.earfcn},${cell.pci}`;
	const width = nr ? nrMegahertz : lteBlocks;
	return `\r\n+GTCCINFO:\r\n1,${nr ? 9 : 4},${place},${bandNumber(cell.rat, cell.band)},${width},${levels}\r\n`;
}

/** One carrier: RedCap has no aggregation. Fields are an assumption, the reference has the command's name alone. */
function carriers(core: ModuleCore): string {
	const { cell } = core.ue;
	return cell ? `\r\n+GTCAINFO:\r\nPCC:${bandNumber(cell.rat, cell.band)},${cell.pci},${cell.earfcn}\r\n` : "\r\n+GTCAINFO:\r\n";
}
