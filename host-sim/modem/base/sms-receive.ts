import type { Scheduled } from "../../clock/clock.js";
import { decodeStatusReport } from "../../sms/tpdu.js";
import type { Answer, Call, CommandRow } from "../command.js";
import { cms } from "../error-names.js";
import { indication } from "./sms-format.js";
import type { SmsState } from "./sms-state.js";

/** A host that took service 1 confirms within that (TM of TS 24.011 is shorter; the network's is modelled as satisfied): assumption. */
const acknowledgeMs = 60_000;
/** Indications that wait for a host which asked to buffer them; TS 27.005 leaves the size to the module. */
const longestBuffer = 32;

/** `+CNMI` and what it decides: TS 27.005 3.4.1. */
export class SmsReceiver {
	readonly #state: SmsState;
	#mode: number;
	#messages: number;
	#cellBroadcast: number;
	#reports: number;
	#flush: number;
	#buffer: string[] = [];
	#unconfirmed: Scheduled | undefined;

	constructor(state: SmsState) {
		this.#state = state;
		[this.#mode, this.#messages, this.#cellBroadcast, this.#reports, this.#flush] = state.profile.indications;
	}

	get rows(): CommandRow[] {
		return [
			{
				name: "+CNMI",
				read: () => `\r\n+CNMI: ${this.#mode},${this.#messages},${this.#cellBroadcast},${this.#reports},${this.#flush}\r\n`,
				set: call => this.#configure(call),
				test: "\r\n+CNMI: (0-2),(0-3),(0),(0-2),(0,1)\r\n",
			},
			{ name: "+CNMA", execute: call => this.#confirm(call), set: call => this.#confirm(call), test: "\r\n+CNMA: (0-2)\r\n" },
		];
	}

	/** False: no room. */
	received(tpdu: Uint8Array): boolean {
		return decodeStatusReport(tpdu) ? this.#report(tpdu) : this.#message(tpdu);
	}

	#message(tpdu: Uint8Array): boolean {
		const state = this.#state;
		if (this.#messages === 2 || (this.#messages === 3 && isImmediate(tpdu))) {
			this.#say(indication(state, tpdu));
			this.#awaitConfirmation();
			return true;
		}
		return this.#store(tpdu, this.#messages === 0 ? undefined : "+CMTI");
	}

	#report(tpdu: Uint8Array): boolean {
		if (this.#reports === 2) return this.#store(tpdu, "+CDSI");
		if (this.#reports === 1) {
			this.#say(indication(this.#state, tpdu));
			this.#awaitConfirmation();
		}
		return true;
	}

	#store(tpdu: Uint8Array, announced: "+CMTI" | "+CDSI" | undefined): boolean {
		const state = this.#state;
		const memory = state.memories[2];
		const index = state.storage.add(memory, 0, tpdu);
		if (index === undefined) {
			state.refused = true;
			return false;
		}
		if (announced) this.#say(`\r\n${announced}: "${memory}",${index}\r\n`);
		return true;
	}

	/** Mode 0 keeps what it has to say; a full buffer loses the oldest. */
	#say(text: string): void {
		if (text === "") return;
		if (this.#mode !== 0) this.#state.core.urc(text);
		else {
			this.#buffer.push(text);
			if (this.#buffer.length > longestBuffer) this.#buffer.shift();
		}
	}

	/** Without it the module stops handing messages over (TS 27.005 3.4.4). */
	#awaitConfirmation(): void {
		const { core, service } = this.#state;
		if (service === 0) return;
		core.cancel(this.#unconfirmed);
		this.#unconfirmed = core.after(acknowledgeMs, () => {
			this.#unconfirmed = undefined;
			this.#messages = 0;
			this.#reports = 0;
		});
	}

	#confirm(call: Call): Answer {
		if (!this.#unconfirmed) return void call.cms(cms.noAcknowledgementExpected);
		this.#state.core.cancel(this.#unconfirmed);
		this.#unconfirmed = undefined;
		return "";
	}

	#configure(call: Call): Answer {
		const { parameters } = call;
		const mode = parameters.within(0, 0, 2, 0);
		const messages = parameters.within(1, 0, 3, 0);
		const cellBroadcast = parameters.within(2, 0, 0, 0);
		const reports = parameters.within(3, 0, 2, 0);
		const flush = parameters.within(4, 0, 1, 0);
		if (mode === undefined || messages === undefined || cellBroadcast === undefined || reports === undefined || flush === undefined)
			return void call.cms(cms.invalidTextModeParameter);
		[this.#mode, this.#messages, this.#cellBroadcast, this.#reports, this.#flush] = [mode, messages, cellBroadcast, reports, flush];
		if (mode === 0) return "";
		const waiting = this.#buffer;
		this.#buffer = [];
		call.ok();
		if (flush === 0) for (const text of waiting) this.#state.core.urc(text);
		return undefined;
	}
}

/** Class 3, for the terminal equipment (TS 23.038 4); TP-DCS is the octet after address and TP-PID. */
function isImmediate(tpdu: Uint8Array): boolean {
	const coding = tpdu[4 + Math.ceil(tpdu[1]! / 2)]!;
	const group = coding >> 4;
	return (group === 0xf || (group & 0xd) === 1) && (coding & 3) === 3;
}
