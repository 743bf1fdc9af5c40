import { CGMI, CGMM, CGMR, CGSN, CMEE } from "../3gpp/device-commands.js";
import { CEREG, CGEREP, CGREG } from "../3gpp/packet-commands.js";
import { ATE, ATI } from "../3gpp/v250-commands.js";
import type { AtError } from "../at/errors.js";
import type { AtLine } from "../at/line.js";
import type { ModemCore } from "./core.js";
import { isSilence, ModemError, modemError } from "./errors.js";
import { fiveGsReports } from "./five-gs.js";
import { JobId } from "./job-id.js";
import { enterMultiplex } from "./multiplexing.js";
import { awaitBoot, type CoreProcedure, call, exchange, inner, passOver, probe, type Verdict } from "./procedure.js";
import { STOPPED } from "./runner.js";

export interface Identity {
	readonly manufacturer: string;
	readonly model: string;
	readonly revision: string;
	readonly imei: string;
	/** Of the SIM; undefined until it has been read. */
	readonly iccid: string | undefined;
}

/** "refused": the module answers, but it is not one for this driver, or a setting cannot be made. */
export type Phase = "off" | "starting" | "on" | "stopping" | "refused" | "waiting";
/** How the module is brought to answer: it may be on already; else its pins; after a reset or a restart its banner comes. */
export type StartBy = "find" | "powerOn" | "reset" | "restart" | "boot";

/** Settings that take a restart may ask for one, and once more if the module lost it; then it is said and gone on. */
const SETTING_RESTARTS = 2;

export class Lifecycle {
	#core: ModemCore;
	phase: Phase = "off";
	startBy: StartBy = "find";
	/** A banner now is what we wait for; at any other time it is a reboot. */
	bootExpected = false;
	/** It answered since this start was begun. */
	hasAnswered = false;
	/** The power pins are to switch the module off before they switch it on. */
	cyclePower = false;
	settingRestarts = 0;
	isModelAccepted = false;
	manufacturer = "";
	model = "";
	revision = "";
	imei = "";
	iccid: string | undefined = undefined;
	constructor(core: ModemCore) {
		this.#core = core;
	}
	get identity(): Identity | undefined {
		if (this.imei === "" && this.model === "") return undefined;
		return { manufacturer: this.manufacturer, model: this.model, revision: this.revision, imei: this.imei, iccid: this.iccid };
	}
	setPhase(phase: Phase): void {
		if (this.phase === phase) return;
		this.phase = phase;
		this.#core.notify("power");
		this.#core.updateConnection();
	}
	/** Brings the module up, however it can be: called when there is something to do for it. */
	begin(by: StartBy): void {
		this.startBy = by;
		this.hasAnswered = false;
		this.bootExpected = by !== "find" && by !== "boot";
		if (this.bootExpected) this.#core.bannerSeen = false;
		this.setPhase("starting");
		this.#core.want(JobId.start);
	}
	/** The start procedure is over. */
	ended(error: AtError | undefined): void {
		const core = this.#core;
		if (this.phase !== "starting") return;
		if (error === undefined) {
			this.cyclePower = false;
			this.setPhase("on");
			core.notify("identity");
			if (this.restart()) return;
			core.recovery.started();
			core.services?.started();
			if (core.network.wanted !== undefined) core.want(JobId.network);
			return;
		}
		if (isSilence(error)) {
			if (this.startBy === "find" && !this.hasAnswered && core.hasPinsFor(core.driver.procedures?.powerOn)) {
				this.begin("powerOn");
				return;
			}
			core.recovery.notStarted(this.hasAnswered);
			return;
		}
		if (error.code === "unexpected") {
			// It restarted once more than the start had reckoned with.
			if (!core.isWanted(JobId.start)) this.begin("boot");
			return;
		}
		if (error !== STOPPED) {
			core.fail(modemError(error));
			core.recovery.waitAndStart();
			return;
		}
		this.setPhase("refused");
		core.requests.failAll(new ModemError("wrongModel", "the module was refused by this driver; see onError"));
	}
	/** A setting wants the module restarted. False when there is nothing to do, or it was done often enough. */
	private restart(): boolean {
		const core = this.#core;
		if (!core.runner.restartNeeded) return false;
		core.runner.restartNeeded = false;
		if (this.settingRestarts >= SETTING_RESTARTS) {
			core.event("settingNotKept", { restarts: this.settingRestarts });
			return false;
		}
		this.settingRestarts++;
		core.forgetSession();
		this.begin("restart");
		return true;
	}
	restartForSettings(): boolean {
		return this.restart();
	}
}

/** `Quectel_BC660K-GL` and `BC660K-GL` are one model; so are `SIMCOM SIM7020` and `SIM7020`. */
export function acceptsModel(models: readonly string[], answer: string): boolean {
	const said = answer.toUpperCase();
	for (const model of models) {
		if (model === "*") return true;
		const accepted = model.toUpperCase();
		if (said === accepted) return true;
		const before = said.charCodeAt(said.length - accepted.length - 1);
		if (said.endsWith(accepted) && (before === 0x5f || before === 0x20)) return true;
	}
	return false;
}

