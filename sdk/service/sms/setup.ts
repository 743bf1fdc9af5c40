import { CMGF, CNMI, CPMS, CSCS } from "../../3gpp/sms-commands.js";
import type { Millis } from "../../at/line.js";
import type { SmsDialect } from "../../modem/driver.js";
import type { ModemError } from "../../modem/errors.js";
import { type Dialogue, NEVER, wasInterrupted, wasRefused } from "../dialogue.js";
import type { Storage } from "./storage.js";

/** A SIM that has just started refuses for some seconds: tried again after 2 s, doubling, this often (assumptions). */
const FIRST_RETRY_MS = 2_000;
const RETRIES = 6;
/** New messages stay stored and are announced by `+CMTI`, reports come at once by `+CDS` (TS 27.005 3.4.1). */
const INDICATIONS = Object.freeze([2, 1, 0, 1, 0] as const);

const Step = Object.freeze({ driver: 0, format: 1, characterSet: 2, storage: 3, indications: 4, ready: 5 });

/** What must be set after each start of the module before messages go either way: format, character set, storage, announcements. */
export class SmsSetup {
	readonly dialect: SmsDialect;
	/** Text mode writes hex digits of UCS-2. */
	isUcs2 = false;
	/** `+CNMI` was refused: messages can be sent, but nothing tells that one has come. */
	isDeaf = false;
	retryAtMs: Millis = NEVER;
	readonly #dialogue: Dialogue;
	readonly #storage: Storage;
	readonly #owner: { next(): void; setupFailed(error: ModemError): void };
	#step: number = Step.driver;
	#driverStep = 0;
	#tries = 0;
	/** Counts starts: what was asked before one says nothing about after it. */
	#start = 0;
	#asked = 0;

	constructor(dialect: SmsDialect, dialogue: Dialogue, storage: Storage, owner: { next(): void; setupFailed(error: ModemError): void }) {
		this.dialect = dialect;
		this.#dialogue = dialogue;
		this.#storage = storage;
		this.#owner = owner;
	}
	get isReady(): boolean {
		return this.#step === Step.ready;
	}
	get isPdu(): boolean {
		return this.dialect.mode === "pdu";
	}
	/** From the beginning. */
	reset(): void {
		this.#start++;
		this.#step = Step.driver;
		this.#driverStep = 0;
		this.#tries = 0;
		this.retryAtMs = NEVER;
		this.isUcs2 = this.isDeaf = false;
	}
	/** After it was given up, at the application's next wish. */
	again(): void {
		if (this.retryAtMs === NEVER && !this.#dialogue.isBusy) this.#tries = 0;
	}
	/** Asks for the next thing; nothing while a retry is awaited. */
	go(): void {
		if (this.retryAtMs !== NEVER) return;
		this.#asked = this.#start;
		const { mode, characterSet, storage, indications = INDICATIONS, start = [] } = this.dialect;
		const ask = this.#dialogue;
		switch (this.#step) {
			case Step.driver: {
				const step = start[this.#driverStep];
				if (step !== undefined) {
					ask.ask(step.command, step.params, this, SmsSetup.prototype.onDriverStep);
					return;
				}
				this.#step = Step.format;
				this.go();
				return;
			}
			case Step.format:
				ask.ask(CMGF.set, { mode: mode === "pdu" ? 0 : 1 }, this, SmsSetup.prototype.onDone);
				return;
			case Step.characterSet:
				if (mode === "text") ask.ask(CSCS.set, { characterSet: characterSet ?? "UCS2" }, this, SmsSetup.prototype.onCharacterSet);
				else this.skip();
				return;
			case Step.storage:
				if (storage === undefined) ask.ask(CPMS.read, undefined, this, SmsSetup.prototype.onStorageRead);
				else ask.ask(CPMS.set, { memory1: storage, memory2: storage, memory3: storage }, this, SmsSetup.prototype.onStorageSet);
				return;
			case Step.indications: {
				if (indications === false) {
					this.skip();
					return;
				}
				const [n, mt, bm, ds, bfr] = indications;
				ask.ask(CNMI.set, { mode: n, mt, bm, ds, bfr }, this, SmsSetup.prototype.onIndications);
			}
		}
	}
	private skip(): void {
		this.#step++;
		if (this.isReady) this.#owner.next();
		else this.go();
	}
	onDriverStep(error: ModemError | undefined): void {
		const isIgnored = this.dialect.start?.[this.#driverStep]?.onError === "ignore";
		if (!this.isOver(isIgnored && error !== undefined && wasRefused(error) ? undefined : error)) return;
		this.#driverStep++;
		this.#owner.next();
	}
	onDone(error: ModemError | undefined): void {
		if (this.isOver(error)) this.forward();
	}
	/** Without it the text goes as it is, in what the module calls its default. */
	onCharacterSet(error: ModemError | undefined): void {
		if (!this.isOver(error !== undefined && wasRefused(error) ? undefined : error)) return;
		this.isUcs2 = error === undefined && (this.dialect.characterSet ?? "UCS2") === "UCS2";
		this.forward();
	}
	onStorageRead(
		error: ModemError | undefined,
		result: { memory1?: string | undefined; used1?: number | undefined; total1?: number | undefined },
	): void {
		// A module that stores nothing pushes its messages; it has no `+CPMS`.
		if (!this.isOver(error !== undefined && wasRefused(error) && !isBusy(error) ? undefined : error)) return;
		if (error === undefined) this.#storage.chosen(result.memory1, result.used1, result.total1);
		this.forward();
	}
	onStorageSet(error: ModemError | undefined, result: { used1?: number | undefined; total1?: number | undefined }): void {
		if (!this.isOver(error)) return;
		this.#storage.chosen(this.dialect.storage, result.used1, result.total1);
		this.forward();
	}
	onIndications(error: ModemError | undefined): void {
		if (!this.isOver(error !== undefined && wasRefused(error) && !isBusy(error) ? undefined : error)) return;
		this.isDeaf = error !== undefined;
		this.forward();
	}
	private forward(): void {
		this.#step++;
		this.#owner.next();
	}
	/** Whether the answer lets the next step begin; otherwise what follows from it has been done. */
	private isOver(error: ModemError | undefined): boolean {
		if (this.#asked !== this.#start) {
			// The module has restarted since: all from the beginning.
			this.#owner.next();
			return false;
		}
		if (error === undefined) return true;
		if (wasInterrupted(error) || error.code === "wrongModel") {
			this.#owner.setupFailed(error);
			return false;
		}
		if (this.#tries >= RETRIES) {
			this.#tries = 0;
			this.#owner.setupFailed(error);
			return false;
		}
		this.retryAtMs = this.#dialogue.now + FIRST_RETRY_MS * 2 ** this.#tries++;
		return false;
	}
	/** Called at `retryAtMs`. */
	due(nowMs: Millis): void {
		if (nowMs >= this.retryAtMs) this.retryAtMs = NEVER;
	}
}

/** SIM busy: CME 14 (TS 27.007 9.2.1), CMS 314 (TS 27.005 3.2.5). */
function isBusy(error: ModemError): boolean {
	return (error.code === "cme" && error.causeNumber === 14) || (error.code === "cms" && error.causeNumber === 314);
}
