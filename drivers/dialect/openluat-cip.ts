import type { AtChannel } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import { optional, text, uint, word } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { CredentialTask, ModemContext, SocketDialect, SocketTask } from "../../sdk/modem/driver.js";
import { finishClose, isRefusal } from "./answers.js";
import { cipUrcs, dnsCauses, fetch, RESOLVE_MS, resolveName } from "./cip.js";
import { contextLost } from "./context-lost.js";
import { credentialFile } from "./credential-file.js";
import { beyondTls12 } from "./secure-limits.js";
import { type DialectStep, Sequence } from "./sequence.js";

/**
 * The embedded stack of OpenLuat's Air780 modules (EC618, EC718), in the manner of SIM800: the network is brought up in steps, connections
 * say what becomes of them in plain words with their number in front, results are words of their own.
 */
const DIGEST = "digest of the Air780EP AT manual V1.6.7";
const NOTES = "OpenLuat's own notes on TLS with Air780";
const GENERAL = "general knowledge of SIM800's commands, no document at hand";

/** Longest times of the manual. */
const ATTACH_MS = 90_000;
const START_MS = 60_000;
/** Nothing at hand bounds a connection; longer than SYNs are repeated, so that a peer that is silent does not make the module so (an assumption). */
const CONNECT_MS = 120_000;
/** Nothing at hand bounds it: the module takes the data into its buffer (an assumption). */
const SEND_MS = 30_000;
/** `<timeout>` of `+FSWRITE` in seconds, and what is left for the answer. */
const FILE_SECONDS = 15;
const FILE_MS = 20_000;
/** Numbers of our own: the module says it in words. */
const CONNECT_FAILED = 1;
const ALREADY_CONNECTED = 2;
const NOT_SUPPORTED = 4;
/** `sslversion`: TLS 1.2 and nothing below. */
const TLS_1_2 = 3;

/** Several connections; only before the network is brought up. */
export const CIPMUX = command("+CIPMUX", { spec: DIGEST, set: { params: { several: uint(0, 1) } } });
/** 1: a send ends with `DATA ACCEPT:<socket>,<bytes>` as soon as the module has the data. */
export const CIPQSEND = command("+CIPQSEND", { spec: DIGEST, set: { params: { quick: uint(0, 1) } } });
/** Without an APN the module asks for the subscribed one. */
export const CSTT = command("+CSTT", {
	spec: DIGEST,
	execute: { params: {}, timeoutMs: START_MS },
	set: { params: { apn: text(100), user: optional(text(64)), password: optional(text(64)) }, redact: [1, 2], timeoutMs: START_MS },
});
export const CIICR = command("+CIICR", { spec: DIGEST, execute: { timeoutMs: ATTACH_MS } });
/** The address is a bare line, and the end of the answer. */
export const CIFSR = command("+CIFSR", {
	spec: DIGEST,
	execute: { prefix: null, response: { address: text() }, finals: { ok: ["*"], error: [] } },
});
/** Ends all connections and the network service, whatever state it is in. */
export const CIPSHUT = command("+CIPSHUT", { spec: DIGEST, execute: { finals: { ok: ["SHUT OK"], error: [] }, timeoutMs: ATTACH_MS } });
/** The local port that the next connection of this number gets. */
export const CLPORT = command("+CLPORT", {
	spec: DIGEST,
	set: { params: { socket: uint(0, 5), protocol: word("TCP", "UDP"), port: uint(1, 65_535) } },
});
export const CIPSSL = command("+CIPSSL", { spec: DIGEST, set: { params: { enable: uint(0, 1) } } });
export const SSLCFG = command("+SSLCFG", { spec: DIGEST, set: { params: { name: text(20), context: uint(0, 153), value: uint() } } });
export const SSLCFG_TEXT = command("+SSLCFG", {
	spec: DIGEST,
	set: { params: { name: text(20), context: uint(0, 153), value: text(255) } },
});
/** `OK`, then `<socket>, CONNECT OK` and its kin, with or without the blank. */
export const CIPSTART = command("+CIPSTART", {
	spec: DIGEST,
	set: {
		params: { socket: uint(0, 5), protocol: word("TCP", "UDP"), host: text(255), port: uint(1, 65_535) },
		result: { prefix: "", timeoutMs: CONNECT_MS, matches: isConnectResult },
	},
});
export const CIPSEND = command("+CIPSEND", {
	spec: DIGEST,
	set: {
		params: { socket: uint(0, 5), bytes: uint(1, 1460) },
		prompt: true,
		lines: true,
		finals: { ok: ["DATA ACCEPT"], error: ["*SEND FAIL"] },
		timeoutMs: SEND_MS,
	},
});
export const CIPCLOSE = command("+CIPCLOSE", {
	spec: DIGEST,
	set: { params: { socket: uint(0, 5) }, finals: { ok: ["*CLOSE OK"], error: [] }, timeoutMs: SEND_MS },
});
export const FSDEL = command("+FSDEL", { spec: NOTES, set: { params: { file: text(64) } } });
export const FSCREATE = command("+FSCREATE", { spec: NOTES, set: { params: { file: text(64) } } });
export const FSWRITE = command("+FSWRITE", {
	spec: NOTES,
	set: {
		params: { file: text(64), mode: uint(0, 1), bytes: uint(1, 10_240), seconds: uint(1, 60) },
		prompt: true,
		redactPayload: true,
		timeoutMs: FILE_MS,
	},
});

