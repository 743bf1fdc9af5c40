import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";

interface Setting {
	readonly fallback: string;
	/** Values as they are written after the key. */
	readonly valid: RegExp;
}

/** `+QCFG` keys that this module has; an unknown one is CME 4, a wrong value CME 50 (transcript 32). Values are kept in NVRAM. */
const settings: Readonly<Record<string, Setting>> = {
	usbnet: { fallback: "1", valid: /^[13]$/ },
	// Whether voice over LTE is on; the second field of the answer is whether it is available (general knowledge).
	ims: { fallback: "0", valid: /^[012]$/ },
	band: { fallback: "0x1,0x1E200000095,0x0", valid: /^(0x)?[0-9a-f]+,(0x)?[0-9a-f]+(,(0x)?[0-9a-f]+)?(,[01])?$/i },
	nwscanmode: { fallback: "0", valid: /^[03](,[01])?$/ },
	roamservice: { fallback: "255", valid: /^(1|2|255)(,[01])?$/ },
	servicedomain: { fallback: "2", valid: /^[012](,[01])?$/ },
	"urc/delay": { fallback: "0", valid: /^[01]$/ },
	"urc/cache": { fallback: "0", valid: /^[01]$/ },
	risignaltype: { fallback: '"respective"', valid: /^"(respective|physical)"$/ },
};

const urcPorts = ["usbat", "usbmodem", "uart1", "all"];

export function lteSettings(core: ModuleCore): CommandRow[] {
	return [
		{
			name: "+QCFG",
			set: call => configure(core, call),
			test: Object.keys(settings)
				.map(key => `\r\n+QCFG: "${key}"\r\n`)
				.join(""),
		},
		{
			name: "+QURCCFG",
			set: call => {
				const { parameters } = call;
				if (parameters.text(0).toLowerCase() !== "urcport") return 50;
				if (parameters.count === 1) return `\r\n+QURCCFG: "urcport","${core.nvram.text("QURCCFG", "uart1")}"\r\n`;
				if (!urcPorts.includes(parameters.text(1))) return 50;
				core.nvram.set("QURCCFG", parameters.text(1));
				return "";
			},
			test: '\r\n+QURCCFG: "urcport",("usbat","usbmodem","uart1","all")\r\n',
		},
		{ name: "+QINDCFG", set: call => (call.parameters.count >= 2 ? "" : 50), test: "" },
	];
}

/** Bit 0 of the second mask is band 1 (general knowledge); a list that was never set leaves out nothing. */
export function applyBands(core: ModuleCore): void {
	const mask = core.nvram.get("QCFG.band")?.split(",")[1];
	if (mask === undefined) return;
	const bits = BigInt(`0x${mask.replace(/^0x/i, "")}`);
	core.ue.bands = Array.from({ length: 256 }, (_, index) => index + 1).filter(band => ((bits >> BigInt(band - 1)) & 1n) === 1n);
}

/** What `+QCFG="ims"` stored: 2 is off, anything else as far as the operator has it (general knowledge). */
export function voiceSwitchedOn(core: ModuleCore): boolean {
	return core.nvram.text("QCFG.ims", settings.ims!.fallback) !== "2";
}

function configure(core: ModuleCore, call: Call): Answer {
	const { parameters } = call;
	const key = parameters.text(0).toLowerCase();
	const setting = settings[key];
	if (!setting) return 4;
	if (parameters.count === 1) {
		const value = core.nvram.text(`QCFG.${key}`, setting.fallback);
		return `\r\n+QCFG: "${key}",${value}${key === "ims" ? `,${voiceSwitchedOn(core) && core.ue.calls.imsRegistered ? 1 : 0}` : ""}\r\n`;
	}
	const value = parameters.raw.slice(parameters.raw.indexOf(",") + 1).trim();
	if (!setting.valid.test(value)) return 50;
	core.nvram.set(`QCFG.${key}`, value);
	if (key === "band") applyBands(core);
	return "";
}
