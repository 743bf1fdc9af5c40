import type { AtChannel } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import { text, uint } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { ModemContext, SocketTask } from "../../sdk/modem/driver.js";
import { readCompareWrite } from "../../sdk/modem/driver.js";
import { BROKEN, finishRead, isRefusal } from "./answers.js";

/**
 * What SIMCom's modules and those that took their commands over (OpenLuat) have in common: data that wait in the module until they are
 * fetched, and names.
 */
const OPEN_DRIVER = "TinyGSM, class of A7672x";
const DIGEST = "digest of the Air780EP AT manual V1.6.7";

/** Nothing at hand bounds a name's address; as long as opening a connection may take (an assumption). */
export const RESOLVE_MS = 75_000;
/** Longer than data may stand still (framer), so that what is cut off is told from a module that is mute. */
export const READ_MS = 15_000;
/** The digest of the Air780EP manual: 10 to 15 are errors of the name service. 10 is what captures of SIMCom modules show as well. */
export const dnsCauses: Readonly<Record<number, string>> = Object.freeze({ 10: "host not found" });
const HOST_NOT_FOUND = 10;

/** 0: data are pushed as they come, 1: they wait, and the first that comes into an empty buffer is announced. */
export const CIPRXGET = command("+CIPRXGET", {
	spec: `${OPEN_DRIVER}, ${DIGEST}`,
	set: { params: { mode: uint(0, 5) } },
	read: { response: { mode: uint() } },
});
/** `2,<socket>,<bytes that follow>,<bytes that still wait>` and the bytes. */
export const CIPRXGET_READ = command("+CIPRXGET", {
	spec: `${OPEN_DRIVER}, ${DIGEST}`,
	set: {
		params: { mode: uint(2, 2), socket: uint(0, 9), bytes: uint(1, 1500) },
		binary: line => line.uint(2) ?? 0,
		timeoutMs: READ_MS,
	},
});
/**
 * `1,"<host>","<address>"` or `0,<cause>`, before or after `OK`, the latter also before `ERROR`: SIMCom's command is as slow as a name server. There is
 * no parameter for the family.
 */
export const CDNSGIP = command("+CDNSGIP", {
	spec: `${OPEN_DRIVER}, ${DIGEST}`,
	set: { params: { host: text(255) }, lines: true, timeoutMs: RESOLVE_MS },
});

/** Data wait until they are asked for. */
export const holdData = readCompareWrite(CIPRXGET.read, CIPRXGET.set, {
	same: (result: { mode: number }) => result.mode === 1,
	params: { mode: 1 },
});

/** `+CIPRXGET: 1,<socket>` reports; `+CIPRXGET: 1` answers the read command, `2,…` and `4,…` the set command. */
function isAnswer(line: AtLine): boolean {
	return line.uint(0) !== 1 || line.count === 1;
}

/** Data behind the `OK` of their command (F22) are taken as they come, and there may be more. */
function onWaiting(modem: ModemContext, line: AtLine): void {
	const socket = line.uint(1);
	if (socket === undefined) return;
	if (lateBytes(line) > 0) modem.sockets.receiving(socket);
	modem.sockets.readable(socket);
}
function lateBytes(line: AtLine): number {
	return line.uint(0) === 2 ? (line.uint(2) ?? 0) : 0;
}

function onRead(this: SocketTask, line: AtLine): void {
	const payload = line.payload();
	const isTooLong = payload !== undefined && payload.byteLength > this.into.byteLength;
	this.remaining = isTooLong ? BROKEN : line.uint(3);
	if (payload === undefined || isTooLong) return;
	this.into.set(payload);
	this.received = payload.byteLength;
}

/** Fetches what fits into `task.into`. */
export function fetch(at: AtChannel<ModemContext>, task: SocketTask): void {
	at.submit(CIPRXGET_READ.set, { mode: 2, socket: task.socket, bytes: task.into.byteLength }, task, finishRead, undefined, onRead);
}

/** A name that is being resolved. The dialect keeps no state, so what a line before `ERROR` says is kept with it (F8). */
interface Resolving {
	readonly task: SocketTask;
	cause: number | undefined;
}
function onResolvingLine(this: Resolving, line: AtLine): void {
	this.cause = line.uint(1) ?? HOST_NOT_FOUND;
}
function onResolving(this: Resolving, error: AtError | undefined): void {
	if (this.cause !== undefined && (error === undefined || isRefusal(error))) this.task.fail(this.cause, dnsCauses[this.cause]);
	else this.task.accepted(error);
}

export function resolveName(at: AtChannel<ModemContext>, task: SocketTask): void {
	const resolving: Resolving = { task, cause: undefined };
	at.submit(CDNSGIP.set, { host: task.address }, resolving, onResolving, undefined, onResolvingLine);
}

/** What has no address is the command's, as long as that runs: `ERROR` may follow. */
function isFailure(line: AtLine): boolean {
	return line.uint(0) !== 1;
}
function onResolved(modem: ModemContext, line: AtLine): void {
	const count = line.count - 2;
	if (line.uint(0) !== 1 || count < 1) {
		modem.sockets.resolving(0, line.uint(1) ?? HOST_NOT_FOUND);
		return;
	}
	modem.sockets.resolving(count, 0);
	for (let i = 0; i < count; i++) modem.sockets.resolved(line.text(i + 2) ?? "");
}

/** Rows that both dialects have. */
export const cipUrcs = deepFreeze([
	{
		prefix: "+CIPRXGET",
		spec: `${OPEN_DRIVER}, ${DIGEST}`,
		isResponse: isAnswer,
		handle: onWaiting,
		binary: lateBytes,
		onBinary: (modem: ModemContext, bytes: Uint8Array) => modem.sockets.receivedBytes(bytes),
	},
	{ prefix: "+CDNSGIP", spec: `${OPEN_DRIVER}, ${DIGEST}`, isResponse: isFailure, handle: onResolved },
]);
