import type { Rat } from "./words.js";

export type PdpType = "IP" | "IPV6" | "IPV4V6";

/** TS 27.007 10.1.22: what `+CEREG`/`+CGREG`/`+CREG` show. */
export interface Registration {
	/** 0 not searching, 1 home, 2 searching, 3 denied, 4 unknown, 5 roaming. */
	readonly stat: number;
	/** 4 hex digits (EPS), 6 (5GS), upper case. */
	readonly tac: string | undefined;
	/** 8 hex digits (EPS), 9 (5GS), upper case. */
	readonly ci: string | undefined;
	/** TS 27.007 `<AcT>`: 7 E-UTRAN, 9 NB-S1, 11 NR. */
	readonly act: number | undefined;
	/** 0 EMM cause, 1 manufacturer's. */
	readonly causeType: number | undefined;
	/** TS 24.301 9.9.3.9, only while denied. */
	readonly rejectCause: number | undefined;
	/** Granted T3324 as the network coded it (8 bits, "00100011"), undefined when not granted. */
	readonly activeTime: string | undefined;
	/** Granted T3412 extended, 8 bits. */
	readonly periodicTau: string | undefined;
	/** 5GS only, while registered: S-NSSAIs as `SST` or `SST.SD` in hexadecimal (TS 23.003 28.4.2). */
	readonly allowedNssai?: readonly string[];
}

/** Why a slice that was asked for is not among the allowed ones: 0 not in this PLMN, 1 not in this registration area (TS 24.501 9.11.3.46). */
export interface RejectedSlice {
	readonly snssai: string;
	readonly cause: 0 | 1;
}

/** Slices of a UE in 5GS. */
export interface UeSlices {
	/** Requested NSSAI of the next registration; empty: none is asked for. */
	readonly requested: readonly string[];
	readonly rejected: readonly RejectedSlice[];
}

export interface PdpContext {
	readonly cid: number;
	readonly type: PdpType;
	readonly apn: string;
	/** 5GS: the slice asked for with the definition. */
	readonly snssai?: string;
	readonly active: boolean;
	/** Dotted decimal, undefined when none was assigned. */
	readonly ipv4: string | undefined;
	/** Compressed colon text; `fe80::…` until the router advertisement came, then the global address. */
	readonly ipv6: string | undefined;
	/** DNS servers the network handed out. */
	readonly dns: readonly string[];
}

export interface Signal {
	readonly rssiDbm: number;
	readonly rsrpDbm: number;
	readonly rsrqDb: number;
	readonly sinrDb: number;
	/** NB-IoT coverage enhancement level 0..2 by the cell's RSRP thresholds; not a coupling loss. */
	readonly ecl: number;
	/** Last transmit power; undefined before the first transmission. */
	readonly txPowerDbm: number | undefined;
}

export interface CellInfo {
	readonly rat: Rat;
	readonly plmn: string;
	readonly operator: string;
	readonly earfcn: number;
	readonly pci: number;
	readonly band: number;
}

/** What happens on the air, for the module to put into words. Called from clock actions, never from inside a call to the Ue. */
export interface UeListener {
	registrationChanged(): void;
	/** RRC connected or idle: `+CSCON`. */
	signallingChanged(connected: boolean): void;
	/** `left` with why: the module woke it, it has something to send, T3412 ran out. */
	psmChanged(state: "entered" | "left", why?: "host" | "uplink" | "periodic-tau"): void;
	edrxChanged(): void;
	/** TS 27.007 10.1.19 `+CGEV`; reason 0 IPv4 only, 1 IPv6 only, 2 single address bearers only. */
	contextChanged(cid: number, change: "activated" | "addressed" | "deactivated", by: "network" | "mobile", reason?: 0 | 1 | 2 | 3): void;
	/** NITZ. */
	timeReceived(): void;
	/** An SMS-DELIVER or SMS-STATUS-REPORT (TS 23.040 9.2.2); false: no room for it, the network keeps it until {@link Ue.smsMemoryAvailable}. */
	smsReceived(tpdu: Uint8Array): boolean;
	/** Also once with the state "ended". */
	callChanged(call: VoiceCall): void;
}

