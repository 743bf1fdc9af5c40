import type { AtError } from "../at/errors.js";
import type { ModemCore } from "./core.js";
import type { CredentialKind, CredentialTask } from "./driver.js";
import { ModemError, modemError } from "./errors.js";
import { JobId } from "./job-id.js";

/** One of the module's credentials for TLS, stored under a name. */
export interface CredentialName {
	readonly kind: CredentialKind;
	/** 1 to 16 letters, digits or `_`: the file's stem in the module. */
	readonly name: string;
}
export interface Credential extends CredentialName {
	/** PEM text of a certificate or a key, or the bytes of a pre-shared key. Must not change until `done`. No trace shows it. */
	readonly data: Uint8Array | ArrayBuffer;
	/** Of a pre-shared key; must be given with one. */
	readonly identity?: string;
}
export type CredentialDone<T> = (this: T, error: ModemError | undefined) => void;

const CAPACITY = 4;
const LONGEST_NAME = 16;
const NO_DATA = Object.freeze([]);

class Work implements CredentialTask {
	readonly core: ModemCore;
	readonly kind: CredentialKind;
	readonly name: string;
	readonly data: Uint8Array;
	readonly identity: string | undefined;
	readonly target: unknown;
	readonly done: CredentialDone<any>;
	error: ModemError | undefined = undefined;
	constructor(
		core: ModemCore,
		{ kind, name }: CredentialName,
		credential: Credential | undefined,
		target: unknown,
		done: CredentialDone<any>,
	) {
		const data = credential?.data ?? NO_DATA;
		this.core = core;
		this.kind = kind;
		this.name = name;
		this.data = data instanceof Uint8Array ? data : new Uint8Array(data);
		this.identity = credential?.identity;
		this.target = target;
		this.done = done;
	}
	finish(error: AtError | undefined): void {
		this.core.sockets.work.credentialEnded(this, error, error && modemError(error));
	}
	fail(causeNumber: number, name?: string): void {
		const known = name ?? this.core.driver.sockets?.causes?.[causeNumber];
		const cause = `cause ${causeNumber}${known === undefined ? "" : `, ${known}`}`;
		const message = `the module refused the ${this.kind} "${this.name}" (${cause})`;
		this.core.sockets.work.credentialEnded(this, undefined, new ModemError("tls", message, { causeNumber }));
	}
}

/**
 * Credentials that are to be stored in the module or erased from it, one after the other and never beside a socket's work. One that a
 * restart interrupted is the first again: storing twice does no harm.
 */
export class Credentials {
	#core: ModemCore;
	#waiting: Work[] = [];
	#done: Work[] = [];
	constructor(core: ModemCore) {
		this.#core = core;
	}
	get waiting(): boolean {
		return this.#waiting.length > 0;
	}
	get first(): CredentialTask | undefined {
		return this.#waiting[0];
	}
	/** @throws ModemError "usage", "notSupported", "queueFull" */
	store<T>(credential: Credential, target: T, done: CredentialDone<T>): void {
		const { kind, data, identity } = credential;
		checkName(credential);
		if (!(data instanceof Uint8Array || data instanceof ArrayBuffer) || data.byteLength === 0)
			throw new ModemError("usage", "data: a Uint8Array or ArrayBuffer with the PEM text, or with the bytes of a pre-shared key");
		if (kind === "psk" && (typeof identity !== "string" || identity === ""))
			throw new ModemError("usage", "identity: a pre-shared key is stored with its identity");
		this.add(new Work(this.#core, credential, credential, target, done));
	}
	/** One that is not there is as good as erased where the module says so; else it is its error. @throws as `store` */
	erase<T>(name: CredentialName, target: T, done: CredentialDone<T>): void {
		checkName(name);
		this.add(new Work(this.#core, name, undefined, target, done));
	}
	private add(work: Work): void {
		if (this.#core.driver.sockets?.credential === undefined)
			throw new ModemError("notSupported", "this module stores no credentials for TLS");
		if (this.#waiting.length >= CAPACITY) throw new ModemError("queueFull", `${CAPACITY} credentials wait already: store again later`);
		this.#waiting.push(work);
		this.#core.want(JobId.socket);
	}
	/** The first one is over. */
	ended(error: ModemError | undefined): void {
		const work = this.#waiting.shift();
		if (work === undefined) return;
		work.error = error;
		this.#done.push(work);
		this.#core.turn();
	}
	/** The module was switched off. */
	failAll(error: ModemError): void {
		while (this.#waiting.length > 0) this.ended(error);
	}
	/** Called at the end of a turn. */
	announce(): void {
		while (this.#done.length > 0) this.#core.guard(this.#done.shift()!, tell);
	}
}

function tell(this: Work): void {
	this.done.call(this.target, this.error);
}

function checkName({ kind, name }: CredentialName): void {
	if (kind !== "ca" && kind !== "certificate" && kind !== "key" && kind !== "psk")
		throw new ModemError("usage", 'kind: "ca", "certificate", "key" or "psk"');
	if (!isCredentialName(name)) throw new ModemError("usage", `name: 1 to ${LONGEST_NAME} letters, digits or _`);
}
export function isCredentialName(name: unknown): boolean {
	if (typeof name !== "string" || name.length === 0 || name.length > LONGEST_NAME) return false;
	for (let i = 0; i < name.length; i++) {
		const c = name.charCodeAt(i);
		const isLetter = (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a);
		if (!isLetter && !(c >= 0x30 && c <= 0x39) && c !== 0x5f) return false;
	}
	return true;
}
