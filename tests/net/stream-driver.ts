import type { AtChannel } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import { optional, payloadHex, text, uint } from "../../sdk/at/fields.js";
import type { AtLine } from "../../sdk/at/line.js";
import { capability, type Driver, type ModemContext, type SocketDialect, type SocketTask } from "../../sdk/modem/driver.js";
import { driver, sockets } from "../modem/driver.js";

/** The module of tests/modem with connections as well: they push or they are read, and the module may take a part, or nothing now. */
const SPEC = "tests";
const OPEN_MS = 5_000;
const UTOPEN = command("+UTOPEN", {
	spec: SPEC,
	set: { params: { id: uint(), kind: text(), host: text(), port: uint() }, timeoutMs: OPEN_MS },
});
const UTLS = command("+UTLS", {
	spec: SPEC,
	set: {
		params: {
			id: uint(),
			name: text(),
			verify: uint(0, 1),
			version: text(),
			ca: optional(text()),
			certificate: optional(text()),
			key: optional(text()),
			psk: optional(text()),
		},
	},
});
const UTSEND = command("+UTSEND", {
	spec: SPEC,
	set: { params: { id: uint(), data: payloadHex(64) }, response: { taken: uint() }, timeoutMs: 10_000 },
});
const UTREAD = command("+UTREAD", {
	spec: SPEC,
	set: { params: { id: uint(), most: uint(1) }, lines: true, binary: line => line.uint(1) ?? 0 },
});
const UDTLS = command("+UDTLS", { spec: SPEC, set: { params: { id: uint(), psk: text() } } });
const USENDTO = command("+USENDTO", { spec: SPEC, set: { params: { id: uint(), address: text(), port: uint(), data: payloadHex(64) } } });
const UTCLOSE = command("+UTCLOSE", { spec: SPEC, set: { params: { id: uint() } } });
const UCERT = command("+UCERT", {
	spec: SPEC,
	set: { params: { kind: text(), name: text(), data: payloadHex(2048), identity: optional(text()) }, redact: [2] },
});
/** The answer "no room now". */
export const BUSY = 30;

type Channel = AtChannel<ModemContext>;
function onSent(this: SocketTask, error: { number?: number } | undefined, result: { taken: number } | void): void {
	if (error?.number === BUSY) this.busy();
	else {
		if (error === undefined && result !== undefined) this.taken = result.taken;
		this.finish(error as never);
	}
}
/** `+UTFREAD: <id>,<bytes>,<remaining>,"<address>",<port>` and the bytes; without address and port from the socket's peer. */
const UTFREAD = command("+UTFREAD", {
	spec: SPEC,
	set: { params: { id: uint(), most: uint(1) }, lines: true, binary: line => line.uint(1) ?? 0 },
});
function onDatagram(this: SocketTask, line: AtLine): void {
	onRead.call(this, line);
	this.fromAddress = line.text(3);
	this.fromPort = line.uint(4) ?? 0;
}
function onRead(this: SocketTask, line: AtLine): void {
	this.remaining = line.uint(2);
	const payload = line.payload();
	if (payload === undefined) return;
	this.into.set(payload);
	this.received = payload.byteLength;
}
function onTlsSet(this: { at: Channel; task: SocketTask }, error: any): void {
	const { at, task } = this;
	if (error !== undefined) task.finish(error);
	else at.submit(UTOPEN.set, { id: task.socket, kind: "TLS", host: task.address, port: task.port }, task, task.accepted);
}

export interface StreamDriverOptions {
	readonly pulls?: boolean;
	readonly firstSecureSocket?: number;
	readonly udpHasNoPeer?: boolean;
	/** Datagrams are kept in the module too. */
	readonly pullsDatagrams?: boolean;
	readonly tcpSockets?: number;
	readonly tlsSockets?: number;
	readonly udpSockets?: number;
	readonly tlsRoots?: boolean;
	readonly dtls?: boolean;
	readonly streamLineBytes?: number;
}
const socket = (line: AtLine): number => line.uint(0) ?? -1;

