import type { Clock } from "../clock/clock.js";
import type { Random } from "../clock/random.js";
import type { Assumption } from "./assumptions.js";
import { Bearers } from "./bearers.js";
import { VoiceCalls } from "./calls.js";
import type { IpTraffic } from "./flow-path.js";
import { Flows } from "./flows.js";
import { Messages } from "./messages.js";
import { Nas } from "./nas.js";
import { networkAssumptions } from "./network-assumptions.js";
import type { PublicNetwork } from "./public-network.js";
import { type RadioObserver, SILENT_OBSERVER } from "./radio.js";
import type { RadioNetwork } from "./radio-network.js";
import type {
	CellInfo,
	Flow,
	ForbiddenPlmns,
	OperationMode,
	PdpContext,
	PdpType,
	Registration,
	Signal,
	Ue,
	UeListener,
	UeSlices,
	VoiceCall,
} from "./ue.js";
import type { Rat } from "./words.js";

export interface UeOptions {
	readonly clock: Clock;
	readonly random: Random;
	/** Seed of addresses and fading; they do not depend on what was drawn before. */
	readonly seed: number;
	readonly network: RadioNetwork;
	readonly internet: PublicNetwork;
	readonly radio?: RadioObserver;
	/** UTC at clock time 0. */
	readonly startUtcMs?: number;
	readonly onEvent?: (name: string, data: Record<string, unknown>) => void;
	readonly onTraffic?: (packet: IpTraffic) => void;
}

/** Midnight UTC, 1 January 2026: where virtual time begins unless the caller says otherwise. */
const START_UTC_MS = 1_767_225_600_000;

/** The seam's implementation: NAS, RRC, bearers and flows of one simulated device put together. */
export class VirtualUe implements Ue {
	listener: UeListener | undefined;
	autoAttach = true;
	readonly energy: Ue["energy"];
	/** The service centre's side of the subscriber. */
	readonly messages: Messages;
	readonly calls: VoiceCalls;
	readonly #clock: Clock;
	readonly #network: RadioNetwork;
	readonly #nas: Nas;
	readonly #bearers: Bearers;
	readonly #flows: Flows;
	readonly #emit: (name: string, data: Record<string, unknown>) => void;
	readonly #startUtcMs: number;
	#powered = false;
	#functionality: 0 | 1 | 4 = 0;
	#timeKnown = false;

