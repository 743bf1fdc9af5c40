import type { Clock } from "../clock/clock.js";
import type { Random } from "../clock/random.js";
import { type Domains, domains, EPS_ONLY, PlmnSelection, refusal } from "./admission.js";
import { Alarms } from "./alarms.js";
import type { Bearers } from "./bearers.js";
import { CellSearch } from "./cell-search.js";
import { CellSelection, RESELECTION_MS } from "./cell-selection.js";
import { CellWatch } from "./cell-watch.js";
import { Detachment } from "./detachment.js";
import type { EdrxGrant, PsmRequest } from "./grants.js";
import {
	ATTACH_COMPLETE_BYTES,
	ATTACH_EXCHANGES,
	DETACH_EXCHANGE,
	FATAL_CAUSES,
	nasExchange,
	RetryTimer,
	TAU_EXCHANGE,
} from "./nas-timing.js";
import { page } from "./paging.js";
import { PowerSaving, type PsmReason } from "./power-saving.js";
import type { RadioObserver } from "./radio.js";
import type { NetworkChange, RadioNetwork } from "./radio-network.js";
import { Reception } from "./reception.js";
import { type Emm, RegistrationReport, registrationView } from "./registration-view.js";
import { type Exchange, Rrc, type RrcOwner } from "./rrc.js";
import { Sessions } from "./sessions.js";
import { NO_NETWORK_SLICES, Slices } from "./slices.js";
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

/** Mobility management: attach, detach, tracking area update, reject causes, paging (TS 24.301, TS 23.401; in 5GS TS 24.501, TS 23.502). */
export class Nas implements RrcOwner {
	readonly #o: NasOwner;
	readonly reception: Reception;
	readonly selection = new PlmnSelection();
	readonly cells: CellSelection;
	readonly slices: Slices;
	readonly sessions: Sessions;
	readonly rrc: Rrc;
	readonly #saving: PowerSaving;
	readonly #search: CellSearch;
	readonly #watch: CellWatch;
	readonly #detachment: Detachment;
	readonly #alarms: Alarms<"retry">;
	#emm: Emm = "off";
	#cause: number | undefined;
	readonly #retries = new RetryTimer();
	/** A registration that survives losing the cell: found again, a TAU continues it. */
	#context = false;
	#tauPending = false;
	#mode: OperationMode = "cs-ps-2";
	#domains: Domains = "eps";
	readonly #report = new RegistrationReport();

