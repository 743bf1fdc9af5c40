import type { Driver, SocketKind } from "./driver.js";
import { type Datagram, isSecure, isStreamKind, type Slot } from "./socket-slot.js";

/** When the driver does not know. */
const DEFAULT_SOCKETS = 1;

/** Sockets of this kind that the module has at one time. */
export function socketLimit(driver: Driver, kind: SocketKind): number {
	const { udpSockets, tcpSockets, tlsSockets } = driver.capabilities;
	const value = kind === "udp" ? udpSockets.value : kind === "tcp" ? tcpSockets.value : (tlsSockets?.value ?? 0);
	return typeof value === "number" ? value : DEFAULT_SOCKETS;
}
/** Why there are none, and what there is instead. */
export function noSockets(driver: Driver, kind = "UDP"): string {
	const { dataPath, udpSockets } = driver.capabilities;
	if (dataPath?.value === "network-interface")
		return `driver ${driver.id} knows no sockets of this module (${udpSockets.source}): use the host's own over the module's network interface`;
	return `this module has no sockets for ${kind}`;
}
/** The module numbers these apart from the others. */
function isApart(driver: Driver, kind: SocketKind): boolean {
	return isSecure(kind) && driver.sockets?.firstSecureSocket !== undefined;
}
/** Of all kinds that share the module's numbers with this one. */
function poolOf(driver: Driver, kind: SocketKind): number {
	if (isApart(driver, kind)) return socketLimit(driver, kind);
	const plain = Math.max(socketLimit(driver, "udp"), socketLimit(driver, "tcp"));
	return driver.sockets?.firstSecureSocket === undefined ? Math.max(plain, socketLimit(driver, "tls")) : plain;
}
/** The module's number for a socket that is to be opened. */
export function socketId(driver: Driver, slot: Slot): number {
	const { firstSocket, firstSecureSocket } = driver.sockets!;
	return slot.index + (firstSecureSocket !== undefined && isSecure(slot.kind) ? firstSecureSocket : firstSocket);
}

/** The socket for a peer, or one that can become it; undefined when one must be closed first, which is then marked, or none can be. */
export function slotFor(driver: Driver, slots: Slot[], datagram: Datagram): Slot | undefined {
	const endpoint = datagram.endpoint!;
	const servesAll = driver.sockets?.udpHasNoPeer === true;
	for (let i = 0; i < slots.length; i++) {
		const slot = slots[i]!;
		if (slot.endpoint !== endpoint || (slot.state !== "open" && slot.state !== "stale")) continue;
		const isPeer = slot.port === datagram.port && slot.address === datagram.address;
		if (isPeer || (servesAll && isIpv6(slot.address) === isIpv6(datagram.address))) return slot;
	}
	return place(driver, slots, endpoint.kind);
}

/** A socket of the module that is free for this kind. Where none is, the datagrams' that was used the longest ago is marked to be closed. */
export function place(driver: Driver, slots: Slot[], kind: SocketKind): Slot | undefined {
	const apart = isApart(driver, kind);
	let vacant: Slot | undefined;
	let oldest: Slot | undefined;
	let records = 0;
	let ofKind = 0;
	for (let i = 0; i < slots.length; i++) {
		const slot = slots[i]!;
		if (isApart(driver, slot.kind) !== apart) continue;
		records++;
		if (slot.state === "free") {
			vacant ??= slot;
			continue;
		}
		if (slot.kind === kind) ofKind++;
		if (slot.state === "closing" || isStreamKind(slot.kind)) continue;
		if (oldest === undefined || slot.lastUse < oldest.lastUse) oldest = slot;
	}
	const hasRight = ofKind < socketLimit(driver, kind);
	if (hasRight && vacant !== undefined) return vacant;
	if (hasRight && records < poolOf(driver, kind)) {
		const slot: Slot = {
			index: records,
			id: -1,
			state: "free",
			kind,
			endpoint: undefined,
			address: "",
			port: 0,
			lastUse: 0,
			readable: false,
		};
		slots.push(slot);
		return slot;
	}
	if (oldest !== undefined && (hasRight || oldest.kind === kind)) oldest.state = "closing";
	return undefined;
}
/** A module that serves all peers with one socket still has one for each family. */
function isIpv6(address: string): boolean {
	return address.includes(":");
}