/** `0, CONNECT OK`, `0,CONNECT FAIL`, `0, ALREADY CONNECT`. */
function isConnectResult(line: AtLine, params: { socket: number }): boolean {
	if (line.uint(0) !== params.socket) return false;
	return line.equals(1, "CONNECT OK") || line.equals(1, "CONNECT FAIL") || line.equals(1, "ALREADY CONNECT");
}

/** A connection that is being made; the dialect keeps no state. */
interface Connecting {
	readonly task: SocketTask;
	cause: number;
}
function onConnectLine(this: Connecting, line: AtLine): void {
	if (line.equals(1, "CONNECT FAIL")) this.cause = CONNECT_FAILED;
	// The connection is to whom it was before: it is closed and made anew.
	else if (line.equals(1, "ALREADY CONNECT")) this.cause = ALREADY_CONNECTED;
}
function onConnected(this: Connecting, error: AtError | undefined): void {
	const { task, cause } = this;
	if (cause !== 0 && (error === undefined || isRefusal(error))) task.fail(cause, causes[cause]);
	else task.finish(error);
}

const causes: Readonly<Record<number, string>> = Object.freeze({
	...dnsCauses,
	[CONNECT_FAILED]: "connection failed",
	[ALREADY_CONNECTED]: "socket id in use",
	[NOT_SUPPORTED]: "operation not supported",
});

function connect(at: Channel, task: SocketTask): void {
	const { socket, address: host, port } = task;
	const params = { socket, protocol: task.kind === "udp" ? ("UDP" as const) : ("TCP" as const), host, port };
	at.submit(CIPSTART.set, params, { task, cause: 0 } as Connecting, onConnected, undefined, onConnectLine);
}

function isSecure(task: SocketTask): boolean {
	return task.kind === "tls";
}
/** 0 nobody, 1 the server, 2 both are authenticated. */
function securityOf({ secure }: SocketTask): number {
	if (secure?.verify !== true) return 0;
	return secure.certificate === undefined ? 1 : 2;
}
function setNumber(name: string, value: (task: SocketTask) => number): (task: SocketTask) => unknown {
	return task => ({ name, context: task.socket, value: value(task) });
}
function setFile(name: string, kind: "ca" | "certificate" | "key"): DialectStep<SocketTask> {
	return {
		command: SSLCFG_TEXT.set,
		when: task => task.secure?.[kind] !== undefined,
		params: task => ({ name, context: task.socket, value: credentialFile(kind, task.secure?.[kind] ?? "") }),
	};
}

/** The switch is one for all connections that are made afterwards; the settings are those of the connection's number. */
const OPEN: readonly DialectStep<SocketTask>[] = deepFreeze([
	{
		command: CLPORT.set,
		when: task => task.localPort !== 0,
		params: task => ({ socket: task.socket, protocol: task.kind === "udp" ? "UDP" : "TCP", port: task.localPort }),
	},
	// Firmware without TLS has no switch.
	{ command: CIPSSL.set, when: task => task.kind === "tcp", params: () => ({ enable: 0 }), mayRefuse: true },
	{ command: SSLCFG.set, when: isSecure, params: setNumber("sslversion", () => TLS_1_2) },
	{ command: SSLCFG.set, when: isSecure, params: setNumber("seclevel", securityOf) },
	setFile("cacert", "ca"),
	setFile("clientcert", "certificate"),
	setFile("clientkey", "key"),
	{
		command: SSLCFG_TEXT.set,
		when: isSecure,
		params: task => ({ name: "hostname", context: task.socket, value: task.secure?.serverName ?? "" }),
	},
	{
		command: SSLCFG.set,
		when: task => task.secure?.verify === true,
		params: setNumber("ignorelocaltime", () => 0),
		mayRefuse: true,
	},
	{ command: CIPSSL.set, when: isSecure, params: () => ({ enable: 1 }) },
]);

