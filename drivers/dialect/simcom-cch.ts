import type { AtChannel } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import { text, uint } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { CredentialTask, ModemContext, SocketTask } from "../../sdk/modem/driver.js";
import { BROKEN, finishClose, finishRead, isRefusal } from "./answers.js";
import { READ_MS } from "./cip.js";
import { credentialFile } from "./credential-file.js";
import { beyondTls12 } from "./secure-limits.js";
import { type DialectStep, Sequence } from "./sequence.js";

/** Secure streams of SIMCom's LTE modules: two sessions with numbers of their own, each with the settings of the same number. */
const OPEN_DRIVER = "TinyGSM, classes of A7672x and SIM7600";
const GENERAL = "general knowledge of SIMCom's commands, no document at hand";

/** What the core adds to a session's number, clear of the ten links. */
export const FIRST_SESSION = 16;

/** TinyGSM gives up after 75 s, handshake included; longer, so that a module that says it late does not count as silent (an assumption). */
const OPEN_MS = 120_000;
/** TinyGSM waits 10 s for the report; three times that is an assumption for a poor cell. */
const SEND_MS = 30_000;
/** `<client_type>` of `+CCHOPEN`: TLS. */
const TLS_CLIENT = 2;
/** `<sslversion>`: TLS 1.2 and nothing below. */
const TLS_1_2 = 3;
const NOT_SUPPORTED = 4;

/** Whether the end of a send is reported, and whether data wait until they are fetched. */
export const CCHSET = command("+CCHSET", { spec: OPEN_DRIVER, set: { params: { reportsSend: uint(0, 1), holdsData: uint(0, 1) } } });
/** An error where the service runs already. */
export const CCHSTART = command("+CCHSTART", { spec: OPEN_DRIVER, execute: { timeoutMs: OPEN_MS } });
/** The names are in lower case, whatever the vendor's text prints. */
export const CSSLCFG = command("+CSSLCFG", { spec: OPEN_DRIVER, set: { params: { name: text(20), context: uint(0, 9), value: uint() } } });
export const CSSLCFG_FILE = command("+CSSLCFG", {
	spec: OPEN_DRIVER,
	set: { params: { name: text(20), context: uint(0, 9), file: text(64) } },
});
export const CCHSSLCFG = command("+CCHSSLCFG", { spec: OPEN_DRIVER, set: { params: { session: uint(0, 1), context: uint(0, 9) } } });
export const CCHOPEN = command("+CCHOPEN", {
	spec: OPEN_DRIVER,
	set: {
		params: { session: uint(0, 1), host: text(255), port: uint(1, 65_535), client: uint(1, 2) },
		result: { prefix: "+CCHOPEN", timeoutMs: OPEN_MS, matches: isOfSession },
	},
});
export const CCHSEND = command("+CCHSEND", {
	spec: OPEN_DRIVER,
	set: {
		params: { session: uint(0, 1), bytes: uint(1, 2048) },
		prompt: true,
		result: { prefix: "+CCHSEND", timeoutMs: SEND_MS, matches: isOfSession },
		timeoutMs: SEND_MS,
	},
});
/**
 * `DATA,<session>,<bytes>` and the bytes, then `<session>,<cause>`. Whether `OK` stands before all that or behind it differs from source to
 * source, so `OK` ends the command, and data behind it are taken as they come: they are never more than was asked for.
 */
export const CCHRECV = command("+CCHRECV", {
	spec: OPEN_DRIVER,
	set: { params: { session: uint(0, 1), bytes: uint(1, 2048) }, binary: dataBytes, timeoutMs: READ_MS },
});
export const CCHCLOSE = command("+CCHCLOSE", { spec: OPEN_DRIVER, set: { params: { session: uint(0, 1) } } });
/** A file of PEM text behind a prompt. */
export const CCERTDOWN = command("+CCERTDOWN", {
	spec: OPEN_DRIVER,
	set: { params: { file: text(64), bytes: uint(1, 10_240) }, prompt: true, redactPayload: true },
});
export const CCERTDELE = command("+CCERTDELE", { spec: GENERAL, set: { params: { file: text(64) } } });

