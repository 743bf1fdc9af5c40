/** Something that the network answered, and how often it answered just that. */
export interface NetworkAnswer {
	readonly event: string;
	readonly detail: Readonly<Record<string, unknown>>;
	readonly count: number;
	readonly firstMs: number;
}

/** How connections that carried packets ended. */
export interface Releases {
	/** Within {@link PROMPT_MS} after the last packet: sooner than inactivity timers are. */
	readonly prompt: number;
	readonly late: number;
	/** From the last packet to the release, average of the late ones. */
	readonly lateSeconds?: number;
}

const PROMPT_MS = 5_000;

/** What says something of the network's mind. Which context it was matters to nobody afterwards. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
	registration: ["stat", "rejectCause"],
	denied: ["cause"],
	grant: ["activeSeconds", "periodicTauSeconds", "edrx"],
	"context-activated": ["families"],
	"context-refused": ["cause"],
	"plmn-forbidden": ["plmn"],
	"psm-left": ["why"],
	"link-lost": [],
	detach: [],
};
const PACKETS: ReadonlySet<string> = new Set(["datagram-up", "datagram-down", "stream-up", "stream-down"]);
/** A run that is told more different things is told them by a scenario. */
const KINDS = 64;

/** Gathers what the network answered in a run, however long it is. */
export class Answers {
	readonly #answers = new Map<string, { event: string; detail: Record<string, unknown>; count: number; firstMs: number }>();
	#packetMs: number | undefined;
	#prompt = 0;
	#late = 0;
	#lateMs = 0;

	note(timeMs: number, event: string, data: Readonly<Record<string, unknown>>): void {
		if (PACKETS.has(event)) this.#packetMs = timeMs;
		else if (event === "released") this.#released(timeMs);
		const keys = TOLD[event];
		if (keys === undefined) return;
		const detail = Object.fromEntries(keys.filter(key => data[key] !== undefined).map(key => [key, data[key]]));
		const kind = `${event} ${JSON.stringify(detail)}`;
		const known = this.#answers.get(kind);
		if (known) known.count++;
		else if (this.#answers.size < KINDS) this.#answers.set(kind, { event, detail, count: 1, firstMs: Math.round(timeMs) });
	}

	get list(): readonly NetworkAnswer[] {
		return [...this.#answers.values()];
	}
	/** Undefined where no connection that carried a packet ended. */
	get releases(): Releases | undefined {
		if (this.#prompt + this.#late === 0) return undefined;
		const lateSeconds = this.#late === 0 ? {} : { lateSeconds: Math.round(this.#lateMs / this.#late) / 1000 };
		return { prompt: this.#prompt, late: this.#late, ...lateSeconds };
	}

	#released(timeMs: number): void {
		if (this.#packetMs === undefined) return;
		const tailMs = timeMs - this.#packetMs;
		this.#packetMs = undefined;
		if (tailMs < PROMPT_MS) this.#prompt++;
		else {
			this.#late++;
			this.#lateMs += tailMs;
		}
	}
}
