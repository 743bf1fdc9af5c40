import type { Clock } from "../../host-sim/clock/clock.js";
import type {
	Calls,
	CellInfo,
	Flow,
	FlowListener,
	FlowOptions,
	PdpContext,
	PdpType,
	Registration,
	Signal,
	Ue,
	UeListener,
	VoiceCall,
} from "../../host-sim/network/ue.js";
import { partsOf } from "../../host-sim/sms/parts.js";
import { encodeDeliver } from "../../host-sim/sms/tpdu.js";

/** A radio half that does at once what the test says, and remembers what it was asked. The values are those of transcript 01. */
export class FakeUe implements Ue {
	listener: UeListener | undefined;
	readonly log: string[] = [];
	readonly cores: string[] = [];
	readonly flows: FakeFlow[] = [];
	/** SMS-SUBMITs in hexadecimal. */
	readonly submitted: string[] = [];
	/** Why the network refuses the next ones. */
	smsCause: number | undefined;
	/** What the module said to each message it was offered. */
	readonly taken: boolean[] = [];
	readonly calls = new FakeCalls();
	autoAttach = true;
	defaultContext = 1;
	lastEsmCause: number | undefined;
	bands: Ue["bands"];
	nrBands: Ue["nrBands"];
	rats: Ue["rats"];
	slices: Ue["slices"] = { requested: [], rejected: [] };
	forbiddenPlmns: Ue["forbiddenPlmns"];
	operationMode: Ue["operationMode"] = "cs-ps-2";
	combinedAttach = true;
	functionality: 0 | 1 | 4 = 0;
	attached = false;
	connected = false;
	psm = false;
	registration: Registration = idle;
	signal: Signal = { rssiDbm: -93, rsrpDbm: -100, rsrqDb: -7, sinrDb: 11, ecl: 0, txPowerDbm: undefined };
	cell: CellInfo | undefined;
	contexts: PdpContext[] = [];
	edrx: Ue["edrx"];
	networkTime: Ue["networkTime"];
	operators: Ue["operators"] = [{ name: "Test Network", plmn: "23415", act: 9, stat: 2 }];
	names: Record<string, readonly string[]> = {};
	pingMs: number | undefined = 300;
	readonly energy = { setCore: (state: string) => void this.cores.push(state) };
	readonly #clock: Clock;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	#tell(action: (listener: UeListener) => void): void {
		this.#clock.after(0, () => {
			if (this.listener) action(this.listener);
		});
	}

	/** Registered as in transcript 01, the first context active. */
	register(changes: Partial<Registration> = {}): void {
		this.attached = true;
		this.cell = { rat: "NB-IoT", plmn: "23415", operator: "Test Network", earfcn: 6254, pci: 299, band: 20 };
		this.registration = { ...idle, stat: 5, tac: "0001", ci: "0000ABCD", act: 9, ...changes };
		this.#tell(listener => listener.registrationChanged());
	}
	deny(cause: number): void {
		this.attached = false;
		this.registration = { ...idle, stat: 3, causeType: 0, rejectCause: cause };
		this.#tell(listener => listener.registrationChanged());
	}
	activate(cid: number, ipv4: string | undefined, ipv6: string | undefined, reason?: 0 | 1 | 2): void {
		this.#replace(cid, { active: true, ipv4, ipv6 });
		this.#tell(listener => listener.contextChanged(cid, "activated", "mobile", reason));
	}
	address(cid: number, ipv6: string): void {
		this.#replace(cid, { ipv6 });
		this.#tell(listener => listener.contextChanged(cid, "addressed", "network"));
	}
	deactivate(cid: number): void {
		this.#replace(cid, { active: false, ipv4: undefined, ipv6: undefined });
		this.#tell(listener => listener.contextChanged(cid, "deactivated", "network"));
	}
	setConnected(connected: boolean): void {
		this.connected = connected;
		this.#tell(listener => listener.signallingChanged(connected));
	}
	setPsm(psm: boolean): void {
		this.psm = psm;
		this.#tell(listener => listener.psmChanged(psm ? "entered" : "left"));
	}
	/** A text of another subscriber, stamped 20 November 2026, 11:25:06 in China. */
	receiveSms(from: string, text: string): void {
		const time = { utcMs: Date.UTC(2026, 10, 20, 3, 25, 6), quarterHours: 32 };
		for (const part of partsOf(text, 7)) this.receiveTpdu(encodeDeliver({ ...part, from, protocol: 0, time })!);
	}
	receiveTpdu(tpdu: Uint8Array): void {
		this.#tell(listener => void this.taken.push(listener.smsReceived(tpdu)));
	}
	/** What the call is now, told as the network would. */
	changeCall(call: VoiceCall): void {
		this.calls.current = call.state === "ended" ? undefined : call;
		this.#tell(listener => listener.callChanged(call));
	}
	setTime(utcMs: number, quarterHours: number): void {
		this.networkTime = { utcMs, quarterHours };
		this.#tell(listener => listener.timeReceived());
	}

	powerOn(): void {
		this.log.push("powerOn");
	}
	powerOff(): void {
		this.log.push("powerOff");
		this.functionality = 0;
		this.attached = false;
		this.connected = false;
		this.psm = false;
		this.registration = idle;
		this.contexts = [];
	}
	setFunctionality(fun: 0 | 1 | 4): void {
		this.log.push(`fun ${fun}`);
		this.functionality = fun;
	}
	attach(): void {
		this.log.push("attach");
	}
	detach(): void {
		this.log.push("detach");
		this.attached = false;
		this.registration = idle;
	}
	requestSlices(requested: readonly string[]): void {
		this.log.push(`slices ${requested.join(":")}`);
		this.slices = { ...this.slices, requested };
	}
	defineContext(cid: number, type: PdpType, apn: string, snssai?: string): void {
		this.log.push(`define ${cid} ${type} ${apn}${snssai === undefined ? "" : ` ${snssai}`}`);
		if (this.contexts.some(context => context.cid === cid)) this.#replace(cid, { type, apn, ...(snssai === undefined ? {} : { snssai }) });
		else
			this.contexts = [
				...this.contexts,
				{ cid, type, apn, ...(snssai === undefined ? {} : { snssai }), active: false, ipv4: undefined, ipv6: undefined, dns: [] },
			];
	}
	setCredentials(cid: number, protocol: 0 | 1 | 2, user: string): void {
		this.log.push(`credentials ${cid} ${protocol} ${user}`);
	}
	activateContext(cid: number): void {
		this.log.push(`activate ${cid}`);
		this.#clock.after(500, () => this.activate(cid, "10.0.0.7", undefined));
	}
	deactivateContext(cid: number): void {
		this.log.push(`deactivate ${cid}`);
		this.#clock.after(100, () => this.deactivate(cid));
	}
	requestPsm(request: Parameters<Ue["requestPsm"]>[0]): void {
		this.log.push(request ? `psm ${request.periodicTau} ${request.activeTime}` : "psm off");
	}
	requestEdrx(request: Parameters<Ue["requestEdrx"]>[0]): void {
		this.log.push(request ? `edrx ${request.cycle}` : "edrx off");
	}
	assistRelease(): void {
		this.log.push("release");
	}
	wake(): void {
		this.log.push("wake");
	}
	openFlow(
		kind: "udp" | "tcp" | "tls",
		cid: number,
		host: string,
		port: number,
		localPort: number,
		listener: FlowListener,
		options?: FlowOptions,
	): Flow {
		const flow = new FakeFlow(`${kind} ${cid} ${host} ${port}`, localPort || 50_000, listener, options);
		this.flows.push(flow);
		return flow;
	}
	resolve(_cid: number, host: string, done: (addresses: readonly string[] | undefined) => void): void {
		this.#clock.after(200, () => done(this.names[host]));
	}
	ping(_cid: number, _host: string, _bytes: number, timeoutMs: number, done: (rttMs: number | undefined, ttl: number) => void): void {
		const { pingMs } = this;
		this.#clock.after(pingMs ?? timeoutMs, () => done(pingMs, 52));
	}
	submitSms(tpdu: Uint8Array, done: (ok: boolean, reference: number, cause?: number) => void): void {
		this.submitted.push(Buffer.from(tpdu).toString("hex").toUpperCase());
		const { smsCause } = this;
		this.#clock.after(1000, () => done(smsCause === undefined, tpdu[1]!, smsCause));
	}
	smsMemoryAvailable(): void {
		this.log.push("sms memory");
	}

	#replace(cid: number, changes: Partial<PdpContext>): void {
		this.contexts = this.contexts.map(context => (context.cid === cid ? { ...context, ...changes } : context));
	}
}