/** `<err>` of `+CCHOPEN` and `+CCHSEND`: 1, 4 and 9 are told apart by the open driver, the names are general knowledge. */
const causes: Readonly<Record<number, string>> = Object.freeze({
	1: "alerting state",
	2: "unknown error",
	3: "busy",
	4: "peer closed",
	5: "operation timeout",
	6: "transfer failed",
	7: "memory error",
	8: "invalid parameter",
	9: "network error",
	10: "session not opened",
	11: "wrong state",
	12: "socket not created",
	13: "host not found",
	14: "connection not accepted",
	15: "TLS handshake failed",
	17: "no network",
	18: "send timeout",
	19: "certificate not set",
});

function isOfSession(line: AtLine, params: { session: number }): boolean {
	return line.uint(0) === params.session;
}
function dataBytes(line: AtLine): number {
	return line.equals(0, "DATA") ? (line.uint(2) ?? 0) : 0;
}
function sessionOf(task: SocketTask): number {
	return task.socket - FIRST_SESSION;
}

/** 0 nobody, 1 the server, 2 both, 3 the client alone is authenticated. */
function authModeOf({ secure }: SocketTask): number {
	const hasCertificate = secure?.certificate !== undefined;
	if (secure?.verify === true) return hasCertificate ? 2 : 1;
	return hasCertificate ? 3 : 0;
}
function setting(name: string, value: (task: SocketTask) => number): (task: SocketTask) => unknown {
	return task => ({ name, context: sessionOf(task), value: value(task) });
}

/** All of it for each session: the dialect keeps no state, and a secure stream is opened seldom. */
const SET_UP: readonly DialectStep<SocketTask>[] = deepFreeze([
	{ command: CCHSET.set, params: () => ({ reportsSend: 1, holdsData: 1 }), mayRefuse: true },
	{ command: CCHSTART.execute, mayRefuse: true },
	{ command: CSSLCFG.set, params: setting("sslversion", () => TLS_1_2) },
	{ command: CSSLCFG.set, params: setting("authmode", authModeOf) },
	{
		command: CSSLCFG_FILE.set,
		when: task => task.secure?.ca !== undefined,
		params: task => ({ name: "cacert", context: sessionOf(task), file: credentialFile("ca", task.secure?.ca ?? "") }),
	},
	{
		command: CSSLCFG_FILE.set,
		when: task => task.secure?.certificate !== undefined,
		params: task => ({ name: "clientcert", context: sessionOf(task), file: credentialFile("certificate", task.secure?.certificate ?? "") }),
	},
	{
		command: CSSLCFG_FILE.set,
		when: task => task.secure?.key !== undefined,
		params: task => ({ name: "clientkey", context: sessionOf(task), file: credentialFile("key", task.secure?.key ?? "") }),
	},
	// The certificate's time counts as well, where the module can be told so.
	{
		command: CSSLCFG.set,
		when: task => task.secure?.verify === true,
		params: setting("ignorelocaltime", () => 0),
		mayRefuse: true,
	},
	{ command: CSSLCFG.set, params: setting("enableSNI", () => 1) },
	{ command: CCHSSLCFG.set, params: task => ({ session: sessionOf(task), context: sessionOf(task) }) },
]);

/** A report that decides what became of a command. The dialect keeps no state, so it is kept with the task. */
interface Reported {
	readonly task: SocketTask;
	cause: number | undefined;
}
function onReport(this: Reported, line: AtLine): void {
	this.cause = line.uint(1);
}
function onReported(this: Reported, error: AtError | undefined): void {
	const { task, cause } = this;
	if (cause !== undefined && cause !== 0 && (error === undefined || isRefusal(error))) task.fail(cause, causes[cause]);
	else task.finish(error);
}

