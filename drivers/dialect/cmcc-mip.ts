import type { AtChannel } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import { optional, text, uint, word } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { CredentialTask, ModemContext, SocketDialect, SocketTask } from "../../sdk/modem/driver.js";
import { BROKEN, finishRead, isRefusal } from "./answers.js";
import { onNames, resolveName } from "./cmcc-names.js";
import { contextLost } from "./context-lost.js";
import { credentialFile } from "./credential-file.js";
import { beyondTls12 } from "./secure-limits.js";
import { type DialectStep, Sequence } from "./sequence.js";

/**
 * The embedded stack of China Mobile's modules (ML307 and kin): a connection of the application layer is dialled first, six sockets of either
 * kind, data that wait in the module and are read in hexadecimal, TLS as a property of a socket.
 */
const CAPTURE = "capture of firmware ML307R-DL-MBRH0S01";
const DIGEST = "digest of the ML307R AT manuals";
const TCPIP = "China Mobile IoT TCP/IP AT manual";
const TLS = "China Mobile IoT SSL AT manual";

/** The manual's own bound for a connection, and a little for the report. */
const CONNECT_MS = 65_000;
/** Nothing at hand bounds them (assumptions). */
const DIAL_MS = 60_000;
const SEND_MS = 30_000;
const CLOSE_MS = 5_000;
/** Data modes of `+MIPOPEN` that keep data in the module: a stream of bytes, a queue of datagrams. */
const STREAM_BUFFER = 2;
const PACKET_BUFFER = 3;
/** Bytes of one `+MIPRD`: they are twice as many digits on its line. */
export const LARGEST_READ = 1460;
/** `<ssl_version>`: TLS 1.2 and nothing else. */
const TLS_1_2 = 3;
/** "IPv4 or IPv6 not supported" is the nearest that the list has. */
const NOT_SUPPORTED = 577;
/** `<connect_state>` of a disconnection: the PDP context is gone. */
const CONTEXT_GONE = 3;

/** `1,<cid>` dials: `OK`, then `+MIPCALL: <cid>,1,"<IPv4>"[,"<IPv6>"]`. Another state is a refusal. */
export const MIPCALL = command("+MIPCALL", {
	spec: `${CAPTURE}, ${DIGEST}`,
	set: {
		params: { action: uint(0, 1), cid: uint(1, 15) },
		response: { cid: uint(), state: uint(1, 1) },
		result: { prefix: "+MIPCALL", timeoutMs: DIAL_MS, matches: (line: AtLine, params: { cid: number }) => line.uint(0) === params.cid },
	},
	read: { lines: true },
});
export const MIPCFG = command("+MIPCFG", {
	spec: `${CAPTURE}, ${TCPIP}`,
	set: { params: { name: text(16), socket: uint(0, 5), first: uint(), second: optional(uint()) } },
});
export const MIPOPEN = command("+MIPOPEN", {
	spec: `${CAPTURE}, ${TCPIP}`,
	set: {
		params: {
			socket: uint(0, 5),
			protocol: word("TCP", "UDP"),
			host: text(255),
			port: uint(1, 65_535),
			timeoutSeconds: optional(uint(1, 180)),
			mode: uint(0, 3),
			localPort: optional(uint(1, 65_535)),
		},
		result: { prefix: "+MIPOPEN", timeoutMs: CONNECT_MS, matches: isOfSocket },
	},
});
/** The bytes go out behind the prompt as they are; `+MIPSEND: <socket>,<bytes>` says that they are in the module's buffer. */
export const MIPSEND = command("+MIPSEND", {
	spec: `${CAPTURE}, ${TCPIP}`,
	set: {
		params: { socket: uint(0, 5), bytes: uint(1, 8192) },
		prompt: true,
		result: { prefix: "+MIPSEND", timeoutMs: SEND_MS, matches: isOfSocket },
		timeoutMs: SEND_MS,
	},
});
/**
 * `count` is bytes of a stream or a number of datagrams. `<socket>,<what still waits>,<bytes>,<hex>`, where what waits is bytes or datagrams
 * again; nothing but `OK` where nothing waits.
 */
export const MIPRD = command("+MIPRD", { spec: TCPIP, set: { params: { socket: uint(0, 5), count: uint(1, 4096) }, lines: true } });
/** `OK`, then `+MIPCLOSE: <socket>[,<reason>]`; an error where the far end has closed already (F18). */
export const MIPCLOSE = command("+MIPCLOSE", {
	spec: `${CAPTURE}, ${TCPIP}`,
	set: { params: { socket: uint(0, 5) }, result: { prefix: "+MIPCLOSE", timeoutMs: CLOSE_MS, matches: isOfSocket } },
});
export const MSSLCFG = command("+MSSLCFG", {
	spec: `${CAPTURE}, ${TLS}`,
	set: { params: { name: text(16), context: uint(0, 5), value: uint() } },
});
export const MSSLCFG_FILES = command("+MSSLCFG", {
	spec: TLS,
	set: { params: { name: text(16), context: uint(0, 5), ca: text(64), certificate: optional(text(64)), key: optional(text(64)) } },
});
/** A file of PEM text behind a prompt; `rest` is what is still to be written of it. */
export const MSSLCERTWR = command("+MSSLCERTWR", {
	spec: TLS,
	set: { params: { file: text(64), rest: uint(), bytes: uint(1, 8192) }, prompt: true, redactPayload: true },
});
export const MSSLKEYWR = command("+MSSLKEYWR", {
	spec: TLS,
	set: { params: { file: text(64), rest: uint(), bytes: uint(1, 8192) }, prompt: true, redactPayload: true },
});
export const MSSLRM = command("+MSSLRM", { spec: TLS, set: { params: { file: text(64) } } });

