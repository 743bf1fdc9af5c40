import type { AtChannel } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import { optional, text, uint, word } from "../../sdk/at/fields.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { ModemContext, SocketTask } from "../../sdk/modem/driver.js";

/** What the embedded stacks of Quectel's NB-IoT and of its LTE modules have alike: opening, names, settings, reports. */
const MANUAL = "Quectel BC660K-GL & BC950K-GL AT commands, TCP/IP";

/** Said where a report that should have a cause has none. */
export const UNKNOWN_ERROR = 550;
/** "operation not supported" of the same list. */
export const NOT_SUPPORTED = 555;

export const QIOPEN = command("+QIOPEN", {
	spec: MANUAL,
	set: {
		params: {
			context: uint(0, 16),
			socket: uint(0, 11),
			service: word("UDP", "TCP"),
			host: text(150),
			remotePort: uint(1, 65_535),
			localPort: uint(0, 65_535),
			mode: uint(0, 2),
		},
	},
});
export const QIDNSGIP = command("+QIDNSGIP", {
	spec: MANUAL,
	set: { params: { context: uint(0, 16), host: text(255) } },
});
/** Stack settings: `AT+QICFG="dataformat"` reads, `AT+QICFG="dataformat",1,1` writes; the module keeps them. */
export const QICFG = command("+QICFG", {
	spec: MANUAL,
	set: { params: { name: text(), first: uint(), second: optional(uint()) } },
});
export const QICFG_READ = command("+QICFG", {
	spec: MANUAL,
	set: { params: { name: text() }, response: { name: text(), first: uint(), second: optional(uint()) } },
});
/** A line for each echo, `0,"<address>",<bytes>,<ms>,<ttl>`, then `0,<sent>,<received>,<lost>,<min>,<max>,<avg>`, or a cause alone. */
export const QPING = command("+QPING", {
	spec: MANUAL,
	set: {
		params: { context: uint(0, 16), host: text(150), timeoutSeconds: optional(uint(1, 255)), count: optional(uint(1, 10)) },
		lines: true,
		// Ten echoes of 255 s would be more than half an hour; nobody waits for more than a minute (an assumption).
		result: { prefix: "+QPING", timeoutMs: 60_000, matches: isPingResult },
	},
});

function isPingResult(line: AtLine): boolean {
	return line.count === 1 || line.count >= 7;
}

type Channel = AtChannel<ModemContext>;

/** `mode` is where received data go: 0 they are kept until they are read, 1 they are pushed. */
export function openSocket(at: Channel, task: SocketTask, mode: 0 | 1): void {
	if (task.kind !== "tcp" && task.kind !== "udp") {
		task.fail(NOT_SUPPORTED);
		return;
	}
	at.submit(
		QIOPEN.set,
		{
			context: task.cid,
			socket: task.socket,
			service: task.kind === "tcp" ? "TCP" : "UDP",
			host: task.address,
			remotePort: task.port,
			localPort: task.localPort,
			mode,
		},
		task,
		task.accepted,
	);
}
export function resolveHost(at: Channel, task: SocketTask): void {
	at.submit(QIDNSGIP.set, { context: task.cid, host: task.address }, task, task.accepted);
}

/** `SEND FAIL` is a full buffer of a socket that stands; every other error is the task's. */
export function onSent(this: SocketTask, error: AtError | undefined): void {
	if (error?.code === "error" && error.text?.endsWith("FAIL")) this.busy();
	else this.finish(error);
}

/**
 * The information line of `+QIRD`; a peer stands behind the count where the socket takes datagrams of all peers. How much still waits is not
 * said, so reading goes on until nothing comes: only then the module reports the next data.
 */
export function onRead(this: SocketTask, line: AtLine): void {
	const data = line.payload();
	if (data === undefined) {
		this.remaining = 0;
		return;
	}
	const { into } = this;
	const isTooMuch = data.byteLength > into.byteLength;
	into.set(isTooMuch ? data.subarray(0, into.byteLength) : data);
	this.received = isTooMuch ? into.byteLength : data.byteLength;
	if (line.count < 3) return;
	this.fromAddress = line.text(1);
	this.fromPort = line.uint(2) ?? 0;
}

// Reports ----------------------------------------------------------------------------------------------------------

/** `<id>,<err>`, 0 for success; `first` is where the ids of its space begin. */
export function onOpened(modem: ModemContext, line: AtLine, first = 0): void {
	const socket = line.uint(0);
	if (socket !== undefined) modem.sockets.opened(first + socket, line.uint(1) ?? UNKNOWN_ERROR);
}

/** `0,1,600` (result, how many, seconds they hold) and then a line for each address; a cause alone when there is none. */
export function onResolved(modem: ModemContext, line: AtLine, at: number): void {
	const first = line.uint(at);
	if (first === undefined) modem.sockets.resolved(line.text(at) ?? "");
	else if (line.count > at + 1) modem.sockets.resolving(first === 0 ? (line.uint(at + 1) ?? 0) : 0, first);
	else modem.sockets.resolving(0, first);
}

/** `"closed",<id>` */
export function onClosed(modem: ModemContext, line: AtLine, first = 0): void {
	const socket = line.uint(1);
	if (socket !== undefined) modem.sockets.closed(first + socket);
}

/** What `+QIURC` reports besides data: `"dnsgip",…`, `"pdpdeact",<context>`, `"closed",<id>`; anything else is passed over. */
export function onStackReport(modem: ModemContext, line: AtLine): void {
	if (line.equals(0, "dnsgip")) onResolved(modem, line, 1);
	else if (line.equals(0, "pdpdeact")) modem.sockets.allClosed();
	else if (line.equals(0, "closed")) onClosed(modem, line);
}
