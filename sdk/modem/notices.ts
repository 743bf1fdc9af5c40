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

/** Kept for one turn; more than this in one turn is a storm, and the oldest go. */
const CAPACITY = 16;

/** What the application is to be told, collected during a turn and said at its end, once per change. */
export class Notices {
	#core: ModemCore;
	#owner: NoticeOwner;
	#changed = 0;
	#errors: ModemError[] = [];
	#events: { readonly name: string; readonly data: Record<string, unknown> }[] = [];
	#off: (() => void)[] = [];
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
		if (this.#errors.length === CAPACITY) this.#errors.shift();
		this.#errors.push(error);
		this.#core.turn();
	}
	event(name: string, data: Record<string, unknown>): void {
		if (this.#events.length === CAPACITY) this.#events.shift();
		this.#events.push({ name, data });
		this.#core.turn();
	}
	/** `done` is called once when the module is off. */
	whenOff(done: () => void): void {
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
		while (this.#events.length > 0 && !this.#closed) {
			const { name, data } = this.#events.shift()!;
			this.tell(() => this.#owner.event(name, data));
		}
		if (this.#changed !== 0) this.announceChanges();
		if (this.#errors.length > 0) this.announceErrors();
		if (this.#isOff) {
			this.#isOff = false;
			const off = this.#off;
			this.#off = [];
			for (const done of off) this.tell(done);
		}
		if (this.#closed) return;
		if (this.#core.sockets.hasNews) this.#core.sockets.announce();
		if (this.#core.sockets.resolutions.hasNews) this.#core.sockets.resolutions.announce();
	}
	private announceChanges(): void {
		const changed = this.#changed;
		this.#changed = 0;
		for (let i = 0; i < PROPERTIES.length && !this.#closed; i++)
			if ((changed & (1 << i)) !== 0) this.tell(() => this.#owner.changed(PROPERTIES[i]!));
	}
	private announceErrors(): void {
		const errors = this.#errors;
		this.#errors = [];
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
