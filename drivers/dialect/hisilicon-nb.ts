import { parseAddress } from "../../sdk/3gpp/ip-address.js";
import type { AtChannel } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import { bare, optional, payloadHex, uint } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { ModemContext, Release, SocketDialect, SocketTask } from "../../sdk/modem/driver.js";
import { BROKEN, finishClose, finishRead, isRefusal } from "./answers.js";

/**
 * The embedded stack of NB-IoT modules on HiSilicon's Hi2110 and Hi2115 (Neul) and of their clones: nothing is quoted, data are
 * hexadecimal both ways, the module numbers its sockets, and one for datagrams has no peer: each datagram names its own.
 */
const CAPTURE = "captures of BC95";
const OPEN_DRIVER = "RT-Thread at_device bc28";
const FIRMWARE = "open firmware of a chip with the same commands (XY1100)";

/** `+NSOSTR` has no bound at hand; two bad transmissions at coverage level 2 take longer than half a minute (an assumption). */
const TRANSMIT_MS = 60_000;
/** Nothing at hand bounds it; as long as the same vendor's other modules may take (an assumption). */
const RESOLVE_MS = 60_500;
/** Nothing at hand bounds `+NSOCO`; longer than SYNs are repeated, so that a peer that is silent does not make the module so (an assumption). */
const CONNECT_MS = 120_000;
/** The module says no more than that there is no address. */
const HOST_NOT_FOUND = 0;
const NOT_TRANSMITTED = 0;
/** Mode of `+NSONMI` in which data wait in the module. */
const HINTS = 1;
/** CME error of TS 27.007 9.2.1: operation not supported. */
const NOT_SUPPORTED = 4;
/** The module has not said the number of the socket, or there is none. */
const NO_SOCKET = -1;
/** RT-Thread: 1,358 bytes per command is the largest figure of the family. */
const LARGEST_SEND = 1358;

/** Creates a socket: the answer is its number, alone on a line or after `+NSOCR:`. Local port 0 lets the module choose. */
export const NSOCR = command("+NSOCR", {
	spec: `${CAPTURE}, ${FIRMWARE}`,
	set: {
		params: { type: bare(6), protocol: uint(0, 255), localPort: uint(0, 65_535), receive: uint(0, 1), family: optional(bare(8)) },
		response: { socket: uint(0, 6) },
		prefix: null,
	},
});

