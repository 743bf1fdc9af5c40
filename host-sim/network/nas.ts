import type { Clock } from "../clock/clock.js";
import type { Random } from "../clock/random.js";
import { type Domains, domains, EPS_ONLY, PlmnSelection, refusal } from "./admission.js";
import { Alarms } from "./alarms.js";
import type { Bearers } from "./bearers.js";
import type { EdrxGrant, PsmRequest } from "./grants.js";
import {
	ATTACH_COMPLETE_BYTES,
	ATTACH_EXCHANGES,
	COLD_SEARCH_MS,
	DETACH_EXCHANGE,
	FATAL_CAUSES,
	NAS_ROUND_TRIP_MS,
	OUT_OF_SERVICE_MS,
	PDN_EXCHANGE,
	RetryTimer,
	SEARCH_PAUSES_MS,
	TAU_EXCHANGE,
	WARM_SEARCH_MS,
} from "./nas-timing.js";
import { PowerSaving, type PsmReason } from "./power-saving.js";
import type { RadioObserver } from "./radio.js";
import type { RadioNetwork } from "./radio-network.js";
import { Reception } from "./reception.js";
import { type Emm, registrationView } from "./registration-view.js";
import { type Exchange, Rrc, type RrcOwner } from "./rrc.js";
import type { OperationMode, Registration, UeListener } from "./ue.js";

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

/** Mobility management: cell search, attach, detach, tracking area update, reject causes, paging (TS 24.301, TS 23.401). */
export class Nas implements RrcOwner {
	readonly #o: NasOwner;
	readonly reception: Reception;
	readonly selection = new PlmnSelection();
	readonly rrc: Rrc;
	readonly #saving: PowerSaving;
	readonly #alarms: Alarms<"search" | "retry" | "service">;
	#emm: Emm = "off";
	#cause: number | undefined;
	readonly #retries = new RetryTimer();
	#pauses = 0;
	#storedCell = false;
	/** A registration that survives losing the cell: found again, a TAU continues it. */
	#context = false;
	#tauPending = false;
	/** A detach is on its way; "again" when an attach was asked for meanwhile. */
	#detaching: boolean | "again" = false;
	#mode: OperationMode = "cs-ps-2";
	#domains: Domains = "eps";
	#shownRegistration = "";