interface Sending {
	readonly task: SocketTask;
	taken: number | undefined;
}
/** `DATA ACCEPT:<socket>,<bytes>`. */
function onSendLine(this: Sending, line: AtLine): void {
	if (line.startsWith("DATA ACCEPT")) this.taken = line.uint(1);
}
function onSent(this: Sending, error: AtError | undefined): void {
	const { task, taken } = this;
	// `SEND FAIL`, or no byte of it: there is no room, and a connection that is gone says so itself.
	if (error?.code === "error" && error.text?.endsWith("FAIL") === true) task.busy();
	else if (error === undefined && taken === 0) task.busy();
	else {
		task.taken = taken;
		task.finish(error);
	}
}

const STORE: readonly DialectStep<CredentialTask>[] = deepFreeze([
	{ command: FSDEL.set, params: task => ({ file: credentialFile(task.kind, task.name) }), mayRefuse: true },
	{ command: FSCREATE.set, params: task => ({ file: credentialFile(task.kind, task.name) }) },
	{
		command: FSWRITE.set,
		params: task => ({ file: credentialFile(task.kind, task.name), mode: 0, bytes: task.data.byteLength, seconds: FILE_SECONDS }),
		payload: task => task.data,
	},
]);

/** `0, CLOSED`; what else begins so is of a command that nobody waits for any more. */
function closedIf(modem: ModemContext, line: AtLine, socket: number): void {
	if (line.equals(0, "CLOSED")) modem.sockets.closed(socket);
}
function ignore(): void {}

type Channel = AtChannel<ModemContext>;

export const openluatCip: SocketDialect = Object.freeze({
	firstSocket: 0,
	// An error instead of a prompt is a parameter, or a connection that is not open.
	errorMeansNotSent: true,
	sendsBehindPrompt: true,
	// Not used: the outcome is part of the command.
	openWithinMs: CONNECT_MS,
	resolveWithinMs: RESOLVE_MS,
	causes,
	commands: Object.freeze([CIPSTART.set, CIPSEND.set, CIPCLOSE.set, CIPSHUT.execute, CIFSR.execute]),

	open(at: Channel, task: SocketTask): void {
		const refusal = beyondTls12(task);
		if (refusal !== undefined) task.fail(NOT_SUPPORTED, refusal);
		else new Sequence(at, task, OPEN, connect).run();
	},
	send(at: Channel, task: SocketTask): void {
		const params = { socket: task.socket, bytes: task.data.byteLength };
		at.submit(CIPSEND.set, params, { task, taken: undefined } as Sending, onSent, task.data, onSendLine);
	},
	receive: fetch,
	close(at: Channel, task: SocketTask): void {
		at.submit(CIPCLOSE.set, { socket: task.socket }, task, finishClose);
	},
	resolve: resolveName,
	credential(at: Channel, task: CredentialTask): void {
		if (task.kind === "psk") task.fail(NOT_SUPPORTED, "pre-shared keys not supported");
		else if (task.data.byteLength > 0) new Sequence(at, task, STORE).run();
		else at.submit(FSDEL.set, { file: credentialFile(task.kind, task.name) }, task, task.finish);
	},
	urcs: deepFreeze([
		...cipUrcs,
		{ prefix: "0,", spec: DIGEST, handle: (modem, line) => closedIf(modem, line, 0) },
		{ prefix: "1,", spec: DIGEST, handle: (modem, line) => closedIf(modem, line, 1) },
		{ prefix: "2,", spec: DIGEST, handle: (modem, line) => closedIf(modem, line, 2) },
		{ prefix: "3,", spec: DIGEST, handle: (modem, line) => closedIf(modem, line, 3) },
		{ prefix: "4,", spec: DIGEST, handle: (modem, line) => closedIf(modem, line, 4) },
		{ prefix: "5,", spec: DIGEST, handle: (modem, line) => closedIf(modem, line, 5) },
		// Spelt in two ways.
		{ prefix: "+PDP", spec: DIGEST, handle: contextLost },
		{ prefix: "PDP DEACT", spec: GENERAL, handle: contextLost },
		{ prefix: "TCP ERROR", spec: DIGEST, handle: ignore },
		{ prefix: "UDP ERROR", spec: DIGEST, handle: ignore },
		{ prefix: "STATE", spec: DIGEST, handle: ignore },
		{ prefix: "SHUT OK", spec: DIGEST, handle: ignore },
		{ prefix: "DATA ACCEPT", spec: DIGEST, handle: ignore },
	]),
} satisfies SocketDialect);
