import { CFUN } from "../3gpp/device-commands.js";
import { CRSM } from "../3gpp/sim-commands.js";
import type { Binding } from "../modem/binding.js";
import { ModemError } from "../modem/errors.js";
import { JobId } from "../modem/job-id.js";
import { Dialogue } from "./dialogue.js";

/** EF_FPLMN of the USIM (TS 31.102 4.2.16): three octets for each network that has refused the subscriber, FF where there is none. */
const FILE = 0x6f7b;
const NETWORK_OCTETS = 3;
/** Commands of `+CRSM` (TS 27.007 8.18). */
const SimCommand = Object.freeze({ readBinary: 176, getResponse: 192, updateBinary: 214 });
/** The file has 4 networks at least; how long it is, is read. */
const LEAST_OCTETS = 12;
const MOST_OCTETS = 240;
const FREE = 0xff;
/** Status of success (TS 102 221 10.2.1), alone and with a command for the terminal behind it. */
const SUCCESS = Object.freeze([144, 145] as const);
/** Tag of the file's size in what GET RESPONSE gives (TS 102 221 11.1.1.4.1). */
const TAG_SIZE = 0x80;
const TAG_TEMPLATE = 0x62;

/** How many networks were struck from the list. */
export type ClearedDone<T> = (this: T, error: ModemError | undefined, cleared: number) => void;
interface Answer {
	readonly sw1: number;
	readonly sw2: number;
	readonly response?: string | undefined;
}

/** Reads the list of forbidden networks in the SIM and empties it; where anything was in it and the module has no network, it searches anew. */
export class ForbiddenNetworks {
	readonly #binding: Binding;
	readonly #dialogue: Dialogue;
	readonly #target: unknown;
	readonly #done: ClearedDone<any>;
	#octets = LEAST_OCTETS;
	#cleared = 0;

	constructor(binding: Binding, target: unknown, done: ClearedDone<any>) {
		this.#binding = binding;
		this.#target = target;
		this.#done = done;
		this.#dialogue = new Dialogue(binding.core);
	}
	clear(): void {
		this.ask(SimCommand.getResponse, 0, undefined, ForbiddenNetworks.prototype.onSize);
	}
	private ask(
		command: number,
		length: number,
		data: Uint8Array | undefined,
		done: (this: ForbiddenNetworks, error: ModemError | undefined, answer: Answer) => void,
	): void {
		this.#dialogue.ask(CRSM.set, { command, fileId: FILE, p1: 0, p2: 0, p3: length, data }, this, done);
	}
	/** Where the size is not told the file is taken to be as long as it must be. */
	onSize(error: ModemError | undefined, answer: Answer): void {
		if (error !== undefined && error.code !== "cme" && error.code !== "error") {
			this.end(error);
			return;
		}
		if (error === undefined && isSuccess(answer)) this.#octets = sizeOf(answer.response ?? "") ?? LEAST_OCTETS;
		this.ask(SimCommand.readBinary, this.#octets, undefined, ForbiddenNetworks.prototype.onRead);
	}
	onRead(error: ModemError | undefined, answer: Answer): void {
		if (!this.isFine(error, answer, "read")) return;
		const octets = octetsOf(answer.response ?? "");
		for (let at = 0; at + NETWORK_OCTETS <= octets.length; at += NETWORK_OCTETS)
			if (octets[at] !== FREE || octets[at + 1] !== FREE || octets[at + 2] !== FREE) this.#cleared++;
		if (this.#cleared === 0) this.end(undefined);
		else this.ask(SimCommand.updateBinary, this.#octets, new Uint8Array(this.#octets).fill(FREE), ForbiddenNetworks.prototype.onWritten);
	}
	onWritten(error: ModemError | undefined, answer: Answer): void {
		if (!this.isFine(error, answer, "written")) {
			this.#cleared = 0;
			return;
		}
		const { network } = this.#binding.core;
		// The module keeps the list in its memory while its radio is on.
		if (network.wanted !== undefined && !network.registered)
			this.#dialogue.ask(CFUN.set, { fun: 0 }, this, ForbiddenNetworks.prototype.onRadioOff);
		else this.end(undefined);
	}
	/** On again at once: where the card goes off with the radio it could not be asked for its PIN. */
	onRadioOff(): void {
		this.#dialogue.ask(CFUN.set, { fun: 1 }, this, ForbiddenNetworks.prototype.onRadioOn);
	}
	onRadioOn(): void {
		this.#binding.core.want(JobId.network);
		this.end(undefined);
	}
	private isFine(error: ModemError | undefined, answer: Answer, what: string): boolean {
		if (error === undefined && isSuccess(answer)) return true;
		this.end(
			error ??
				new ModemError("error", `the SIM's list of forbidden networks cannot be ${what}: status ${answer.sw1},${answer.sw2}`, {
					causeNumber: answer.sw1 * 256 + answer.sw2,
				}),
		);
		return false;
	}
	private end(error: ModemError | undefined): void {
		this.#done.call(this.#target, error, error === undefined ? this.#cleared : 0);
	}
}

function isSuccess(answer: Answer): boolean {
	return answer.sw1 === SUCCESS[0] || answer.sw1 === SUCCESS[1];
}

function octetsOf(hex: string): Uint8Array {
	const octets = new Uint8Array(hex.length >> 1);
	for (let i = 0; i < octets.length; i++) octets[i] = (digit(hex.charCodeAt(2 * i)) << 4) | digit(hex.charCodeAt(2 * i + 1));
	return octets;
}
function digit(code: number): number {
	return code <= 0x39 ? code & 0xf : (code & 0xf) + 9;
}

/** The file's size in the template of a UICC, or in the third and fourth octet as a SIM of GSM gives it (TS 51.011 9.2.1). */
function sizeOf(response: string): number | undefined {
	const octets = octetsOf(response);
	let size: number | undefined;
	if (octets[0] === TAG_TEMPLATE) {
		for (let at = 2; at + 1 < octets.length; at += 2 + octets[at + 1]!)
			if (octets[at] === TAG_SIZE && octets[at + 1] === 2) size = ((octets[at + 2] ?? 0) << 8) | (octets[at + 3] ?? 0);
	} else if (octets.length >= 4) size = (octets[2]! << 8) | octets[3]!;
	return size !== undefined && size >= NETWORK_OCTETS && size <= MOST_OCTETS ? size - (size % NETWORK_OCTETS) : undefined;
}
