import type { ModuleCore } from "../core.js";
import type { StoredMessage } from "../sim-card.js";
import { bytesOfHex, hexOf } from "../text.js";

/** What a module has of TS 27.005. */
export interface SmsProfile {
	/** Memories by name with their places; "SM" is the card, the others are the module's own. */
	readonly storages: Readonly<Record<string, number>>;
	/** Formats that `+CMGF` takes, and the one of the start. */
	readonly formats: readonly (0 | 1)[];
	readonly format: 0 | 1;
	/** `+CNMI` at the start: mode, mt, bm, ds, bfr. */
	readonly indications: readonly [number, number, number, number, number];
}

/** A card with twenty places, both formats. */
export const defaultSmsProfile: SmsProfile = { storages: { SM: 20 }, formats: [0, 1], format: 0, indications: [2, 0, 0, 0, 0] };

/** `<mem1>`, `<mem2>`, `<mem3>` of `+CPMS`: read and delete, write and send, receive. */
export type SmsMemories = [read: string, write: string, receive: string];

/** The messages of the card and of the module. Indices begin with 1; the lowest free one is taken. */
export class SmsStorage {
	readonly #core: ModuleCore;
	readonly #profile: SmsProfile;

	constructor(core: ModuleCore, profile: SmsProfile) {
		this.#core = core;
		this.#profile = profile;
	}

	get names(): readonly string[] {
		return Object.keys(this.#profile.storages);
	}
	has(memory: string): boolean {
		return Object.hasOwn(this.#profile.storages, memory);
	}

	/** In the order of their indices. */
	list(memory: string): readonly StoredMessage[] {
		const messages = memory === "SM" ? this.#core.sim.messages : this.#own(memory);
		return [...messages].sort((a, b) => a.index - b.index);
	}
	find(memory: string, index: number | undefined): StoredMessage | undefined {
		return this.list(memory).find(message => message.index === index);
	}

	/** `3,20`. */
	usage(memory: string): string {
		return `${this.list(memory).length},${this.#profile.storages[memory] ?? 0}`;
	}

	/** The index it got; undefined: the memory is full. */
	add(memory: string, status: StoredMessage["status"], tpdu: Uint8Array): number | undefined {
		const taken = new Set(this.list(memory).map(message => message.index));
		for (let index = 1; index <= (this.#profile.storages[memory] ?? 0); index++) {
			if (taken.has(index)) continue;
			this.#write(memory, { index, status, tpdu });
			return index;
		}
		return undefined;
	}

	setStatus(memory: string, message: StoredMessage, status: StoredMessage["status"]): void {
		if (message.status !== status) this.#write(memory, { ...message, status });
	}

	remove(memory: string, messages: readonly StoredMessage[]): void {
		const indices = new Set(messages.map(({ index }) => index));
		const { sim, nvram } = this.#core;
		if (memory === "SM") sim.messages = sim.messages.filter(({ index }) => !indices.has(index));
		else nvram.update(Object.fromEntries([...indices].map(index => [`SMS.${memory}.${index}`, undefined])));
	}

	#own(memory: string): StoredMessage[] {
		const prefix = `SMS.${memory}.`;
		return [...this.#core.nvram.entries]
			.filter(([key]) => key.startsWith(prefix))
			.map(([key, value]) => ({
				index: Number(key.slice(prefix.length)),
				status: Number(value[0]) as StoredMessage["status"],
				tpdu: bytesOfHex(value.slice(2))!,
			}));
	}

	#write(memory: string, message: StoredMessage): void {
		const { sim, nvram } = this.#core;
		if (memory === "SM") sim.messages = [...sim.messages.filter(({ index }) => index !== message.index), message];
		else nvram.set(`SMS.${memory}.${message.index}`, `${message.status},${hexOf(message.tpdu)}`);
	}
}