	constructor(owner: NasOwner) {
		this.#o = owner;
		this.reception = new Reception(owner);
		this.rrc = new Rrc(owner.clock, this.reception, this);
		this.#alarms = new Alarms(owner.clock);
		this.#saving = new PowerSaving({
			...owner,
			maySleep: () => this.#emm === "registered" && this.rrc.state === "idle" && !this.rrc.busy,
			periodicTau: () => {
				if (this.#emm === "registered") this.#tau("periodic");
			},
		});
	}

	get psm(): boolean {
		return this.#saving.psm;
	}
	get emm(): Emm {
		return this.#emm;
	}
	get attached(): boolean {
		return this.#context && (this.#emm === "registered" || this.#emm === "searching");
	}
	get edrxGrant(): EdrxGrant | undefined {
		return this.#saving.edrxGrant;
	}
	get camped(): boolean {
		return this.#emm !== "off" && this.#emm !== "searching" && this.#emm !== "detached";
	}
	get registration(): Registration {
		return registrationView(this.#emm, this.#cause, this.#o.network, this.#saving.psmGrant);
	}

	/** Registered for circuit-switched services as well: `+CREG`. */
	get combined(): boolean {
		return this.#emm === "registered" && this.#domains === "combined";
	}
	get mode(): OperationMode {
		return this.#mode;
	}
	/** Takes effect at the next attach; a UE that had left E-UTRA for its mode comes back. */
	set mode(mode: OperationMode) {
		if (mode === this.#mode) return;
		this.#mode = mode;
		if (this.#emm !== "stopped" || this.#cause !== EPS_ONLY) return;
		this.#emm = "detached";
		this.#search();
	}

	// RrcOwner
	beforeAccess(): void {
		this.#saving.active();
		this.#saving.show("connected");
	}
	connectionChanged(connected: boolean): void {
		this.#o.emit(connected ? "connected" : "released", {});
		this.#o.notify(listener => listener.signallingChanged(connected));
		if (this.#emm === "off") return;
		if (!connected) this.#afterRelease();
		// Service request of a UE that the network has forgotten: cause #10 (TS 24.301 5.6.1.5).
		else if (this.#o.network.implicitlyDetached && this.#emm === "registered") this.#reattach();
	}
	linkLost(): void {
		this.#o.emit("link-lost", {});
		this.#outOfService();
	}

	switchOn(): void {
		if (this.#emm !== "off") return;
		this.#retries.reset();
		this.#emm = "detached";
		this.#saving.show("no-service");
	}
	switchOff(): void {
		this.#alarms.clearAll();
		this.#emm = "off";
		this.#context = false;
		this.#cause = undefined;
		this.#saving.forget();
		this.#tauPending = false;
		this.#detaching = false;
		this.#shownRegistration = "";
		this.rrc.switchOff();
		this.#saving.show("off");
	}
	attach(): void {
		if (this.#detaching) this.#detaching = "again";
		if (this.#emm === "off" || this.#emm === "stopped" || this.attached || this.#emm === "attaching" || this.#emm === "searching") return;
		this.#retries.reset();
		this.#alarms.clear("retry");
		this.#search();
	}
	/** Detach by the user: said to the network when there is one, valid at once either way. */
	detach(done: () => void): void {
		if (this.#emm === "off") return void this.#o.clock.after(0, done);
		const wasAttached = this.#emm === "registered";
		const underWay = this.#detaching !== false;
		this.#detaching = true;
		if (underWay) return;
		const finish = (): void => {
			if (this.#detaching === false) return void done();
			const again = this.#detaching === "again";
			this.#detaching = false;
			this.#forgetContext("mobile");
			this.#emm = "detached";
			this.#alarms.clearAll();
			if (this.rrc.state !== "connected") this.rrc.switchOff();
			else this.rrc.releaseWhenDone();
			this.#saving.show("no-service");
			this.#registrationChanged();
			done();
			if (again) this.attach();
		};
		if (!wasAttached) return void this.#o.clock.after(0, finish);
		this.transact({ uplinkBytes: DETACH_EXCHANGE[0], waitMs: NAS_ROUND_TRIP_MS, downlinkBytes: DETACH_EXCHANGE[1], done: finish });
	}
	requestPsm(request: PsmRequest | false): void {
		if (this.#saving.requestPsm(request)) this.#requestChanged();
	}
	requestEdrx(request: { readonly cycle: string } | false): void {
		if (this.#saving.requestEdrx(request)) this.#requestChanged();
	}
	/** An EPS bearer context asked for after the attach. */
	activatePdn(done: (ok: boolean) => void): void {
		this.transact({ uplinkBytes: PDN_EXCHANGE[0], waitMs: NAS_ROUND_TRIP_MS, downlinkBytes: PDN_EXCHANGE[1], done });
	}

	/** Sends something over the air, out of PSM if need be. */
	transact(exchange: Exchange): void {
		if (this.#saving.psm) this.leavePsm("uplink");
		this.rrc.transact(exchange);
	}
	/** A packet for the UE: `false` and dropped while it sleeps; paged at its next occasion while it is idle. */
	downlink(bytes: number, done: (ok: boolean) => void): boolean {
		if (this.#saving.psm || this.#emm !== "registered" || !this.reception.reachable) return false;
		const exchange = { downlinkBytes: bytes, done };
		if (this.rrc.state !== "idle") {
			this.rrc.transact(exchange);
			return true;
		}
		this.#o.emit("paging", {});
		this.#o.clock.after(this.#saving.pagingDelayMs(), () => {
			if (this.#saving.psm || this.#emm !== "registered") done(false);
			else this.rrc.transact(exchange);
		});
		return true;
	}
	leavePsm(why: PsmReason): void {
		if (!this.#saving.leave(why)) return;
		this.rrc.needsSync = true;
		if (!this.reception.reachable) this.networkChanged("coverage");
	}
	/** The network changed in a way that a UE notices by itself. */
	networkChanged(change: "coverage" | "power" | "detach" | "loss"): void {
		if (this.#emm === "off" || this.#emm === "detached") return;
		if (change === "loss") return void this.rrc.breakLink();
		if (change === "detach") return void this.#networkDetach();
		if (this.reception.reachable) return void this.#alarms.clear("service");
		if (this.#saving.psm || this.#emm === "searching" || this.rrc.state !== "idle" || this.#alarms.isSet("service")) return;
		this.#alarms.set("service", OUT_OF_SERVICE_MS, () => {
			if (this.rrc.state === "idle" && !this.reception.reachable && !this.#saving.psm) this.#outOfService();
		});
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
	#search(): void {
		const before = this.#emm;
		this.#emm = "searching";
		if (before !== "searching") this.#registrationChanged();
		this.#saving.show("search");
		const searchMs = this.#storedCell ? WARM_SEARCH_MS : COLD_SEARCH_MS;
		this.#alarms.set("search", searchMs, () => {
			if (!this.reception.reachable) return this.#searchAgain();
			if (!this.selection.allows(this.#o.network.operator.plmn)) {
				this.#o.emit("plmn-forbidden", { plmn: this.#o.network.operator.plmn });
				return this.#searchAgain();
			}
			this.#pauses = 0;
			this.#storedCell = true;
			this.rrc.camp();
			if (this.#context) this.#returnToService();
			else this.#attach();
		});
	}
	#searchAgain(): void {
		const pause = SEARCH_PAUSES_MS[Math.min(this.#pauses++, SEARCH_PAUSES_MS.length - 1)]!;
		this.#saving.show("no-service");
		this.#alarms.set("search", pause, () => this.#search());
	}
	#outOfService(): void {
		if (this.#emm === "off" || this.#emm === "detached" || this.#emm === "stopped") return;
		this.#saving.active();
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
			this.#o.network.implicitlyDetached = false;
			this.#emm = "attaching";
			this.#o.emit("attach", {});
		}
		const [up, down] = ATTACH_EXCHANGES[step]!;
		const done = (ok: boolean): void => {
			if (this.#emm !== "attaching") return;
			if (!ok) return;
			if (step === 0) {
				const rejection = refusal(this.#o.network);
				if (rejection !== undefined) return void this.#rejected(rejection.cause, rejection.backOffSeconds);
			}
			if (step + 1 < ATTACH_EXCHANGES.length) this.#attach(step + 1);
			else this.#attachAnswered();
		};
		this.rrc.transact({ uplinkBytes: up, waitMs: NAS_ROUND_TRIP_MS, downlinkBytes: down, done });
	}
	#attachAnswered(): void {
		const { bearers } = this.#o;
		const cid = bearers.defaultCid;
		const outcome = bearers.activate(cid);
		// A refused default bearer refuses the attach: EMM #19 carries the ESM cause (TS 24.301 5.5.1.2.5).
		if (!outcome.ok) return void this.#rejected(19, undefined);
		this.#domains = domains(this.#o.network, this.#mode);
		if (this.#domains === "useless") return void this.#leave();
		this.#context = true;
		this.#retries.reset();
		this.#cause = undefined;
		this.#emm = "registered";
		this.#grant();
		this.#o.emit("attached", this.#domains === "eps-only" ? { cid, cause: EPS_ONLY } : { cid });
		this.#registrationChanged();
		this.rrc.transact({ uplinkBytes: ATTACH_COMPLETE_BYTES, done: () => {} });
		this.#o.notify(listener => listener.timeReceived());
	}
	/** Voice comes first and there is none: E-UTRA is left until the mode changes (TS 24.301 5.5.1.3.4.3, 4.3.2.3). */
	#leave(): void {
		this.#o.bearers.releaseAll("mobile");
		this.#cause = EPS_ONLY;
		this.#emm = "stopped";
		this.#o.emit("denied", { cause: EPS_ONLY });
		this.#registrationChanged();
		this.rrc.releaseWhenDone();
	}
	#rejected(cause: number, backOffSeconds: number | undefined): void {
		this.#cause = cause;
		this.selection.refused(cause, this.#o.network.operator.plmn);
		this.#context = false;
		this.#saving.forget();
		this.#emm = FATAL_CAUSES.has(cause) ? "stopped" : "denied";
		this.#o.emit("denied", { cause });
		this.#registrationChanged();
		this.rrc.releaseWhenDone();
		if (this.#emm === "stopped") return;
		const retryMs = this.#retries.nextMs(cause, backOffSeconds, this.#o.network.operator.t3402Seconds);
		this.#alarms.set("retry", retryMs, () => this.#search());
	}
	#grant(): void {
		const { bearers } = this.#o;
		this.#saving.grant(bearers.list.find(context => context.cid === bearers.defaultCid)?.apn ?? "");
	}
	#requestChanged(): void {
		// A UE that wants other parameters says so in a TAU (TS 24.301 5.5.3.2.2 f, k).
		if (this.#emm === "registered" && !this.#saving.psm) this.#tau("parameters");
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
		const rejection = refusal(this.#o.network);
		if (rejection !== undefined) {
			this.#o.bearers.releaseAll("network");
			this.#rejected(rejection.cause, rejection.backOffSeconds);
			return;
		}
		this.#grant();
		this.#registrationChanged();
		// Without the active flag the network releases at once (TS 24.301 5.5.3.2.4).
		this.rrc.releaseWhenDone();
	}

	#afterRelease(): void {
		if (this.#emm !== "registered")
			return void this.#saving.show(this.#emm === "searching" ? "search" : this.#emm === "detached" ? "no-service" : "idle");
		if (!this.reception.reachable) return void this.networkChanged("coverage");
		this.#saving.idle();
	}
	#networkDetach(): void {
		this.#o.emit("detach", {});
		if (this.#saving.psm || this.#emm !== "registered" || !this.reception.reachable) {
			this.#o.network.implicitlyDetached = true;
			return;
		}
		const detached = (ok: boolean): void => {
			if (ok && this.#emm === "registered") this.#reattach();
		};
		if (!this.downlink(DETACH_EXCHANGE[0], detached)) this.#o.network.implicitlyDetached = true;
	}
	#reattach(): void {
		this.#o.network.implicitlyDetached = false;
		this.#forgetContext("network");
		this.#emm = "detached";
		this.#registrationChanged();
		this.#emm = "searching";
		this.#attach();
		this.#registrationChanged();
	}
	#forgetContext(by: "network" | "mobile"): void {
		this.#context = false;
		this.#saving.forget();
		this.#o.bearers.releaseAll(by);
	}
}
