import type { Binding } from "../../modem/binding.js";
import type { ModemCore } from "../../modem/core.js";
import type { SmsDialect } from "../../modem/driver.js";
import type { Services } from "../services.js";
import { OutgoingSms } from "./outgoing.js";
import { type SmsHandlers, SmsService } from "./sms-service.js";
import type { IncomingSms, SmsDone, SmsMessage, SmsReport } from "./types.js";

export type { IncomingSms, SmsDone, SmsMessage, SmsReport, SmsSent } from "./types.js";

/**
 * Short messages of one modem: `modem.sms`. Messages come as long as `onMessage` is set, those that waited in the module's storage too. A message
 * is erased there after `onMessage` has returned, so that a cut of power loses none; one that came just before it may then come again. What a
 * module pushes without storing it (text mode of BC660K-GL) is in this memory only.
 */
export class Sms implements SmsHandlers {
	/** @internal */
	readonly service: SmsService;
	readonly #binding: Binding;
	#reference: number;
	#onMessage: ((this: Sms, message: IncomingSms) => void) | undefined = undefined;
	/** A report on a part of a message that was sent with `deliveryReport`. */
	onReport: ((this: Sms, report: SmsReport) => void) | undefined = undefined;
	/** Once each time the module's storage has become full; the network then keeps what comes. Read messages are erased as long as `onMessage` is set. */
	onStorageFull: ((this: Sms) => void) | undefined = undefined;

	constructor(binding: Binding, core: ModemCore, dialect: SmsDialect, services: Services) {
		this.#binding = binding;
		this.service = new SmsService(core, dialect, services, this);
		// Concatenation needs a number that the last message to the same place did not have (TS 23.040 9.2.3.24.1).
		this.#reference = core.now & 0xff;
	}
	get onMessage(): ((this: Sms, message: IncomingSms) => void) | undefined {
		return this.#onMessage;
	}
	set onMessage(handler: ((this: Sms, message: IncomingSms) => void) | undefined) {
		this.#onMessage = handler;
		this.#binding.enter();
		this.service.wanted();
		this.#binding.kick();
	}
	/**
	 * Sends a text; switches the module on if need be. The message is not sent again by itself: after "timeout" it may have gone
	 * out. A part that could not be sent within 10 minutes ends it with "timeout" as well.
	 * @throws ModemError "usage" for number, text or validity; "queueFull" when too many wait
	 */
	send<T>(message: SmsMessage, target: T, done: SmsDone<T>): void {
		const { now } = this.#binding.enter();
		const { outbox, setup } = this.service;
		outbox.checkRoom();
		outbox.add(new OutgoingSms(message, setup.isPdu, this.#reference, now, target, done));
		this.#reference = (this.#reference + 1) & 0xff;
		this.service.wanted();
		this.#binding.kick();
	}
	/** Messages in the module's storage, as far as it tells. */
	get stored(): { readonly used: number; readonly total: number } | undefined {
		const { used, total } = this.service.storage;
		return total === undefined ? undefined : { used, total };
	}

	/** @internal */
	get hearsMessages(): boolean {
		return this.#onMessage !== undefined;
	}
	/** @internal */
	message(message: IncomingSms): void {
		this.#onMessage?.call(this, message);
	}
	/** @internal */
	report(report: SmsReport): void {
		this.onReport?.call(this, report);
	}
	/** @internal */
	storageFull(): void {
		this.onStorageFull?.call(this);
	}
}
