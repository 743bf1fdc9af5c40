import type { Clock, Scheduled } from "../clock/clock.js";
import type { Nas } from "./nas.js";
import type { Calls, VoiceCall } from "./ue.js";

export interface CallsOwner {
	readonly clock: Clock;
	readonly nas: Nas;
	/** Whether the network offers voice over IMS here. */
	offered(): boolean;
	changed(call: VoiceCall): void;
	emit(name: string, data: Record<string, unknown>): void;
}

/** What the other party does when it is called. */
export type Party = "answers" | "busy" | "no-answer" | "unreachable";

/** Times of an IMS call without a source: assumptions. */
const SETUP_MS = 1200;
const RINGING_MS = 4000;
/** An operator's network gives up: assumption. */
const NO_ANSWER_MS = 60_000;
/** SIP over LTE, INVITE and answers: assumption. */
const SIGNALLING_BYTES: readonly [number, number] = [1200, 900];
/** A talk keeps the connection up: one exchange stands for the voice frames of so long (assumption). */
const VOICE_EVERY_MS = 5000;

/** The one voice call of a simulated subscriber, over IMS (TS 24.229), as far as `+CLCC` and result codes show it. */
export class VoiceCalls implements Calls {
	/** Behaviour of a number that is called. */
	party: (number: string) => Party = () => "answers";
	/** Tones that the other party heard. */
	tones = "";
	readonly #o: CallsOwner;
	#call: VoiceCall | undefined;
	#timer: Scheduled | undefined;

	constructor(owner: CallsOwner) {
		this.#o = owner;
	}

	get current(): VoiceCall | undefined {
		return this.#call;
	}

	get imsRegistered(): boolean {
		return this.#o.nas.attached && this.#o.offered();
	}

	dial(number: string): boolean {
		if (this.#call || !this.imsRegistered || !/^\+?[\d*#]{1,40}$/.test(number)) return false;
		this.#set({ direction: "outgoing", number, state: "dialing" });
		this.#o.emit("call", { number, direction: "outgoing" });
		this.#exchange(ok => {
			if (!ok) this.#end("no-carrier");
			else this.#later(SETUP_MS, () => this.#reached(number));
		});
		return true;
	}

	answer(): boolean {
		if (this.#call?.state !== "incoming") return false;
		this.#exchange(ok => {
			if (this.#call?.state !== "incoming") return;
			if (ok) this.#talk();
			else this.#end("no-carrier");
		});
		return true;
	}

	hangUp(): boolean {
		if (!this.#call) return false;
		this.#exchange(() => {});
		this.#end("local");
		return true;
	}

	dtmf(tones: string): boolean {
		if (this.#call?.state !== "active" || !/^[\d*#A-D]+$/.test(tones)) return false;
		this.tones += tones;
		this.#o.emit("dtmf", { tones });
		return true;
	}

	/** Somebody calls the subscriber; false when it cannot be reached or talks already. */
	ring(number: string): boolean {
		const { nas } = this.#o;
		if (this.#call || !this.imsRegistered) return false;
		return nas.downlink(SIGNALLING_BYTES[1], ok => {
			if (!ok || this.#call) return;
			this.#set({ direction: "incoming", number, state: "incoming" });
			this.#o.emit("call", { number, direction: "incoming" });
			this.#later(NO_ANSWER_MS, () => this.#end("no-answer"));
		});
	}

	/** The other party hangs up. */
	drop(): void {
		if (this.#call) this.#end("remote");
	}

	/** The network or the module's power is gone. */
	lose(): void {
		if (this.#call) this.#end("no-carrier");
	}

	#reached(number: string): void {
		const party = this.party(number);
		if (party === "busy" || party === "unreachable") {
			this.#end(party === "busy" ? "busy" : "no-carrier");
			return;
		}
		this.#set({ direction: "outgoing", number, state: "alerting" });
		if (party === "no-answer") this.#later(NO_ANSWER_MS, () => this.#end("no-answer"));
		else this.#later(RINGING_MS, () => this.#talk());
	}

	#talk(): void {
		if (!this.#call) return;
		const { direction, number } = this.#call;
		this.#set({ direction, number, state: "active" });
		this.#voice();
	}

	#voice(): void {
		this.#later(VOICE_EVERY_MS, () => {
			const call = this.#call;
			const heard = (ok: boolean): void => {
				if (!ok && this.#call === call) this.#end("no-carrier");
			};
			this.#o.nas.transact({ uplinkBytes: 60, downlinkBytes: 60, done: heard });
			this.#voice();
		});
	}

	#exchange(done: (ok: boolean) => void): void {
		this.#o.nas.transact({ uplinkBytes: SIGNALLING_BYTES[0], downlinkBytes: SIGNALLING_BYTES[1], done });
	}

	#later(delayMs: number, action: () => void): void {
		this.#o.clock.cancel(this.#timer);
		const call = this.#call;
		this.#timer = this.#o.clock.after(delayMs, () => {
			if (this.#call === call) action();
		});
	}

	#set(call: VoiceCall): void {
		this.#o.clock.cancel(this.#timer);
		this.#call = call;
		this.#o.changed(call);
	}

	#end(why: NonNullable<VoiceCall["why"]>): void {
		const call = this.#call;
		if (!call) return;
		this.#o.clock.cancel(this.#timer);
		this.#call = undefined;
		this.#o.emit("call-ended", { why });
		this.#o.changed({ ...call, state: "ended", why });
	}
}
