import type { CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";

/** `<dlbw>` and `<ulbw>`, 20 MHz: assumption, the simulated cell has no bandwidth of its own. */
const bandwidth = 5;

/** `+CPSI?`: the serving cell in one line; levels in tenths, tracking area in hexadecimal, the cell in decimal. */
export function statusCommands(core: ModuleCore): readonly CommandRow[] {
	return [{ name: "+CPSI", read: () => `\r\n+CPSI: ${servingCell(core)}\r\n`, test: "\r\n+CPSI: (0-255)\r\n" }];
}

export function servingCell(core: ModuleCore): string {
	const { cell, registration, signal, functionality } = core.ue;
	const mode = functionality === 1 ? "Online" : functionality === 4 ? "Flight Mode" : "Low Power Mode";
	if (!cell || registration.tac === undefined || registration.ci === undefined) return `NO SERVICE,${mode}`;
	const network = `${cell.plmn.slice(0, 3)}-${cell.plmn.slice(3)}`;
	const place = `0x${registration.tac},${Number.parseInt(registration.ci, 16)},${cell.pci}`;
	const levels = [signal.rsrqDb, signal.rsrpDbm, signal.rssiDbm].map(level => Math.round(level * 10)).join(",");
	return `LTE,${mode},${network},${place},EUTRAN-BAND${cell.band},${cell.earfcn},${bandwidth},${bandwidth},${levels},${Math.round(signal.sinrDb)}`;
}
