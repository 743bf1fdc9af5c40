/**
 * What an application says of itself through `xs-cellular/monitor`, gathered. The simulation has its own account of the
 * same things (collector, module, energy); the run document takes from each what only it can know.
 */
export interface Observation {
	/** Identifiers of the readings taken, in order. */
	readonly taken: number[];
	/** Identifiers handed to the network at least once. */
	readonly sent: Set<number>;
	readonly acknowledged: Set<number>;
	/** Identifiers that the application still keeps in storage. */
	pending: { first: number; next: number };
	retransmitted: number;
	failedReadings: { code: string; why: string }[];
	failedReports: string[];
	connection: { family: string | undefined; address: string | undefined; rat: string | undefined };
	registrations: number;
	recoveries: { resync: number; functionality: number; reset: number; powerCycle: number };
	atCommands: number;
	unknownLines: number;
	psm: { requested: unknown; granted: unknown; entered: number };
	identity: Record<string, unknown> | undefined;
	meter: string | undefined;
	errors: { code: string; message: string }[];
}

export function newObservation(): Observation {
	return {
		taken: [],
		sent: new Set(),
		acknowledged: new Set(),
		pending: { first: 0, next: 0 },
		retransmitted: 0,
		failedReadings: [],
		failedReports: [],
		connection: { family: undefined, address: undefined, rat: undefined },
		registrations: 0,
		recoveries: { resync: 0, functionality: 0, reset: 0, powerCycle: 0 },
		atCommands: 0,
		unknownLines: 0,
		psm: { requested: undefined, granted: undefined, entered: 0 },
		identity: undefined,
		meter: undefined,
		errors: [],
	};
}

type Take = (seen: Observation, data: any) => void;

function range(first: number, next: number, into: Set<number>) {
	for (let id = first; id < next; id++) into.add(id);
}

/** One row per event of the application; an event that no row names is for people and scenarios only. */
const EVENTS: Readonly<Record<string, Take>> = {
	reading: (seen, { id }) => seen.taken.push(id),
	"reading-failed": (seen, { code, why }) => seen.failedReadings.push({ code, why }),
	outbox: (seen, { first, next }) => {
		seen.pending = { first, next };
	},
	"report-sent": (seen, { first, next }) => range(first, next, seen.sent),
	"report-acknowledged": (seen, { first, next, retransmitted }) => {
		range(first, next, seen.acknowledged);
		seen.retransmitted = retransmitted;
	},
	"report-failed": (seen, { code, retransmitted }) => {
		seen.failedReports.push(code);
		seen.retransmitted = retransmitted;
	},
	meter: (seen, { address }) => {
		seen.meter = address;
	},
	identity: (seen, data) => {
		seen.identity = data;
	},
	network: (seen, { family, address, rat }) => {
		seen.connection = { family, address, rat };
	},
	registered: seen => {
		seen.registrations++;
	},
	psm: (seen, { requested, granted, entered }) => {
		seen.psm = { requested, granted, entered };
	},
	counters: (seen, data) => {
		seen.atCommands = data.atCommands;
		seen.unknownLines = data.unknownLines;
		seen.recoveries = { resync: data.resync, functionality: data.functionality, reset: data.reset, powerCycle: data.powerCycle };
	},
	error: (seen, { code, message }) => seen.errors.push({ code, message }),
};

export function observe(seen: Observation, event: string, data: Record<string, unknown>): void {
	EVENTS[event]?.(seen, data);
}
