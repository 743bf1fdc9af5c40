import type { AtChannel } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import { optional, payloadHex, text, uint, word } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { ModemContext, Release, SocketDialect, SocketTask } from "../../sdk/modem/driver.js";
import { quectelCauses } from "./quectel-causes.js";

/**
 * The embedded UDP/TCP stack of Quectel's NB-IoT modules: data in hexadecimal both ways, datagrams pushed, the PDP context's id as the
 * first parameter (0 on BC660K, 1 on BC66 and BC26).
 */
const MANUAL = "Quectel BC660K-GL & BC950K-GL AT commands, TCP/IP";

/** Datagrams are pushed to the host as they come. */
const DIRECT_PUSH = 1;
/** Said where a report that should have a cause has none. */
const UNKNOWN_ERROR = 550;
/** `SEND OK` has no bound in the manual at hand; two bad transmissions at coverage level 2 take longer than half a minute (an assumption). */
const SEND_MS = 60_000;
/** `CLOSE OK` comes within 5.5 s (the open-source driver's bound) after an `OK` of at most 5 s. */
const CLOSE_MS = 10_500;

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
/** `SEND OK` does not say for which socket: one send at a time on the whole module. `rai` as in {@link RAI}. */
export const QISEND = command("+QISEND", {
	spec: MANUAL,
	set: {
		params: { socket: uint(0, 11), bytes: uint(1, 512), data: payloadHex(512), rai: optional(uint(0, 2)) },
		finals: { ok: ["SEND OK"], error: ["SEND FAIL"] },
		timeoutMs: SEND_MS,
	},
});
/** `CLOSE OK` has no socket either, and is said for a closed socket as well. */
export const QICLOSE = command("+QICLOSE", {
	spec: MANUAL,
	set: { params: { socket: uint(0, 11) }, finals: { ok: ["CLOSE OK"], error: [] }, timeoutMs: CLOSE_MS },
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

/** `<rai>` of `+QISEND`: nothing, release after this uplink, release after the answer to it. */
const RAI: Readonly<Record<Release, number | undefined>> = Object.freeze({ none: undefined, "after-uplink": 1, "after-response": 2 });

function onOpened(modem: ModemContext, line: AtLine): void {
	const socket = line.uint(0);
	if (socket !== undefined) modem.sockets.opened(socket, line.uint(1) ?? UNKNOWN_ERROR);
}

/**
 * `0,1,600` (result, how many, seconds they hold) and then a line for each address; a cause alone when there is none. BC66 puts
 * `"dnsgip"` before it.
 */
function onResolved(modem: ModemContext, line: AtLine, at: number): void {
	const first = line.uint(at);
	if (first === undefined) modem.sockets.resolved(line.text(at) ?? "");
	else if (line.count > at + 1) modem.sockets.resolving(first === 0 ? (line.uint(at + 1) ?? 0) : 0, first);
	else modem.sockets.resolving(0, first);
}

/** `"recv",<id>,<bytes>,"<hex>"`; without `showlength` the hex follows the id, and in buffered mode there is none. */
function onReceived(modem: ModemContext, line: AtLine, socket: number): void {
	if (line.count >= 4) modem.sockets.receivedHex(socket, line, 3, line.uint(2) ?? 0);
	else if (line.count === 3 && line.isQuoted(2)) modem.sockets.receivedHex(socket, line, 2, (line.text(2) ?? "").length / 2);
	else modem.sockets.readable(socket);
}

function onReport(modem: ModemContext, line: AtLine): void {
	const socket = line.uint(1);
	// The report that comes all the time is compared first: each comparison of text allocates on XS.
	if (socket !== undefined && line.equals(0, "recv")) onReceived(modem, line, socket);
	else if (line.equals(0, "dnsgip")) onResolved(modem, line, 1);
	else if (line.equals(0, "pdpdeact")) modem.sockets.allClosed();
	else if (socket === undefined) return;
	else if (line.equals(0, "closed")) modem.sockets.closed(socket);
}

type Channel = AtChannel<ModemContext>;

export const quectelNb: SocketDialect = Object.freeze({
	firstSocket: 0,
	// ERROR is a parameter or a socket that is not open; SEND FAIL is a full buffer.
	errorMeansNotSent: true,
	// The open-source driver waits 60.5 s for +QIOPEN.
	openWithinMs: 60_500,
	// Not in the manual at hand: as long as opening, which resolves a host as well (an assumption).
	resolveWithinMs: 60_500,
	causes: quectelCauses,

	open(at: Channel, task: SocketTask): void {
		at.submit(
			QIOPEN.set,
			{
				context: task.cid,
				socket: task.socket,
				service: task.kind === "tcp" ? "TCP" : "UDP",
				host: task.address,
				remotePort: task.port,
				localPort: task.localPort,
				mode: DIRECT_PUSH,
			},
			task,
			task.accepted,
		);
	},
	send(at: Channel, task: SocketTask): void {
		const { socket, data, release } = task;
		at.submit(QISEND.set, { socket, bytes: data.byteLength, data, rai: RAI[release] }, task, task.finish);
	},
	close(at: Channel, task: SocketTask): void {
		at.submit(QICLOSE.set, { socket: task.socket }, task, task.finish);
	},
	resolve(at: Channel, task: SocketTask): void {
		at.submit(QIDNSGIP.set, { context: task.cid, host: task.address }, task, task.accepted);
	},
	urcs: deepFreeze([
		{ prefix: "+QIOPEN", spec: MANUAL, handle: onOpened },
		{ prefix: "+QIURC", spec: MANUAL, handle: onReport },
		{ prefix: "+QIDNSGIP", spec: MANUAL, handle: (modem, line) => onResolved(modem, line, 0) },
	]),
} satisfies SocketDialect);
