import { CMGD, CMGL, CMGL_TEXT, CMGR, CPMS } from "../../3gpp/sms-commands.js";
import { type Delivered, decodeIncoming, type StatusReport } from "../../3gpp/sms-tpdu.js";
import { deepFreeze } from "../../at/freeze.js";
import type { AtLine, Millis } from "../../at/line.js";
import type { ModemError } from "../../modem/errors.js";
import { type Dialogue, wasInterrupted } from "../dialogue.js";
import { type Assembled, Assembly, isSamePart, NO_SLOT, type Slot, type StoredPart } from "./assembly.js";
import type { SmsSetup } from "./setup.js";
import { indexOf, type Storage } from "./storage.js";
import { bodyInHeader, delivered, fromUcs2, type Header, readHeader } from "./text-mode.js";
import type { SmsReport } from "./types.js";

/** Service centre's address of 12 octets and a TPDU of 164. */
const PDU_OCTETS = 176;
/** Messages and reports that wait to be told; a storm beyond them stays in the module's storage, or is lost where it was pushed. */
const MOST_TOLD = 32;
/** `<stat>` of stored messages that we wrote ourselves: 2 unsent, 3 sent (27.005 3.1). */
const FIRST_OWN_STATUS = 2;
const NOT_DELIVERED = 0x20;
const GIVEN_UP = 0x40;

/** In the place of a message that is a report: no message is like it. */
const REPORT: Delivered = deepFreeze(delivered({ from: "", sentUtcMs: undefined, quarterHours: 0 }, ""));

const Body = Object.freeze({ none: 0, message: 1, report: 2 });

/** What comes: announced, read, put together, told, and only then erased. */
export class Inbox {
	readonly assembly = new Assembly();
	/** Whole messages, to be told. */
	readonly ready: Assembled[] = [];
	readonly reports: SmsReport[] = [];
	/** The storage was never looked through since the module's start. */
	isListWanted = true;
	readonly #dialogue: Dialogue;
	readonly #setup: SmsSetup;
	readonly #storage: Storage;
	readonly #owner: { next(): void; turn(): void; event(name: string, data: Record<string, unknown>): void };
	#toRead: Slot[] = [];
	/** Told already: their places are to be emptied. */
	readonly #toErase: StoredPart[] = [];
	/** `+CMGD` for this place is on its way. */
	#erasing: Slot = NO_SLOT;
	/** Told, and nobody knows whether their places were emptied before the module restarted. */
	readonly #told: StoredPart[] = [];
	/** Told, and the handler threw: they stay where they are. */
	readonly #left: Slot[] = [];
	readonly #octets = new Uint8Array(PDU_OCTETS);
	#octetCount = -1;
	#header: Header | undefined = undefined;
	#text = "";
	#pushed: number = Body.none;
	#isOurs = false;
	/** Messages in the list that is being read. */
	#listed = 0;

