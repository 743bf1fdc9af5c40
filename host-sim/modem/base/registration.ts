import type { Registration } from "../../network/ue.js";
import type { Answer, Call, CommandRow } from "../command.js";
import type { ModuleCore } from "../core.js";

/** How long a search of all cells takes; assumption, operators' documents say minutes. */
const searchMs = 20_000;
/** TS 27.007 7.3 leaves it open; the vendors' manuals say up to 140 s for an attach. */
const attachMs = 140_000;
/** T3421 and its five tries (TS 24.301 10.2), after which the module is detached whatever the network says. */
const detachMs = 75_000;

/** The report modes of `+CREG`, `+CGREG` and `+CEREG`, by command. */
interface ReportMode {
	n: number;
	/** What was said last, so that only a change is said. */
	last: string;
	/** What follows `<n>`. */
	readonly fields: Fields;
}
type Fields = (n: number, registration: Registration) => string;
const reports = new WeakMap<ModuleCore, Map<string, ReportMode>>();

function modesOf(core: ModuleCore): Map<string, ReportMode> {
	let modes = reports.get(core);
	if (!modes) {
		modes = new Map();
		reports.set(core, modes);
	}
	return modes;
}

/** TS 27.007 7.2, 10.1.20, 10.1.22: what follows `<n>`; also the result code's fields. */
export function registrationFields(n: number, registration: Registration): string {
	const { stat, tac, ci, act } = registration;
	if (n < 2) return String(stat);
	const placed = tac !== undefined && ci !== undefined && (stat === 1 || stat === 5);
	const place = placed ? `,"${tac}","${ci}"${act === undefined ? "" : `,${act}`}` : "";
	const withCause = (n === 3 || n === 5) && registration.rejectCause !== undefined;
	const withTimers = n >= 4 && (registration.activeTime !== undefined || registration.periodicTau !== undefined);
	if (!withCause && !withTimers) return `${stat}${place}`;
	const cause = withCause ? `,${registration.causeType ?? 0},${registration.rejectCause}` : ",,";
	const timers = withTimers ? `,${quoted(registration.activeTime)},${quoted(registration.periodicTau)}` : "";
	return `${stat}${place === "" ? ",,," : place}${cause}${timers}`;
}

function quoted(bits: string | undefined): string {
	return bits === undefined ? "" : `"${bits}"`;
}

/** 5GS has a command of its own: the others are of EPS and of circuit-switched services (TS 27.007 10.1.20, 10.1.22, 10.1.47). */
const nrAct = 11;

/** `+CREG` is of circuit-switched services: none for a subscriber whose attach was accepted for data alone (EMM cause #18). */
function registrationOf(core: ModuleCore, name: string): Registration {
	const { registration, combinedAttach } = core.ue;
	if (registration.act !== undefined && (name === "+C5GREG") !== (registration.act === nrAct)) return { ...registration, stat: 0 };
	return name === "+CREG" && registration.stat !== 3 && !combinedAttach ? { ...registration, stat: 0 } : registration;
}

/** Result codes `+CREG:` and its siblings, as far as the host asked and the module has the command. */
export function addRegistrationReports(core: ModuleCore): void {
	core.listeners.push({
		registrationChanged: () => {
			for (const [name, mode] of modesOf(core)) {
				if (mode.n === 0) continue;
				const fields = mode.fields(mode.n, registrationOf(core, name));
				if (fields === mode.last) continue;
				mode.last = fields;
				core.urc(`\r\n${name}: ${fields}\r\n`);
			}
		},
	});
}

export function registrationRow(core: ModuleCore, name: string, maximum: number, fields: Fields = registrationFields): CommandRow {
	const mode: ReportMode = { n: 0, last: "", fields };
	modesOf(core).set(name, mode);
	return {
		name,
		read: () => `\r\n${name}: ${mode.n},${fields(mode.n, registrationOf(core, name))}\r\n`,
		set: call => {
			const n = call.parameters.within(0, 0, maximum, 0);
			if (n === undefined) return 50;
			mode.n = n;
			mode.last = fields(n, registrationOf(core, name));
			return "";
		},
		test: `\r\n${name}: (0-${maximum})\r\n`,
	};
}

