import Timer from "timer";
import type { Call, Modem, ModemError } from "xs-cellular";
import monitor from "xs-cellular/monitor";

/** Nobody answers at once, and a network may have been busy. */
const MOST_CALLS = 3;
const CALL_AGAIN_MS = 30_000;
/** While a message may have to go: a module that dials in vain is deaf to everything else for most of a minute. */
const CALL_AFTER_MESSAGE_MS = 90_000;
/** Within it the server is to have the position; then a message goes the other way. */
const DELIVER_WITHIN_MS = 60_000;
/** A message that was refused goes again, later each time. */
const MOST_MESSAGES = 5;
const MESSAGE_AGAIN_MS = 30_000;

export interface EmergencyOptions {
	readonly modem: Modem;
	readonly call: string | undefined;
	readonly sms: string | undefined;
	/** What the message says now. */
	readonly text: () => string;
}

/** What follows a press of the button beside the position: a call where the module has voice, and a message where the server is not reached. */
export class Emergency {
	readonly #options: EmergencyOptions;
	/** Of the position that is to tell the server. */
	#sequence = 0;
	#isTold = true;
	#calls = 0;
	#messages = 0;
	#callTimer: unknown;
	#messageTimer: unknown;

	constructor(options: EmergencyOptions) {
		this.#options = options;
	}
	/** The button was pressed; `sequence` is that of the position that says so, 0 where it could not be kept: then only the message tells. */
	begin(sequence: number): void {
		monitor("sos", { id: sequence });
		this.#sequence = sequence;
		this.#isTold = false;
		this.#calls = this.#messages = 0;
		if (this.#options.call !== undefined) this.dial();
		if (this.#options.sms !== undefined) this.#messageTimer = again(this.#messageTimer, DELIVER_WITHIN_MS, () => this.message());
	}
	/** The server has the positions from `first` to the one before `next`. */
	delivered(first: number, next: number): void {
		if (this.#isTold || this.#sequence < first || this.#sequence >= next) return;
		this.#isTold = true;
		if (this.#messageTimer !== undefined) Timer.clear(this.#messageTimer as never);
		this.#messageTimer = undefined;
	}

	dial(): void {
		const { modem, call } = this.#options;
		try {
			const { voice } = modem;
			voice.onChanged = changed => this.changed(changed);
			this.#calls++;
			voice.dial(call!);
		} catch (error) {
			// The module has no voice, or there is a call already.
			monitor("sos-call", { state: "impossible", why: (error as ModemError).code });
		}
	}
	changed(call: Call): void {
		monitor("sos-call", { state: call.state, cause: call.cause });
		const wasAnswered = call.cause === "remote" || call.cause === "local";
		if (call.state !== "ended" || call.direction !== "outgoing" || wasAnswered || this.#calls >= MOST_CALLS) return;
		const wait = this.#isTold || this.#options.sms === undefined ? CALL_AGAIN_MS : CALL_AFTER_MESSAGE_MS;
		this.#callTimer = again(this.#callTimer, wait, () => this.dial());
	}
	message(): void {
		const { modem, sms, text } = this.#options;
		this.#messageTimer = undefined;
		if (this.#isTold) return;
		this.#messages++;
		try {
			modem.sms.send({ to: sms!, text: text() }, this, Emergency.prototype.messaged);
		} catch (error) {
			monitor("sos-message", { sent: false, why: (error as ModemError).code });
		}
	}
	messaged(error: ModemError | undefined): void {
		monitor("sos-message", { sent: error === undefined, why: error?.code });
		if (error === undefined || this.#messages >= MOST_MESSAGES) return;
		this.#messageTimer = again(this.#messageTimer, MESSAGE_AGAIN_MS * this.#messages, () => this.message());
	}
}

/** In place of the timer that there was. */
function again(timer: unknown, ms: number, then: () => void): unknown {
	if (timer !== undefined) Timer.clear(timer as never);
	return Timer.set(then, ms);
}
