import { rssiIndex } from "../../modem/base/registration.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";

/** Bandwidth as `+QENG` numbers it: 5 is 20 MHz; the simulated cell has no other. */
const bandwidth = 5;

/** Cell, operator and signal in Quectel's words; their grammar is general knowledge (`+QENG` is in the reference's framing table). */
export function lteReports(core: ModuleCore): CommandRow[] {
	const rounded = (value: number) => Math.round(value);
	const registered = () => core.ue.registration.stat === 1 || core.ue.registration.stat === 5;
	return [
		{ name: "+CSQ", execute: () => `\r\n+CSQ: ${rssiIndex(core)},99\r\n` },
		{ name: "+CBC", execute: () => "\r\n+CBC: 0,80,3800\r\n", test: "\r\n+CBC: (0-3),(0-100),(0-9999)\r\n" },
		{ name: "+QCCID", execute: () => `\r\n+QCCID: ${core.sim.iccid}\r\n`, test: "", needsSim: true },
		{ name: "+QGMR", execute: () => `\r\n${core.hardware.identity.revision}\r\n`, test: "" },
		{
			name: "+QCSQ",
			execute: () => {
				const { cell, signal } = core.ue;
				if (!cell) return '\r\n+QCSQ: "NOSERVICE"\r\n';
				const { rssiDbm, rsrpDbm, sinrDb, rsrqDb } = signal;
				// SINR in fifths of a decibel from -20.
				return `\r\n+QCSQ: "LTE",${rounded(rssiDbm)},${rounded(rsrpDbm)},${rounded((sinrDb + 20) * 5)},${rounded(rsrqDb)}\r\n`;
			},
			test: '\r\n+QCSQ: "NOSERVICE","LTE"\r\n',
		},
		{
			name: "+QNWINFO",
			execute: () => {
				const { cell } = core.ue;
				if (!cell || !registered()) return "\r\n+QNWINFO: No Service\r\n";
				return `\r\n+QNWINFO: "FDD LTE","${cell.plmn}","LTE BAND ${cell.band}",${cell.earfcn}\r\n`;
			},
			test: "",
		},
		{
			name: "+QSPN",
			execute: () => {
				const { cell } = core.ue;
				return cell ? `\r\n+QSPN: "${cell.operator}","${cell.operator.slice(0, 8)}","",0,"${cell.plmn}"\r\n` : 30;
			},
			test: "",
		},
		{ name: "+QENG", set: call => engineering(core, call), test: '\r\n+QENG: ("servingcell","neighbourcell")\r\n' },
	];
}

export function engineering(core: ModuleCore, call: Call): Answer {
	const kind = call.parameters.text(0).toLowerCase();
	if (kind === "neighbourcell") return "";
	if (kind !== "servingcell") return 50;
	const { cell, signal, registration, connected } = core.ue;
	if (!cell) return '\r\n+QENG: "servingcell","SEARCH"\r\n';
	const { rsrpDbm, rsrqDb, rssiDbm, sinrDb } = signal;
	const place = `${cell.plmn.slice(0, 3)},${cell.plmn.slice(3)},${(registration.ci ?? "0").replace(/^0+(?=.)/, "")},${cell.pci},${cell.earfcn},${cell.band}`;
	const levels = [rsrpDbm, rsrqDb, rssiDbm, sinrDb].map(Math.round).join(",");
	const state = connected ? "CONNECT" : "NOCONN";
	return `\r\n+QENG: "servingcell","${state}","LTE","FDD",${place},${bandwidth},${bandwidth},${registration.tac ?? ""},${levels},-\r\n`;
}
