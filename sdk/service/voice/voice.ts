import { isDialString } from "../../3gpp/call-commands.js";
import type { Binding } from "../../modem/binding.js";
import type { ModemCore } from "../../modem/core.js";
import type { VoiceDialect } from "../../modem/driver.js";
import { ModemError } from "../../modem/errors.js";
import type { Services } from "../services.js";
import type { Call } from "./types.js";
import { VoiceService } from "./voice-service.js";

export type { Call, CallCause, CallState } from "./types.js";

const MOST_TONES = 32;
const TONES = "0123456789*#ABCD";

/** Voice calls of one modem, one at a time: `modem.voice`. Audio is the module's business (its codec or its analogue pins). */
export class Voice {
	/** @internal */
	readonly service: VoiceService;
	readonly #binding: Binding;
	/** Each change of the call, in order; the record does not change afterwards. */
	onChanged: ((this: Voice, call: Call) => void) | undefined = undefined;

	constructor(binding: Binding, core: ModemCore, dialect: VoiceDialect, services: Services) {
		this.#binding = binding;
		this.service = new VoiceService(core, dialect, services, this);
		this.service.wanted();
		binding.kick();
	}
	/** The call that there is, or was last. */
	get call(): Call {
		return this.service.current.call;
	}
	/** Whether voice over IMS (VoLTE) is registered; undefined where the module does not tell, and until it has. */
	get ims(): boolean | undefined {
		return this.service.ims;
	}
	/**
	 * Calls a number; what comes of it is told by `onChanged`. Switches the module on if need be.
	 * @throws ModemError "usage" for what is no number, or while there is a call
	 */
	dial(number: string): void {
		if (typeof number !== "string" || !isDialString(number)) throw new ModemError("usage", "number: 1 to 40 of 0-9, * and #, + first");
		this.enter();
		if (this.service.current.isAlive) throw new ModemError("usage", "there is a call already: hangUp() first");
		this.service.dial(number);
		this.#binding.kick();
	}
	/** @throws ModemError "usage" when no call comes in */
	answer(): void {
		this.enter();
		if (this.call.state !== "incoming") throw new ModemError("usage", "there is no incoming call to be answered");
		this.service.answer();
		this.#binding.kick();
	}
	/** Ends or refuses the call; nothing when there is none. */
	hangUp(): void {
		this.enter();
		if (!this.service.current.isAlive) return;
		this.service.hangUp();
		this.#binding.kick();
	}
	/**
	 * Sends tones, once the call is answered.
	 * @throws ModemError "usage" without a call or for other characters, "queueFull" when more than 32 wait
	 */
	dtmf(tones: string): void {
		this.enter();
		if (!this.service.current.isAlive) throw new ModemError("usage", "there is no call to send tones to");
		for (let i = 0; i < tones.length; i++) if (!TONES.includes(tones.charAt(i))) throw new ModemError("usage", "tones: 0-9, *, # and A-D");
		if (this.service.waitingTones + tones.length > MOST_TONES)
			throw new ModemError("queueFull", `${MOST_TONES} tones may wait: send fewer`);
		this.service.dtmf(tones);
		this.#binding.kick();
	}
	private enter(): void {
		this.#binding.enter();
	}
	/** @internal */
	changed(call: Call): void {
		this.onChanged?.call(this, call);
	}
}
