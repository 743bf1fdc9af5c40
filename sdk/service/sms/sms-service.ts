import { CMGS, CMGS_TEXT, CSMP } from "../../3gpp/sms-commands.js";
import { encodeValidity } from "../../3gpp/sms-tpdu.js";
import type { AtLine, Millis } from "../../at/line.js";
import type { ModemCore } from "../../modem/core.js";
import { SMS_LINE_BYTES, type SmsDialect } from "../../modem/driver.js";
import { ModemError } from "../../modem/errors.js";
import { Dialogue, NEVER, wasInterrupted } from "../dialogue.js";
import type { Service, Services } from "../services.js";
import { Inbox } from "./inbox.js";
import { Outbox, type OutgoingSms } from "./outgoing.js";
import { SmsSetup } from "./setup.js";
import { Storage } from "./storage.js";
import { toUcs2 } from "./text-mode.js";
import type { IncomingSms, SmsReport } from "./types.js";

/** `+CSMP` (27.005 3.1.2): SMS-SUBMIT with a relative validity, with a status report, and the coding of UCS-2. */
const SUBMIT_WITH_VALIDITY = 0x11;
const WITH_REPORT = 0x20;
const CODING_UCS2 = 8;
/** 24 h (TS 23.040 9.2.3.12.1): what 27.005 3.1.2 has for a module that was not told. */
const DEFAULT_VALIDITY = 167;

/** What the application wants to hear of. */
export interface SmsHandlers {
	readonly hearsMessages: boolean;
	message(message: IncomingSms): void;
	report(report: SmsReport): void;
	storageFull(): void;
}

/** Short messages both ways: one exchange at a time, what is most urgent first. */
export class SmsService implements Service {
	readonly outbox = new Outbox();
	readonly inbox: Inbox;
	readonly setup: SmsSetup;
	readonly storage = new Storage();
	readonly #core: ModemCore;
	readonly #services: Services;
	readonly #handlers: SmsHandlers;
	readonly #dialogue: Dialogue;
	#wasFull = false;
	/** The setup was given up: nothing is tried before the application or a start of the module asks for it. */
	#isGivenUp = false;
	/** What `+CSMP` was last set to; undefined when it is not known. */
	#parameters: number | undefined = undefined;
	/** The module has been given a part of it. */
	#sending: OutgoingSms | undefined = undefined;

