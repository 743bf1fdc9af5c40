import { ForbiddenPlmns } from "./forbidden-plmns.js";

/** A message in a memory, as TS 27.005 counts its states. */
export interface StoredMessage {
	/** From 1. */
	readonly index: number;
	/** 0 received unread, 1 received read, 2 stored unsent, 3 stored sent. */
	readonly status: 0 | 1 | 2 | 3;
	/** TS 23.040 9.2.2. */
	readonly tpdu: Uint8Array;
}

export interface PhonebookEntry {
	readonly index: number;
	readonly number: string;
	readonly type: number;
	readonly name: string;
}

export interface SimCardOptions {
	/** false: nothing in the slot. */
	readonly inserted?: boolean;
	readonly iccid?: string;
	readonly imsi?: string;
	/** Own number, for `+CNUM`. */
	readonly msisdn?: string;
	/** Address of the short message service centre. */
	readonly smsCentre?: string;
	/** Set: the card asks for it at power-on. */
	readonly pin?: string;
	readonly puk?: string;
}

export type SimState = "READY" | "SIM PIN" | "SIM PUK" | "absent" | "blocked";

const pinTries = 3;
const pukTries = 10;

/** A SIM with its counters (TS 31.101: three tries for the PIN, ten for the PUK, then the card is lost). Outlives the module's power. */
export class SimCard {
	readonly iccid: string;
	readonly imsi: string;
	readonly msisdn: string;
	/** Short messages on the card. */
	messages: readonly StoredMessage[] = [];
	/** Address of the service centre, `+CSCA`. */
	smsCentre: string;
	readonly forbiddenPlmns = new ForbiddenPlmns();
	readonly phonebook: PhonebookEntry[] = [];
	readonly phonebookCapacity = 100;
	readonly #inserted: boolean;
	readonly #puk: string;
	#pin: string;
	#locked: boolean;
	#verified = false;
	#pinLeft = pinTries;
	#pukLeft = pukTries;

	constructor(options: SimCardOptions = {}) {
		this.#inserted = options.inserted ?? true;
		this.iccid = options.iccid ?? "89000000000000000001";
		this.imsi = options.imsi ?? "001010000000001";
		this.msisdn = options.msisdn ?? "";
		this.smsCentre = options.smsCentre ?? "+10000000000";
		this.#pin = options.pin ?? "0000";
		this.#puk = options.puk ?? "00000000";
		this.#locked = options.pin !== undefined;
	}

	get state(): SimState {
		if (!this.#inserted) return "absent";
		if (this.#pukLeft === 0) return "blocked";
		if (this.#pinLeft === 0) return "SIM PUK";
		return this.#locked && !this.#verified ? "SIM PIN" : "READY";
	}

	get pinLocked(): boolean {
		return this.#locked;
	}

	get pinTriesLeft(): number {
		return this.#pinLeft;
	}

	get pukTriesLeft(): number {
		return this.#pukLeft;
	}

	powerOn(): void {
		this.#verified = false;
	}

	verify(pin: string): boolean {
		if (this.state === "SIM PUK" || !this.#try(pin)) return false;
		this.#verified = true;
		return true;
	}

	unblock(puk: string, pin: string): boolean {
		if (this.state !== "SIM PUK") return false;
		if (puk !== this.#puk) {
			this.#pukLeft--;
			return false;
		}
		this.#pukLeft = pukTries;
		this.#pinLeft = pinTries;
		this.#pin = pin;
		this.#verified = true;
		return true;
	}

	/** `+CLCK="SC",0|1`: the PIN is checked either way. */
	lock(on: boolean, pin: string): boolean {
		if (!this.#try(pin)) return false;
		this.#locked = on;
		this.#verified = true;
		return true;
	}

	changePin(from: string, to: string): boolean {
		if (!this.#locked || !this.#try(from)) return false;
		this.#pin = to;
		this.#verified = true;
		return true;
	}

	#try(pin: string): boolean {
		if (this.#pinLeft === 0) return false;
		if (pin === this.#pin) {
			this.#pinLeft = pinTries;
			return true;
		}
		this.#pinLeft--;
		return false;
	}
}