/** A voice call over IMS, as TS 27.007 7.18 (`+CLCC`) shows it. */
export interface VoiceCall {
	readonly direction: "outgoing" | "incoming";
	readonly number: string;
	readonly state: "dialing" | "alerting" | "incoming" | "active" | "ended";
	/** Only when it ended: V.250's result codes follow from it. */
	readonly why?: "busy" | "no-answer" | "no-carrier" | "remote" | "local";
}
export interface Calls {
	readonly current: VoiceCall | undefined;
	/** Whether the network offers voice over IMS to this subscriber. */
	readonly imsRegistered: boolean;
	/** False: no service, or a call is there already. */
	dial(number: string): boolean;
	answer(): boolean;
	hangUp(): boolean;
	/** 0-9, *, #, A-D. */
	dtmf(tones: string): boolean;
}

/** Why a TLS handshake failed, from the client's side. */
export type TlsFailure = "tls-issuer" | "tls-expired" | "tls-name" | "tls-version" | "tls-client" | "tls-handshake";
/** What a module's TLS stack was told. PEM text of what its host stored in it. */
export interface TlsRequest {
	/** SNI, and the name that is checked; undefined: neither. */
	readonly serverName: string | undefined;
	readonly verify: boolean;
	readonly ca: readonly string[];
	readonly certificate?: string;
	readonly key?: string;
	readonly psk?: { readonly identity: string; readonly key: Uint8Array };
	readonly versions: readonly ("1.2" | "1.3")[];
	/** The validity period is not looked at, as several modules do unless they are told otherwise. */
	readonly ignoreTime?: boolean;
}
export interface FlowOptions {
	/** For "tls". */
	readonly tls?: TlsRequest;
	/** Streams: bytes that the module's buffer holds. No more than this is delivered before `consumed` says that the host took some. Unlimited when absent. */
	readonly windowBytes?: number;
}

/** One transport flow from the module's IP stack to a host of the internet. */
export interface Flow {
	/** Copied. Answered by one `sent` each; refused (`ok` false) what the module's buffer has no room for: 16 datagrams, 65,536 bytes of a stream. */
	send(bytes: Uint8Array, options?: { readonly rai?: 0 | 1 | 2 }): void;
	/** The listener hears nothing more. What a stream had taken still goes out, then its end. */
	close(): void;
	/** The host took so many bytes out of the module's buffer (see `FlowOptions.windowBytes`): the peer may send as many. */
	consumed(bytes: number): void;
	readonly localPort: number;
}
export interface FlowListener {
	opened(): void;
	/** The vendor's error is the persona's business. */
	failed(why: "refused" | "timeout" | "unreachable" | "no-context" | TlsFailure): void;
	/** The last uplink packet has left (RLC acknowledged); TCP: in the peer's hands. */
	sent(bytes: number, ok: boolean): void;
	received(bytes: Uint8Array, address: string, port: number): void;
	/** By the peer, by a reset, without progress for two minutes, or with the context. A stream's unanswered `send`s were answered `false` before it. */
	closed(): void;
}

/** EF_FPLMN of the SIM (TS 31.102 4.2.16): networks that refused the subscriber. A UE does not attach there until the entry is cleared. */
export interface ForbiddenPlmns {
	/** Digits of MCC and MNC. */
	has(plmn: string): boolean;
	add(plmn: string): unknown;
	delete(plmn: string): unknown;
}
/** TS 27.007 10.1.28 `+CEMODE`: 0 "ps-2", 1 "cs-ps-1" (voice first), 2 "cs-ps-2" (data first), 3 "ps-1". */
export type OperationMode = "ps-1" | "ps-2" | "cs-ps-1" | "cs-ps-2";

/**
 * User equipment: the radio, NAS and IP half of a module, below any AT grammar. A persona drives it from its commands and
 * listens to it for its URCs. Time in radio states is what the energy model integrates.
 */
