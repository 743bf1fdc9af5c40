import { encode } from "cbor2";
import { readSenml, SenmlError, type SenmlRecord } from "./senml.js";

/** A reading as the receiving application took it. */
export interface CollectedReading {
	/** The pack's base name. */
	readonly device: string;
	readonly sequence: number;
	/** UTC seconds; undefined when the device did not know. */
	readonly utcSeconds: number | undefined;
	/** How old it was on arrival, when the device did not know the time. */
	readonly ageSeconds: number | undefined;
	/** Where the device had its time from: "network" when it did not say. */
	readonly clock: string;
	readonly values: Readonly<Record<string, { readonly value: string | boolean; readonly unit: string | undefined }>>;
	/** Milliseconds of the simulation. */
	readonly receivedMs: number;
}

/** Keys 1 and 2 of the CBOR map that answers a report. */
export interface Configuration {
	readonly reportEverySeconds?: number;
	readonly readEverySeconds?: number;
}
const CONFIGURATION_KEYS = { reportEverySeconds: 1, readEverySeconds: 2 } as const;

/** How the server behaves now; a scenario changes it. */
export interface ServerBehaviour {
	/** False: nothing is received, nothing is answered. */
	available: boolean;
	/** Time the application takes to answer. */
	delayMs: number;
	/** `separate`: an empty acknowledgement at once and the response in a message of its own. */
	response: "piggybacked" | "separate";
	/** Part of the datagrams that is lost, in each direction. */
	lossRate: number;
}

export interface ServerRequest {
	readonly method: string;
	readonly path: string;
	readonly contentFormat: number | undefined;
	readonly payload: Uint8Array;
}
export interface ServerAnswer {
	/** "2.04" */
	readonly code: string;
	readonly contentFormat?: number;
	readonly payload?: Uint8Array;
}

export interface CollectorCounters {
	reports: number;
	/** New readings. */
	accepted: number;
	/** Readings that had come before, dropped by their identifier: at-least-once delivery. */
	repeated: number;
	/** Accepted, though a reading of the same device, time and values had come under another identifier. */
	duplicated: number;
	/** Dropped, though what came under the same identifier before was another reading: an identifier was given twice. */
	conflicting: number;
	/** Requests answered with an error. */
	rejected: number;
}

const SENML_CBOR = 112;
const CBOR = 60;
/** RFC 8428 4.5.3. */
const FIRST_ABSOLUTE_SECOND = 2 ** 28;

export interface CollectorOptions {
	/** Default "/readings". */
	readonly path?: string;
	/** Milliseconds of the simulation. */
	readonly now: () => number;
	/** Called for each new reading. */
	readonly onReading?: (reading: CollectedReading) => void;
	/** Called after each report. */
	readonly onReport?: (answer: ServerAnswer) => void;
}

/** The receiving application of a fleet of meters: takes SenML reports, knows each reading by device and sequence number, answers with a configuration. */
export class Collector {
	readonly behaviour: ServerBehaviour = { available: true, delayMs: 0, response: "piggybacked", lossRate: 0 };
	readonly counters: CollectorCounters = { reports: 0, accepted: 0, repeated: 0, duplicated: 0, conflicting: 0, rejected: 0 };
	readonly readings: CollectedReading[] = [];
	/** What the answer to each report carries; undefined: nothing. */
	configuration: Configuration | undefined;
	readonly #options: CollectorOptions;
	/** Values by device and sequence. */
	readonly #known = new Map<string, string>();
	/** Device, time and values of what was accepted. */
	readonly #contents = new Set<string>();

	constructor(options: CollectorOptions) {
		this.#options = options;
	}
	get path(): string {
		return this.#options.path ?? "/readings";
	}
	/** Sequence numbers taken from a device, in the order they came. */
	sequences(device: string): number[] {
		return this.readings.filter(reading => reading.device === device).map(reading => reading.sequence);
	}

	handle(request: ServerRequest): ServerAnswer {
		const answer = this.#answer(request);
		if (!answer.code.startsWith("2.")) this.counters.rejected++;
		this.#options.onReport?.(answer);
		return answer;
	}

	#answer(request: ServerRequest): ServerAnswer {
		if (request.path !== this.path) return { code: "4.04" };
		if (request.method !== "POST") return { code: "4.05" };
		if (request.contentFormat !== SENML_CBOR) return { code: "4.15" };
		let groups: CollectedReading[];
		try {
			groups = readingsOf(readSenml(request.payload), this.#options.now());
		} catch (error) {
			if (!(error instanceof SenmlError)) throw error;
			// RFC 7252 5.5.2: a diagnostic payload.
			return { code: "4.00", payload: new TextEncoder().encode(error.message) };
		}
		this.counters.reports++;
		for (const reading of groups) this.#take(reading);
		if (this.configuration === undefined) return { code: "2.04" };
		return { code: "2.04", contentFormat: CBOR, payload: encodeConfiguration(this.configuration) };
	}
	#take(reading: CollectedReading): void {
		const id = `${reading.device} ${reading.sequence}`;
		const values = JSON.stringify(reading.values);
		const before = this.#known.get(id);
		if (before !== undefined) {
			if (before === values) this.counters.repeated++;
			else this.counters.conflicting++;
			return;
		}
		this.#known.set(id, values);
		if (reading.utcSeconds !== undefined) {
			const content = `${reading.device} ${reading.utcSeconds} ${values}`;
			if (this.#contents.has(content)) this.counters.duplicated++;
			this.#contents.add(content);
		}
		this.counters.accepted++;
		this.readings.push(reading);
		this.#options.onReading?.(reading);
	}
}

export function encodeConfiguration(configuration: Configuration): Uint8Array {
	const entries: [number, number][] = [];
	if (configuration.reportEverySeconds !== undefined)
		entries.push([CONFIGURATION_KEYS.reportEverySeconds, configuration.reportEverySeconds]);
	if (configuration.readEverySeconds !== undefined) entries.push([CONFIGURATION_KEYS.readEverySeconds, configuration.readEverySeconds]);
	return encode(new Map(entries));
}

/** A reading is a `seq` record and those after it up to the next. */
export function readingsOf(records: readonly SenmlRecord[], receivedMs: number): CollectedReading[] {
	const readings: (CollectedReading & { values: Record<string, { value: string | boolean; unit: string | undefined }>; clock: string })[] =
		[];
	for (const [index, record] of records.entries()) {
		if (record.ownName === "seq") {
			const sequence = Number(record.value);
			if (!Number.isSafeInteger(sequence) || sequence < 0) throw new SenmlError(`record ${index} has a wrong sequence number`);
			const absolute = record.time >= FIRST_ABSOLUTE_SECOND;
			readings.push({
				device: record.name.slice(0, -"seq".length),
				sequence,
				utcSeconds: absolute ? record.time : undefined,
				ageSeconds: absolute ? undefined : -record.time,
				clock: "network",
				values: {},
				receivedMs,
			});
			continue;
		}
		const reading = readings.at(-1);
		if (reading === undefined) throw new SenmlError("the first record is no seq record");
		if (record.ownName === "clock" && record.text !== undefined) Object.assign(reading, { clock: record.text });
		else {
			const value = record.value ?? record.text;
			if (value === undefined) throw new SenmlError(`record ${index} has no value`);
			reading.values[record.ownName] = { value, unit: record.unit };
		}
	}
	return readings;
}
