import { decodeEdrx, type EdrxReport } from "../3gpp/events.js";
import { CEDRXRDP, CEDRXS, CPSMS } from "../3gpp/network-commands.js";
import type { RegistrationReport } from "../3gpp/registration.js";
import type { AtLine } from "../at/line.js";
import type { ModemCore } from "./core.js";
import { readCompareWrite, type Settings } from "./driver.js";
import { ALLOWED_SLICES } from "./five-gs.js";
import { JobId } from "./job-id.js";
import { type CoreProcedure, exchange, inner, passOver } from "./procedure.js";
import { Timer } from "./timers.js";

export interface Psm {
	readonly periodicTauSeconds: number;
	readonly activeSeconds: number;
}

/**
 * PSM begins T3324 after the radio connection ends, and that ends with the network's inactivity timer. 60 s for it and for the
 * module's own sleep lock is an assumption: cells use 10 to 20 s, some up to 60.
 */
const TAIL_MS = 60_000;

/** What was asked of the network, what it granted, whether it came true; and whether the module's UART may be asleep now. */
export class Power {
	#core: ModemCore;
	/** The application wants the module to sleep between exchanges. */
	allowed = false;
	/** The UART may be asleep: sleep was allowed, and no exchange since. */
	drowsy = false;
	/** What the module itself reported. */
	sleepState: "awake" | "light" | "deep" | "psm" = "awake";
	psmGranted: Psm | false | undefined = undefined;
	edrxGranted: { readonly cycleSeconds: number; readonly pagingWindowSeconds: number | undefined } | false | undefined = undefined;
	psmEntered = 0;
	/** Times that PSM was granted and not entered in time. */
	psmMissed = 0;
	#saidMissed = false;
	constructor(core: ModemCore) {
		this.#core = core;
	}
	get isAsleep(): boolean {
		return this.sleepState === "psm" || this.sleepState === "deep";
	}
	get psmRequested(): Psm | false | undefined {
		const asked = this.#core.settings.psm;
		return asked && { periodicTauSeconds: asked.periodicTauSeconds, activeSeconds: asked.activeSeconds };
	}
	get edrxRequested(): { readonly cycleSeconds: number } | false | undefined {
		const asked = this.#core.settings.edrx;
		return asked && { cycleSeconds: asked.cycleSeconds };
	}
	forget(): void {
		this.drowsy = false;
		this.sleepState = "awake";
		this.psmGranted = undefined;
		this.edrxGranted = undefined;
		this.#core.timers.clear(Timer.sleep);
		this.#core.timers.clear(Timer.psm);
	}
	/** Timers of a registered `+CEREG` in mode 4 or 5. A line without location is too short to have them. */
	granted(report: RegistrationReport): void {
		const mode = this.#core.registrationMode ?? this.#core.driver.registration.mode;
		if (mode < 4 || (report.tac === undefined && report.act === undefined)) return;
		const { activeSeconds, periodicTauSeconds } = report;
		const isPsm = activeSeconds !== undefined && activeSeconds !== Number.POSITIVE_INFINITY;
		const before = this.psmGranted;
		if (isPsm && before && before.activeSeconds === activeSeconds && before.periodicTauSeconds === periodicTauSeconds) return;
		if (!isPsm && before === false) return;
		this.psmGranted = isPsm ? { activeSeconds, periodicTauSeconds: periodicTauSeconds ?? Number.POSITIVE_INFINITY } : false;
		this.#saidMissed = false;
		this.#core.notify("power");
		this.compare();
	}
	/** Said once per grant, and only when it is not what was asked for. */
	private compare(): void {
		const requested = this.psmRequested;
		if (!requested) return;
		const granted = this.psmGranted;
		if (granted && granted.activeSeconds === requested.activeSeconds && granted.periodicTauSeconds === requested.periodicTauSeconds) return;
		this.#core.event("psm", { requested, granted });
	}
	edrx(report: EdrxReport): void {
		const before = this.edrxGranted;
		const cycleSeconds = report.actType === 0 ? undefined : report.grantedSeconds;
		if (before === false ? cycleSeconds === undefined : before !== undefined && before.cycleSeconds === cycleSeconds) return;
		this.edrxGranted = cycleSeconds === undefined ? false : { cycleSeconds, pagingWindowSeconds: report.pagingWindowSeconds };
		this.#core.notify("power");
		const requested = this.edrxRequested;
		if (requested && requested.cycleSeconds !== cycleSeconds) this.#core.event("edrx", { requested, granted: this.edrxGranted });
	}
	/** The module says that it sleeps, or no longer does. */
	sleeping(state: "awake" | "light" | "deep" | "psm"): void {
		const core = this.#core;
		const before = this.sleepState;
		if (before === state) return;
		// Deep sleep is how a module does PSM: the one report does not undo the other.
		if (state === "deep" && before === "psm") return;
		const wasAsleep = this.isAsleep;
		this.sleepState = state;
		if (state === "psm") {
			this.psmEntered++;
			this.#saidMissed = false;
			core.timers.clear(Timer.psm);
			core.event("psmEntered", { entered: this.psmEntered });
		} else if (before === "psm") core.event("psmLeft", {});
		if (this.isAsleep) {
			this.drowsy = true;
			core.sockets.slept();
		}
		if (wasAsleep !== this.isAsleep) core.notify("power");
	}
	/** Sleep is allowed from now on; PSM is due after the active time. */
	slept(): void {
		const core = this.#core;
		this.drowsy = true;
		const granted = this.psmGranted;
		if (!granted || this.isAsleep || this.#saidMissed || core.driver.sleep?.reportsPsm === false) return;
		core.timers.set(Timer.psm, core.now + granted.activeSeconds * 1000 + TAIL_MS);
	}
	woken(): void {
		this.drowsy = false;
		this.#core.timers.clear(Timer.psm);
		this.sleeping("awake");
	}
	/** The `psm` timer. */
	missed(): void {
		if (this.sleepState === "psm" || !this.psmGranted) return;
		this.psmMissed++;
		this.#saidMissed = true;
		this.#core.event("psmNotEntered", { granted: this.psmGranted, missed: this.psmMissed });
	}
	/** Nothing is left to do. */
	idle(): void {
		const core = this.#core;
		if (!this.allowed || this.drowsy || core.driver.sleep === undefined || core.lifecycle.phase !== "on" || !core.isSettled) return;
		if (!core.timers.isSet(Timer.sleep)) core.timers.set(Timer.sleep, Math.max(core.now, core.lastUseMs + core.driver.sleep.idleMs));
	}
	/** The `sleep` timer. */
	sleepDue(): void {
		const core = this.#core;
		if (core.now < core.lastUseMs + (core.driver.sleep?.idleMs ?? 0)) this.idle();
		else core.want(JobId.sleep);
	}
}

function isSamePsm(
	result: { mode: number; periodicTau?: string | undefined; activeTime?: string | undefined },
	settings: Settings,
): boolean {
	const psm = settings.psm;
	if (!psm) return result.mode !== 1;
	return result.mode === 1 && result.periodicTau === psm.periodicTauBits && result.activeTime === psm.activeBits;
}
const PSM: CoreProcedure = Object.freeze([
	readCompareWrite(CPSMS.read, CPSMS.set, {
		same: isSamePsm,
		// TAU before active time here; `+CEREG` has them the other way round.
		params: settings =>
			settings.psm ? { mode: 1, periodicTau: settings.psm.periodicTauBits, activeTime: settings.psm.activeBits } : { mode: 0 },
		onError: "ignore",
	}),
]);
/** Mode 2, so that `+CEDRXP` tells about a grant that comes later. It is kept over restarts on some modules only: asked each time. */
const EDRX: CoreProcedure = Object.freeze([
	exchange(
		CEDRXS.set,
		settings => (settings.edrx ? { mode: 2, actType: settings.edrx.actType, requested: settings.edrx.bits } : { mode: 3 }),
		{ refused: passOver },
	),
]);
export const POWER_SAVING: CoreProcedure = Object.freeze([
	inner(core => (core.settings.psm === undefined ? undefined : (core.driver.procedures?.psm ?? PSM))),
	inner(core => (core.settings.edrx === undefined ? undefined : (core.driver.procedures?.edrx ?? EDRX))),
]);

function onEdrx(core: ModemCore, line: AtLine): void {
	const report = core.events.decoded.edrx;
	decodeEdrx(line, report);
	core.power.edrx(report);
}
/** Of eDRX only when it was asked for; PSM's grant comes with registration. Which slices are allowed, where that did not tell. */
export const GRANTS: CoreProcedure = Object.freeze([
	exchange(CEDRXRDP.execute, undefined, { when: core => Boolean(core.settings.edrx), line: onEdrx, refused: passOver }),
	inner(core => (core.driver.registration.domain === "5GS" ? ALLOWED_SLICES : undefined)),
]);