/** TS 27.007 10.1.28, in the order of their numbers. */
const operationModes = ["ps-2", "cs-ps-1", "cs-ps-2", "ps-1"] as const;

export function registrationCommands(core: ModuleCore): CommandRow[] {
	core.ue.operationMode = operationModes[core.nvram.number("CEMODE", 2)] ?? "cs-ps-2";
	let signalling = 0;
	core.listeners.push({ signallingChanged: connected => void (signalling === 1 && core.urc(`\r\n+CSCON: ${connected ? 1 : 0}\r\n`)) });
	return [
		{
			name: "+CFUN",
			read: () => `\r\n+CFUN: ${core.functionality}\r\n`,
			set: call => functionality(core, call),
			test: "\r\n+CFUN: (0,1,4),(0,1)\r\n",
			formMs: { set: 120 },
		},
		registrationRow(core, "+CREG", 3),
		{
			name: "+CEMODE",
			read: () => `\r\n+CEMODE: ${operationModes.indexOf(core.ue.operationMode)}\r\n`,
			set: call => {
				const mode = operationModes[call.parameters.within(0, 0, 3) ?? -1];
				if (!mode) return 50;
				core.nvram.set("CEMODE", call.parameters.text(0));
				core.ue.operationMode = mode;
				return "";
			},
			test: "\r\n+CEMODE: (0,1,2,3)\r\n",
		},
		registrationRow(core, "+CGREG", 5),
		registrationRow(core, "+CEREG", 5),
		{
			name: "+CSCON",
			read: () => `\r\n+CSCON: ${signalling},${core.ue.connected ? 1 : 0}\r\n`,
			set: call => {
				const n = call.parameters.within(0, 0, 1, 0);
				if (n === undefined) return 50;
				signalling = n;
				return "";
			},
			test: "\r\n+CSCON: (0,1)\r\n",
		},
		{
			name: "+CGATT",
			read: () => `\r\n+CGATT: ${core.ue.attached ? 1 : 0}\r\n`,
			set: call => attach(core, call),
			test: "\r\n+CGATT: (0,1)\r\n",
			needsSim: true,
		},
		...operatorRows(core, 0),
		{ name: "+CSQ", execute: () => `\r\n+CSQ: ${rssiIndex(core)},99\r\n`, test: "\r\n+CSQ: (0-31,99),(0-7,99)\r\n" },
		{
			name: "+CESQ",
			execute: () => `\r\n+CESQ: 99,99,255,255,${extendedQuality(core)}\r\n`,
			test: `\r\n+CESQ: (0-63,99),(0-7,99),(0-96,255),(0-49,255),(0-34,255),(0-97,255)${fiveG(core) ? ",(0-126,255),(0-126,255),(0-127,255)" : ""}\r\n`,
		},
		{ name: "+CPAS", execute: () => "\r\n+CPAS: 0\r\n", test: "\r\n+CPAS: (0,3,4)\r\n" },
		{ name: "+WS46", read: () => "\r\n28\r\n", set: call => (call.parameters.number(0) === 28 ? "" : 50), test: "\r\n(28)\r\n" },
	];
}

function functionality(core: ModuleCore, call: Call): Answer {
	const value = call.parameters.number(0);
	const restart = call.parameters.within(1, 0, 1, 0);
	if ((value !== 0 && value !== 1 && value !== 4) || restart === undefined) return 50;
	if (restart === 1) {
		core.hardware.retained.set("CFUN", String(value));
		core.after(0, () => core.hardware.restart("command"));
	} else core.setFunctionality(value);
	return "";
}

function attach(core: ModuleCore, call: Call): Answer {
	const wanted = call.parameters.within(0, 0, 1);
	if (wanted === undefined) return 50;
	if (core.functionality !== 1) return 3;
	if (wanted === 0) {
		core.faults.clear("stale-context");
		return detach(core, call);
	}
	core.ue.attach();
	call.until(
		() => core.ue.attached,
		attachMs,
		met => (met ? call.ok() : call.cme(30)),
	);
	return undefined;
}