	constructor(core: ModemCore, dialect: SmsDialect, services: Services, handlers: SmsHandlers) {
		this.#core = core;
		this.#services = services;
		this.#handlers = handlers;
		this.#dialogue = new Dialogue(core);
		this.setup = new SmsSetup(dialect, this.#dialogue, this.storage, this);
		this.inbox = new Inbox(this.#dialogue, this.setup, this.storage, this);
		if (dialect.mode === "pdu" && core.lineBytes < SMS_LINE_BYTES)
			throw new ModemError("usage", `driver ${core.driver.id}: uart.lineBytes must be ${SMS_LINE_BYTES} at least for messages in PDU mode`);
	}

	// Service ---------------------------------------------------------------------------------------------------------
	get dueMs(): Millis {
		const { first } = this.outbox;
		return Math.min(this.#dialogue.retryAtMs, this.setup.retryAtMs, this.inbox.assembly.dueMs, first?.untilMs ?? NEVER);
	}
	due(): void {
		this.#dialogue.due();
		this.setup.due(this.#core.now);
		this.inbox.giveUp(this.#core.now);
		this.expire();
		this.next();
	}
	private expire(): void {
		const { first } = this.outbox;
		if (first === undefined || this.#core.now < first.untilMs) return;
		const what = first === this.#sending ? "no result of it: it may have gone out" : "it could not be sent";
		this.outbox.end(new ModemError("timeout", `message: ${what}`));
		this.turn();
	}
	line(line: AtLine): void {
		this.inbox.line(line);
	}
	started(): void {
		this.setup.reset();
		this.storage.forget();
		this.inbox.restarted();
		this.#parameters = undefined;
		this.#isGivenUp = false;
		this.next();
	}
	announce(): void {
		for (let sent = this.outbox.takeEnded(); sent !== undefined; sent = this.outbox.takeEnded()) this.tellSent(sent);
		for (let report = this.inbox.reports.shift(); report !== undefined; report = this.inbox.reports.shift()) {
			const told = report;
			this.#core.guard(this.#handlers, function () {
				this.report(told);
			});
		}
		while (this.#handlers.hearsMessages && this.inbox.ready.length > 0) this.tellMessage();
		if (this.setup.isDeaf && this.setup.isReady && this.#handlers.hearsMessages) this.sayDeaf();
		if (this.storage.isFull && !this.#wasFull) this.#core.guard(this.#handlers, this.#handlers.storageFull);
		this.#wasFull = this.storage.isFull;
		this.next();
	}
	private sayDeaf(): void {
		this.setup.isDeaf = false;
		this.#core.fail(
			new ModemError(
				"notSupported",
				"the module refused to announce messages (+CNMI): they are found when it starts; see `indications` of the driver",
			),
		);
	}
	private tellSent(sent: OutgoingSms): void {
		try {
			sent.done.call(sent.target, sent.error, { references: sent.references });
		} catch (thrown) {
			this.#core.threw(thrown);
		}
	}
	private tellMessage(): void {
		const whole = this.inbox.ready.shift()!;
		try {
			this.#handlers.message(whole.message);
			this.inbox.got(whole);
		} catch (thrown) {
			this.inbox.notGot(whole);
			this.#core.threw(thrown);
		}
	}

	// What its parts tell it --------------------------------------------------------------------------------------------
	turn(): void {
		this.#core.turn();
	}
	event(name: string, data: Record<string, unknown>): void {
		this.#core.event(name, data);
	}
	setupFailed(error: ModemError): void {
		this.#isGivenUp = true;
		// A module that restarts is set up again when it is there.
		if (error.code !== "unexpected") this.outbox.failAll(error);
		if (!wasInterrupted(error) && error.code !== "wrongModel") this.#core.fail(error);
		this.turn();
	}
	/** The application has asked for something. */
	wanted(): void {
		this.#isGivenUp = false;
		this.setup.again();
		this.next();
		this.#services.schedule();
	}
	/** Asks for what is most urgent, if nothing is on its way. */
	next(): void {
		if (this.#dialogue.isBusy || this.#isGivenUp) return;
		const first = this.outbox.first;
		const isHeard = this.#handlers.hearsMessages;
		if (this.#core.lifecycle.phase !== "on") {
			// Only a message to be sent is worth switching the module on.
			if (first !== undefined) this.#dialogue.ask(undefined, undefined, this, SmsService.prototype.onAwake);
			return;
		}
		if (!this.setup.isReady) {
			if (first !== undefined || isHeard) this.setup.go();
			return;
		}
		if (first !== undefined) this.send(first);
		else if (!this.inbox.go(isHeard)) this.inbox.giveUp(this.#core.now);
	}
	onAwake(error: ModemError | undefined): void {
		if (error === undefined) this.next();
		else {
			this.outbox.failAll(error);
			this.turn();
		}
	}
	private send(message: OutgoingSms): void {
		if (this.setup.isPdu) {
			const payload = message.prepare();
			this.#sending = message;
			this.#dialogue.ask(CMGS.set, { length: message.octets }, this, SmsService.prototype.onSent, { payload });
			return;
		}
		const { isUcs2, dialect } = this.setup;
		if (!isUcs2 && !message.isPlain(dialect.characterSet !== "GSM")) {
			this.outbox.end(new ModemError("notSupported", "text: the module refused UCS-2 and takes plain ASCII only"));
			this.turn();
			return;
		}
		const coding = message.parts.isGsm ? 0 : CODING_UCS2;
		const firstOctet = SUBMIT_WITH_VALIDITY | (message.deliveryReport ? WITH_REPORT : 0);
		const validity = message.validityMinutes === undefined ? DEFAULT_VALIDITY : encodeValidity(message.validityMinutes);
		const parameters = (firstOctet << 16) | (validity << 8) | coding;
		if (this.#parameters !== parameters) {
			this.#parameters = parameters;
			this.#dialogue.ask(CSMP.set, { firstOctet, validity, protocol: 0, coding }, this, SmsService.prototype.onParameters);
			return;
		}
		this.#sending = message;
		const to = isUcs2 ? toUcs2(message.to) : message.to;
		this.#dialogue.ask(CMGS_TEXT.set, { to }, this, SmsService.prototype.onSent, { payload: message.prepareText(isUcs2) });
	}
	/** Refused: the module sends as it is set; only what was asked for expressly is then an error. */
	onParameters(error: ModemError | undefined): void {
		const message = this.outbox.first;
		const isNeeded = message !== undefined && (message.deliveryReport || message.validityMinutes !== undefined || !message.parts.isGsm);
		if (wasInterrupted(error)) this.#parameters = undefined;
		else if (error !== undefined && isNeeded) {
			this.#parameters = undefined;
			this.outbox.end(error);
			this.turn();
		}
		this.next();
	}
	onSent(error: ModemError | undefined, result: { reference: number }): void {
		const message = this.#sending;
		this.#sending = undefined;
		// Nobody waits any more for the result of one that took too long.
		if (message !== undefined && message === this.outbox.first) {
			if (error !== undefined) this.outbox.end(error);
			else if (message.sent(result.reference, this.#core.now)) this.outbox.end(undefined);
			this.turn();
		}
		this.next();
	}
}
