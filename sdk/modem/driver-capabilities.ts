export type Evidence = "hardware" | "transcript" | "manual" | "specification" | "inferred";
export interface Capability<T extends boolean | number | string = boolean> {
	readonly value: T | "unknown";
	readonly evidence: Evidence;
	readonly source: string;
}
/** Per capability how it is known. The core takes its limits from here, so there is one place for each number. */
export interface Capabilities {
	/** `"NB-IoT"`, or several by a comma: `"LTE-M,NB-IoT"`. */
	readonly rats: Capability<string>;
	readonly udpSockets: Capability<number>;
	readonly tcpSockets: Capability<number>;
	/** Most payload bytes of one datagram or send command; undefined by "unknown" counts as 512. */
	readonly sendBytes: Capability<number>;
	readonly receiveBytes: Capability<number>;
	readonly ipv6: Capability;
	readonly psm: Capability;
	readonly edrx: Capability;
	/** What "release" of a datagram really does on this module. */
	readonly releaseAssistance: Capability<"cp" | "as" | "vendor-fast-release" | "none">;
	readonly dns: Capability;
	/** Whether a DNS request may name the family, so that AAAA is asked first. */
	readonly dnsFamily?: Capability;
	/** TLS sockets of the module at one time; 0: it has none. */
	readonly tlsSockets?: Capability<number>;
	/** The module trusts certificate authorities of its own, so that a server is verified without a `ca`. */
	readonly tlsRoots?: Capability;
	readonly dtls?: Capability;
	/** "text", "pdu" or "text,pdu" (TS 27.005). */
	readonly sms?: Capability<string>;
	readonly voice?: Capability;
	/** Systems that can be chosen, by a comma: `"gps,beidou,glonass,galileo"`; "" where there is no receiver. */
	readonly gnss?: Capability<string>;
	readonly cmux?: Capability;
	/** How data reach the network: by the module's own sockets, by a network interface that a host has on its USB, or by PPP. "sockets" when absent. */
	readonly dataPath?: Capability<DataPath>;
	/** Network interfaces that a host on USB can choose, by a comma: `"qmi,mbim,ecm,rndis"`. */
	readonly networkInterface?: Capability<string>;
	/** An S-NSSAI for a session, and what the network allows. */
	readonly slicing?: Capability;
	/** Mobile-initiated connection only (TS 24.501 5.3.6): not paged while idle. */
	readonly mico?: Capability;
	/** RRC_INACTIVE (TS 38.331 5.3.13). */
	readonly rrcInactive?: Capability;
	/** Relaxed measurements of neighbour cells (TS 38.304 5.2.4.9). */
	readonly rrmRelaxation?: Capability;
	/** UE assistance information with a release preference (TS 38.331 5.7.4): what stands in the place of release assistance on NR. */
	readonly uai?: Capability;
	readonly [name: string]: Capability<any> | undefined;
}
export type DataPath = "sockets" | "network-interface" | "ppp";
/** What nobody knows yet fits a capability of any type. */
export function capability(value: "unknown", evidence: Evidence, source: string): Capability<never>;
export function capability<const T extends boolean | number | string>(value: T, evidence: Evidence, source: string): Capability<T>;
export function capability<const T extends boolean | number | string>(
	value: T | "unknown",
	evidence: Evidence,
	source: string,
): Capability<T> {
	return Object.freeze({ value, evidence, source });
}

/** What is not known is undefined. */
export interface Signal {
	rssiDbm: number | undefined;
	rsrpDbm: number | undefined;
	rsrqDb: number | undefined;
	sinrDb: number | undefined;
	/** Coverage enhancement level 0–2 (TS 36.321), NB-IoT and LTE-M. */
	coverageLevel: number | undefined;
	/** Last transmit power; undefined where the module has not transmitted. */
	transmitDbm: number | undefined;
	band: number | undefined;
	/** Physical cell identity. */
	pci: number | undefined;
	/** Channel number: EARFCN, on NR the NR-ARFCN. */
	earfcn: number | undefined;
}