	constructor(options: UeOptions) {
		const { clock, network, random, seed } = options;
		this.#clock = clock;
		this.#network = network;
		this.#startUtcMs = options.startUtcMs ?? START_UTC_MS;
		this.#emit = options.onEvent ?? (() => {});
		const radio = options.radio ?? SILENT_OBSERVER;
		this.energy = { setCore: state => radio.core(state) };
		const notify = (action: (listener: UeListener) => void): void => this.#notify(action);
		const emit = (name: string, data: Record<string, unknown>): void => this.#observe(name, data);
		const exchange = (uplinkBytes: number, waitMs: number, downlinkBytes: number, done: (ok: boolean) => void): void =>
			this.#nas.transact({ uplinkBytes, waitMs, downlinkBytes, done });
		const allowedSlices = (): readonly string[] => this.#nas.slices.allowed;
		this.#bearers = new Bearers({ clock, network, seed, notify, emit, exchange, allowedSlices });
		this.#nas = new Nas({ clock, network, random: random.fork("nas"), seed, radio, bearers: this.#bearers, notify, emit });
		const { internet } = options;
		const nas = this.#nas;
		const utcMs = (): number => this.#startUtcMs + Math.round(clock.now());
		const traffic = options.onTraffic ?? (() => {});
		this.#flows = new Flows({ clock, network, random: random.fork("flows"), nas, bearers: this.#bearers, internet, utcMs, traffic, emit });
		const time = () => ({ utcMs: utcMs(), quarterHours: network.operator.quarterHours });
		this.messages = new Messages({ clock, nas, time, offer: (tpdu, done) => this.#offerSms(tpdu, done), emit });
		const changed = (call: VoiceCall): void => notify(listener => listener.callChanged(call));
		this.calls = new VoiceCalls({
			clock,
			nas,
			offered: () => network.cell.rat === "LTE" && network.operator.dataOnly !== true,
			changed,
			emit,
		});
		network.onChange = change => this.#nas.networkChanged(change);
	}

	powerOn(): void {
		if (this.#powered) return;
		this.#powered = true;
		this.#emit("power-on", {});
	}
	powerOff(): void {
		if (!this.#powered) return;
		this.#leaveAir();
		this.#powered = false;
		this.#timeKnown = false;
		this.#bearers.forget();
		this.#emit("power-off", {});
		this.energy.setCore("off");
	}
	setFunctionality(fun: 0 | 1 | 4): void {
		if (!this.#powered || fun === this.#functionality) return;
		if (fun !== 1) this.#leaveAir();
		this.#functionality = fun;
		if (fun !== 1) return;
		this.#nas.switchOn();
		if (this.autoAttach) this.#nas.attach();
	}
	get functionality(): 0 | 1 | 4 {
		return this.#functionality;
	}
	attach(): void {
		if (this.#functionality === 1) this.#nas.attach();
	}
	detach(): void {
		this.#nas.detach(() => this.#flows.closeAll());
	}
	/** Everything about the network side that no document gives and that this device's figures rest on. */
	get assumptions(): readonly Assumption[] {
		const { operator, cell } = this.#network;
		return networkAssumptions({ operator, cell, streams: this.#flows.streamsUsed });
	}
	get bands(): readonly number[] | undefined {
		return this.#nas.cells.bands;
	}
	set bands(bands: readonly number[] | undefined) {
		this.#nas.cells.bands = bands;
		this.#nas.networkChanged("coverage");
	}
	get nrBands(): readonly number[] | undefined {
		return this.#nas.cells.nrBands;
	}
	set nrBands(bands: readonly number[] | undefined) {
		this.#nas.cells.nrBands = bands;
		this.#nas.networkChanged("coverage");
	}
	get rats(): readonly Rat[] | undefined {
		return this.#nas.cells.rats;
	}
	set rats(rats: readonly Rat[] | undefined) {
		this.#nas.cells.rats = rats;
		this.#nas.networkChanged("coverage");
	}
	get slices(): UeSlices {
		return this.#nas.slices;
	}
	requestSlices(requested: readonly string[]): void {
		this.#nas.requestSlices(requested);
	}
	/** What the receiver is (TS 38.306 4.2.21): cells may bar it for that. */
	setRedCap(receivers: 1 | 2, halfDuplex: boolean): void {
		this.#nas.cells.receivers = receivers;
		this.#nas.cells.halfDuplex = halfDuplex;
	}
	get forbiddenPlmns(): ForbiddenPlmns | undefined {
		return this.#nas.selection.forbidden;
	}
	set forbiddenPlmns(forbidden: ForbiddenPlmns | undefined) {
		this.#nas.selection.forbidden = forbidden;
	}
	get operationMode(): OperationMode {
		return this.#nas.mode;
	}
	set operationMode(mode: OperationMode) {
		this.#nas.mode = mode;
	}
	get combinedAttach(): boolean {
		return this.#nas.combined;
	}
	get attached(): boolean {
		return this.#nas.attached;
	}
	get registration(): Registration {
		return this.#nas.registration;
	}
	get connected(): boolean {
		return this.#nas.rrc.connected;
	}
	get psm(): boolean {
		return this.#nas.psm;
	}
	get signal(): Signal {
		const { reception } = this.#nas;
		return { ...reception.measure(), txPowerDbm: reception.lastTxDbm };
	}
	get cell(): CellInfo | undefined {
		if (!this.#nas.camped) return undefined;
		const { cell, operator } = this.#network;
		return { rat: cell.rat, plmn: operator.plmn, operator: operator.name, earfcn: cell.earfcn, pci: cell.pci, band: cell.band };
	}
	get operators(): Ue["operators"] {
		const { cell: serving, operator, sites } = this.#network;
		const here = this.#nas.emm === "registered" ? 2 : this.#nas.registration.stat === 3 ? 3 : 1;
		return sites
			.filter(site => this.#network.inReach(site))
			.map(({ profile }) => ({ name: operator.name, plmn: operator.plmn, act: profile.act, stat: profile === serving ? here : 1 }));
	}

	get defaultContext(): number {
		return this.#bearers.defaultContext;
	}
	set defaultContext(cid: number) {
		this.#bearers.defaultContext = cid;
	}
	get lastEsmCause(): number | undefined {
		return this.#bearers.lastEsmCause;
	}
	defineContext(cid: number, type: PdpType, apn: string, snssai?: string): void {
		this.#bearers.define(cid, type, apn, snssai);
	}
	setCredentials(cid: number, protocol: 0 | 1 | 2, user: string, password: string): void {
		this.#bearers.setCredentials(cid, protocol, user, password);
	}
	activateContext(cid: number): void {
		if (this.#bearers.isActive(cid)) {
			this.#notify(listener => listener.contextChanged(cid, "activated", "mobile"));
			return;
		}
		this.#nas.sessions.establish(cid);
	}
	deactivateContext(cid: number): void {
		if (!this.#bearers.isActive(cid)) return;
		this.#nas.sessions.exchange(() => {
			this.#bearers.release(cid);
			this.#flows.closeOn(cid);
			this.#notify(listener => listener.contextChanged(cid, "deactivated", "mobile"));
		});
	}
	get contexts(): readonly PdpContext[] {
		return this.#bearers.list;
	}
	requestPsm(request: { readonly periodicTau: string | undefined; readonly activeTime: string | undefined } | false): void {
		this.#nas.requestPsm(request);
	}
	requestEdrx(request: { readonly cycle: string } | false): void {
		this.#nas.requestEdrx(request);
	}
	get edrx(): Ue["edrx"] {
		return this.#nas.edrxGrant;
	}
	assistRelease(): void {
		this.#nas.rrc.assistRelease();
	}
	wake(): void {
		this.#nas.leavePsm("host");
	}
	get networkTime(): Ue["networkTime"] {
		if (!this.#timeKnown) return undefined;
		return { utcMs: this.#startUtcMs + Math.round(this.#clock.now()), quarterHours: this.#network.operator.quarterHours };
	}

	openFlow(...[kind, cid, host, port, localPort, listener, options]: Parameters<Ue["openFlow"]>): Flow {
		return this.#flows.open(kind, { cid, host, port, localPort }, listener, options);
	}
	resolve(cid: number, host: string, done: (addresses: readonly string[] | undefined) => void): void {
		this.#flows.resolve(cid, host, done);
	}
	ping(cid: number, host: string, bytes: number, timeoutMs: number, done: (rttMs: number | undefined, ttl: number) => void): void {
		this.#flows.ping(cid, host, bytes, timeoutMs, done);
	}
	submitSms(tpdu: Uint8Array, done: (ok: boolean, reference: number, cause?: number) => void): void {
		this.messages.submit(tpdu, done);
	}
	smsMemoryAvailable(): void {
		this.messages.memoryAvailable();
	}
	/** A message from another subscriber; false when it has to wait until the device can be paged. */
	deliverSms(from: string, text: string): boolean {
		return this.messages.deliver(from, text);
	}

	#leaveAir(): void {
		if (this.#functionality !== 1) return;
		this.#functionality = 0;
		this.calls.lose();
		this.#flows.drop();
		this.#bearers.releaseAll("silent");
		this.#nas.switchOff();
	}
	#observe(name: string, data: Record<string, unknown>): void {
		if (name === "attached") this.#timeKnown = true;
		if (name === "attached" || name === "connected") this.messages.reachable();
		if (name === "context-deactivated") this.#flows.closeOn(data.cid as number);
		this.#emit(name, data);
	}
	#offerSms(tpdu: Uint8Array, done: (taken: boolean) => void): void {
		this.#clock.after(0, () => done(this.listener !== undefined && this.#powered && this.listener.smsReceived(tpdu)));
	}
	/** Never from inside a call to the UE, and to nobody who has gone meanwhile. */
	#notify(action: (listener: UeListener) => void): void {
		this.#clock.after(0, () => {
			if (this.listener !== undefined && this.#powered) action(this.listener);
		});
	}
}
