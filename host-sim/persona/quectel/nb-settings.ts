import { isPdpType } from "../../modem/base/packet.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { PdpType } from "../../network/ue.js";
import { defaultSleepLockSeconds } from "./nb-power.js";
import type { NbVariant } from "./nb-variant.js";

interface Setting {
	readonly fallback: number;
	readonly valid: (value: number) => boolean;
}

const between =
	(minimum: number, maximum: number) =>
	(value: number): boolean =>
		value >= minimum && value <= maximum;

/** `+QCFG` keys with one number; all are kept in NVRAM. */
const settings: Readonly<Record<string, Setting>> = {
	dsevent: { fallback: 0, valid: between(0, 1) },
	slplocktimes: { fallback: defaultSleepLockSeconds, valid: between(0, 30) },
	DataInactTimer: { fallback: 60, valid: value => value === 0 || between(15, 255)(value) },
	MacRAI: { fallback: 0, valid: between(0, 1) },
	OOSScheme: { fallback: 0, valid: between(0, 3) },
};

interface DefaultContext {
	readonly type: PdpType;
	readonly apn: string;
	readonly user: string;
	readonly password: string;
}

/** Defines the default bearer's context as NVRAM says; takes effect with the attach that follows a start. */
export function applyDefaultContext(core: ModuleCore, { cid }: NbVariant): void {
	const { type, apn, user, password } = defaultContext(core);
	core.ue.defineContext(cid, type, apn);
	if (user !== "") core.ue.setCredentials(cid, 1, user, password);
}

/** Assumption: from the factory IPv4, with the network's APN. */
function defaultContext(core: ModuleCore): DefaultContext {
	const [type = "IP", apn = "", user = "", password = ""] = core.nvram.text("QCGDEFCONT", "IP").split("\t");
	return { type: isPdpType(type) ? type : "IP", apn, user, password };
}

/** A list that was never set leaves out nothing. */
export function applyBands(core: ModuleCore): void {
	const stored = core.nvram.get("QBAND");
	core.ue.bands = stored?.split(",").map(Number);
}

export function settingCommands(core: ModuleCore, { defaultContext: name }: NbVariant): readonly CommandRow[] {
	return [
		{ name: "+QCFG", set: call => configure(core, call), test: configurationTest() },
		{
			name,
			read: () => {
				const { type, apn } = defaultContext(core);
				return `\r\n${name}: "${type}","${apn}"\r\n`;
			},
			set: call => setDefaultContext(core, call),
			test: `\r\n${name}: ("IP","IPV6","IPV4V6","Non-IP"),<APN>,<username>,<password>\r\n`,
		},
		{
			name: "+QBAND",
			read: () => `\r\n+QBAND: ${core.nvram.text("QBAND", "1,2,3,5,8,20,28")}\r\n`,
			set: call => {
				const count = call.parameters.within(0, 0, 19);
				const bands = call.parameters.raw.split(",").slice(1);
				if (count === undefined || bands.length !== count || bands.some(band => !/^\d{1,2}$/.test(band))) return 50;
				core.nvram.set("QBAND", count === 0 ? "1,2,3,5,8,20,28" : bands.join(","));
				applyBands(core);
				return "";
			},
			test: "\r\n+QBAND: (0-19),(1,2,3,4,5,8,12,13,14,17,18,19,20,25,28,66,70,85)\r\n",
		},
		{
			name: "+QLOCKF",
			read: () => `\r\n+QLOCKF: ${core.nvram.text("QLOCKF", "0")}\r\n`,
			set: call => {
				const mode = call.parameters.within(0, 0, 2);
				if (mode === undefined || (mode === 1 && call.parameters.within(1, 0, 262_143) === undefined)) return 50;
				core.nvram.set("QLOCKF", mode === 1 ? call.parameters.raw : "0");
				return "";
			},
			test: "\r\n+QLOCKF: (0-2),(0-262143),(0-503)\r\n",
		},
		{
			name: "+QSIMSLEEP",
			read: () => `\r\n+QSIMSLEEP: ${core.nvram.number("QSIMSLEEP", 1)}\r\n`,
			set: call => {
				const value = call.parameters.within(0, 0, 1);
				if (value === undefined) return 50;
				core.nvram.set("QSIMSLEEP", value);
				return "";
			},
			test: "\r\n+QSIMSLEEP: (0,1)\r\n",
		},
		{
			name: "+CMEE",
			set: call => {
				const value = call.parameters.within(0, 0, 2);
				if (value === undefined) return 50;
				core.nvram.set("CMEE", value);
				core.settings.cmee = value as 0 | 1 | 2;
				return "";
			},
		},
	];
}

function configurationTest(): string {
	return Object.keys(settings)
		.map(key => `\r\n+QCFG: "${key}"\r\n`)
		.join("");
}

/** An unknown key is CME 4, a wrong value CME 50 (transcript 32). */
function configure(core: ModuleCore, call: Call): Answer {
	const { parameters } = call;
	const key = Object.keys(settings).find(name => name.toLowerCase() === parameters.text(0).toLowerCase());
	if (key === undefined) return 4;
	const setting = settings[key]!;
	if (parameters.count === 1) return `\r\n+QCFG: "${key}",${core.nvram.number(`QCFG.${key}`, setting.fallback)}\r\n`;
	const value = parameters.number(1);
	if (value === undefined || parameters.count > 2 || !setting.valid(value)) return 50;
	core.nvram.set(`QCFG.${key}`, value);
	return "";
}

function setDefaultContext(core: ModuleCore, call: Call): Answer {
	const { parameters } = call;
	const type = parameters.text(0);
	if (!parameters.isQuoted(0) || !isPdpType(type) || parameters.count > 4 || parameters.text(1).length > 99) return 50;
	core.nvram.set("QCGDEFCONT", [type, parameters.text(1), parameters.text(2), parameters.text(3)].join("\t"));
	return "";
}
