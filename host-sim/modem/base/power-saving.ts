import type { Answer, Call, CommandRow } from "../command.js";
import type { ModuleCore } from "../core.js";

/** TS 27.007 7.40: the access technologies whose cycle can be asked for, 4 E-UTRAN (WB-S1), 5 E-UTRAN (NB-S1), 8 NG-RAN. The last counts where none is given. */
function edrxTechnologies(core: ModuleCore): readonly [number, number] {
	return core.persona.tier === "redcap" ? [4, 8] : [4, 5];
}
function edrxTechnology(core: ModuleCore): number {
	return core.nvram.number("CEDRXS.act", edrxTechnologies(core)[1]);
}

/** What the module will ask at the next attach or TAU; kept in NVRAM, as modules do. */
export function applyPowerSaving(core: ModuleCore): void {
	const { nvram, ue } = core;
	if (nvram.number("CPSMS", 0) === 1) ue.requestPsm({ periodicTau: nvram.get("CPSMS.tau"), activeTime: nvram.get("CPSMS.active") });
	else ue.requestPsm(false);
	const mode = nvram.number("CEDRXS", 0);
	const cycle = nvram.get("CEDRXS.cycle");
	ue.requestEdrx((mode === 1 || mode === 2) && cycle !== undefined ? { cycle } : false);
}

/** TS 27.007 7.38 to 7.41. */
export function powerSavingCommands(core: ModuleCore): CommandRow[] {
	core.listeners.push({
		edrxChanged: () => {
			if (core.nvram.number("CEDRXS", 0) === 2) core.urc(`\r\n+CEDRXP: ${grantedEdrx(core)}\r\n`);
		},
	});
	return [
		{
			name: "+CPSMS",
			read: () => readPsm(core),
			set: call => setPsm(core, call),
			test: '\r\n+CPSMS: (0,1,2),,,("00000000"-"11111111"),("00000000"-"11111111")\r\n',
		},
		{
			name: "+CEDRXS",
			read: () => {
				const cycle = core.nvram.get("CEDRXS.cycle");
				return cycle === undefined ? "" : `\r\n+CEDRXS: ${edrxTechnology(core)},"${cycle}"\r\n`;
			},
			set: call => setEdrx(core, call),
			test: `\r\n+CEDRXS: (0-3),(${edrxTechnologies(core).join(",")}),("0000"-"1111")\r\n`,
		},
		{ name: "+CEDRXRDP", execute: () => `\r\n+CEDRXRDP: ${grantedEdrx(core)}\r\n`, test: "" },
	];
}

function grantedEdrx(core: ModuleCore): string {
	const { edrx } = core.ue;
	return edrx ? `${edrxTechnology(core)},"${edrx.requested}","${edrx.granted}","${edrx.ptw}"` : "0";
}

function readPsm(core: ModuleCore): string {
	const { nvram } = core;
	const tau = nvram.get("CPSMS.tau");
	const active = nvram.get("CPSMS.active");
	const timers = tau === undefined && active === undefined ? "" : `,,,"${tau ?? ""}","${active ?? ""}"`;
	return `\r\n+CPSMS: ${nvram.number("CPSMS", 0)}${timers}\r\n`;
}

/** TAU first, active time second: the other order than in `+CEREG`. */
function setPsm(core: ModuleCore, call: Call): Answer {
	const { parameters } = call;
	const { nvram } = core;
	const mode = parameters.within(0, 0, 2);
	if (mode === undefined || parameters.has(1) || parameters.has(2) || parameters.count > 5) return 50;
	for (const index of [3, 4]) {
		if (parameters.has(index) && (!parameters.isQuoted(index) || !/^[01]{8}$/.test(parameters.text(index)))) return 50;
	}
	nvram.update({
		CPSMS: mode === 1 ? 1 : 0,
		...(parameters.has(3) || mode === 2 ? { "CPSMS.tau": mode === 2 ? undefined : parameters.text(3) } : {}),
		...(parameters.has(4) || mode === 2 ? { "CPSMS.active": mode === 2 ? undefined : parameters.text(4) } : {}),
	});
	applyPowerSaving(core);
	return "";
}

function setEdrx(core: ModuleCore, call: Call): Answer {
	const { parameters } = call;
	const { nvram } = core;
	const mode = parameters.within(0, 0, 3, 0);
	const technologies = edrxTechnologies(core);
	const act = parameters.number(1, technologies[1]);
	if (mode === undefined || act === undefined || !technologies.includes(act)) return 50;
	if (parameters.has(2) && (!parameters.isQuoted(2) || !/^[01]{4}$/.test(parameters.text(2)))) return 50;
	nvram.update({
		CEDRXS: mode === 3 ? 0 : mode,
		"CEDRXS.act": act,
		...(parameters.has(2) || mode === 3 ? { "CEDRXS.cycle": mode === 3 ? undefined : parameters.text(2) } : {}),
	});
	applyPowerSaving(core);
	return "";
}
