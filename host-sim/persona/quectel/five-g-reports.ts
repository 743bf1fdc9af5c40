import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { engineering } from "./lte-reports.js";

/** As transcript 23's `QENG` and `QCAINFO` number it; 3 is 20 MHz (general knowledge), the most that RedCap has. */
const bandwidth = 3;
/** Subcarriers of 15 kHz. */
const spacing = 0;
/** Resource blocks of the LTE cell, 20 MHz. */
const lteBlocks = 100;

function isNr(core: ModuleCore): boolean {
	return core.ue.cell?.rat === "NR";
}
function registered(core: ModuleCore): boolean {
	return core.ue.registration.stat === 1 || core.ue.registration.stat === 5;
}

/** Cell and signal while the module is on NR, in the words of transcript 23 (RM5xx); on LTE as the LTE modules say it. */
export function fiveGReports(core: ModuleCore): CommandRow[] {
	return [
		{ name: "+QENG", set: call => servingCell(core, call), test: '\r\n+QENG: ("servingcell","neighbourcell")\r\n' },
		{
			name: "+QNWINFO",
			execute: () => {
				const { cell } = core.ue;
				if (!cell || !registered(core)) return "\r\n+QNWINFO: No Service\r\n";
				const kind = isNr(core) ? ["FDD NR5G", "NR5G BAND"] : ["FDD LTE", "LTE BAND"];
				return `\r\n+QNWINFO: "${kind[0]}","${cell.plmn}","${kind[1]} ${cell.band}",${cell.earfcn}\r\n`;
			},
			test: "",
		},
		{ name: "+QCAINFO", execute: () => carriers(core), test: "" },
		{
			name: "+QCSQ",
			execute: () => {
				const { cell, signal } = core.ue;
				if (!cell) return '\r\n+QCSQ: "NOSERVICE"\r\n';
				const [rsrp, rsrq, sinr] = [signal.rsrpDbm, signal.rsrqDb, signal.sinrDb].map(Math.round) as [number, number, number];
				// Inferred: the fields of a public command manual of this vendor's 5G modules.
				if (isNr(core)) return `\r\n+QCSQ: "NR5G",${rsrp},${sinr},${rsrq}\r\n`;
				return `\r\n+QCSQ: "LTE",${Math.round(signal.rssiDbm)},${rsrp},${(sinr + 20) * 5},${rsrq}\r\n`;
			},
			test: '\r\n+QCSQ: "NOSERVICE","LTE","NR5G"\r\n',
		},
		{
			name: "+COPS",
			// Transcript 22 has no list of modes behind the networks.
			test: call => {
				call.onAbort = () => call.ok();
				call.after(scanMs, () => {
					const found = core.ue.operators.map(
						({ stat, name, plmn, act }) => `(${stat},"${name.slice(0, 16)}","${name.replaceAll(" ", "").slice(0, 8)}","${plmn}",${act})`,
					);
					if (found.length > 0) call.info(`\r\n+COPS: ${found.join(",")}\r\n`);
					call.ok();
				});
			},
		},
	];
}
/** Assumption: a scan of all bands of two technologies takes longer than of one. */
const scanMs = 40_000;

function servingCell(core: ModuleCore, call: Call): Answer {
	const { cell, signal, registration, connected } = core.ue;
	if (!isNr(core) || cell === undefined || call.parameters.text(0).toLowerCase() !== "servingcell") return engineering(core, call);
	const place = `${cell.plmn.slice(0, 3)},${cell.plmn.slice(3)},${withoutZeros(registration.ci)},${cell.pci},${registration.tac ?? ""}`;
	const levels = [signal.rsrpDbm, signal.rsrqDb, signal.sinrDb].map(Math.round).join(",");
	const state = connected ? "CONNECT" : "NOCONN";
	return `\r\n+QENG: "servingcell","${state}","NR5G-SA","FDD",${place},${cell.earfcn},${cell.band},${bandwidth},${levels},${spacing},-\r\n`;
}

function carriers(core: ModuleCore): Answer {
	const { cell, signal } = core.ue;
	if (!cell || !registered(core)) return "";
	if (isNr(core)) return `\r\n+QCAINFO: "PCC",${cell.earfcn},${bandwidth},"NR5G BAND ${cell.band}",${cell.pci}\r\n`;
	const levels = [signal.rsrpDbm, signal.rsrqDb, signal.rssiDbm, signal.sinrDb].map(Math.round).join(",");
	return `\r\n+QCAINFO: "PCC",${cell.earfcn},${lteBlocks},"LTE BAND ${cell.band}",1,${cell.pci},${levels}\r\n`;
}

function withoutZeros(hex: string | undefined): string {
	return (hex ?? "0").replace(/^0+(?=.)/, "");
}
