import type { AtChannel } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import { uint } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { ModemContext, SocketDialect, SocketTask } from "../../sdk/modem/driver.js";
import { quectelCauses } from "./quectel-causes.js";
import { onOpened, onRead, onResolved, onSent, onStackReport, openSocket, QIDNSGIP, QIOPEN, QPING, resolveHost } from "./quectel-stack.js";
import { closeSecure, eraseOrStore, onSecureReport, openSecure, receiveSecure, secureCommands, sendSecure } from "./quectel-tls.js";

/**
 * The embedded UDP/TCP stack of Quectel's LTE modules, in buffered mode: the module keeps what it has received until it is read by count, so
 * that a slow reader loses nothing, and data go out behind a prompt. All data are bytes, never digits. TLS sockets have commands, reports and
 * numbers of their own: quectel-tls.ts.
 */
const OPEN_DRIVERS = "RT-Thread at_device ec200x, ec20; esp-ml307 (EC801E)";
const EMULATOR = "Renode Quectel modem models";

/** Received data stay in the module until they are read. */
const BUFFERED = 0;
/** `SEND OK` says that the module has taken the data, not that they are delivered: 30 s are an assumption. */
const SEND_MS = 30_000;
/** `<timeout>` of `+QICLOSE` is 10 s where it is not given (general knowledge), and 2 s more. */
const CLOSE_MS = 12_000;
/** The vendor's figure for `+QIOPEN` and `+QIACT`. */
const OPEN_MS = 150_000;
/** No figure at hand: as long as resolving and opening on the same vendor's NB-IoT modules (an assumption). */
const RESOLVE_MS = 60_500;
/** Ids of `+QIOPEN` are 0 to 11; those of TLS sockets are told apart by what is added to them. */
const FIRST_SECURE = 12;

/** `SEND OK` does not say for which socket: one send at a time on the whole module. */
export const QISEND = command("+QISEND", {
	spec: OPEN_DRIVERS,
	set: {
		params: { socket: uint(0, 11), bytes: uint(1, 1460) },
		prompt: true,
		finals: { ok: ["SEND OK"], error: ["SEND FAIL"] },
		timeoutMs: SEND_MS,
	},
});
/** `+QIRD: <bytes>`, and the data behind its line end; 0 when nothing waits. */
export const QIRD = command("+QIRD", { spec: EMULATOR, set: { params: { socket: uint(0, 11), bytes: uint(1, 1500) }, binary: dataBytes } });
export const QICLOSE = command("+QICLOSE", { spec: OPEN_DRIVERS, set: { params: { socket: uint(0, 11) }, timeoutMs: CLOSE_MS } });

function dataBytes(line: AtLine): number {
	return line.uint(0) ?? 0;
}

/** `"recv",<id>` once, until all has been read; with `recvind` the bytes that wait stand behind it. */
function onReport(modem: ModemContext, line: AtLine): void {
	const socket = line.uint(1);
	// The report that comes all the time is compared first: each comparison of text allocates on XS.
	if (socket !== undefined && line.equals(0, "recv")) modem.sockets.readable(socket, line.uint(2));
	else if (line.equals(0, "pdpdeact")) onDeactivated(modem, line);
	else onStackReport(modem, line);
}

/** The network has taken the context away: its sockets are gone, and it must be activated again. */
function onDeactivated(modem: ModemContext, line: AtLine): void {
	const event = modem.decoded.packet;
	event.kind = "deactivated";
	event.by = "network";
	event.pdn = true;
	event.cid = line.uint(1);
	modem.sockets.allClosed();
	modem.packetEvent(event);
}

type Channel = AtChannel<ModemContext>;

function isSecure(task: SocketTask): boolean {
	return task.socket >= FIRST_SECURE;
}

export const quectelLte: SocketDialect = Object.freeze({
	firstSocket: 0,
	firstSecureSocket: FIRST_SECURE,
	// ERROR is a parameter or a socket that is not open; SEND FAIL is a full buffer.
	errorMeansNotSent: true,
	sendsBehindPrompt: true,
	openWithinMs: OPEN_MS,
	resolveWithinMs: RESOLVE_MS,
	causes: quectelCauses,

	open(at: Channel, task: SocketTask): void {
		if (task.kind === "tls") openSecure(at, task, FIRST_SECURE);
		else openSocket(at, task, BUFFERED);
	},
	send(at: Channel, task: SocketTask): void {
		const { socket, data } = task;
		if (isSecure(task)) sendSecure(at, task, socket - FIRST_SECURE);
		else at.submit(QISEND.set, { socket, bytes: data.byteLength }, task, onSent, data);
	},
	receive(at: Channel, task: SocketTask): void {
		const { socket, into } = task;
		if (isSecure(task)) receiveSecure(at, task, socket - FIRST_SECURE);
		else at.submit(QIRD.set, { socket, bytes: Math.min(into.byteLength, 1500) }, task, task.finish, undefined, onRead);
	},
	close(at: Channel, task: SocketTask): void {
		if (isSecure(task)) closeSecure(at, task, task.socket - FIRST_SECURE);
		else at.submit(QICLOSE.set, { socket: task.socket }, task, task.finish);
	},
	resolve: resolveHost,
	credential: eraseOrStore,
	urcs: deepFreeze([
		{ prefix: "+QIOPEN", spec: OPEN_DRIVERS, handle: (modem, line) => onOpened(modem, line) },
		{ prefix: "+QIURC", spec: OPEN_DRIVERS, handle: onReport },
		{ prefix: "+QIDNSGIP", spec: OPEN_DRIVERS, handle: (modem, line) => onResolved(modem, line, 0) },
		{ prefix: "+QSSLOPEN", spec: OPEN_DRIVERS, handle: (modem, line) => onOpened(modem, line, FIRST_SECURE) },
		{ prefix: "+QSSLURC", spec: OPEN_DRIVERS, handle: (modem, line) => onSecureReport(modem, line, FIRST_SECURE) },
	]),
	commands: Object.freeze([QIOPEN.set, QISEND.set, QIRD.set, QICLOSE.set, QIDNSGIP.set, QPING.set, ...secureCommands]),
} satisfies SocketDialect);
