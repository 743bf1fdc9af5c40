import { applyPowerSaving } from "../../modem/base/power-saving.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { SleepKind, SleepRules } from "../../modem/sleep.js";
import type { NbVariant } from "./nb-variant.js";

/** Quiet seconds before sleep, `+QCFG="slplocktimes"`. */
export const defaultSleepLockSeconds = 10;
/** Assumption: no document gives the light sleep's. What arrives meanwhile is lost as well. */
const lightWakeMs = 30;

/** Values of one unit of T3324 in seconds, by the code in bits 8 to 6 (TS 24.008 10.5.7.3). */
const activeUnits: readonly (readonly [seconds: number, code: string])[] = [
	[2, "000"],
	[60, "001"],
	[360, "010"],
];
/** The same of T3412 extended (TS 24.008 10.5.7.4a). */
const tauUnits: readonly (readonly [seconds: number, code: string])[] = [
	[2, "011"],
	[30, "100"],
	[60, "101"],
	[600, "000"],
	[3600, "001"],
	[36_000, "010"],
	[1_152_000, "110"],
];

/** The longest codeable time that is not longer than asked. */
function encodeTimer(units: readonly (readonly [number, string])[], seconds: number): string {
	let best = { seconds: -1, bits: `${units[0]![1]}00000` };
	for (const [unit, code] of units) {
		const count = Math.min(31, Math.floor(seconds / unit));
		if (count * unit > best.seconds) best = { seconds: count * unit, bits: code + count.toString(2).padStart(5, "0") };
	}
	return best.bits;
}

function decodeTimer(units: readonly (readonly [number, string])[], bits: string): number {
	const unit = units.find(([, code]) => bits.startsWith(code));
	return unit ? unit[0] * Number.parseInt(bits.slice(3), 2) : 0;
}

/** Sleep, its events, and PSM in seconds, as Quectel's NB-IoT modules have them. */
export class NbPower implements SleepRules {
	readonly pinKeepsLightSleepLock = true;
	readonly #core: ModuleCore;
	readonly #variant: NbVariant;
	readonly #awake: () => boolean;
	readonly #staysLight: () => boolean;
	/** 0 none, 1 light and deep, 2 light only; 1 after each start, never stored. */
	#sleepMode = 1;
	#events = 0;
	#sleepSinceMs: number | undefined;
	#sleptMs = 0;
	#connectedSinceMs: number | undefined;
	#connectedMs = 0;

	/**
	 * @param awake something is going on that keeps the module awake
	 * @param staysLight something keeps it out of deep sleep
	 */
	constructor(core: ModuleCore, variant: NbVariant, awake: () => boolean, staysLight: () => boolean) {
		this.#core = core;
		this.#variant = variant;
		this.#awake = awake;
		this.#staysLight = staysLight;
	}

