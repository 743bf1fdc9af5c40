import type { Clock } from "../clock/clock.js";
import type { Random } from "../clock/random.js";
import type { Airtime } from "./airtime.js";
import { Alarms } from "./alarms.js";
import type { Bearers } from "./bearers.js";
import { measure, transmitPowerDbm } from "./coverage.js";
import { edrxCycleSeconds, pagingWindowSeconds } from "./gprs-timers.js";
import { type EdrxGrant, grantEdrx, grantPsm, type PsmGrant, type PsmRequest } from "./grants.js";
import {
	ATTACH_COMPLETE_BYTES,
	ATTACH_EXCHANGES,
	ATTEMPTS,
	COLD_SEARCH_MS,
	DETACH_EXCHANGE,
	FATAL_CAUSES,
	FORBIDDEN_CAUSES,
	FORBIDDEN_RETRY_MS,
	NAS_ROUND_TRIP_MS,
	OUT_OF_SERVICE_MS,
	PDN_EXCHANGE,
	SEARCH_PAUSES_MS,
	T3411_MS,
	TAU_EXCHANGE,
	WARM_SEARCH_MS,
} from "./nas-timing.js";
import type { RadioObserver, RadioState } from "./radio.js";
import type { RadioNetwork } from "./radio-network.js";
import { type Exchange, Rrc, type RrcOwner } from "./rrc.js";
import type { Registration, UeListener } from "./ue.js";

export interface NasOwner {
	readonly clock: Clock;
	readonly network: RadioNetwork;
	readonly random: Random;
	readonly seed: number;
	readonly radio: RadioObserver;
	readonly bearers: Bearers;
	notify(action: (listener: UeListener) => void): void;
	emit(name: string, data: Record<string, unknown>): void;
}

/** EMM state: `detached` is the user's or the network's wish, `denied` the network's no, `stopped` a no until the next switch-on. */
type Emm = "off" | "detached" | "searching" | "attaching" | "registered" | "denied" | "stopped";
type PsmReason = "host" | "uplink" | "periodic-tau";

/** Mobility and power saving: cell search, attach, TAU, T3324, T3412, PSM, eDRX, paging (TS 24.301, TS 23.401). */
export class Nas implements RrcOwner {
	readonly #o: NasOwner;
	readonly rrc: Rrc;
	readonly #alarms: Alarms<"search" | "retry" | "service" | "t3324" | "t3412" | "page">;
	#emm: Emm = "off";
	#psm = false;
	#cause: number | undefined;
	#attempts = 0;
	#pauses = 0;
	#storedCell = false;
	/** A registration that survives losing the cell: found again, a TAU continues it. */
	#context = false;
	#psmRequest: PsmRequest | false = false;
	#edrxRequest: { readonly cycle: string } | false = false;
	#psmGrant: PsmGrant | undefined;
	#edrxGrant: EdrxGrant | undefined;
	#tauPending = false;
	#shownRadio = "";
	#shownRegistration = "";
	#lastTxDbm: number | undefined;

	constructor(owner: NasOwner) {
		this.#o = owner;
		this.rrc = new Rrc(owner.clock, this);
		this.#alarms = new Alarms(owner.clock);
	}

	get psm(): boolean {
		return this.#psm;
	}
	get emm(): Emm {
		return this.#emm;
	}
	get attached(): boolean {
		return this.#context && (this.#emm === "registered" || this.#emm === "searching");
	}
	get edrxGrant(): EdrxGrant | undefined {
		return this.#edrxGrant;
	}
	get lastTxDbm(): number | undefined {
		return this.#lastTxDbm;
	}
	get camped(): boolean {
		return this.#emm !== "off" && this.#emm !== "searching" && this.#emm !== "detached";
	}
	get registration(): Registration {
		const { cell } = this.#o.network;
		const registered = this.#emm === "registered";
		const denied = this.#emm === "denied" || this.#emm === "stopped";
		const stat = registered ? 1 : denied ? 3 : this.#emm === "searching" || this.#emm === "attaching" ? 2 : 0;
		return {
			stat,
			tac: registered ? cell.tac : undefined,
			ci: registered ? cell.ci : undefined,
			act: registered ? cell.act : undefined,
			causeType: denied && this.#cause !== undefined ? 0 : undefined,
			rejectCause: denied ? this.#cause : undefined,
			activeTime: registered ? this.#psmGrant?.activeTime : undefined,
			periodicTau: registered ? this.#psmGrant?.periodicTau : undefined,
		};
	}