export function streamDriver(options: StreamDriverOptions = {}): Driver {
	const { pulls = true, tcpSockets = 3, tlsSockets = 2, udpSockets = 2, tlsRoots } = options;
	const dialect: SocketDialect = {
		...sockets,
		...(options.firstSecureSocket !== undefined && { firstSecureSocket: options.firstSecureSocket }),
		...(options.udpHasNoPeer && { udpHasNoPeer: true as const }),
		pulls: [...(pulls ? (["tcp", "tls"] as const) : []), ...(options.pullsDatagrams ? (["udp"] as const) : [])],
		causes: { 9: "no room", 40: "the certificate is not trusted" },
		open(at: Channel, task) {
			if (task.kind === "udp") sockets.open(at, task);
			else if (task.kind === "dtls") at.submit(UDTLS.set, { id: task.socket, psk: task.secure!.psk! }, task, task.finish);
			else if (task.kind === "tcp")
				at.submit(UTOPEN.set, { id: task.socket, kind: "TCP", host: task.address, port: task.port }, task, task.accepted);
			else {
				const { serverName, verify, minimumVersion, ca, certificate, key, psk } = task.secure!;
				const params = { id: task.socket, name: serverName, verify: verify ? 1 : 0, version: minimumVersion, ca, certificate, key, psk };
				at.submit(UTLS.set, params, { at, task }, onTlsSet);
			}
		},
		send(at: Channel, task) {
			if (options.udpHasNoPeer && task.kind === "udp") {
				const { socket: id, data, address, port } = task;
				at.submit(USENDTO.set, { id, address, port, data }, task, onSent);
			} else if (task.kind === "udp" || task.kind === "dtls") sockets.send(at, task);
			else at.submit(UTSEND.set, { id: task.socket, data: task.data }, task, onSent);
		},
		close(at: Channel, task) {
			if (task.kind === "udp") sockets.close(at, task);
			else at.submit(UTCLOSE.set, { id: task.socket }, task, task.finish);
		},
		receive(at: Channel, task) {
			const params = { id: task.socket, most: task.into.byteLength };
			if (task.kind === "udp") at.submit(UTFREAD.set, params, task, task.finish, undefined, onDatagram);
			else at.submit(UTREAD.set, params, task, task.finish, undefined, onRead);
		},
		credential(at: Channel, task) {
			at.submit(UCERT.set, { kind: task.kind, name: task.name, data: task.data, identity: task.identity }, task, task.finish);
		},
		urcs: [
			...sockets.urcs,
			{ prefix: "+UTOPEN", spec: SPEC, isResponse: () => false, handle: (m, l) => m.sockets.opened(socket(l), l.uint(1) ?? 1) },
			{ prefix: "+UTWAIT", spec: SPEC, handle: (m, l) => m.sockets.readable(socket(l)) },
			{
				prefix: "+UTHEX",
				spec: SPEC,
				handle: (m, l) => m.sockets.receivedHex(socket(l), l, 2, l.uint(1) ?? -1),
				onTruncated: (m, l) => m.sockets.lost(socket(l)),
			},
			{ prefix: "+UTFROM", spec: SPEC, handle: (m, l) => m.sockets.receivedHex(socket(l), l, 4, l.uint(3) ?? -1, l.text(1), l.uint(2)) },
			{
				prefix: "+UTRAW",
				spec: SPEC,
				binary: line => line.uint(1) ?? 0,
				handle: (m, l) => m.sockets.receiving(socket(l)),
				onBinary: (m, data) => m.sockets.receivedBytes(data),
				onTruncated: (m, l) => m.sockets.lost(socket(l)),
			},
			{ prefix: "+UTCLOSED", spec: SPEC, handle: (m, l) => m.sockets.closed(socket(l)) },
			{ prefix: "+UTGONE", spec: SPEC, handle: m => m.sockets.allClosed() },
		],
	};
	const { sleep: _, ...awake } = driver;
	return {
		...awake,
		uart: { ...driver.uart, ...(options.streamLineBytes !== undefined && { streamLineBytes: options.streamLineBytes }) },
		sockets: dialect,
		capabilities: {
			...driver.capabilities,
			udpSockets: capability(udpSockets, "manual", SPEC),
			tcpSockets: capability(tcpSockets, "manual", SPEC),
			tlsSockets: capability(tlsSockets, "manual", SPEC),
			...(options.dtls && { dtls: capability(true, "manual", SPEC) }),
			...(tlsRoots && { tlsRoots: capability(true, "manual", SPEC) }),
		},
	};
}
