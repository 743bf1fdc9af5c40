import { causeName } from "../3gpp/cause-names.js";
import { CCLK, CFUN, CIMI, CPIN } from "../3gpp/device-commands.js";
import { COPS } from "../3gpp/network-commands.js";
import { CEMODE, CEREG, CGATT, CGAUTH, CGDCONT, CGDCONT_SLICE, CGREG } from "../3gpp/packet-commands.js";
import { decodeRegistration, isRegistered, isRoaming, RegistrationReport, Stat } from "../3gpp/registration.js";
import { hasSlice } from "../3gpp/slices.js";
import { type NetworkTime, readClockLine } from "../3gpp/utc-time.js";
import type { AtError } from "../at/errors.js";
import type { AtLine, Millis } from "../at/line.js";
import type { ModemCore } from "./core.js";
import { type Domain, type PdpType, readCompareWrite, type Settings } from "./driver.js";
import { isInterrupted, isSilence, ModemError, modemError } from "./errors.js";
import { READ_BOTH, SLICES } from "./five-gs.js";
import { JobId } from "./job-id.js";
import { POWER_SAVING } from "./power-saving.js";
import { type CoreProcedure, call, exchange, inner, passOver } from "./procedure.js";
import { type ConnectOptions, isSameOptions, makeSettings } from "./settings.js";
import { simProcedure } from "./sim.js";
import { Timer } from "./timers.js";

/** Registration is reported by URC; asking is for the URC that was lost. Doubling from 15 s to 1 h (assumptions). */
const FIRST_POLL_MS = 15_000;
const LONGEST_POLL_MS = 3_600_000;
/** A refused step of attaching is tried again after 30 s, doubling to 1 h (assumptions). */
const FIRST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 3_600_000;
/** With `roaming: false`, how long a module stays detached from a network that is not its own: half an hour (an assumption). */
const GUEST_RETRY_MS = 1_800_000;
/** In the place of a cause that was said: detached because it was a guest, and attached again to see whether it still is. */
const GUEST = -1;
const GUEST_AGAIN = -2;
/** EMM cause #19, ESM failure: how a network refuses the PDN type at attach. TS 24.301 annex A. */
const ESM_FAILURE = 19;
/** Network time: asked for this often after registration, 20 s apart (assumptions), as NITZ comes some time after attach. */
const TIME_TRIES = 3;
const TIME_EVERY_MS = 20_000;

/** What is asked when dual stack is refused altogether, in this order. */
const LADDER: readonly PdpType[] = Object.freeze(["IPV4V6", "IPV6", "IP"]);

export interface Operator {
	readonly name: string;
	readonly act: number | undefined;
}