function detach(core: ModuleCore, call: Call): undefined {
	core.ue.detach();
	call.until(
		() => !core.ue.attached,
		detachMs,
		() => call.ok(),
	);
}

/** @param format the shape that `+COPS?` begins with: 0 long, 1 short, 2 numeric. */
export function operatorRows(core: ModuleCore, format: number): CommandRow[] {
	let mode = 0;
	const select = (call: Call): Answer => {
		const wanted = call.parameters.within(0, 0, 4);
		const shape = call.parameters.within(1, 0, 2, format);
		if (wanted === undefined || shape === undefined) return 50;
		if (wanted === 3) {
			format = shape;
			return "";
		}
		if (core.functionality !== 1) return 3;
		if ((wanted === 1 || wanted === 4) && !call.parameters.has(2)) return 50;
		if (wanted === 1 && !core.ue.operators.some(operator => names(operator).includes(call.parameters.text(2)))) return 30;
		mode = wanted === 4 ? 1 : wanted;
		core.ue.autoAttach = wanted !== 2;
		if (wanted === 2) return detach(core, call);
		core.ue.attach();
		return "";
	};
	const search = (call: Call): void => {
		call.onAbort = () => call.ok();
		call.after(searchMs, () => {
			const list = core.ue.operators.map(operator => {
				const [long, short, plmn] = names(operator);
				return `(${operator.stat},"${long}","${short}","${plmn}",${operator.act})`;
			});
			call.info(`\r\n+COPS: ${list.join(",")},,(0,1,2,3,4),(0,1,2)\r\n`);
			call.ok();
		});
	};
	return [
		{
			name: "+COPS",
			read: () => {
				const { cell, registration } = core.ue;
				if (!cell || (registration.stat !== 1 && registration.stat !== 5)) return `\r\n+COPS: ${mode}\r\n`;
				const name = names({ name: cell.operator, plmn: cell.plmn })[format];
				return `\r\n+COPS: ${mode},${format},"${name}"${registration.act === undefined ? "" : `,${registration.act}`}\r\n`;
			},
			set: select,
			test: search,
			needsSim: true,
		},
	];
}

/** TS 27.007 7.3: long (16 characters), short (8), numeric. */
function names(operator: { readonly name: string; readonly plmn: string }): [string, string, string] {
	return [operator.name.slice(0, 16), operator.name.replaceAll(" ", "").slice(0, 8), operator.plmn];
}

/** TS 27.007 8.5; 99 without a cell. */
export function rssiIndex(core: ModuleCore): number {
	if (!core.ue.cell) return 99;
	return clamp(Math.floor((core.ue.signal.rssiDbm + 113) / 2), 0, 31);
}

/** TS 27.007 8.69. */
function rsrqIndex(core: ModuleCore): number {
	return core.ue.cell ? clamp(Math.floor((core.ue.signal.rsrqDb + 20) * 2), 0, 34) : 255;
}

function rsrpIndex(core: ModuleCore): number {
	return core.ue.cell ? clamp(Math.floor(core.ue.signal.rsrpDbm + 141), 0, 97) : 255;
}

function fiveG(core: ModuleCore): boolean {
	return core.persona.tier === "redcap";
}

/** LTE's two fields; where the module has NR, SS-RSRQ, SS-RSRP and SS-SINR behind them (TS 27.007 8.69). */
function extendedQuality(core: ModuleCore): string {
	const lte = `${rsrqIndex(core)},${rsrpIndex(core)}`;
	if (!fiveG(core)) return lte;
	const { cell, signal } = core.ue;
	if (cell?.rat !== "NR") return `${lte},255,255,255`;
	const rsrq = clamp(Math.floor((signal.rsrqDb + 43.5) * 2), 0, 126);
	const rsrp = clamp(Math.floor(signal.rsrpDbm + 157), 0, 126);
	return `255,255,${rsrq},${rsrp},${clamp(Math.floor((signal.sinrDb + 23.5) * 2), 0, 127)}`;
}

function clamp(value: number, minimum: number, maximum: number): number {
	return Math.min(maximum, Math.max(minimum, value));
}