/** TCP/IP manual, chapter 5. */
const causes: Readonly<Record<number, string>> = Object.freeze({
	550: "unknown error",
	551: "socket not in use",
	552: "socket id in use",
	553: "not connected",
	554: "socket not created",
	555: "socket not bound",
	557: "connection refused",
	558: "timeout",
	559: "connection failed",
	560: "write failed",
	561: "read failed",
	570: "PDP context not activated",
	571: "PDP context refused",
	575: "no APN",
	576: "port in use",
	577: "operation not supported",
	580: "host not found",
	581: "DNS busy",
});

function isOfSocket(line: AtLine, params: { socket: number }): boolean {
	return line.uint(0) === params.socket;
}

/** A report that decides what became of a command. The dialect keeps no state, so it is kept with the task. */
interface Reported {
	readonly task: SocketTask;
	value: number | undefined;
}
function onReportLine(this: Reported, line: AtLine): void {
	this.value = line.uint(1);
}
function onOpened(this: Reported, error: AtError | undefined): void {
	const { task, value } = this;
	if (value !== undefined && value !== 0 && (error === undefined || isRefusal(error))) task.fail(value, causes[value]);
	else task.finish(error);
}
function onSent(this: Reported, error: AtError | undefined): void {
	const { task, value } = this;
	if (error === undefined && value === 0) task.busy();
	else {
		task.taken = value;
		task.finish(error);
	}
}

function isSecure(task: SocketTask): boolean {
	return task.kind === "tls";
}
/** 0 nobody, 1 the server, 2 both are authenticated. */
function authOf({ secure }: SocketTask): number {
	if (secure?.verify !== true) return 0;
	return secure.certificate === undefined ? 1 : 2;
}
function secureSetting(name: string, value: (task: SocketTask) => number): (task: SocketTask) => unknown {
	return task => ({ name, context: task.socket, value: value(task) });
}
function filesOf({ socket, secure }: SocketTask): unknown {
	return {
		name: "cert",
		context: socket,
		ca: secure?.ca === undefined ? "" : credentialFile("ca", secure.ca),
		certificate: secure?.certificate && credentialFile("certificate", secure.certificate),
		key: secure?.key && credentialFile("key", secure.key),
	};
}

/** Settings are a socket's own and last until the module restarts; each socket is set up as it is opened, because it may be another kind's next. */
const OPEN: readonly DialectStep<SocketTask>[] = deepFreeze([
	// What is sent goes as it is, what is read comes in hexadecimal.
	{ command: MIPCFG.set, params: task => ({ name: "encoding", socket: task.socket, first: 0, second: 1 }) },
	// A stream that the far end has closed is kept until we close it, and so are the data in it.
	{ command: MIPCFG.set, params: task => ({ name: "autofree", socket: task.socket, first: 1 }), mayRefuse: true },
	{ command: MSSLCFG.set, when: isSecure, params: secureSetting("version", () => TLS_1_2) },
	{ command: MSSLCFG.set, when: isSecure, params: secureSetting("auth", authOf) },
	{
		command: MSSLCFG_FILES.set,
		when: ({ secure }) => secure?.ca !== undefined || secure?.certificate !== undefined,
		params: filesOf,
	},
	// Out of the box a certificate's time is not looked at; firmware without SNI has no such setting.
	{
		command: MSSLCFG.set,
		when: task => task.secure?.verify === true,
		params: secureSetting("ignorestamp", () => 0),
		mayRefuse: true,
	},
	{ command: MSSLCFG.set, when: isSecure, params: secureSetting("sni", () => 1), mayRefuse: true },
	{ command: MIPCFG.set, when: isSecure, params: task => ({ name: "ssl", socket: task.socket, first: 1, second: task.socket }) },
	{
		command: MIPCFG.set,
		when: task => task.kind === "tcp",
		params: task => ({ name: "ssl", socket: task.socket, first: 0 }),
		mayRefuse: true,
	},
]);

function connect(at: Channel, task: SocketTask): void {
	const isDatagram = task.kind === "udp";
	const params = {
		socket: task.socket,
		protocol: isDatagram ? ("UDP" as const) : ("TCP" as const),
		host: task.address,
		port: task.port,
		mode: isDatagram ? PACKET_BUFFER : STREAM_BUFFER,
		localPort: task.localPort === 0 ? undefined : task.localPort,
	};
	at.submit(MIPOPEN.set, params, { task, value: undefined } as Reported, onOpened, undefined, onReportLine);
}

