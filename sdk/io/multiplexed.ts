import type { Millis } from "../at/line.js";
import { Message } from "../cmux/control.js";
import { addressOf, COMMAND, Control, closeFrame, informationStart, POLL } from "../cmux/frame.js";
import { MultiplexSession, type SessionEnd, type SessionOwner } from "../cmux/session.js";
import type { ModemCore } from "../modem/core.js";
import type { CmuxDialect } from "../modem/driver.js";
import { ModemError } from "../modem/errors.js";
import { type Multiplexer, type MultiplexLoss, type MultiplexParameters, multiplexLost } from "../modem/multiplexing.js";
import type { SansIo } from "./pump.js";

/** What the application wants of the connections beside that of the commands. */
export interface MultiplexOptions {
	/** Each piece of what the receiver says, as the line brings it: sentences may be cut. A view, valid inside the call. */
	readonly nmea?: (bytes: Uint8Array) => void;
}

/** `<port_speed>` of `+CMUX` by its number less one; above 230,400 as modules go on (27.007 5.7 ends there). */
const SPEEDS: readonly number[] = Object.freeze([9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600]);
/** Plain commands without any answer, before a session that somebody left behind is closed (an assumption). */
const LEFT_BEHIND_MS = 1000;
/** Until it is tried again: a module that boots meanwhile should hear little else than `AT`. */
const NEXT_CLOSE_DOWN_MS = 9000;
/** Sessions that failed one after the other before they are not tried any more. */
const MOST_FAILURES = 3;
/** SABM of DLCI 0, and "close down" with its two octets of information: without the former, where DLCI 0 is not open, the latter is answered DM. */
const SABM_BYTES = 6;
const CLOSE_DOWN_BYTES = 8;
const LEAVE_BYTES = SABM_BYTES + CLOSE_DOWN_BYTES;

/**
 * The layer between core and port that speaks TS 27.010 when the application asks for it: the pump drives it as it would the core, and the core
 * talks AT as ever. While connections are opened or closed the core waits, for a bounded time.
 */
export class Multiplexed implements SansIo, SessionOwner, Multiplexer {
	readonly #core: ModemCore;
	readonly #dialect: CmuxDialect;
	readonly #session: MultiplexSession;
	readonly #nmea: MultiplexOptions["nmea"];
	readonly #speed: number | undefined;
	#failures = 0;
	#now: Millis = 0;
	/** Since when plain commands have had no answer. */
	#unansweredMs: Millis | undefined = undefined;
	/** The module may still multiplex, though here nobody does. */
	#isCloseDownDue = false;
	/** What makes the module leave, with the plain bytes behind it, when there is any to write. */
	#plain: Uint8Array | undefined = undefined;
	/** A boot banner outside of frames. */
	#banner: Uint8Array | undefined = undefined;

	/** @throws ModemError "notSupported" when the driver knows no such connection */
	constructor(core: ModemCore, baud: number, options: MultiplexOptions) {
		const { cmux, id } = core.driver;
		if (cmux === undefined) throw new ModemError("notSupported", `multiplex: driver ${id} has no +CMUX; leave the option out`);
		const dlcis = [cmux.at];
		if (options.nmea !== undefined) {
			if (cmux.nmea === undefined)
				throw new ModemError("notSupported", `multiplex.nmea: driver ${id} knows no connection for it; use modem.gnss`);
			dlcis.push(cmux.nmea);
		}
		this.#core = core;
		this.#dialect = cmux;
		this.#nmea = options.nmea;
		const speed = SPEEDS.indexOf(baud);
		this.#speed = speed < 0 ? undefined : speed + 1;
		this.#session = new MultiplexSession(this, dlcis, cmux.frameBytes);
	}

