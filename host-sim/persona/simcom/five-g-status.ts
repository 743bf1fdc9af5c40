import type { CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { Rat } from "../../network/words.js";
import { servingCell } from "./status.js";

/** `+CNMP`: 2 is in a capture's guide; the others are what this vendor's 5G modules take (general knowledge). */
const preferences: Readonly<Record<number, readonly Rat[] | undefined>> = { 2: undefined, 38: ["LTE"], 71: ["NR"], 109: ["NR", "LTE"] };
const automatic = 2;

export function applyPreference(core: ModuleCore): void {
	core.ue.rats = preferences[core.nvram.number("CNMP", automatic)];
}

/** `+CPSI?` for NR as transcript 21 has it: levels in tenths, the signal-to-noise ratio whole. */
function status(core: ModuleCore): string {
	const { cell, registration, signal } = core.ue;
	if (cell?.rat !== "NR" || registration.tac === undefined || registration.ci === undefined) return servingCell(core);
	const network = `${cell.plmn.slice(0, 3)}-${cell.plmn.slice(3)}`;
	// The capture prints 0x64: no zeros in front.
	const place = `0x${Number.parseInt(registration.tac, 16).toString(16).toUpperCase()},${Number.parseInt(registration.ci, 16)},${cell.pci}`;
	const levels = `${Math.round(signal.rsrpDbm * 10)},${Math.round(signal.rsrqDb * 10)},${Math.round(signal.sinrDb)}`;
	return `NR5G_SA,Online,${network},${place},NR5G_BAND${cell.band},${cell.earfcn},${levels}`;
}

export function statusRows(core: ModuleCore): readonly CommandRow[] {
	return [
		{ name: "+CPSI", read: () => `\r\n+CPSI: ${status(core)}\r\n`, test: "\r\n+CPSI: (0-255)\r\n" },
		{
			name: "+CNMP",
			read: () => `\r\n+CNMP: ${core.nvram.number("CNMP", automatic)}\r\n`,
			set: call => {
				const wanted = call.parameters.number(0);
				if (wanted === undefined || !(wanted in preferences)) return 50;
				core.nvram.set("CNMP", wanted);
				applyPreference(core);
				return "";
			},
			test: `\r\n+CNMP: (${Object.keys(preferences).join(",")})\r\n`,
		},
	];
}