const datagram = Object.freeze({
	bytes: uint(1, LARGEST_SEND),
	data: payloadHex(LARGEST_SEND, { quoted: false }),
	sequence: uint(1, 255),
});
const destination = Object.freeze({ socket: uint(0, 6), address: bare(39), port: uint(1, 65_535) });
/** `<socket>,<bytes>` and `OK` say that the module has taken the datagram; `+NSOSTR:<socket>,<sequence>,<0|1>` what became of it. */
const sending = deepFreeze({
	lines: true,
	prefix: null,
	result: { prefix: "+NSOSTR", timeoutMs: TRANSMIT_MS, matches: isOutcomeOf },
} as const);
export const NSOST = command("+NSOST", {
	spec: `${CAPTURE}; the sequence: ${OPEN_DRIVER}`,
	set: { params: { ...destination, ...datagram }, ...sending },
});
/** `flag` as in {@link FLAG}. */
export const NSOSTF = command("+NSOSTF", {
	spec: FIRMWARE,
	set: { params: { ...destination, flag: bare(5), ...datagram }, ...sending },
});
/** Connects a stream; the peer is an address, never a name. */
export const NSOCO = command("+NSOCO", {
	spec: `${OPEN_DRIVER}, ${FIRMWARE}`,
	set: { params: { socket: uint(0, 6), address: bare(39), port: uint(1, 65_535) }, timeoutMs: CONNECT_MS },
});
/** The sequence number stands behind the flag, so there is always one; answered and reported like a datagram. */
export const NSOSD = command("+NSOSD", {
	spec: `${OPEN_DRIVER}, ${FIRMWARE}`,
	set: {
		params: {
			socket: uint(0, 6),
			bytes: datagram.bytes,
			data: datagram.data,
			flag: bare(5),
			sequence: datagram.sequence,
		},
		...sending,
	},
});
/** Up to so many bytes of the oldest datagram that waits: `<socket>,<address>,<port>,<bytes>,<hex>,<bytes that still wait>`, or nothing. */
export const NSORF = command("+NSORF", {
	spec: `${CAPTURE}, ${FIRMWARE}`,
	set: { params: { socket: uint(0, 6), bytes: uint(1, LARGEST_SEND) }, lines: true, prefix: null },
});
export const NSOCL = command("+NSOCL", { spec: OPEN_DRIVER, set: { params: { socket: uint(0, 6) } } });
/** How datagrams reach the host: 1 a hint, 2 pushed with the peer's address, 3 pushed without. Not in the oldest firmware, which hints. */
export const NSONMI = command("+NSONMI", {
	spec: `${OPEN_DRIVER}, ${FIRMWARE}`,
	set: { params: { mode: uint(0, 3) } },
	read: { response: { mode: uint() } },
});
const name = Object.freeze({ mode: uint(0, 2), host: bare(255) });
/** There is no parameter for the family of the address. */
export const QDNS = command("+QDNS", { spec: OPEN_DRIVER, set: { params: name } });
/** The same for a stream that is to be connected: the report ends the command. */
const QDNS_OF_STREAM = command("+QDNS", {
	spec: OPEN_DRIVER,
	set: { params: name, response: { address: bare(64) }, result: { prefix: "+QDNS", timeoutMs: RESOLVE_MS } },
});

/** What the open driver sends every piece of a stream with: exception priority, and no release, which never goes with a stream. */
const STREAM_FLAG = "0x100";
/** Release assistance of a datagram: nothing, release after this uplink, release after the answer to it. */
const FLAG: Readonly<Record<Release, string | undefined>> = Object.freeze({
	none: undefined,
	"after-uplink": "0x200",
	"after-response": "0x400",
});

function isOutcomeOf(line: AtLine, params: { socket: number; sequence: number }): boolean {
	return line.uint(0) === params.socket && line.uint(1) === params.sequence;
}

/** Data in flight. The dialect keeps no state, so what the answer and the outcome say is kept with it. */
interface Sending {
	readonly task: SocketTask;
	isLost: boolean;
	taken: number | undefined;
}
function onSendLine(this: Sending, line: AtLine): void {
	if (!line.startsWith("+NSOSTR")) this.taken = takenOf(line, this.task.socket) ?? this.taken;
	else if (line.uint(2) !== 1) this.isLost = true;
}
/** `<socket>,<bytes>`: whatever else the module says of itself meanwhile is handed to the command as well. */
function takenOf(line: AtLine, socket: number): number | undefined {
	return line.count === 2 && line.uint(0) === socket && isOwn(line) ? line.uint(1) : undefined;
}
/** Answers have no prefix, or that of a socket's command. */
function isOwn(line: AtLine): boolean {
	return !line.startsWith("+") || line.startsWith("+NSO");
}
function onSent(this: Sending, error: AtError | undefined): void {
	const { task, isLost, taken } = this;
	if (error === undefined && isLost) task.fail(NOT_TRANSMITTED, "not transmitted");
	else if (error === undefined && taken === 0) task.busy();
	else {
		// A datagram goes whole or not at all.
		if (task.kind === "tcp") task.taken = taken;
		task.finish(error);
	}
}

/** 1 to 255. CoAP's message id is in bytes 2 and 3, so that a late outcome of the datagram before has another number. */
function sequenceOf(data: Uint8Array): number {
	return 1 + (((data[2] ?? 0) + (data[3] ?? 0) + data.byteLength) % 255);
}

