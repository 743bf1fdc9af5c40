import type { Modem, ModemError } from "xs-cellular";
import type { KeyValueStore } from "xs-cellular/platform";
import { seedFrom } from "xs-cellular/random";
import { utf8Length, writeUtf8 } from "xs-cellular/utf8";

/** Its name in the module, where it outlives restarts. */
export const AUTHORITY = "tracker_ca";
const KEY = "authority";
const MARK_BYTES = 4;

/** Puts the authority that the server is known by into the module, unless this module has it already. */
export class Authority {
	readonly #modem: Modem;
	readonly #store: KeyValueStore;
	readonly #certificate: string;
	#mark: number;
	#done: ((error: ModemError | undefined) => void) | undefined;

	constructor(modem: Modem, store: KeyValueStore, certificate: string) {
		this.#modem = modem;
		this.#store = store;
		this.#certificate = certificate;
		const kept = store.read(KEY);
		this.#mark = kept && kept.byteLength === MARK_BYTES ? new DataView(kept).getUint32(0) : 0;
	}
	/** Never calls back from inside; only the last `done` is called. */
	provide(done: (error: ModemError | undefined) => void): boolean {
		if (this.#mark === this.wanted) return true;
		this.#done = done;
		const data = new Uint8Array(utf8Length(this.#certificate));
		writeUtf8(this.#certificate, data, 0);
		this.#modem.credentials.store({ kind: "ca", name: AUTHORITY, data }, this, Authority.prototype.stored);
		return false;
	}
	/** The handshake failed: another module may have been put in, or its memory erased. */
	forget(): void {
		this.keep(0);
	}
	stored(error: ModemError | undefined): void {
		if (error === undefined) this.keep(this.wanted);
		const done = this.#done;
		this.#done = undefined;
		done?.(error);
	}
	/** Of this certificate in this module. */
	private get wanted(): number {
		return seedFrom(`${this.#modem.identity?.imei} ${this.#certificate}`) || 1;
	}
	private keep(mark: number): void {
		if (mark === this.#mark) return;
		this.#mark = mark;
		const view = new DataView(new ArrayBuffer(MARK_BYTES));
		view.setUint32(0, mark);
		this.#store.write(KEY, view.buffer);
	}
}
