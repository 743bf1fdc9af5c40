import type { AtChannel } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import { optional, text, uint, word } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { ModemContext, SocketDialect, SocketTask } from "../../sdk/modem/driver.js";
import { finishClose, isRefusal } from "./answers.js";
import { cipUrcs, dnsCauses, fetch, RESOLVE_MS, resolveName } from "./cip.js";
import { contextLost } from "./context-lost.js";
import * as cch from "./simcom-cch.js";

/**
 * The embedded stack of SIMCom's LTE modules (A76xx, SIM7600): a network service that is opened first, ten links, datagrams that name their
 * peer, data that wait in the module. Secure streams have commands of their own, see simcom-cch.ts.
 */
const CAPTURE = "captures of A7670E and SIM7600E-H";
const OPEN_DRIVER = "TinyGSM, class of A7672x; RT-Thread at_device sim76xx";
const GENERAL = "general knowledge of SIMCom's commands, no document at hand";

/** TinyGSM gives up after 75 s; the module must have said its word before it counts as silent, so it gets longer (an assumption). */
const OPEN_MS = 120_000;
/** Nothing at hand bounds it: the module takes the data into its buffer (an assumption). */
const SEND_MS = 30_000;
/** The module wants a local port for datagrams, so each link has one of the ephemeral ports (RFC 6335 6) of its own. */
const FIRST_EPHEMERAL_PORT = 49_152;
/** A number of our own: the module gives none for what it sent only a part of, or for a connection that is gone. */
const NOT_SENT = 0;

/** Opens the network service: `OK`, then `+NETOPEN: 0`. Where it is open already that is an error, so it is read first. */
export const NETOPEN = command("+NETOPEN", {
	spec: CAPTURE,
	execute: { params: {}, response: { result: uint(0, 0) }, result: { prefix: "+NETOPEN", timeoutMs: OPEN_MS }, timeoutMs: OPEN_MS },
	read: { response: { state: uint() } },
});
/** Datagrams have no peer here; one that is given all the same is refused (F8). */
export const CIPOPEN = command("+CIPOPEN", {
	spec: CAPTURE,
	set: {
		params: {
			socket: uint(0, 9),
			protocol: word("TCP", "UDP"),
			host: optional(text(255)),
			port: optional(uint(1, 65_535)),
			localPort: optional(uint(1, 65_535)),
		},
		result: { prefix: "+CIPOPEN", timeoutMs: OPEN_MS, matches: isOfSocket },
	},
});
/** `<socket>,<bytes asked for>,<bytes taken>`: none where there is no room, −1 where the connection is gone. */
export const CIPSEND = command("+CIPSEND", {
	spec: OPEN_DRIVER,
	set: {
		params: { socket: uint(0, 9), bytes: uint(1, 1500), address: optional(text(64)), port: optional(uint(1, 65_535)) },
		prompt: true,
		result: { prefix: "+CIPSEND", timeoutMs: SEND_MS, matches: isOfSocket },
		timeoutMs: SEND_MS,
	},
});
export const CIPCLOSE = command("+CIPCLOSE", { spec: OPEN_DRIVER, set: { params: { socket: uint(0, 9) } } });

/** `<err>` of `+CIPOPEN`; 3 is confirmed by a capture, the rest is general knowledge. */
const openCauses: Readonly<Record<number, string>> = Object.freeze({
	1: "network failure",
	2: "network not opened",
	3: "wrong parameter",
	4: "operation not supported",
	5: "socket not created",
	6: "socket not bound",
	8: "busy",
	9: "socket id in use",
	10: "timeout",
	11: "host not found",
	12: "unknown error",
});

function isOfSocket(line: AtLine, params: { socket: number }): boolean {
	return line.uint(0) === params.socket;
}

/** A link that is being opened: the reason comes before `ERROR` (F8), and the dialect keeps no state. */
interface Opening {
	readonly task: SocketTask;
	cause: number | undefined;
}
function onOpenLine(this: Opening, line: AtLine): void {
	this.cause = line.uint(1);
}
function onOpened(this: Opening, error: AtError | undefined): void {
	const { task, cause } = this;
	if (cause !== undefined && cause !== 0 && (error === undefined || isRefusal(error))) task.fail(cause, openCauses[cause]);
	else task.finish(error);
}