function onCreated(this: SocketTask, error: AtError | undefined, result: { socket: number }): void {
	if (error === undefined) this.socket = result.socket;
	this.finish(error);
}

/**
 * A stream that is being opened: a name is resolved first, since `+NSOCO` takes none; then the socket is made, the module is told to keep data
 * until they are fetched, which holds for datagrams as well from then on, and the peer is called.
 */
class Connecting {
	readonly #at: Channel;
	readonly #task: SocketTask;
	#address: string;
	constructor(at: Channel, task: SocketTask) {
		this.#at = at;
		this.#task = task;
		this.#address = task.address;
	}
	run(): void {
		if (parseAddress(this.#address) !== undefined) this.create();
		else this.#at.submit(QDNS_OF_STREAM.set, { mode: 0, host: this.#address }, this, this.onResolved);
	}
	private onResolved(error: AtError | undefined, result: { address: string }): void {
		if (error !== undefined) this.#task.finish(error);
		else if (parseAddress(result.address) === undefined) this.#task.fail(HOST_NOT_FOUND, "host not found");
		else {
			this.#address = result.address;
			this.create();
		}
	}
	private create(): void {
		const family = this.#address.includes(":") ? "AF_INET6" : undefined;
		const params = { type: "STREAM", protocol: 6, localPort: this.#task.localPort, receive: 1, family };
		this.#at.submit(NSOCR.set, params, this, this.onCreated);
	}
	private onCreated(error: AtError | undefined, result: { socket: number }): void {
		if (error !== undefined) {
			this.#task.finish(error);
			return;
		}
		this.#task.socket = result.socket;
		this.#at.submit(NSONMI.read, undefined, this, this.onMode);
	}
	private onMode(error: AtError | undefined, result: { mode: number }): void {
		if (error === undefined && result.mode === HINTS) this.connect();
		else if (error === undefined || isRefusal(error)) this.#at.submit(NSONMI.set, { mode: HINTS }, this, this.onHinting);
		else this.#task.finish(error);
	}
	/** Firmware without modes hints. */
	private onHinting(error: AtError | undefined): void {
		if (error === undefined || isRefusal(error)) this.connect();
		else this.#task.finish(error);
	}
	private connect(): void {
		const task = this.#task;
		this.#at.submit(NSOCO.set, { socket: task.socket, address: this.#address, port: task.port }, task, task.finish);
	}
}

function onRead(this: SocketTask, line: AtLine): void {
	if (line.count < 5 || line.uint(3) === 0 || !isOwn(line)) return;
	const bytes = line.hexBytes(4, this.into);
	const isWhole = bytes > 0 && bytes === line.uint(3);
	this.received = isWhole ? bytes : 0;
	this.remaining = isWhole ? line.uint(5) : BROKEN;
	if (!isWhole) return;
	if (this.kind !== "udp") return;
	this.fromAddress = line.text(1);
	this.fromPort = line.uint(2) ?? 0;
}

/** `+NSONMI:2` answers the read command; all reports have two fields or a word. */
function isMode(line: AtLine): boolean {
	return line.count === 1 && line.uint(0) !== undefined;
}

/** By the mode: `<socket>,<bytes>`, `<socket>,<bytes>,<hex>` or `<socket>,<address>,<port>,<bytes>,<hex>`; `drop 3 bytes pkt` when it had no room. */
function onReceived(modem: ModemContext, line: AtLine): void {
	const socket = line.uint(0);
	if (socket === undefined) return;
	if (line.count >= 5) modem.sockets.receivedHex(socket, line, 4, line.uint(3) ?? 0, line.text(1), line.uint(2));
	else if (line.count === 3) modem.sockets.receivedHex(socket, line, 2, line.uint(1) ?? 0);
	else if (line.count === 2) modem.sockets.readable(socket, line.uint(1));
}

function onClosed(modem: ModemContext, line: AtLine): void {
	const socket = line.uint(0);
	if (socket !== undefined) modem.sockets.closed(socket);
}

/** `+QDNS:192.0.2.33` or `+QDNS:QUERY_DNS_FAILED`. */
function onResolved(modem: ModemContext, line: AtLine): void {
	if (line.count === 0 || line.equals(0, "QUERY_DNS_FAILED")) modem.sockets.resolving(0, HOST_NOT_FOUND);
	else modem.sockets.resolved(line.text(0) ?? "");
}

type Channel = AtChannel<ModemContext>;

export const hisiliconNb: SocketDialect = Object.freeze({
	firstSocket: 0,
	udpHasNoPeer: true,
	// An error instead of `<socket>,<bytes>` is a parameter, a socket that is not open, or no network.
	errorMeansNotSent: true,
	// Not used: the answer to +NSOCR is the outcome.
	openWithinMs: RESOLVE_MS,
	resolveWithinMs: RESOLVE_MS,
	commands: Object.freeze([NSOCR.set, NSOST.set, NSOSTF.set, NSOSD.set, NSORF.set]),
	causes: Object.freeze({ [HOST_NOT_FOUND]: "host not found", [NOT_SUPPORTED]: "operation not supported" }),

	open(at: Channel, task: SocketTask): void {
		// Until the module has said a number there is none that `close` may give back: it could be another socket's.
		task.socket = NO_SOCKET;
		if (task.kind === "tcp") {
			new Connecting(at, task).run();
			return;
		}
		if (task.kind !== "udp") {
			task.fail(NOT_SUPPORTED);
			return;
		}
		const family = task.address.includes(":") ? "AF_INET6" : undefined;
		at.submit(NSOCR.set, { type: "DGRAM", protocol: 17, localPort: task.localPort, receive: 1, family }, task, onCreated);
	},
	send(at: Channel, task: SocketTask): void {
		const { socket, address, port, data } = task;
		const flag = FLAG[task.release];
		const outcome: Sending = { task, isLost: false, taken: undefined };
		const params = { socket, address, port, bytes: data.byteLength, data, sequence: sequenceOf(data) };
		if (task.kind === "tcp") at.submit(NSOSD.set, { ...params, flag: STREAM_FLAG }, outcome, onSent, undefined, onSendLine);
		else if (flag === undefined) at.submit(NSOST.set, params, outcome, onSent, undefined, onSendLine);
		else at.submit(NSOSTF.set, { ...params, flag }, outcome, onSent, undefined, onSendLine);
	},
	receive(at: Channel, task: SocketTask): void {
		at.submit(NSORF.set, { socket: task.socket, bytes: Math.min(task.into.byteLength, LARGEST_SEND) }, task, finishRead, undefined, onRead);
	},
	close(at: Channel, task: SocketTask): void {
		if (task.socket === NO_SOCKET) task.finish(undefined);
		else at.submit(NSOCL.set, { socket: task.socket }, task, finishClose);
	},
	resolve(at: Channel, task: SocketTask): void {
		at.submit(QDNS.set, { mode: 0, host: task.address }, task, task.accepted);
	},
	urcs: deepFreeze([
		{ prefix: "+NSONMI", spec: `${CAPTURE}, ${FIRMWARE}`, isResponse: isMode, handle: onReceived },
		// Behind the OK of its command (F22).
		{ prefix: "+NSORF", spec: FIRMWARE, handle: onReceived },
		// Also said after our own +NSOCL, when the number is free already.
		{ prefix: "+NSOCLI", spec: OPEN_DRIVER, handle: onClosed },
		// Of a datagram that nobody waits for any more.
		{ prefix: "+NSOSTR", spec: OPEN_DRIVER, handle: () => {} },
		{ prefix: "+QDNS", spec: OPEN_DRIVER, handle: onResolved },
	]),
} satisfies SocketDialect);
