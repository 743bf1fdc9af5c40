import type { Answer, Call, CommandRow } from "../command.js";
import type { ModuleCore } from "../core.js";
import { twoDigits } from "../text.js";

const quarterHourMs = 15 * 60_000;
/** What a clock that was never set shows at power-on; modules differ (1970, 1980, 2070), all are obviously wrong. */
const epochUtcMs = Date.UTC(1980, 0, 6);

/** `yy/MM/dd,hh:mm:ss+zz` in local time (TS 27.007 8.15), zone in quarter hours. */
export function clockText(utcMs: number, quarterHours: number, longYear = false): string {
	const date = new Date(utcMs + quarterHours * quarterHourMs);
	const year = longYear ? String(date.getUTCFullYear()) : twoDigits(date.getUTCFullYear() % 100);
	const day = `${year}/${twoDigits(date.getUTCMonth() + 1)}/${twoDigits(date.getUTCDate())}`;
	return `${day},${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}:${twoDigits(date.getUTCSeconds())}`;
}

export function zoneText(quarterHours: number): string {
	return `${quarterHours < 0 ? "-" : "+"}${twoDigits(Math.abs(quarterHours))}`;
}

interface Time {
	readonly utcMs: number;
	readonly quarterHours: number;
}

/** The network's time, or what a clock shows that was set by hand or never. */
export function moduleTime(core: ModuleCore): Time {
	const network = core.ue.networkTime;
	if (network) return network;
	const set = core.nvram.get("CCLK");
	const [offsetMs, quarterHours] = set === undefined ? [epochUtcMs, 0] : set.split(",").map(Number);
	return { utcMs: offsetMs! + core.clock.now(), quarterHours: quarterHours! };
}

/** TS 27.007 8.15, 8.41. */
export function clockCommands(core: ModuleCore): CommandRow[] {
	let reporting = 0;
	core.listeners.push({
		timeReceived: () => {
			const time = core.ue.networkTime;
			if (!time || reporting === 0) return;
			const zone = zoneText(time.quarterHours);
			if (reporting === 1) core.urc(`\r\n+CTZV: ${zone}\r\n`);
			else if (reporting === 2) core.urc(`\r\n+CTZE: "${zone}",0,"${clockText(time.utcMs, time.quarterHours, true)}"\r\n`);
			else core.urc(`\r\n+CTZEU: "${zone}",0,"${clockText(time.utcMs, 0, true)}"\r\n`);
		},
	});
	return [
		{
			name: "+CCLK",
			read: () => {
				const { utcMs, quarterHours } = moduleTime(core);
				const text = `${clockText(utcMs, quarterHours)}${zoneText(quarterHours)}`;
				return core.faults.has("unquoted-clock") ? `\r\n+CCLK: ${text}\r\n` : `\r\n+CCLK: "${text}"\r\n`;
			},
			set: call => setClock(core, call),
			test: "",
		},
		{
			name: "+CTZR",
			read: () => `\r\n+CTZR: ${reporting}\r\n`,
			set: call => {
				const wanted = call.parameters.within(0, 0, 3, 0);
				if (wanted === undefined) return 50;
				reporting = wanted;
				return "";
			},
			test: "\r\n+CTZR: (0-3)\r\n",
		},
		{
			name: "+CTZU",
			read: () => "\r\n+CTZU: 1\r\n",
			set: call => (call.parameters.within(0, 0, 1) === undefined ? 50 : ""),
			test: "\r\n+CTZU: (0,1)\r\n",
		},
	];
}

function setClock(core: ModuleCore, call: Call): Answer {
	const match = /^(\d\d)\/(\d\d)\/(\d\d),(\d\d):(\d\d):(\d\d)([+-]\d\d)?$/.exec(call.parameters.text(0));
	if (!match) return 50;
	const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
	const quarterHours = Number(match[7] ?? "0");
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return 50;
	const utcMs = Date.UTC(2000 + year, month - 1, day, hour, minute, second) - quarterHours * quarterHourMs;
	core.nvram.set("CCLK", `${utcMs - core.clock.now()},${quarterHours}`);
	return "";
}