	constructor(owner: NasOwner) {
		this.#o = owner;
		this.cells = new CellSelection(owner);
		this.slices = new Slices(owner.emit);
		this.reception = new Reception(owner, this.cells);
		this.rrc = new Rrc(owner.clock, this.reception, this);
		this.#alarms = new Alarms(owner.clock);
		this.#search = new CellSearch({
			clock: owner.clock,
			show: state => this.#saving.show(state),
			select: () => this.cells.select() && this.selection.admits(owner.network.operator.plmn, owner.emit),
			found: () => this.#camp(),
		});
		this.#watch = new CellWatch({
			clock: owner.clock,
			cells: this.cells,
			camped: () => this.#emm !== "searching" && this.rrc.state === "idle" && !this.#saving.psm,
			registered: () => this.#emm === "registered",
			leave: () => this.#outOfService(),
		});
		this.sessions = new Sessions({ ...owner, attached: () => this.attached, transact: exchange => this.transact(exchange) });
		this.#detachment = new Detachment({
			clock: owner.clock,
			request: done => this.transact(nasExchange(DETACH_EXCHANGE, done)),
			left: () => this.#left(),
			attach: () => this.attach(),
		});
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
		return registrationView(this.#emm, this.#cause, this.#o.network, this.#saving.psmGrant, this.slices.allowed);
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
		this.#begin();
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
	inactiveChanged(inactive: boolean): void {
		this.#o.emit(inactive ? "rrc-inactive" : "rrc-idle", {});
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
		this.#stopTimers();
		this.cells.forget();
		this.slices.forget();
		this.#emm = "off";
		this.#context = false;
		this.#cause = undefined;
		this.#saving.forget();
		this.#tauPending = false;
		this.#detachment.forget();
		this.#report.forget();
		this.rrc.switchOff();
		this.#saving.show("off");
	}
	attach(): void {
		this.#detachment.attachAsked();
		if (this.#emm === "off" || this.#emm === "stopped" || this.attached || this.#emm === "attaching" || this.#emm === "searching") return;
		this.#retries.reset();
		this.#alarms.clear("retry");
		this.#begin();
	}
	detach(done: () => void): void {
		if (this.#emm === "off") return void this.#o.clock.after(0, done);
		this.#detachment.start(this.#emm === "registered", done);
	}
	#left(): void {
		this.#forgetContext("mobile");
		this.#emm = "detached";
		this.#stopTimers();
		if (this.rrc.state !== "connected") this.rrc.switchOff();
		else this.rrc.releaseWhenDone();
		this.#saving.show("no-service");
		this.#registrationChanged();
	}
	#stopTimers(): void {
		this.#alarms.clearAll();
		this.#search.stop();
		this.#watch.stop();
	}
	requestPsm(request: PsmRequest | false): void {
		if (this.#saving.requestPsm(request)) this.#requestChanged();
	}
	requestEdrx(request: { readonly cycle: string } | false): void {
		if (this.#saving.requestEdrx(request)) this.#requestChanged();
	}
	/** Sends something over the air, out of PSM if need be. */
	transact(exchange: Exchange): void {
		if (this.#saving.psm) this.leavePsm("uplink");
		this.rrc.transact(exchange);
	}
	downlink(bytes: number, done: (ok: boolean) => void): boolean {
		const listening = (): boolean => !this.#saving.psm && this.#emm === "registered";
		const { clock, emit } = this.#o;
		const delayMs = (): number => this.#saving.pagingDelayMs(this.rrc.inactive);
		const reachable = (): boolean => listening() && this.reception.reachable;
		return page({ clock, emit, rrc: this.rrc, reachable, listening, delayMs }, bytes, done);
	}
	leavePsm(why: PsmReason): void {
		if (!this.#saving.leave(why)) return;
		this.rrc.needsSync = true;
		if (!this.reception.reachable) this.networkChanged("coverage");
	}
	/** The network changed in a way that a UE notices by itself. */
	networkChanged(change: NetworkChange): void {
		if (this.#emm === "off" || this.#emm === "detached") return;
		if (change === "loss") return void this.rrc.breakLink();
		if (change === "detach") return void this.#networkDetach();
		if (change === "barring") this.#watch.reread();
		else this.#watch.check();
	}

	#registrationChanged(): void {
		this.#report.say(this.registration, this.#o);
	}
	#begin(): void {
		const before = this.#emm;
		this.#emm = "searching";
		if (before !== "searching") this.#registrationChanged();
		this.#search.start();
	}
	#camp(): void {
		this.rrc.camp();
		if (this.#context && (this.#nr || this.#o.bearers.anyActive)) this.#returnToService();
		else this.#attach();
	}
	get #nr(): boolean {
		return this.#o.network.cell.rat === "NR";
	}
	#outOfService(): void {
		if (this.#emm === "off" || this.#emm === "detached" || this.#emm === "stopped") return;
		this.#saving.active();
		this.rrc.loseCell();
		this.#begin();
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
		const done = (ok: boolean): void => {
			if (this.#emm !== "attaching") return;
			if (!ok) return;
			if (step === 0) {
				const rejection = refusal(this.#o.network, this.slices);
				if (rejection !== undefined) return void this.#rejected(rejection.cause, rejection.backOffSeconds);
			}
			if (step + 1 < ATTACH_EXCHANGES.length) this.#attach(step + 1);
			else this.#attachAnswered();
		};
		this.rrc.transact(nasExchange(ATTACH_EXCHANGES[step]!, done));
	}
	#attachAnswered(): void {
		const { bearers } = this.#o;
		const cid = bearers.defaultCid;
		// A refused default bearer refuses the attach: EMM #19 carries the ESM cause (TS 24.301 5.5.1.2.5).
		if (!this.#nr && !bearers.activate(cid).ok) return void this.#rejected(19, undefined);
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
		if (this.#nr) this.sessions.establish(cid);
		this.#o.notify(listener => listener.timeReceived());
	}
	/** The request of the next registration; where the last one failed for it, that is now. */
	requestSlices(requested: readonly string[]): void {
		if (!this.slices.request(requested)) return;
		this.cells.nrDisabled = false;
		if (this.#emm === "denied" && this.#cause === NO_NETWORK_SLICES) this.#begin();
		else if (this.#emm === "registered" && this.#nr) this.#tau("slices");
		else this.networkChanged("coverage");
	}
	/** Voice comes first and there is none: E-UTRA is left until the mode changes (TS 24.301 5.5.1.3.4.3, 4.3.2.3). */
	#leave(): void {
		this.#o.bearers.releaseAll("mobile");
		this.#denied(EPS_ONLY, "stopped");
	}
	#denied(cause: number, emm: Emm): void {
		this.#cause = cause;
		this.#emm = emm;
		this.#o.emit("denied", { cause });
		this.#registrationChanged();
		this.rrc.releaseWhenDone();
	}
	#rejected(cause: number, backOffSeconds: number | undefined): void {
		this.selection.refused(cause, this.#o.network.operator.plmn);
		this.#context = false;
		this.#saving.forget();
		this.#denied(cause, FATAL_CAUSES.has(cause) ? "stopped" : "denied");
		if (this.#emm === "stopped") return;
		if (cause === NO_NETWORK_SLICES) return void this.#withoutSlices();
		const retryMs = this.#retries.nextMs(cause, backOffSeconds, this.#o.network.operator.t3402Seconds);
		this.#alarms.set("retry", retryMs, () => this.#begin());
	}
	/** The UE goes on without N1 mode where there is another network to go to, else it waits for another request (TS 24.501 5.5.1.2.5). */
	#withoutSlices(): void {
		this.cells.nrDisabled = this.cells.hasOtherThanNr;
		if (this.cells.nrDisabled) this.#alarms.set("retry", RESELECTION_MS, () => this.#begin());
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
		this.transact(nasExchange(TAU_EXCHANGE, done));
	}
	#tauAnswered(): void {
		const rejection = refusal(this.#o.network, this.slices);
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
		this.#watch.check();
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
