import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { Rat } from "../../network/words.js";

/** Which technologies `mode_pref` stands for, the first preferred: AUTO and NR5G are seen (RM500U capture), the rest is general knowledge. */
const modes: Readonly<Record<string, readonly Rat[] | undefined>> = {
	AUTO: undefined,
	NR5G: ["NR"],
	LTE: ["LTE"],
	"NR5G:LTE": ["NR", "LTE"],
	"LTE:NR5G": ["LTE", "NR"],
};
/** Bands from the factory: assumptions, no document of the module could be read. */
const bandLists: Readonly<Record<string, string>> = {
	lte_band: "1:2:3:4:5:7:8:12:13:20:25:26:28:38:40:41:66:71",
	nr5g_band: "1:2:3:5:7:8:12:20:25:26:28:38:40:41:66:71:77:78:79",
};
const bandList = /^[1-9]\d{0,2}(:[1-9]\d{0,2})*$/;

export function applyPreferences(core: ModuleCore): void {
	const bands = (key: string): readonly number[] | undefined => core.nvram.get(`QNWPREFCFG.${key}`)?.split(":").map(Number);
	core.ue.rats = modes[core.nvram.text("QNWPREFCFG.mode_pref", "AUTO")];
	core.ue.bands = bands("lte_band");
	core.ue.nrBands = bands("nr5g_band");
}

/** `+QNWPREFCFG`, kept in NVRAM; an unknown key is CME 4 (RM500U capture). `+QCFG="usbnet"` picks the network interface of the next start. */
export function fiveGSettings(core: ModuleCore): CommandRow[] {
	return [
		{ name: "+QNWPREFCFG", set: call => prefer(core, call), test: "" },
		{ name: "+QCFG", set: call => configure(core, call), test: '\r\n+QCFG: "usbnet"\r\n' },
	];
}

function prefer(core: ModuleCore, call: Call): Answer {
	const { parameters, nvram } = { parameters: call.parameters, nvram: core.nvram };
	const key = parameters.text(0).toLowerCase();
	const fallback = key === "mode_pref" ? "AUTO" : bandLists[key];
	if (fallback === undefined) return 4;
	if (parameters.count === 1) return `\r\n+QNWPREFCFG: "${key}",${nvram.text(`QNWPREFCFG.${key}`, fallback)}\r\n`;
	const value = parameters.text(1).toUpperCase();
	if (key === "mode_pref" ? !(value in modes) : !bandList.test(value)) return 50;
	nvram.set(`QNWPREFCFG.${key}`, value);
	applyPreferences(core);
	return "";
}

/** 0 QMI and 2 MBIM (S30 of the reference), 1 ECM and 3 RNDIS (general knowledge). */
function configure(core: ModuleCore, call: Call): Answer {
	const { parameters } = call;
	if (parameters.text(0).toLowerCase() !== "usbnet") return 4;
	if (parameters.count === 1) return `\r\n+QCFG: "usbnet",${core.nvram.number("QCFG.usbnet", 0)}\r\n`;
	const wanted = parameters.within(1, 0, 3);
	if (wanted === undefined) return 50;
	core.nvram.set("QCFG.usbnet", wanted);
	return "";
}