	// RrcOwner
	get reachable(): boolean {
		return this.#o.network.reachable;
	}
	get ecl(): number {
		return this.measure().ecl;
	}
	get inactivityMs(): number {
		return this.#o.network.operator.inactivitySeconds * 1000;
	}
	get releaseAssistance(): boolean {
		return this.#o.network.operator.releaseAssistance;
	}
	measure() {
		const { network, seed, clock } = this.#o;
		return measure(network.coverage, network.cell.eclThresholds, seed, clock.now());
	}
	beforeAccess(): void {
		this.#alarms.clear("t3324");
		this.#showRadio("connected");
	}
	book(air: Airtime, ecl: number): void {
		const power = transmitPowerDbm(this.measure().rsrpDbm, ecl);
		this.#lastTxDbm = power;
		this.#o.radio.air(air.txMs, power, air.rxMs);
	}
	connectionChanged(connected: boolean): void {
		this.#o.emit(connected ? "connected" : "released", {});
		this.#o.notify(listener => listener.signallingChanged(connected));
		if (connected || this.#emm === "off") return;
		this.#afterRelease();
	}
	linkLost(): void {
		this.#o.emit("link-lost", {});
		this.#outOfService();
	}

	switchOn(): void {
		if (this.#emm !== "off") return;
		this.#attempts = 0;
		this.#emm = "detached";
		this.#showRadio("no-service");
	}
	switchOff(): void {
		this.#alarms.clearAll();
		this.#emm = "off";
		this.#context = false;
		this.#psm = false;
		this.#cause = undefined;
		this.#psmGrant = undefined;
		this.#edrxGrant = undefined;
		this.#tauPending = false;
		this.#shownRegistration = "";
		this.rrc.switchOff();
		this.#showRadio("off");
	}
	attach(): void {
		if (this.#emm === "off" || this.#emm === "stopped" || this.attached || this.#emm === "attaching" || this.#emm === "searching") return;
		this.#attempts = 0;
		this.#alarms.clear("retry");
		this.#search();
	}
	/** Detach by the user: said to the network when there is one, valid at once either way. */
	detach(done: () => void): void {
		const wasAttached = this.#emm === "registered";
		const finish = (): void => {
			if (this.#emm === "off") {
				done();
				return;
			}
			this.#forgetContext("mobile");
			this.#emm = "detached";
			this.#alarms.clearAll();
			if (this.rrc.state !== "connected") this.rrc.switchOff();
			else this.rrc.assistRelease();
			this.#showRadio("no-service");
			this.#registrationChanged();
			done();
		};
		if (!wasAttached) return void this.#o.clock.after(0, finish);
		this.transact({ uplinkBytes: DETACH_EXCHANGE[0], waitMs: NAS_ROUND_TRIP_MS, downlinkBytes: DETACH_EXCHANGE[1], done: finish });
	}
	requestPsm(request: PsmRequest | false): void {
		const same = JSON.stringify(request) === JSON.stringify(this.#psmRequest);
		this.#psmRequest = request;
		if (!same) this.#requestChanged();
	}
	requestEdrx(request: { readonly cycle: string } | false): void {
		const same = JSON.stringify(request) === JSON.stringify(this.#edrxRequest);
		this.#edrxRequest = request;
		if (!same) this.#requestChanged();
	}
	/** An EPS bearer context asked for after the attach. */
	activatePdn(done: (ok: boolean) => void): void {
		this.transact({ uplinkBytes: PDN_EXCHANGE[0], waitMs: NAS_ROUND_TRIP_MS, downlinkBytes: PDN_EXCHANGE[1], done });
	}

	/** Sends something over the air, out of PSM if need be. */
	transact(exchange: Exchange): void {
		if (this.#psm) this.leavePsm("uplink");
		this.rrc.transact(exchange);
	}
	/** A packet for the UE: `false` and dropped while it sleeps; paged at its next occasion while it is idle. */
	downlink(bytes: number, done: (ok: boolean) => void): boolean {
		if (this.#psm || this.#emm !== "registered" || !this.reachable) return false;
		const exchange = { downlinkBytes: bytes, done };
		if (this.rrc.state !== "idle") {
			this.rrc.transact(exchange);
			return true;
		}
		this.#o.emit("paging", {});
		this.#o.clock.after(this.#pagingDelayMs(), () => {
			if (this.#psm || this.#emm !== "registered") done(false);
			else this.rrc.transact(exchange);
		});
		return true;
	}
	leavePsm(why: PsmReason): void {
		if (!this.#psm) return;
		this.#psm = false;
		this.rrc.needsSync = true;
		this.#o.emit("psm-left", { why });
		this.#o.notify(listener => listener.psmChanged("left", why));
		this.#showIdle();
		this.#startT3324();
	}
	/** The network changed in a way that a UE notices by itself. */
	networkChanged(change: "coverage" | "power" | "detach" | "loss"): void {
		if (this.#emm === "off" || this.#emm === "detached") return;
		if (change === "loss") {
			this.rrc.breakLink();
			return;
		}
		if (change === "detach") {
			this.#networkDetach();
			return;
		}
		if (this.reachable) {
			this.#alarms.clear("service");
			return;
		}
		if (this.#psm || this.#emm === "searching" || this.rrc.state !== "idle" || this.#alarms.isSet("service")) return;
		this.#alarms.set("service", OUT_OF_SERVICE_MS, () => this.#outOfService());
	}

	#registrationChanged(): void {
		const registration = this.registration;
		const shown = JSON.stringify(registration);
		if (shown === this.#shownRegistration) return;
		this.#shownRegistration = shown;
		const { stat, rejectCause } = registration;
		this.#o.emit("registration", rejectCause === undefined ? { stat } : { stat, rejectCause });
		this.#o.notify(listener => listener.registrationChanged());
	}
	#showRadio(state: RadioState): void {
		const drxCycleMs = this.#o.network.cell.drxCycleMs;
		const edrxCycleMs = (edrxCycleSeconds(this.#edrxGrant?.granted ?? "") ?? 0) * 1000;
		const ptwMs = (pagingWindowSeconds(this.#edrxGrant?.ptw ?? "") ?? 0) * 1000;
		const shown = `${state} ${edrxCycleMs}`;
		if (shown === this.#shownRadio) return;
		this.#shownRadio = shown;
		this.#o.radio.radio(state, { drxCycleMs, edrxCycleMs, ptwMs });
	}
	#showIdle(): void {
		this.#showRadio(this.#edrxGrant === undefined ? "idle" : "edrx");
	}
	#pagingDelayMs(): number {
		const cycleMs = (edrxCycleSeconds(this.#edrxGrant?.granted ?? "") ?? 0) * 1000;
		return Math.round(this.#o.random.next() * Math.max(this.#o.network.cell.drxCycleMs, cycleMs));
	}

	#search(): void {
		const before = this.#emm;
		this.#emm = "searching";
		if (before !== "searching") this.#registrationChanged();
		this.#showRadio("search");
		const searchMs = this.#storedCell ? WARM_SEARCH_MS : COLD_SEARCH_MS;
		this.#alarms.set("search", searchMs, () => {
			if (!this.reachable) return this.#searchAgain();
			this.#pauses = 0;
			this.#storedCell = true;
			this.rrc.camp();
			if (this.#context) this.#returnToService();
			else this.#attach();
		});
	}
	#searchAgain(): void {
		const pause = SEARCH_PAUSES_MS[Math.min(this.#pauses++, SEARCH_PAUSES_MS.length - 1)]!;
		this.#showRadio("no-service");
		this.#alarms.set("search", pause, () => this.#search());
	}
	#outOfService(): void {
		if (this.#emm === "off" || this.#emm === "detached" || this.#emm === "stopped") return;
		this.#alarms.clear("t3324");
		this.rrc.loseCell();
		this.#search();
	}
	#returnToService(): void {
		this.#emm = "registered";
		this.#registrationChanged();
		this.#tau("return");
	}

	#attach(step = 0): void {
		if (step === 0) {
			this.#emm = "attaching";
			this.#o.emit("attach", {});
		}
		const [up, down] = ATTACH_EXCHANGES[step]!;
		const done = (ok: boolean): void => {
			if (this.#emm !== "attaching") return;
			if (!ok) return;
			if (step === 0) {
				const rejection = this.#o.network.takeRejection();
				if (rejection !== undefined) {
					this.#rejected(rejection.cause, rejection.backOffSeconds);
					return;
				}
			}
			if (step + 1 < ATTACH_EXCHANGES.length) this.#attach(step + 1);
			else this.#attachAnswered();
		};
		this.rrc.transact({ uplinkBytes: up, waitMs: NAS_ROUND_TRIP_MS, downlinkBytes: down, done });
	}
	#attachAnswered(): void {
		const { bearers, network } = this.#o;
		const cid = bearers.defaultCid;
		const outcome = bearers.activate(cid);
		// A refused default bearer refuses the attach: EMM #19 carries the ESM cause (TS 24.301 5.5.1.2.5).
		if (!outcome.ok) {
			this.#rejected(19, undefined);
			return;
		}
		network.implicitlyDetached = false;
		this.#context = true;
		this.#attempts = 0;
		this.#cause = undefined;
		this.#emm = "registered";
		this.#grant();
		this.#o.emit("attached", { cid });
		this.#registrationChanged();
		this.rrc.transact({ uplinkBytes: ATTACH_COMPLETE_BYTES, done: () => {} });
		this.#o.notify(listener => listener.timeReceived());
	}
	#rejected(cause: number, backOffSeconds: number | undefined): void {
		this.#cause = cause;
		this.#context = false;
		this.#psmGrant = undefined;
		this.#edrxGrant = undefined;
		this.#emm = FATAL_CAUSES.has(cause) ? "stopped" : "denied";
		this.#o.emit("denied", { cause });
		this.#registrationChanged();
		this.rrc.assistRelease();
		if (this.#emm === "stopped") return;
		this.#alarms.set("retry", this.#retryMs(cause, backOffSeconds), () => this.#search());
	}
	#retryMs(cause: number, backOffSeconds: number | undefined): number {
		if (backOffSeconds !== undefined) return backOffSeconds * 1000;
		if (FORBIDDEN_CAUSES.has(cause)) return FORBIDDEN_RETRY_MS;
		this.#attempts++;
		if (this.#attempts < ATTEMPTS) return T3411_MS;
		this.#attempts = 0;
		return this.#o.network.operator.t3402Seconds * 1000;
	}

	#grant(): void {
		const { network, bearers } = this.#o;
		const apn = bearers.list.find(context => context.cid === bearers.defaultCid)?.apn ?? "";
		this.#psmGrant = grantPsm(network, apn, this.#psmRequest);
		const before = JSON.stringify(this.#edrxGrant);
		this.#edrxGrant = grantEdrx(network, apn, this.#edrxRequest);
		if (JSON.stringify(this.#edrxGrant) !== before) this.#o.notify(listener => listener.edrxChanged());
		this.#o.emit("grant", {
			activeSeconds: this.#psmGrant?.activeSeconds ?? null,
			periodicTauSeconds: this.#psmGrant?.periodicSeconds ?? null,
			edrx: this.#edrxGrant?.granted ?? null,
		});
	}
	#requestChanged(): void {
		// A UE that wants other parameters says so in a TAU (TS 24.301 5.5.3.2.2 f, k).
		if (this.#emm === "registered" && !this.#psm) this.#tau("parameters");
	}
	#tau(why: string): void {
		if (this.#tauPending) return;
		this.#tauPending = true;
		this.#o.emit("tau", { why });
		const done = (ok: boolean): void => {
			this.#tauPending = false;
			if (ok && this.#emm === "registered") this.#tauAnswered();
		};
		this.transact({ uplinkBytes: TAU_EXCHANGE[0], waitMs: NAS_ROUND_TRIP_MS, downlinkBytes: TAU_EXCHANGE[1], done });
	}
	#tauAnswered(): void {
		const { network } = this.#o;
		if (network.implicitlyDetached) {
			network.implicitlyDetached = false;
			this.#reattach();
			return;
		}
		const rejection = network.takeRejection();
		if (rejection !== undefined) {
			this.#o.bearers.releaseAll("network");
			this.#rejected(rejection.cause, rejection.backOffSeconds);
			return;
		}
		this.#grant();
		this.#registrationChanged();
		// Without the active flag the network releases at once (TS 24.301 5.5.3.2.4).
		this.rrc.assistRelease();
	}

	#afterRelease(): void {
		if (this.#emm !== "registered") {
			this.#showRadio(this.#emm === "searching" ? "search" : "idle");
			return;
		}
		if (!this.reachable) {
			this.networkChanged("coverage");
			return;
		}
		this.#showIdle();
		const periodic = this.#psmGrant?.periodicSeconds ?? this.#o.network.operator.t3412Seconds;
		this.#alarms.set("t3412", periodic * 1000, () => this.#periodicTau());
		this.#startT3324();
	}
	#startT3324(): void {
		if (this.#psmGrant === undefined || this.#emm !== "registered") return;
		this.#alarms.set("t3324", this.#psmGrant.activeSeconds * 1000, () => this.#enterPsm());
	}
	#enterPsm(): void {
		if (this.rrc.state !== "idle" || this.rrc.busy || this.#emm !== "registered") return;
		this.#psm = true;
		this.#alarms.clear("service");
		this.#showRadio("psm");
		this.#o.emit("psm-entered", {});
		this.#o.notify(listener => listener.psmChanged("entered"));
	}
	#periodicTau(): void {
		if (this.#emm !== "registered") return;
		if (this.#psm) this.leavePsm("periodic-tau");
		this.#tau("periodic");
	}

	#networkDetach(): void {
		this.#o.emit("detach", {});
		if (this.#psm || this.#emm !== "registered" || !this.reachable) {
			this.#o.network.implicitlyDetached = true;
			return;
		}
		const detached = (ok: boolean): void => {
			if (ok && this.#emm === "registered") this.#reattach();
		};
		if (!this.downlink(DETACH_EXCHANGE[0], detached)) this.#o.network.implicitlyDetached = true;
	}
	#reattach(): void {
		this.#forgetContext("network");
		this.#emm = "detached";
		this.#registrationChanged();
		this.#emm = "searching";
		this.#attach();
		this.#registrationChanged();
	}
	#forgetContext(by: "network" | "mobile"): void {
		this.#context = false;
		this.#psm = false;
		this.#psmGrant = undefined;
		this.#edrxGrant = undefined;
		this.#o.bearers.releaseAll(by);
	}
}