/** Bytes on their way into the module. */
interface Sending {
	readonly task: SocketTask;
	taken: number | undefined;
}
function onSendLine(this: Sending, line: AtLine): void {
	this.taken = line.int(2);
}
function onSent(this: Sending, error: AtError | undefined): void {
	const { task, taken } = this;
	if (taken === 0 && (error === undefined || isRefusal(error))) task.busy();
	else if (error !== undefined || taken === undefined) task.finish(error);
	else if (taken < 0 || (task.kind === "udp" && taken < task.data.byteLength)) task.fail(NOT_SENT, "not sent");
	else {
		task.taken = taken;
		task.finish(undefined);
	}
}

/** `+IPCLOSE: <socket>,<reason>`; older modules leave the colon out. */
function onPeerClosed(modem: ModemContext, line: AtLine): void {
	const socket = line.uint(0);
	if (socket !== undefined) modem.sockets.closed(socket);
}
/** Of a command that nobody waits for any more, or said beside a result that tells as much. */
function ignore(): void {}

type Channel = AtChannel<ModemContext>;

export const simcomCip: SocketDialect = Object.freeze({
	firstSocket: 0,
	firstSecureSocket: cch.FIRST_SESSION,
	// An error instead of a prompt is a parameter, a link that is not open or no network.
	errorMeansNotSent: true,
	sendsBehindPrompt: true,
	// Not used: the outcome is part of the command.
	openWithinMs: OPEN_MS,
	resolveWithinMs: RESOLVE_MS,
	causes: dnsCauses,
	commands: Object.freeze([NETOPEN.execute, CIPOPEN.set, CIPSEND.set, ...cch.commands]),

	open(at: Channel, task: SocketTask): void {
		const { socket, address: host, port, localPort } = task;
		if (task.kind === "tls") {
			cch.open(at, task);
			return;
		}
		const params =
			task.kind === "tcp"
				? { socket, protocol: "TCP" as const, host, port, localPort: localPort === 0 ? undefined : localPort }
				: { socket, protocol: "UDP" as const, localPort: localPort === 0 ? FIRST_EPHEMERAL_PORT + socket : localPort };
		at.submit(CIPOPEN.set, params, { task, cause: undefined } as Opening, onOpened, undefined, onOpenLine);
	},
	send(at: Channel, task: SocketTask): void {
		const { socket, data, address, port } = task;
		if (task.kind === "tls") {
			cch.send(at, task);
			return;
		}
		const params = task.kind === "tcp" ? { socket, bytes: data.byteLength } : { socket, bytes: data.byteLength, address, port };
		at.submit(CIPSEND.set, params, { task, taken: undefined } as Sending, onSent, data, onSendLine);
	},
	receive(at: Channel, task: SocketTask): void {
		if (task.kind === "tls") cch.receive(at, task);
		else fetch(at, task);
	},
	close(at: Channel, task: SocketTask): void {
		if (task.kind === "tls") cch.close(at, task);
		else at.submit(CIPCLOSE.set, { socket: task.socket }, task, finishClose);
	},
	resolve: resolveName,
	credential: cch.credential,
	urcs: deepFreeze([
		...cipUrcs,
		...cch.cchUrcs,
		{ prefix: "+IPCLOSE", spec: OPEN_DRIVER, handle: onPeerClosed },
		{ prefix: "+CIPEVENT", spec: "guide of SIM8230G", handle: contextLost },
		{ prefix: "+NETOPEN", spec: CAPTURE, handle: ignore },
		{ prefix: "+CIPOPEN", spec: CAPTURE, handle: ignore },
		{ prefix: "+CIPSEND", spec: OPEN_DRIVER, handle: ignore },
		{ prefix: "+CIPCLOSE", spec: GENERAL, handle: ignore },
		{ prefix: "+CIPERROR", spec: GENERAL, handle: ignore },
		{ prefix: "+IP ERROR", spec: GENERAL, handle: ignore },
	]),
} satisfies SocketDialect);