function onRead(this: SocketTask, line: AtLine): void {
	if (line.count < 3 || line.uint(2) === 0) return;
	const bytes = line.hexBytes(3, this.into);
	const isWhole = bytes > 0 && bytes === line.uint(2);
	this.received = isWhole ? bytes : 0;
	this.remaining = isWhole ? line.uint(1) : BROKEN;
}

/** Closed is closed, whether the module says so (F18) or not. */
function onClosed(this: SocketTask, error: AtError | undefined): void {
	const isGone = error !== undefined && (isRefusal(error) || (error.code === "timeout" && error.afterMs >= CLOSE_MS));
	this.finish(isGone ? undefined : error);
}

/** `"rtcp",<socket>,<bytes>,<bytes in all>`, `"rudp",<socket>,<datagrams>`, `"disconn",<socket>,<reason>`, `"drop",<socket>,<bytes>`. */
function onReport(modem: ModemContext, line: AtLine): void {
	const socket = line.uint(1);
	if (socket === undefined) return;
	if (line.equals(0, "rtcp")) modem.sockets.readable(socket, line.uint(3));
	else if (line.equals(0, "rudp") || line.equals(0, "rbuf") || line.equals(0, "recv")) modem.sockets.readable(socket);
	else if (line.equals(0, "disconn") || line.equals(0, "closed")) {
		modem.sockets.closed(socket);
		if (line.uint(2) === CONTEXT_GONE) contextLost(modem);
	}
}

/** Data behind the `OK` of their command (F22) are taken as they come, and there may be more. */
function onLateData(modem: ModemContext, line: AtLine): void {
	const socket = line.uint(0);
	if (socket === undefined || line.count < 4) return;
	modem.sockets.receivedHex(socket, line, 3, line.uint(2) ?? 0);
	modem.sockets.readable(socket);
}

/** `<cid>,1,"<IPv4>"[,"<IPv6>"]` or `<cid>,0`. */
function onCall(modem: ModemContext, line: AtLine): void {
	const cid = line.uint(0);
	if (cid === undefined) return;
	if (line.uint(1) === 0) contextLost(modem);
	else for (let i = 2; i < line.count; i++) modem.addressed(cid, line.text(i) ?? "");
}
/** Of a command that nobody waits for any more. */
function ignore(): void {}

type Channel = AtChannel<ModemContext>;

export const cmccMip: SocketDialect = Object.freeze({
	firstSocket: 0,
	// An error instead of a prompt is a parameter, or a socket that is not open.
	errorMeansNotSent: true,
	sendsBehindPrompt: true,
	// Not used: the outcome is part of the command.
	openWithinMs: CONNECT_MS,
	// As long as a connection may take (an assumption).
	resolveWithinMs: CONNECT_MS,
	causes,
	commands: Object.freeze([MIPCALL.set, MIPOPEN.set, MIPSEND.set, MIPRD.set, MIPCLOSE.set]),

	open(at: Channel, task: SocketTask): void {
		const refusal = beyondTls12(task);
		if (refusal !== undefined) task.fail(NOT_SUPPORTED, refusal);
		else new Sequence(at, task, OPEN, connect).run();
	},
	send(at: Channel, task: SocketTask): void {
		const params = { socket: task.socket, bytes: task.data.byteLength };
		at.submit(MIPSEND.set, params, { task, value: undefined } as Reported, onSent, task.data, onReportLine);
	},
	receive(at: Channel, task: SocketTask): void {
		const count = task.kind === "udp" ? 1 : Math.min(task.into.byteLength, LARGEST_READ);
		at.submit(MIPRD.set, { socket: task.socket, count }, task, finishRead, undefined, onRead);
	},
	close(at: Channel, task: SocketTask): void {
		at.submit(MIPCLOSE.set, { socket: task.socket }, task, onClosed);
	},
	resolve: resolveName,
	credential(at: Channel, task: CredentialTask): void {
		const file = credentialFile(task.kind, task.name);
		const params = { file, rest: 0, bytes: task.data.byteLength };
		if (task.kind === "psk") task.fail(NOT_SUPPORTED, "pre-shared keys not supported");
		else if (task.data.byteLength === 0) at.submit(MSSLRM.set, { file }, task, task.finish);
		else at.submit(task.kind === "key" ? MSSLKEYWR.set : MSSLCERTWR.set, params, task, task.finish, task.data);
	},
	urcs: deepFreeze([
		{ prefix: "+MIPURC", spec: TCPIP, handle: onReport },
		{ prefix: "+MIPCALL", spec: `${CAPTURE}, ${DIGEST}`, isResponse: (_line, { form }) => form === "read", handle: onCall },
		{ prefix: "+MDNSGIP", spec: `${TCPIP}, ${DIGEST}`, handle: onNames },
		{ prefix: "+MIPRD", spec: TCPIP, handle: onLateData },
		{ prefix: "+MIPOPEN", spec: TCPIP, handle: ignore },
		{ prefix: "+MIPSEND", spec: TCPIP, handle: ignore },
		{ prefix: "+MIPCLOSE", spec: TCPIP, handle: ignore },
	]),
} satisfies SocketDialect);