export interface Ue {
	listener: UeListener | undefined;
	/**
	 * Power of the whole module: boot current until `powerOn`'s boot time passed is the persona's (see `energy`). Functionality is
	 * 0 and no context is defined until the persona, its boot done, restores what its memory holds and sets functionality 1.
	 */
	powerOn(): void;
	/** At once, without a detach. */
	powerOff(): void;
	/** Whether functionality 1 attaches by itself (default true; +COPS=2 and manufacturers' settings turn it off). */
	autoAttach: boolean;
	/** Context of the default bearer when none is defined: 1, on some modules 0. The lowest one that is defined counts otherwise. */
	defaultContext: number;
	/** TS 24.301 9.9.4.4 of the last context: 27 unknown APN, 29 credentials, 50/51/52 other families; undefined after a plain grant. */
	readonly lastEsmCause: number | undefined;
	/** What the module is set to search; undefined: all it can. A cell of another band is no service. */
	bands: readonly number[] | undefined;
	/** The same for NR. */
	nrBands: readonly number[] | undefined;
	/** Technologies that may be used, the preferred one first; undefined: all that the network has, in its order. */
	rats: readonly Rat[] | undefined;
	readonly slices: UeSlices;
	/** Asked at the next registration; a UE that is registered in 5GS, or was refused for its slices, registers again at once. */
	requestSlices(requested: readonly string[]): void;
	/** The SIM's list, which outlives the module's power; undefined: networks are not remembered. */
	forbiddenPlmns: ForbiddenPlmns | undefined;
	/** Default "cs-ps-2". With "cs-ps-1" a subscription without voice ends as `registration` 3, cause 18. */
	operationMode: OperationMode;
	/** The attach was accepted for circuit-switched services too: `+CREG`. False for a data-only subscription (EMM cause #18). */
	readonly combinedAttach: boolean;
	/** +CFUN: 0 minimum, 1 full, 4 radio off. Full starts the search when `autoAttach` is set. */
	setFunctionality(fun: 0 | 1 | 4): void;
	readonly functionality: 0 | 1 | 4;
	attach(): void;
	detach(): void;
	readonly attached: boolean;
	readonly registration: Registration;
	readonly connected: boolean;
	readonly psm: boolean;
	readonly signal: Signal;
	readonly cell: CellInfo | undefined;
	/** All cells in reach, for +COPS=?. */
	readonly operators: readonly { readonly name: string; readonly plmn: string; readonly act: number; readonly stat: 0 | 1 | 2 | 3 }[];
	/** TS 27.007 10.1.1; the default bearer's definition takes effect at the next attach. */
	defineContext(cid: number, type: PdpType, apn: string, snssai?: string): void;
	setCredentials(cid: number, protocol: 0 | 1 | 2, user: string, password: string): void;
	/** `contextChanged` says "activated" by "mobile" or, refused, "deactivated" by "network" with the cause in `lastEsmCause`. */
	activateContext(cid: number): void;
	deactivateContext(cid: number): void;
	readonly contexts: readonly PdpContext[];
	/** Asked at the next attach or TAU; `false` = not asked. Bits as in TS 24.008 10.5.7.3 / 10.5.7.4a. */
	requestPsm(request: { readonly periodicTau: string | undefined; readonly activeTime: string | undefined } | false): void;
	/** 4-bit cycle of TS 24.008 10.5.5.32; undefined = not asked. */
	requestEdrx(request: { readonly cycle: string } | false): void;
	readonly edrx: { readonly requested: string; readonly granted: string; readonly ptw: string } | undefined;
	/** Release the RRC connection after the data now queued (NAS or AS release assistance). */
	assistRelease(): void;
	/** The host's command needs the module out of PSM: leave it now. */
	wake(): void;
	/** UTC milliseconds and quarter hours of the network, undefined before the first registration. */
	readonly networkTime: { readonly utcMs: number; readonly quarterHours: number } | undefined;
	openFlow(
		kind: "udp" | "tcp" | "tls",
		cid: number,
		host: string,
		port: number,
		localPort: number,
		listener: FlowListener,
		options?: FlowOptions,
	): Flow;
	/** AAAA and A in the order the network answers; undefined = no such name. */
	resolve(cid: number, host: string, done: (addresses: readonly string[] | undefined) => void): void;
	ping(cid: number, host: string, bytes: number, timeoutMs: number, done: (rttMs: number | undefined, ttl: number) => void): void;
	/** An SMS-SUBMIT (TS 23.040 9.2.2.2); `reference` is its TP-MR, `cause` why the network refused it (TS 24.011 8.2.5.4). */
	submitSms(tpdu: Uint8Array, done: (ok: boolean, reference: number, cause?: number) => void): void;
	/** There is room again for messages that {@link UeListener.smsReceived} refused. */
	smsMemoryAvailable(): void;
	readonly calls: Calls;
	/** The persona reports the module's own states to the energy account. */
	readonly energy: {
		/** Module activity beside the radio: the microcontroller of the module is up, or asleep. */
		setCore(state: "off" | "boot" | "active" | "sleep" | "deep-sleep"): void;
	};
}