	allowed(): SleepKind | "none" {
		const { ue, functionality } = this.#core;
		// Between two searches these modules sleep as well.
		if (this.#sleepMode === 0 || ue.connected || this.#awake()) return "none";
		const radioOff = ue.psm || functionality === 0;
		return this.#sleepMode === 1 && radioOff && !this.#staysLight() ? "deep" : "light";
	}

	lockMs(): number {
		return this.#core.nvram.number("QCFG.slplocktimes", defaultSleepLockSeconds) * 1000;
	}

	wakeMs(from: SleepKind, by: "uart" | "pin" | "self"): number {
		if (by === "self") return 0;
		if (from === "light") return lightWakeMs;
		const { uartMs, pinMs } = this.#variant.deepWake;
		return by === "uart" ? (uartMs ?? pinMs) : pinMs;
	}

	hears(from: SleepKind): boolean {
		return from === "light" || this.#variant.deepWake.uartMs !== undefined;
	}

	entered(kind: SleepKind): void {
		this.#sleepSinceMs ??= this.#core.clock.now();
		if (kind === "deep") this.#deepSleepEvent("ENTER");
	}

	left(from: SleepKind, by: "uart" | "pin" | "self"): void {
		if (this.#sleepSinceMs !== undefined) this.#sleptMs += this.#core.clock.now() - this.#sleepSinceMs;
		this.#sleepSinceMs = undefined;
		if (from === "deep") {
			if (by === "uart") this.#core.say("\r\n");
			this.#deepSleepEvent("EXIT");
		}
		this.#core.flushHeld();
	}

	psmChanged(state: "entered" | "left"): void {
		if (this.#events === 1) this.#core.urc(`\r\n+QNBIOTEVENT: "${state === "entered" ? "ENTER" : "EXIT"} PSM"\r\n`);
	}

	signallingChanged(connected: boolean): void {
		const nowMs = this.#core.clock.now();
		if (connected) this.#connectedSinceMs ??= nowMs;
		else if (this.#connectedSinceMs !== undefined) {
			this.#connectedMs += nowMs - this.#connectedSinceMs;
			this.#connectedSinceMs = undefined;
		}
	}

	/** For `+QENG=2`, in tenths of a second since the start. */
	get statistics(): { readonly sleepTenths: number; readonly receiveTenths: number } {
		const nowMs = this.#core.clock.now();
		const since = (startMs: number | undefined) => (startMs === undefined ? 0 : nowMs - startMs);
		return {
			sleepTenths: Math.round((this.#sleptMs + since(this.#sleepSinceMs)) / 100),
			receiveTenths: Math.round((this.#connectedMs + since(this.#connectedSinceMs)) / 100),
		};
	}

	get commands(): readonly CommandRow[] {
		const core = this.#core;
		return [
			{
				name: "+QSCLK",
				read: () => `\r\n+QSCLK: ${this.#sleepMode}\r\n`,
				set: call => {
					const mode = call.parameters.within(0, 0, 2);
					if (mode === undefined) return 50;
					this.#sleepMode = mode;
					return "";
				},
				test: "\r\n+QSCLK: (0-2)\r\n",
				formMs: { read: 42 },
			},
			{
				name: "+QRELLOCK",
				execute: call => {
					call.ok();
					core.after(0, () => core.sleep.releaseLock());
				},
				test: "",
			},
			{
				name: "+QNBIOTEVENT",
				read: () => `\r\n+QNBIOTEVENT: ${this.#events},1\r\n`,
				set: call => {
					const enable = call.parameters.within(0, 0, 1);
					if (enable === undefined || call.parameters.within(1, 1, 1, 1) === undefined) return 50;
					this.#events = enable;
					return "";
				},
				test: "\r\n+QNBIOTEVENT: (0,1),(1)\r\n",
			},
			{
				name: "+QNBIOTRAI",
				read: () => "\r\n+QNBIOTRAI: 0\r\n",
				set: call => this.#assistRelease(call),
				test: `\r\n+QNBIOTRAI: (0-${this.#variant.largestRai})\r\n`,
			},
			{
				name: "+QPSMS",
				read: () => {
					const active = decodeTimer(activeUnits, core.nvram.text("CPSMS.active", "00000000"));
					return `\r\n+QPSMS: ${active},${decodeTimer(tauUnits, core.nvram.text("CPSMS.tau", "00000000"))}\r\n`;
				},
				set: call => this.#requestPsm(call),
				test: "\r\n+QPSMS: (0-11160),(0-35712000)\r\n",
			},
			{
				name: "+QEDRXCFG",
				read: () => {
					const cycle = core.nvram.get("CEDRXS.cycle");
					return cycle === undefined ? "" : `\r\n+QEDRXCFG: 5,"${cycle}","${core.nvram.text("QEDRXCFG.ptw", "0000")}"\r\n`;
				},
				set: call => this.#requestEdrx(call),
				test: '\r\n+QEDRXCFG: (0-3),(5),("0000"-"1111"),("0000"-"1111")\r\n',
			},
			{ name: "+QDRX", read: () => "\r\n+QDRX: 1,1280\r\n", test: "" },
		];
	}

	#deepSleepEvent(which: "ENTER" | "EXIT"): void {
		if (this.#core.nvram.number("QCFG.dsevent", 0) === 1) this.#core.urc(`\r\n+QNBIOTEVENT: "${which} DEEPSLEEP"\r\n`);
	}

	/** Only while connected. */
	#assistRelease(call: Call): Answer {
		const value = call.parameters.within(0, 0, this.#variant.largestRai);
		if (value === undefined) return 50;
		if (!this.#core.ue.connected) return 3;
		if (value > 0) this.#core.ue.assistRelease();
		return "";
	}

	/** Active time first: the other order than in `+CPSMS`. */
	#requestPsm(call: Call): Answer {
		const core = this.#core;
		const active = call.parameters.within(0, 0, 11_160);
		const tau = call.parameters.within(1, 0, 35_712_000);
		if (active === undefined || tau === undefined) return 50;
		core.nvram.update({ CPSMS: 1, "CPSMS.active": encodeTimer(activeUnits, active), "CPSMS.tau": encodeTimer(tauUnits, tau) });
		applyPowerSaving(core);
		return "";
	}

	#requestEdrx(call: Call): Answer {
		const core = this.#core;
		const { parameters } = call;
		const mode = parameters.within(0, 0, 3, 0);
		const bits = (index: number) => !parameters.has(index) || (parameters.isQuoted(index) && /^[01]{4}$/.test(parameters.text(index)));
		if (mode === undefined || parameters.number(1, 5) !== 5 || !bits(2) || !bits(3)) return 50;
		core.nvram.update({
			CEDRXS: mode === 3 ? 0 : mode,
			...(parameters.has(2) || mode === 3 ? { "CEDRXS.cycle": mode === 3 ? undefined : parameters.text(2) } : {}),
			...(parameters.has(3) ? { "QEDRXCFG.ptw": parameters.text(3) } : {}),
		});
		applyPowerSaving(core);
		return "";
	}
}