function trimmed(line: AtLine): string {
	return line.toText().trim();
}
/** `Revision: BC660KGLAAR01A05` */
function withoutLabel(text: string): string {
	const label = "Revision:";
	return text.startsWith(label) ? text.slice(label.length).trim() : text;
}
function onManufacturer(core: ModemCore, line: AtLine): void {
	if (core.lifecycle.manufacturer === "") core.lifecycle.manufacturer = trimmed(line);
}
/** `+CGMM: "Air780E"`: some put the prefix and quotes around what TS 27.007 5.2 has bare. */
function bareModel(text: string): string {
	const bare = text.startsWith("+CGMM:") ? text.slice(6).trim() : text;
	return bare.length > 2 && bare.startsWith('"') && bare.endsWith('"') ? bare.slice(1, -1) : bare;
}
function onModel(core: ModemCore, line: AtLine): void {
	const text = bareModel(trimmed(line));
	if (text === "" || core.lifecycle.isModelAccepted) return;
	core.lifecycle.isModelAccepted = acceptsModel(core.driver.models, text);
	if (core.lifecycle.model === "" || core.lifecycle.isModelAccepted) core.lifecycle.model = text;
}
function onRevision(core: ModemCore, line: AtLine): void {
	if (core.lifecycle.revision === "") core.lifecycle.revision = withoutLabel(trimmed(line));
}
function onImei(core: ModemCore, result: { serial: string }): void {
	core.lifecycle.imei = result.serial.trim();
}
const isUnknown = (core: ModemCore): boolean => core.lifecycle.imei === "" || !core.lifecycle.isModelAccepted;
const isModelOpen = (core: ModemCore): boolean => !core.lifecycle.isModelAccepted;
const hasNoImei = (core: ModemCore): boolean => core.lifecycle.imei === "";
const again = (): Verdict => "retry";

function checkModel(core: ModemCore): "stop" | void {
	const lifecycle = core.lifecycle;
	if (lifecycle.isModelAccepted) return;
	core.fail(
		new ModemError(
			"wrongModel",
			`the module says "${lifecycle.model}"; driver ${core.driver.id} is for ${core.driver.models.join(", ")}: give the driver for this module`,
		),
	);
	return "stop";
}
function answered(core: ModemCore): void {
	core.lifecycle.bootExpected = false;
	core.lifecycle.hasAnswered = true;
}

function registrationModeOf(core: ModemCore): CoreProcedure {
	const { domain, mode, fallbacks } = core.driver.registration;
	if (domain === "5GS") return fiveGsReports(mode);
	const set = domain === "PS" ? CGREG.set : CEREG.set;
	// A module may know fewer modes than its driver says; the plain report is in all of them.
	if (fallbacks === undefined) return [exchange(set, { n: mode }, { refused: passOver })];
	return [mode, ...fallbacks].map(n =>
		exchange(set, { n }, { when: () => isOpen(core, n), result: () => void (core.registrationMode = n), refused: passOver }),
	);
}
/** Until the module has taken a mode each is tried; that one alone is set at its next start. */
function isOpen({ registrationMode }: ModemCore, n: number): boolean {
	return registrationMode === undefined || registrationMode === n;
}

/** What follows the first answer. V.250 and 27.007 alone; the driver's own settings after identification. */
const SET_UP: CoreProcedure = Object.freeze([
	call(answered),
	exchange(ATE.set, { value: 0 }, { refused: again, retry: { times: 3, everyMs: 300 } }),
	exchange(CMEE.set, { n: 1 }, { refused: passOver }),
	exchange(CGMI.execute, undefined, { when: isUnknown, line: onManufacturer, refused: passOver }),
	exchange(CGMM.execute, undefined, { when: isUnknown, line: onModel, refused: passOver }),
	exchange(ATI.execute, undefined, { when: isModelOpen, line: onModel, refused: passOver }),
	call(checkModel),
	exchange(CGMR.execute, undefined, { when: hasNoImei, line: onRevision, refused: passOver }),
	exchange(CGSN.set, { snt: 1 }, { when: hasNoImei, result: onImei, refused: passOver }),
	exchange(CGSN.execute, undefined, { when: hasNoImei, result: onImei, refused: passOver }),
	enterMultiplex,
	inner(core => core.driver.procedures?.initialize),
	inner(registrationModeOf),
	exchange(CGEREP.set, { mode: 1 }, { refused: passOver }),
]);

/** As long as the module may take to boot, where nothing but asking tells. */
function bootProbes(core: ModemCore): number {
	return Math.ceil(core.driver.boot.withinMs / core.probeAnswerMs) + 1;
}
/** A module that sleeps answers within this (in a capture 1.8 s after the first command); longer is not worth it where a pin can start it. */
const WAKING_MS = 2_500;
function findProbes(core: ModemCore): number {
	const sleeping = core.driver.sleep?.probe.times ?? 2;
	if (!core.hasPinsFor(core.driver.procedures?.powerOn)) return sleeping + bootProbes(core);
	return Math.min(sleeping, Math.ceil(WAKING_MS / core.probeAnswerMs));
}
const FEW = (): number => 5;

const setUp = (): CoreProcedure => SET_UP;
const FIND: CoreProcedure = Object.freeze([inner(core => core.driver.sleep?.wakePins), probe(findProbes), inner(setUp)]);
const POWER_ON: CoreProcedure = Object.freeze([
	inner(core => (core.lifecycle.cyclePower ? core.driver.procedures?.powerOff?.pins : undefined)),
	inner(core => core.driver.procedures?.powerOn),
	awaitBoot,
	probe(bootProbes),
	inner(setUp),
]);
const RESET: CoreProcedure = Object.freeze([inner(core => core.driver.procedures?.reset), awaitBoot, probe(bootProbes), inner(setUp)]);
const RESTART: CoreProcedure = Object.freeze([inner(core => core.restartProcedure), awaitBoot, probe(bootProbes), inner(setUp)]);
const BOOT: CoreProcedure = Object.freeze([awaitBoot, probe(FEW), inner(setUp)]);

export function startProcedure(core: ModemCore): CoreProcedure {
	switch (core.lifecycle.startBy) {
		case "find":
			return FIND;
		case "powerOn":
			return POWER_ON;
		case "reset":
			return RESET;
		case "restart":
			return RESTART;
		case "boot":
			return BOOT;
	}
}