	constructor(
		dialogue: Dialogue,
		setup: SmsSetup,
		storage: Storage,
		owner: { next(): void; turn(): void; event(name: string, data: Record<string, unknown>): void },
	) {
		this.#dialogue = dialogue;
		this.#setup = setup;
		this.#storage = storage;
		this.#owner = owner;
	}
	/** The module has started: it is asked for all that it holds. What was told stays told. */
	restarted(): void {
		this.isListWanted = true;
		this.#toRead.length = 0;
		this.#left.length = 0;
		this.#pushed = Body.none;
		this.#erasing = NO_SLOT;
		for (let one = this.#toErase.shift(); one !== undefined; one = this.#toErase.shift()) this.keepTold(one);
		for (let i = this.ready.length - 1; i >= 0; i--) if (this.ready[i]!.stored.length > 0) this.ready.splice(i, 1);
		this.assembly.forgetStored();
	}
	private keepTold(one: StoredPart): void {
		if (this.#told.length >= MOST_TOLD) this.#told.shift();
		this.#told.push(one);
	}

	// Reports -------------------------------------------------------------------------------------------------------
	line(line: AtLine): void {
		if (line.startsWith("+CMTI") || line.startsWith("+CDSI")) this.announced(line);
		else if (line.startsWith("+CMT")) this.pushedHeader(line);
		else if (line.startsWith("+CDS")) this.#pushed = line.count <= 1 ? Body.report : Body.none;
		else this.pushedBody(line);
	}
	/** `<mem>,<index>` */
	private announced(line: AtLine): void {
		const index = line.uint(1);
		if (index === undefined) return;
		this.#storage.used++;
		if (this.#storage.isFull) this.#owner.turn();
		const slot = this.#storage.slot(index, line.text(0));
		const left = this.#left.indexOf(slot);
		// Somebody has made room there.
		if (left >= 0) this.#left.splice(left, 1);
		this.wantRead(slot);
		this.#owner.next();
	}
	private pushedHeader(line: AtLine): void {
		this.#pushed = Body.message;
		if (this.#setup.isPdu) return;
		this.#header = readHeader(line, 0, this.#setup.isUcs2);
		const body = bodyInHeader(line);
		if (body === undefined) return;
		this.#pushed = Body.none;
		this.came(delivered(this.#header, this.textOf(body)), NO_SLOT);
	}
	private pushedBody(line: AtLine): void {
		const what = this.#pushed;
		this.#pushed = Body.none;
		if (what === Body.none) {
			// A row of the driver's, whose one meaning here is that the storage is full.
			this.#storage.filled();
			this.isListWanted = true;
			this.#owner.turn();
			this.#owner.next();
			return;
		}
		if (!this.#setup.isPdu) {
			if (this.#header !== undefined) this.came(delivered(this.#header, this.textOf(line.toText())), NO_SLOT);
			return;
		}
		const count = line.hexBytes(0, this.#octets);
		this.took(count < 0 ? undefined : decodeIncoming(this.#octets, count), NO_SLOT);
	}
	private textOf(body: string): string {
		return this.#setup.isUcs2 ? fromUcs2(body) : body;
	}

	// Work ----------------------------------------------------------------------------------------------------------
	/** Asks for what is next; false when there is nothing to do. */
	go(isHeard: boolean): boolean {
		while (this.assembly.spare.length > 0) this.#toErase.push(this.assembly.spare.shift()!);
		const erase = this.#toErase[0];
		if (erase !== undefined) {
			if (this.choose(erase.slot)) return true;
			this.#erasing = erase.slot;
			this.#dialogue.ask(CMGD.set, { index: indexOf(erase.slot) }, this, Inbox.prototype.onErased);
			return true;
		}
		if (!isHeard || this.ready.length >= MOST_TOLD) return false;
		if (this.isListWanted) {
			this.#listed = 0;
			const options = { onLine: Inbox.prototype.onListLine };
			if (this.#setup.isPdu) this.#dialogue.ask(CMGL.set, { status: 4 }, this, Inbox.prototype.onListed, options);
			else this.#dialogue.ask(CMGL_TEXT.set, { status: "ALL" }, this, Inbox.prototype.onListed, options);
			return true;
		}
		const read = this.#toRead[0];
		if (read === undefined) return false;
		if (this.choose(read)) return true;
		this.#octetCount = -1;
		this.#header = undefined;
		this.#text = "";
		this.#isOurs = false;
		this.#dialogue.ask(CMGR.set, { index: indexOf(read) }, this, Inbox.prototype.onRead, { onLine: Inbox.prototype.onMessageLine });
		return true;
	}
	/** True when another storage has to be chosen first, and that was asked for. */
	private choose(slot: Slot): boolean {
		const memory = this.#storage.elsewhere(slot);
		if (memory === undefined) return false;
		this.#storage.chosen(memory, undefined, undefined);
		this.#dialogue.ask(CPMS.set, { memory1: memory }, this, Inbox.prototype.onChosen);
		return true;
	}
	onChosen(error: ModemError | undefined): void {
		// One that cannot be chosen has nothing to be read: the read itself then says so.
		if (error !== undefined && !wasInterrupted(error)) this.#owner.event("smsStorageRefused", { cause: error.causeNumber });
		this.#owner.next();
	}
	onErased(error: ModemError | undefined): void {
		const isAnswer = this.#erasing !== NO_SLOT && !wasInterrupted(error);
		this.#erasing = NO_SLOT;
		const erased = isAnswer ? this.#toErase.shift() : undefined;
		if (erased !== undefined && error === undefined) this.#storage.used = Math.max(0, this.#storage.used - 1);
		// It may still be there, and is then told from a new one when it is read again.
		else if (erased !== undefined) this.keepTold(erased);
		this.#owner.next();
	}
	/** Headers only: `<index>,<stat>,…`; the messages are read one by one, each when there is room for it. */
	onListLine(line: AtLine): void {
		if (!line.startsWith("+CMGL")) return;
		this.#listed++;
		const index = line.uint(0);
		if (index === undefined || isOwn(line, 1)) return;
		this.wantRead(this.#storage.slot(index));
	}
	onListed(error: ModemError | undefined): void {
		if (!wasInterrupted(error)) this.isListWanted = false;
		if (error === undefined) this.#storage.used = this.#listed;
		this.#owner.next();
	}
	/** A place that is being emptied may hold a new message already: it is looked at afterwards. */
	private wantRead(slot: Slot): void {
		if (this.#toRead.includes(slot) || this.#left.includes(slot)) return;
		if (slot !== this.#erasing && this.#toErase.some(one => one.slot === slot)) return;
		this.#toRead.push(slot);
	}
	onMessageLine(line: AtLine): void {
		if (line.startsWith("+CMGR")) {
			this.#isOurs = isOwn(line, 0);
			if (!this.#setup.isPdu) this.#header = readHeader(line, 1, this.#setup.isUcs2);
		} else if (this.#setup.isPdu) this.#octetCount = line.hexBytes(0, this.#octets);
		else this.#text += this.#text === "" ? line.toText() : `\n${line.toText()}`;
	}
	onRead(error: ModemError | undefined): void {
		if (wasInterrupted(error)) {
			this.#owner.next();
			return;
		}
		const slot = this.#toRead.shift();
		if (slot === undefined || error !== undefined || this.#isOurs) {
			this.#owner.next();
			return;
		}
		if (!this.#setup.isPdu) {
			if (this.#header !== undefined) this.came(delivered(this.#header, this.textOf(this.#text)), slot);
		} else if (this.#octetCount >= 0) this.took(decodeIncoming(this.#octets, this.#octetCount), slot);
		this.#owner.next();
	}
	private took(unit: Delivered | StatusReport | undefined, slot: Slot): void {
		if (unit === undefined) this.#owner.event("smsUnreadable", slot === NO_SLOT ? {} : { index: indexOf(slot) });
		else if (unit.kind === "deliver") this.came(unit, slot);
		else this.reported(unit, slot);
	}
	private reported(unit: StatusReport, slot: Slot): void {
		const { reference, to, status } = unit;
		if (slot !== NO_SLOT) this.#toErase.push({ part: REPORT, slot });
		if (this.reports.length >= MOST_TOLD) this.reports.shift();
		this.reports.push({ reference, to, status, delivered: status < NOT_DELIVERED, pending: status >= NOT_DELIVERED && status < GIVEN_UP });
		this.#owner.turn();
	}
	private came(part: Delivered, slot: Slot): void {
		const at = slot === NO_SLOT ? -1 : this.#told.findIndex(one => one.slot === slot && isSamePart(one.part, part));
		if (at >= 0) {
			this.#toErase.push(...this.#told.splice(at, 1));
			return;
		}
		this.give(this.assembly.add(part, slot, this.#dialogue.now));
	}
	private give(whole: Assembled | undefined): void {
		if (whole === undefined) return;
		if (this.ready.length >= MOST_TOLD && whole.stored.length === 0) this.ready.shift();
		this.ready.push(whole);
		this.#owner.turn();
	}
	/** Incomplete messages that have waited long enough; with a full storage the oldest, because its other parts have no place to come to. */
	giveUp(nowMs: Millis): void {
		const isIdle = this.#toRead.length === 0 && this.#toErase.length === 0 && this.ready.length === 0 && !this.isListWanted;
		this.give(this.assembly.giveUp(nowMs, isIdle && this.#storage.isFull));
	}
	/** The application has got the message: its places are free now. */
	got(whole: Assembled): void {
		for (const one of whole.stored) this.#toErase.push(one);
	}
	/** The handler threw: nothing is erased, and nothing is told again before the module's next start. */
	notGot(whole: Assembled): void {
		for (const { slot } of whole.stored) this.#left.push(slot);
	}
}

/** Whether a stored message is one that was written here: a number in PDU mode, words in text mode. */
function isOwn(line: AtLine, index: number): boolean {
	return (line.uint(index) ?? 0) >= FIRST_OWN_STATUS || line.equals(index, "STO SENT") || line.equals(index, "STO UNSENT");
}