	// The core's side ---------------------------------------------------------------------------------------------------
	get parameters(): MultiplexParameters | undefined {
		if (!this.#session.isClosed || this.#failures >= MOST_FAILURES) return undefined;
		return { mode: 0, subset: 0, speed: this.#speed, frameBytes: this.#dialect.frameBytes };
	}
	begin(): void {
		this.#session.begin(this.#now);
	}
	leave(): void {
		this.#session.leave(this.#now);
	}
	abandon(): void {
		this.#session.forget();
		this.#banner = undefined;
		this.#unansweredMs = undefined;
		this.#failures = 0;
	}
	farewell(): Uint8Array | undefined {
		return this.#session.isClosed ? undefined : leaving(LEAVE_BYTES);
	}

	// The pump's side ---------------------------------------------------------------------------------------------------
	receive(bytes: Uint8Array, now: Millis): void {
		this.#now = now;
		if (!this.#session.isClosed) {
			this.#session.receive(bytes, now);
			return;
		}
		this.#unansweredMs = undefined;
		this.#core.receive(bytes, now);
	}
	transmit(limit: number, now: Millis): Uint8Array | undefined {
		this.#now = now;
		return this.#session.isClosed ? this.plain(limit, now) : this.#session.transmit(limit, now);
	}
	get deadline(): Millis | undefined {
		const session = this.#session.deadline;
		if (this.isHeld) return session;
		const core = this.#core.deadline;
		return core === undefined || (session !== undefined && session < core) ? session : core;
	}
	expire(now: Millis): void {
		this.#now = now;
		this.#session.expire(now);
		if (!this.isHeld) this.#core.expire(now);
	}
	/** Connections are opened or closed. */
	private get isHeld(): boolean {
		return !this.#session.isClosed && !this.#session.isOpen;
	}
	private plain(limit: number, now: Millis): Uint8Array | undefined {
		const waiting = this.#plain;
		if (waiting !== undefined) {
			this.#plain = limit < waiting.length ? waiting.subarray(limit) : undefined;
			return limit < waiting.length ? waiting.subarray(0, limit) : waiting;
		}
		const bytes = this.#core.transmit(limit, now);
		if (bytes === undefined) return undefined;
		this.#unansweredMs ??= now;
		if (!this.#isCloseDownDue && now - this.#unansweredMs < LEFT_BEHIND_MS) return bytes;
		this.#isCloseDownDue = false;
		this.#unansweredMs = now + NEXT_CLOSE_DOWN_MS;
		const both = leaving(LEAVE_BYTES + bytes.length);
		both.set(bytes, LEAVE_BYTES);
		this.#plain = both;
		return this.plain(limit, now);
	}

	// The session's side ------------------------------------------------------------------------------------------------
	/** @internal */
	received(dlci: number, bytes: Uint8Array): void {
		if (dlci === this.#dialect.at) {
			this.#core.receive(bytes, this.#now);
			return;
		}
		try {
			this.#nmea?.(bytes);
		} catch (thrown) {
			this.#core.threw(thrown);
		}
	}
	/** @internal */
	supply(dlci: number, limit: number): Uint8Array | undefined {
		return dlci === this.#dialect.at ? this.#core.transmit(limit, this.#now) : undefined;
	}
	/** @internal */
	opened(): void {
		this.#failures = 0;
		this.#banner = undefined;
		this.#core.event("multiplexed", { nmea: this.#dialect.nmea !== undefined && this.#session.isConnected(this.#dialect.nmea) });
	}
	/** @internal */
	withdrawn(dlci: number): void {
		this.#core.event("multiplexRefused", { dlci });
	}
	/** @internal */
	text(line: Uint8Array): void {
		if (isBanner(this.#core, line)) this.#banner = line.slice();
		this.#session.suspect(this.#now);
	}
	/** @internal */
	ended(why: SessionEnd): void {
		const banner = this.#banner;
		this.#banner = undefined;
		this.#unansweredMs = undefined;
		if (why === "left") return;
		this.#failures++;
		this.#isCloseDownDue = banner === undefined && why !== "closed";
		const core = this.#core;
		core.now = this.#now;
		multiplexLost(core, (why === "silent" && banner !== undefined ? "rebooted" : why) as MultiplexLoss);
		core.turn();
		if (banner !== undefined) this.tellBanner(banner);
	}
	/** The core has a row for it, as for any line of the module's. */
	private tellBanner(banner: Uint8Array): void {
		const line = new Uint8Array(banner.length + 4);
		line.set(LINE_END);
		line.set(banner, 2);
		line.set(LINE_END, banner.length + 2);
		this.#core.receive(line, this.#now);
	}
}

const LINE_END: readonly number[] = Object.freeze([0x0d, 0x0a]);

/** So many bytes, the first of which make a module leave that multiplexes, whatever of its connections is open. */
function leaving(length: number): Uint8Array {
	const bytes = new Uint8Array(length);
	const start = SABM_BYTES + informationStart(0);
	bytes[start] = Message.closeDown | COMMAND;
	bytes[start + 1] = 0x01;
	closeFrame(bytes.subarray(SABM_BYTES), addressOf(0, COMMAND), Control.uih, 2);
	closeFrame(bytes, addressOf(0, COMMAND), Control.sabm | POLL, 0);
	return bytes;
}
function isBanner(core: ModemCore, line: Uint8Array): boolean {
	const banners = core.driver.boot.banners;
	for (let i = 0; i < banners.length; i++) if (startsWith(line, banners[i]!)) return true;
	return false;
}
function startsWith(line: Uint8Array, text: string): boolean {
	if (line.length < text.length) return false;
	for (let i = 0; i < text.length; i++) if (line[i] !== text.charCodeAt(i)) return false;
	return true;
}