function connect(at: AtChannel<ModemContext>, task: SocketTask): void {
	const params = { session: sessionOf(task), host: task.address, port: task.port, client: TLS_CLIENT };
	at.submit(CCHOPEN.set, params, { task, cause: undefined } as Reported, onReported, undefined, onReport);
}

export function open(at: AtChannel<ModemContext>, task: SocketTask): void {
	const refusal = beyondTls12(task);
	if (refusal !== undefined) task.fail(NOT_SUPPORTED, refusal);
	else new Sequence(at, task, SET_UP, connect).run();
}

export function send(at: AtChannel<ModemContext>, task: SocketTask): void {
	const params = { session: sessionOf(task), bytes: task.data.byteLength };
	at.submit(CCHSEND.set, params, { task, cause: undefined } as Reported, onReported, task.data, onReport);
}

function onRead(this: SocketTask, line: AtLine): void {
	const payload = line.payload();
	if (payload === undefined) return;
	if (payload.byteLength > this.into.byteLength) this.remaining = BROKEN;
	else {
		this.into.set(payload);
		this.received = payload.byteLength;
	}
}
export function receive(at: AtChannel<ModemContext>, task: SocketTask): void {
	at.submit(CCHRECV.set, { session: sessionOf(task), bytes: task.into.byteLength }, task, finishRead, undefined, onRead);
}

export function close(at: AtChannel<ModemContext>, task: SocketTask): void {
	at.submit(CCHCLOSE.set, { session: sessionOf(task) }, task, finishClose);
}
export function credential(at: AtChannel<ModemContext>, task: CredentialTask): void {
	if (task.kind === "psk") {
		task.fail(NOT_SUPPORTED, "pre-shared keys not supported");
		return;
	}
	const file = credentialFile(task.kind, task.name);
	if (task.data.byteLength === 0) at.submit(CCERTDELE.set, { file }, task, task.finish);
	else at.submit(CCERTDOWN.set, { file, bytes: task.data.byteLength }, task, task.finish, task.data);
}

function onReceived(modem: ModemContext, line: AtLine): void {
	const session = line.uint(1);
	if (session === undefined || !line.equals(0, "DATA")) return;
	modem.sockets.receiving(FIRST_SESSION + session);
	// There may be more.
	modem.sockets.readable(FIRST_SESSION + session);
}
function onWaiting(modem: ModemContext, line: AtLine): void {
	const session = line.uint(0);
	if (session !== undefined && line.equals(1, "RECV EVENT")) modem.sockets.readable(FIRST_SESSION + session);
}
function onPeerClosed(modem: ModemContext, line: AtLine): void {
	const session = line.uint(0);
	if (session !== undefined) modem.sockets.closed(FIRST_SESSION + session);
}
/** Of a command that nobody waits for any more. */
function ignore(): void {}

export const cchUrcs = deepFreeze([
	{
		prefix: "+CCHRECV",
		spec: OPEN_DRIVER,
		handle: onReceived,
		binary: dataBytes,
		onBinary: (modem: ModemContext, bytes: Uint8Array) => modem.sockets.receivedBytes(bytes),
	},
	{ prefix: "+CCHEVENT", spec: OPEN_DRIVER, handle: onWaiting },
	{ prefix: "+CCH_PEER_CLOSED", spec: OPEN_DRIVER, handle: onPeerClosed },
	{ prefix: "+CCH_RECV_CLOSED", spec: OPEN_DRIVER, handle: onPeerClosed },
	{ prefix: "+CCHSTART", spec: GENERAL, handle: ignore },
	{ prefix: "+CCHOPEN", spec: OPEN_DRIVER, handle: ignore },
	{ prefix: "+CCHSEND", spec: OPEN_DRIVER, handle: ignore },
	{ prefix: "+CCHCLOSE", spec: GENERAL, handle: ignore },
	{ prefix: "+CCH", spec: GENERAL, handle: ignore },
]);

/** Those whose result has a line of its own. */
export const commands = Object.freeze([CCHRECV.set, CCHOPEN.set, CCHSEND.set]);
