import type { ModemCore } from "./core.js";
import type { ModemError } from "./errors.js";

export type ModemProperty = "connection" | "address" | "registration" | "power" | "identity" | "time";
const PROPERTIES: readonly ModemProperty[] = Object.freeze(["connection", "address", "registration", "power", "identity", "time"]);

/** Who is told. What these throw is caught and reported to `failed`. */
export interface NoticeOwner {
	changed(property: ModemProperty): void;
	failed(error: ModemError): void;
	event(name: string, data: Record<string, unknown>): void;
}

interface NamedEvent {
	readonly name: string;
	readonly data: Record<string, unknown>;
}

/** Kept for one turn; more than this in one turn is a storm, and the oldest go. */
const CAPACITY = 16;

/** What the application is to be told, collected during a turn and said at its end, once per change. */
export class Notices {
	#core: ModemCore;
	#owner: NoticeOwner;
	#changed = 0;
	#errors: ModemError[] | undefined = undefined;
	#events: NamedEvent[] | undefined = undefined;
	#off: (() => void)[] | undefined = undefined;
	#isOff = false;
	#closed = false;
	constructor(core: ModemCore, owner: NoticeOwner) {
		this.#core = core;
		this.#owner = owner;
	}
	changed(property: ModemProperty): void {
		this.#changed |= 1 << PROPERTIES.indexOf(property);
		this.#core.turn();
	}
	failed(error: ModemError): void {
		this.#errors = withLatest(this.#errors, error);
		this.#core.turn();
	}
	event(name: string, data: Record<string, unknown>): void {
		this.#events = withLatest(this.#events, { name, data });
		this.#core.turn();
	}
	/** `done` is called once when the module is off. */
	whenOff(done: () => void): void {
		this.#off ??= [];
		this.#off.push(done);
	}
	poweredOff(): void {
		this.#isOff = true;
		this.#core.turn();
	}
	close(): void {
		this.#closed = true;
	}
	/** The end of a turn. What is said may cause more, which is for the next. */
	announce(): void {
		if (this.#closed) return;
		while (this.#events !== undefined && !this.#closed) this.announceEvents(this.#events);
		if (this.#changed !== 0) this.announceChanges();
		if (this.#errors !== undefined) this.announceErrors(this.#errors);
		if (this.#isOff) {
			this.#isOff = false;
			const off = this.#off ?? [];
			this.#off = undefined;
			for (const done of off) this.tell(done);
		}
		if (this.#closed) return;
		const { sockets, services } = this.#core;
		if (sockets.hasNews) sockets.announce();
		sockets.begunResolutions?.announce();
		sockets.begunCredentials?.announce();
		services?.announce();
	}
	private announceChanges(): void {
		const changed = this.#changed;
		this.#changed = 0;
		for (let i = 0; i < PROPERTIES.length && !this.#closed; i++)
			if ((changed & (1 << i)) !== 0) this.tell(() => this.#owner.changed(PROPERTIES[i]!));
	}
	private announceEvents(events: readonly NamedEvent[]): void {
		this.#events = undefined;
		for (const { name, data } of events) if (!this.#closed) this.tell(() => this.#owner.event(name, data));
	}
	private announceErrors(errors: readonly ModemError[]): void {
		this.#errors = undefined;
		for (const error of errors) {
			if (this.#closed) return;
			// An error handler that throws has nobody left to tell.
			try {
				this.#owner.failed(error);
			} catch {}
		}
	}
	private tell(say: () => void): void {
		try {
			say();
		} catch (thrown) {
			this.#core.threw(thrown);
		}
	}
}

function withLatest<T>(list: T[] | undefined, latest: T): T[] {
	if (list === undefined) return [latest];
	if (list.length === CAPACITY) list.shift();
	list.push(latest);
	return list;
}
