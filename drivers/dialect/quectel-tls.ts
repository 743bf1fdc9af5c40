import type { AtChannel } from "../../sdk/at/channel.js";
import { type Command, command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import { bare, text, uint } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { CredentialKind, CredentialTask, ModemContext, SecureSettings, SocketTask } from "../../sdk/modem/driver.js";
import { NOT_SUPPORTED, onClosed, onRead, onSent, UNKNOWN_ERROR } from "./quectel-stack.js";

/**
 * TLS of Quectel's LTE modules: a context (`+QSSLCFG`) for each socket, with the socket's number, set anew before each opening, because nobody
 * says what is left of it after a restart. Credentials are files in the module.
 */
const OPEN_DRIVER = "esp-ml307 (EC801E)";
const KIN = "open drivers of BG9x, EC200U and EG916U";

/** `SEND OK` says that the module has taken the data: 30 s are an assumption. */
const SEND_MS = 30_000;
/** 10 s where no `<close_timeout>` is given, and 2 s more. */
const CLOSE_MS = 12_000;
/** The module gives an upload up after so many seconds without data; 5 would do for 4 KB at 9,600 bit/s only just (an assumption). */
const UPLOAD_SECONDS = 30;
const SOCKETS = 5;

// Commands ---------------------------------------------------------------------------------------------------------

const setting = Object.freeze({ name: text(), context: uint(0, SOCKETS) });
/** One command, three kinds of value: a number, a bare word and a file's name. */
export const QSSLCFG = command("+QSSLCFG", { spec: OPEN_DRIVER, set: { params: { ...setting, value: uint() } } });
export const QSSLCFG_WORD = command("+QSSLCFG", { spec: OPEN_DRIVER, set: { params: { ...setting, value: bare(6) } } });
export const QSSLCFG_FILE = command("+QSSLCFG", { spec: KIN, set: { params: { ...setting, value: text(64) } } });
/** The last parameter: 0 received data are kept until they are read. */
export const QSSLOPEN = command("+QSSLOPEN", {
	spec: OPEN_DRIVER,
	set: {
		params: {
			pdpContext: uint(1, 16),
			context: uint(0, SOCKETS),
			socket: uint(0, SOCKETS),
			host: text(150),
			port: uint(1, 65_535),
			mode: uint(0, 2),
		},
	},
});
export const QSSLSEND = command("+QSSLSEND", {
	spec: OPEN_DRIVER,
	set: {
		params: { socket: uint(0, SOCKETS), bytes: uint(1, 1460) },
		prompt: true,
		finals: { ok: ["SEND OK"], error: ["SEND FAIL"] },
		timeoutMs: SEND_MS,
	},
});
/** `+QSSLRECV: <bytes>`, and the data behind its line end; 0 when nothing waits. */
export const QSSLRECV = command("+QSSLRECV", {
	spec: KIN,
	set: { params: { socket: uint(0, SOCKETS), bytes: uint(1, 1500) }, binary: line => line.uint(0) ?? 0 },
});
export const QSSLCLOSE = command("+QSSLCLOSE", {
	spec: OPEN_DRIVER,
	set: { params: { socket: uint(0, SOCKETS) }, timeoutMs: CLOSE_MS },
});
/** Data behind `CONNECT`; `+QFUPL: <bytes>,<checksum>` says what was kept. A file that is there already is an error. */
export const QFUPL = command("+QFUPL", {
	spec: KIN,
	set: {
		params: { file: text(64), bytes: uint(1), seconds: uint(1, 65_535) },
		prompt: "CONNECT",
		redactPayload: true,
		response: { bytes: uint() },
		timeoutMs: 1000 * UPLOAD_SECONDS,
	},
});
export const QFDEL = command("+QFDEL", { spec: KIN, set: { params: { file: text(64) } } });

/** For `SocketDialect.commands`. */
export const secureCommands: readonly Command<any, any>[] = Object.freeze([
	QSSLCFG.set,
	QSSLCFG_WORD.set,
	QSSLCFG_FILE.set,
	QSSLOPEN.set,
	QSSLSEND.set,
	QSSLRECV.set,
	QSSLCLOSE.set,
	QFUPL.set,
	QFDEL.set,
]);

// Opening ----------------------------------------------------------------------------------------------------------

/** 0 accepts any certificate, 1 checks the server's, 2 has one of our own as well. */
const Level = Object.freeze({ none: 0, server: 1, both: 2 });

const SUFFIX: Readonly<Record<CredentialKind, string>> = Object.freeze({
	ca: "_ca.pem",
	certificate: "_cert.pem",
	key: "_key.pem",
	psk: "_psk.txt",
});
function fileOf(kind: CredentialKind, name: string): string {
	return `${name}${SUFFIX[kind]}`;
}
function storedAs(kind: CredentialKind, name: string | undefined): string | undefined {
	return name === undefined ? undefined : `UFS:${fileOf(kind, name)}`;
}
function levelOf({ verify, certificate }: SecureSettings): number {
	if (!verify) return Level.none;
	return certificate === undefined ? Level.server : Level.both;
}

/** One setting of a TLS context: its value, or undefined where it is left as it is. */
interface TlsSetting {
	readonly name: string;
	readonly command: Command<any, any>;
	readonly valueFor: (secure: SecureSettings) => number | string | undefined;
	/** A module that does not know it is gone on with. */
	readonly isOptional?: true;
}
/**
 * In the order in which they are sent. The driver at hand gives `sslversion` 4, which is every version down to SSL 3.0; 3 is TLS 1.2 alone.
 * The module's own defaults are no check of the time (`ignorelocaltime` 1) and no SNI. One of these that a module does not know fails the
 * opening: a socket that does not check what the application asked to be checked is none. `checkhost`, which compares the certificate's
 * name, is known of the vendor's LTE-M modules and not in the list of EG800K; where it is not known, nobody has said whether names are compared.
 */
const SETTINGS: readonly TlsSetting[] = deepFreeze([
	{ name: "sslversion", command: QSSLCFG.set, valueFor: () => 3 },
	{ name: "ciphersuite", command: QSSLCFG_WORD.set, valueFor: () => "0xFFFF" },
	{ name: "seclevel", command: QSSLCFG.set, valueFor: levelOf },
	{ name: "cacert", command: QSSLCFG_FILE.set, valueFor: secure => (secure.verify ? storedAs("ca", secure.ca) : undefined) },
	{ name: "clientcert", command: QSSLCFG_FILE.set, valueFor: secure => storedAs("certificate", secure.certificate) },
	{ name: "clientkey", command: QSSLCFG_FILE.set, valueFor: secure => storedAs("key", secure.key) },
	{ name: "sni", command: QSSLCFG.set, valueFor: () => 1 },
	{ name: "ignorelocaltime", command: QSSLCFG.set, valueFor: secure => (secure.verify ? 0 : undefined) },
	{ name: "checkhost", command: QSSLCFG.set, valueFor: secure => (secure.verify ? 1 : undefined), isOptional: true },
]);

type Channel = AtChannel<ModemContext>;

function isAnswer(error: AtError): boolean {
	return error.code === "error" || error.code === "cme";
}

/** One opening under way. */
class Opening {
	readonly #at: Channel;
	readonly #task: SocketTask;
	readonly #socket: number;
	#next = 0;
	constructor(at: Channel, task: SocketTask, socket: number) {
		this.#at = at;
		this.#task = task;
		this.#socket = socket;
	}
	/** Sends the next setting that has a value, and opens when there is none left. */
	goOn(error?: AtError): void {
		if (error !== undefined && !this.isPassedOver(error)) {
			this.refused(error);
			return;
		}
		const secure = this.#task.secure!;
		while (this.#next < SETTINGS.length) {
			const { name, command: set, valueFor } = SETTINGS[this.#next++]!;
			const value = valueFor(secure);
			if (value === undefined) continue;
			this.#at.submit(set, { name, context: this.#socket, value }, this, this.goOn);
			return;
		}
		this.open(secure);
	}
	/** The host's name is the only one that the module has: it resolves it, sends it as SNI and compares the certificate with it. */
	private open({ serverName }: SecureSettings): void {
		const task = this.#task;
		const host = serverName === "" ? task.address : serverName;
		const params = { pdpContext: task.cid, context: this.#socket, socket: this.#socket, host, port: task.port, mode: 0 };
		this.#at.submit(QSSLOPEN.set, params, task, task.accepted);
	}
	private isPassedOver(error: AtError): boolean {
		return isAnswer(error) && SETTINGS[this.#next - 1]!.isOptional === true;
	}
	private refused(error: AtError): void {
		const { name } = SETTINGS[this.#next - 1]!;
		if (isAnswer(error)) this.#task.fail(NOT_SUPPORTED, `the module does not take the TLS setting "${name}"`);
		else this.#task.finish(error);
	}
}

/** What this stack cannot do as it was asked; undefined when it can. */
function whyNot(secure: SecureSettings): string | undefined {
	if (secure.psk !== undefined) return "pre-shared keys are not known of this module: give a CA";
	if (secure.minimumVersion !== "1.2") return "TLS 1.3 is not known of this module";
	if (secure.certificate === undefined) return secure.key === undefined ? undefined : "a client key needs its certificate";
	if (secure.key === undefined) return "a client certificate needs its key";
	return secure.verify ? undefined : "this module shows its certificate only to a server that it verifies";
}

/** `first` is where the core's numbers of TLS sockets begin. */
export function openSecure(at: Channel, task: SocketTask, first: number): void {
	const { secure } = task;
	const reason = secure === undefined ? "no settings" : whyNot(secure);
	if (reason === undefined) new Opening(at, task, task.socket - first).goOn();
	else task.fail(NOT_SUPPORTED, reason);
}
export function sendSecure(at: Channel, task: SocketTask, socket: number): void {
	at.submit(QSSLSEND.set, { socket, bytes: task.data.byteLength }, task, onSent, task.data);
}
export function receiveSecure(at: Channel, task: SocketTask, socket: number): void {
	at.submit(QSSLRECV.set, { socket, bytes: Math.min(task.into.byteLength, 1500) }, task, task.finish, undefined, onRead);
}
export function closeSecure(at: Channel, task: SocketTask, socket: number): void {
	at.submit(QSSLCLOSE.set, { socket }, task, task.finish);
}

/** `"recv",<id>` and `"closed",<id>` */
export function onSecureReport(modem: ModemContext, line: AtLine, first: number): void {
	const socket = line.uint(1);
	if (socket !== undefined && line.equals(0, "recv")) modem.sockets.readable(first + socket);
	else if (line.equals(0, "closed")) onClosed(modem, line, first);
}

// Credentials ------------------------------------------------------------------------------------------------------

/** One credential on its way: the file of that name is erased first, because it would not be written over. */
class Storing {
	readonly #at: Channel;
	readonly #task: CredentialTask;
	constructor(at: Channel, task: CredentialTask) {
		this.#at = at;
		this.#task = task;
	}
	get file(): string {
		return fileOf(this.#task.kind, this.#task.name);
	}
	/** That there was no such file is no failure. */
	erased(error: AtError | undefined): void {
		const task = this.#task;
		const bytes = task.data.byteLength;
		if (error !== undefined && !isAnswer(error)) task.finish(error);
		else if (bytes === 0) task.finish(undefined);
		else this.#at.submit(QFUPL.set, { file: this.file, bytes, seconds: UPLOAD_SECONDS }, this, this.stored, task.data);
	}
	stored(error: AtError | undefined, result: { bytes: number }): void {
		const task = this.#task;
		if (error === undefined && result.bytes !== task.data.byteLength) task.fail(UNKNOWN_ERROR, `only ${result.bytes} bytes were kept`);
		else task.finish(error);
	}
}

export function eraseOrStore(at: Channel, task: CredentialTask): void {
	if (task.kind === "psk") {
		task.fail(NOT_SUPPORTED, "pre-shared keys are not known of this module: give a CA");
		return;
	}
	const storing = new Storing(at, task);
	at.submit(QFDEL.set, { file: storing.file }, storing, storing.erased);
}