const idle: Registration = {
	stat: 0,
	tac: undefined,
	ci: undefined,
	act: undefined,
	causeType: undefined,
	rejectCause: undefined,
	activeTime: undefined,
	periodicTau: undefined,
};

/** A voice service that does nothing by itself. */
export class FakeCalls implements Calls {
	current: VoiceCall | undefined;
	imsRegistered = true;
	readonly log: string[] = [];
	accepts = true;

	dial(number: string): boolean {
		return this.#note(`dial ${number}`);
	}
	answer(): boolean {
		return this.#note("answer");
	}
	hangUp(): boolean {
		return this.#note("hang up");
	}
	dtmf(tones: string): boolean {
		return this.#note(`dtmf ${tones}`);
	}
	#note(what: string): boolean {
		this.log.push(what);
		return this.accepts;
	}
}

/** What a module handed to the network, and the network's end of it. */
export class FakeFlow implements Flow {
	readonly opened: string;
	readonly localPort: number;
	readonly listener: FlowListener;
	readonly sent: { readonly text: string; readonly rai: number | undefined }[] = [];
	/** What the host took out of the module's buffer, call by call. */
	readonly taken: number[] = [];
	readonly options: FlowOptions | undefined;
	closed = false;

	constructor(opened: string, localPort: number, listener: FlowListener, options?: FlowOptions) {
		this.opened = opened;
		this.options = options;
		this.localPort = localPort;
		this.listener = listener;
	}
	send(bytes: Uint8Array, options?: { readonly rai?: 0 | 1 | 2 }): void {
		this.sent.push({ text: Buffer.from(bytes).toString("latin1"), rai: options?.rai });
	}
	consumed(bytes: number): void {
		this.taken.push(bytes);
	}
	close(): void {
		this.closed = true;
	}
}