export class Network {
	#core: ModemCore;
	/** What the application asked for; undefined when it wants no connection. */
	wanted: ConnectOptions | undefined = undefined;
	readonly report = new RegistrationReport();
	registered = false;
	/** Our own CGATT=0 was the last word. */
	detached = false;
	operator: Operator | undefined = undefined;
	time: (NetworkTime & { atMs: Millis }) | undefined = undefined;
	#timeTries = 0;
	#rung = 0;
	#poll = FIRST_POLL_MS;
	#retry = FIRST_RETRY_MS;
	/** A denial is said once; 0 when none was said. */
	#saidCause = 0;
	#isActivated = false;
	constructor(core: ModemCore) {
		this.#core = core;
	}
	connect(options: ConnectOptions): void {
		const core = this.#core;
		// Asked again for what is under way already: beginning anew would make the module attach more often than the network allows.
		const isUnderWay =
			core.lifecycle.phase === "on" && (this.registered || core.timers.isSet(Timer.registration)) && this.#saidCause !== -1;
		if (this.wanted !== undefined && isUnderWay && isSameOptions(options, this.wanted)) return;
		this.wanted = options;
		this.#rung = 0;
		this.#retry = FIRST_RETRY_MS;
		this.#saidCause = 0;
		this.makeSettings();
		this.#core.timers.clear(Timer.retry);
		if (this.#core.lifecycle.phase !== "on") return;
		// Whatever was there was asked for otherwise: registration and addresses are looked at anew.
		this.registered = false;
		this.#core.want(JobId.network);
	}
	disconnect(): void {
		if (this.wanted === undefined) return;
		this.wanted = undefined;
		this.#core.timers.clear(Timer.registration);
		this.#core.timers.clear(Timer.address);
		this.#core.timers.clear(Timer.time);
		this.#core.unwant(JobId.network);
		if (this.#core.lifecycle.phase === "on") this.#core.want(JobId.detach);
		this.#core.updateConnection();
	}
	/** Registration is to be asked for, and what the vendor's stack needs is to be activated again. */
	contextLost(): void {
		this.registered = false;
		this.#isActivated = false;
	}
	/** After a restart of the module: nothing of before holds. */
	forget(): void {
		this.registered = false;
		this.detached = false;
		this.#isActivated = false;
		this.report.stat = Stat.idle;
		this.#core.fiveGs?.forget();
		this.#core.timers.clear(Timer.registration);
		this.#core.timers.clear(Timer.time);
		this.#core.updateConnection();
	}
	get pdpType(): PdpType {
		const asked = this.wanted?.pdpType ?? "IPV4V6";
		return asked === "IPV4V6" ? LADDER[this.#rung]! : asked;
	}
	private makeSettings(): void {
		this.#core.settings = makeSettings(this.wanted ?? {}, this.#core.driver, this.pdpType);
	}
	/** Dual stack was refused: IPv6 alone, then IPv4 alone. False when there is nothing left to ask for. */
	nextFamily(why: string): boolean {
		if ((this.wanted?.pdpType ?? "IPV4V6") !== "IPV4V6" || this.#rung >= LADDER.length - 1) {
			this.#rung = 0;
			this.makeSettings();
			return false;
		}
		this.#rung++;
		this.makeSettings();
		this.#core.event("family", { wanted: "ipv6", trying: this.pdpType, why });
		this.#isActivated = false;
		this.#core.functionality = 1;
		this.#core.want(JobId.network);
		return true;
	}
	/** The attach procedure is over; whether it led to registration is the network's to say. */
	ended(error: AtError | undefined): void {
		const core = this.#core;
		if (this.wanted === undefined) return;
		if (error === undefined) {
			if (core.lifecycle.restartForSettings()) return;
			if (this.#saidCause === GUEST) this.#saidCause = GUEST_AGAIN;
			core.power.allowed = this.wanted.sleep ?? Boolean(this.wanted.psm || this.wanted.edrx);
			this.#poll = FIRST_POLL_MS;
			core.want(JobId.registration);
			// Registered all the while: it was the vendor's stack that refused.
			if (this.registered && this.needsActivation) core.want(JobId.activate);
			return;
		}
		if (isSilence(error)) core.want(JobId.network);
		else if ((error.command === CPIN.read.head || error.command === CIMI.execute.head) && !isInterrupted(error))
			this.simFailed(new ModemError("noSim", "no SIM, or it does not start: insert one"));
		else if (!isInterrupted(error)) {
			core.fail(modemError(error));
			this.retryLater();
		}
	}
	/** Without a SIM nothing is asked again until one reports itself or the application connects again. */
	simFailed(error: ModemError): void {
		this.#core.fail(error);
	}
	simReported(): void {
		if (this.wanted !== undefined && !this.registered && this.#core.sim.state === "ready" && !this.#core.timers.isSet(Timer.registration))
			this.#core.want(JobId.network);
	}
	retryLater(): void {
		this.#core.timers.set(Timer.retry, this.#core.now + this.#retry);
		this.#retry = Math.min(this.#retry * 2, LONGEST_RETRY_MS);
	}
	/** A report, asked for or not. */
	update(report: RegistrationReport): void {
		const core = this.#core;
		const kept = this.report;
		// While it sleeps in PSM a module may say "not registered"; the network still knows it (TS 23.401 4.3.22).
		if (core.power.isAsleep && !isRegistered(report.stat)) return;
		if (kept.stat !== report.stat || kept.ci !== report.ci || kept.tac !== report.tac || kept.act !== report.act)
			core.notify("registration");
		copyReport(report, kept);
		if (isRegistered(report.stat)) this.onRegistered();
		else this.onUnregistered();
	}
	private onRegistered(): void {
		const core = this.#core;
		if (this.wanted === undefined) return;
		if (isRoaming(this.report.stat) && this.wanted.roaming === false) {
			this.refuseRoaming();
			return;
		}
		core.power.granted(this.report);
		core.timers.clear(Timer.registration);
		if (this.registered) return;
		this.registered = true;
		this.#saidCause = 0;
		this.#retry = FIRST_RETRY_MS;
		core.addresses.begin();
		if (this.needsActivation) core.want(JobId.activate);
		else core.want(JobId.address);
		core.want(JobId.operator);
		core.want(JobId.grants);
		if (this.time === undefined) {
			this.#timeTries = TIME_TRIES;
			core.want(JobId.time);
		}
		core.updateConnection();
	}
	private get needsActivation(): boolean {
		return this.#core.driver.procedures?.activate !== undefined && !this.#isActivated;
	}
	activated(error: AtError | undefined): void {
		if (error === undefined) {
			this.#isActivated = true;
			this.#core.want(JobId.address);
		} else if (!isInterrupted(error) && !isSilence(error)) {
			this.#core.fail(modemError(error));
			this.retryLater();
		}
	}
	/** Said once; whoever crosses a border comes home again, so that it is looked for now and then. */
	private refuseRoaming(): void {
		if (this.#saidCause === GUEST) return;
		if (this.#saidCause !== GUEST_AGAIN)
			this.#core.fail(new ModemError("roamingNotAllowed", "registered as a guest of another operator, and `roaming: false` was asked for"));
		this.#saidCause = GUEST;
		this.#core.want(JobId.detach);
	}
	private onUnregistered(): void {
		const core = this.#core;
		if (this.registered) {
			this.registered = false;
			core.timers.clear(Timer.address);
			core.updateConnection();
		}
		if (this.wanted === undefined || this.#saidCause === GUEST) return;
		if (this.report.stat === Stat.denied) this.onDenied();
		if (!core.timers.isSet(Timer.registration)) this.pollLater();
	}
	/** Said once per cause. The module goes on by the network's own timers (T3402, T3411, T3346…): a reset would only hide the cause. */
	private onDenied(): void {
		const cause = this.report.causeType === 1 ? undefined : this.report.cause;
		const domain = this.#core.fiveGs?.domain === "5GS" ? "5GMM" : "EMM";
		if (cause === ESM_FAILURE && domain === "EMM" && this.nextFamily("the network refused the session at attach (EMM cause #19)")) return;
		const said = cause ?? 999;
		if (this.#saidCause === said) return;
		this.#saidCause = said;
		const core = this.#core;
		// A module that fell back to LTE may tell there what 5GS said (#62).
		const name =
			cause === undefined ? "no cause given" : `cause #${cause}, ${causeName(domain, cause) ?? causeName("5GMM", cause) ?? "unknown"}`;
		core.fail(
			new ModemError(
				"registrationDenied",
				`the network denied registration: ${name}. The module tries again when the network's timers allow`,
				{ causeNumber: cause },
			),
		);
	}
	private pollLater(): void {
		this.#core.timers.set(Timer.registration, this.#core.now + this.#poll);
		this.#poll = Math.min(this.#poll * 2, LONGEST_POLL_MS);
	}
	pollEnded(): void {
		if (this.wanted !== undefined && !this.registered && !this.#core.timers.isSet(Timer.registration)) this.pollLater();
	}
	timeEnded(): void {
		if (this.time === undefined && --this.#timeTries > 0) this.#core.timers.set(Timer.time, this.#core.now + TIME_EVERY_MS);
	}
	setTime(time: NetworkTime): void {
		this.time = { utcMs: time.utcMs, quarterHours: time.quarterHours, atMs: this.#core.now };
		this.#core.timers.clear(Timer.time);
		this.#core.notify("time");
	}
	detachEnded(): void {
		this.detached = true;
		this.registered = false;
		this.#isActivated = false;
		this.#core.addresses.forget();
		this.#core.sockets.closeAll();
		if (this.wanted !== undefined && this.#saidCause === GUEST) this.#core.timers.set(Timer.retry, this.#core.now + GUEST_RETRY_MS);
		this.#core.updateConnection();
	}
}

function copyReport(from: RegistrationReport, to: RegistrationReport): void {
	to.n = from.n ?? to.n;
	to.stat = from.stat;
	to.tac = from.tac;
	to.ci = from.ci;
	to.act = from.act;
	to.causeType = from.causeType;
	to.cause = from.cause;
	to.activeSeconds = from.activeSeconds;
	to.periodicTauSeconds = from.periodicTauSeconds;
	to.allowedNssai = from.allowedNssai;
}

// The default procedures of TS 27.007 -----------------------------------------------------------------------------

function isSameContext(line: AtLine, settings: Settings): boolean {
	if (line.uint(0) !== settings.cid || !line.equals(1, settings.pdpType)) return false;
	if (!hasSlice(line, CGDCONT_SLICE, settings.slice)) return false;
	return settings.apn === undefined || line.equals(2, settings.apn);
}
/** One context definition and its credentials; these cannot be read back, so they are written each time. */
const DEFINE: CoreProcedure = Object.freeze([
	readCompareWrite(CGDCONT.read, CGDCONT.set, {
		sameLine: isSameContext,
		params: ({ cid, pdpType, apn, slice }) => ({ cid, pdpType, apn, slice: slice || undefined }),
	}),
	exchange(CGAUTH.set, settings =>
		settings.user === undefined
			? undefined
			: {
					cid: settings.cid,
					protocol: settings.auth === "chap" ? 2 : settings.auth === "pap" ? 1 : 0,
					user: settings.user,
					password: settings.password,
				},
	),
]);

function onFunctionality(core: ModemCore, result: { fun: number }): void {
	core.functionality = result.fun;
}
const isRadioOff = (core: ModemCore): boolean => core.functionality !== 1;
function radioOn(core: ModemCore): void {
	core.functionality = 1;
	core.network.detached = false;
}
/** Selection mode is kept by the SIM or the module: read, and only changed when it is not what was asked for. */
function isSameSelection(result: { mode: number; oper?: string | undefined }, settings: Settings): boolean {
	return settings.operator === undefined ? result.mode !== 1 && result.mode !== 2 : result.mode === 1 && result.oper === settings.operator;
}
const ATTACH: CoreProcedure = Object.freeze([
	exchange(CFUN.set, { fun: 1 }, { when: isRadioOff, result: radioOn }),
	readCompareWrite(COPS.read, COPS.set, {
		same: isSameSelection,
		params: settings => (settings.operator === undefined ? { mode: 0 } : { mode: 1, format: 2, oper: settings.operator }),
		onError: "ignore",
	}),
	exchange(CGATT.set, { state: 1 }, { when: core => core.network.detached, result: radioOn }),
]);

/** +CEMODE 0 and 2 are data centric, 1 and 3 voice centric: such a device leaves an LTE network that offers it no voice (TS 23.221 7.2a). */
function isSameUsage(result: { mode: number }, settings: Settings): boolean {
	return (result.mode % 2 === 0) === (settings.usage === "data");
}
const USAGE: CoreProcedure = Object.freeze([
	readCompareWrite(CEMODE.read, CEMODE.set, { same: isSameUsage, params: settings => ({ mode: settings.usage === "data" ? 2 : 1 }) }),
]);
/** What is seldom asked for: none of it costs a module anything that is not asked. */
function preferences(core: ModemCore): CoreProcedure | undefined {
	const { usage, bands, rats, networkInterface } = core.settings;
	if (usage === undefined && bands === undefined && rats === undefined && networkInterface === undefined) return undefined;
	const procedures = core.driver.procedures ?? {};
	return [
		...(usage === undefined ? [] : USAGE),
		...((bands && procedures.bands) ?? []),
		...((rats && procedures.rats) ?? []),
		...((networkInterface && procedures.networkInterface) ?? []),
	];
}

/** SIM, definition, power saving, attach: in this order, so that PSM is asked for with the attach and not by a TAU of its own. */
export const NETWORK: CoreProcedure = Object.freeze([
	inner(simProcedure),
	exchange(CFUN.read, undefined, { result: onFunctionality, refused: passOver }),
	inner(core => core.driver.procedures?.define ?? DEFINE, true),
	inner(preferences, true),
	inner(core => (core.settings.slice === undefined ? undefined : SLICES)),
	inner(() => POWER_SAVING),
	call(core => {
		if (core.runner.restartNeeded) core.event("restart", { why: "settings that the module takes over only at its start" });
	}),
	inner(core => (core.runner.restartNeeded ? undefined : (core.driver.procedures?.attach ?? ATTACH))),
]);

export const DETACH: CoreProcedure = Object.freeze([exchange(CGATT.set, { state: 0 }, { refused: passOver })]);

function onRegistration(core: ModemCore, line: AtLine): void {
	const report = core.events.decoded.registration;
	if (decodeRegistration(line, core.driver.registration.domain, "read", report)) core.network.update(report);
}
const READ_EPS: CoreProcedure = Object.freeze([exchange(CEREG.read, undefined, { line: onRegistration, refused: passOver })]);
const READ_PS: CoreProcedure = Object.freeze([exchange(CGREG.read, undefined, { line: onRegistration, refused: passOver })]);
export function registrationRead(domain: Domain): CoreProcedure {
	return domain === "5GS" ? READ_BOTH : domain === "PS" ? READ_PS : READ_EPS;
}

function onOperator(core: ModemCore, result: { oper?: string | undefined; act?: number | undefined }): void {
	core.network.operator = result.oper === undefined ? undefined : { name: result.oper, act: result.act };
}
export const OPERATOR: CoreProcedure = Object.freeze([exchange(COPS.read, undefined, { result: onOperator, refused: passOver })]);

function onClock(core: ModemCore, line: AtLine): void {
	const time = core.events.decoded.time;
	if (readClockLine(line, time, core.driver.clockShows !== "utc")) core.network.setTime(time);
}
export const TIME: CoreProcedure = Object.freeze([exchange(CCLK.read, undefined, { line: onClock, refused: passOver })]);
