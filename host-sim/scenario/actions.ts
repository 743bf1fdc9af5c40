import type { SimulatedModule } from "../modem/module.js";
import type { EdrxPolicy, PsmPolicy } from "../network/operator.js";
import type { RadioNetwork } from "../network/radio-network.js";
import type { ServerGate } from "../network/server-gate.js";
import type { VirtualUe } from "../network/virtual-ue.js";
import { durationMs } from "./duration.js";
import type { Action } from "./scenario.js";

/** What a scenario can lay its hands on. */
export interface ScenarioTarget {
	readonly network: RadioNetwork;
	readonly ue: VirtualUe;
	readonly module: SimulatedModule;
	readonly servers: ServerGate;
	/** Absent where the simulation has no receiver, or one that knows no roof. */
	readonly gnss?: { sky?: boolean } | undefined;
	/** Absent where nothing has a button. */
	readonly press?: ((isPressed: boolean) => void) | undefined;
	/** Starts the module again as its reset pin would. */
	resetModule(): void;
}

function seconds(duration: string): number {
	return (durationMs(duration) ?? 0) / 1000;
}
function psmPolicy(psm: NonNullable<Action["psm"]>): PsmPolicy {
	return typeof psm === "string" ? { grant: psm } : { grant: "own", ...psm };
}
function edrxPolicy(edrx: NonNullable<Action["edrx"]>): EdrxPolicy {
	return typeof edrx === "string" ? { grant: edrx, ptw: "0000" } : { grant: "own", ...edrx };
}

/** Without a SIM that keeps the list, one for this run. */
function forbidPlmn({ network, ue }: ScenarioTarget, forbidden: boolean): void {
	const { plmn } = network.operator;
	ue.forbiddenPlmns ??= new Set();
	if (forbidden) ue.forbiddenPlmns.add(plmn);
	else ue.forbiddenPlmns.delete(plmn);
}

type Handlers = { readonly [Name in keyof Action]-?: (target: ScenarioTarget, value: NonNullable<Action[Name]>) => void };

/** In the order in which the members of one action are carried out. */
const HANDLERS: Handlers = {
	coverage: ({ network }, { rat, ...coverage }) => network.setCoverage(coverage, rat),
	barring: ({ network }, barring) => network.setBarring(barring),
	slices: ({ network }, slices) => network.setSlices(slices),
	cell: ({ network }, state) => network.setPower(state === "on"),
	core: ({ network }, state) => {
		network.linked = state === "on";
	},
	reject: ({ network }, { cause, times, backOff }) =>
		network.reject({
			cause,
			...(times === undefined ? {} : { times }),
			...(backOff === undefined ? {} : { backOffSeconds: seconds(backOff) }),
		}),
	psm: ({ network }, psm) => network.setPsmPolicy(psmPolicy(psm)),
	edrx: ({ network }, edrx) => network.setEdrxPolicy(edrxPolicy(edrx)),
	roaming: ({ network }, roaming) => network.adjust({ roaming: roaming !== false, roamingRefused: roaming === "refused" }),
	plmnForbidden: (target, forbidden) => forbidPlmn(target, forbidden),
	dataOnly: ({ network }, dataOnly) => network.adjust({ dataOnly }),
	destinations: ({ network }, destinations) => network.setDestinations(destinations),
	families: ({ network }, families) => network.setFamilies(families),
	apns: ({ network }, apns) => network.setKnownApns(apns),
	routerAdvertisements: ({ network }, sent) => {
		network.routerAdvertisements = sent;
	},
	inactivity: ({ network }, inactivity) => network.adjust({ inactivitySeconds: seconds(inactivity) }),
	releaseAssistance: ({ network }, releaseAssistance) => network.adjust({ releaseAssistance }),
	flowLifetime: ({ network }, lifetime) => network.adjust({ flowLifetimeSeconds: seconds(lifetime) }),
	streamLifetime: ({ network }, lifetime) => network.adjust({ streamLifetimeSeconds: seconds(lifetime) }),
	loss: ({ network }, loss) => {
		network.loss = [loss, loss, loss];
	},
	extraLatency: ({ network }, latency) => {
		network.extraLatencyMs = seconds(latency) * 1000;
	},
	detach: ({ network }) => network.detach(),
	breakLink: ({ network }) => network.breakLink(),
	server: ({ servers }, server) => {
		servers.state = typeof server === "string" ? server : { delayMs: seconds(server.delay) * 1000 };
	},
	streams: ({ servers }, how) => servers.endStreams(how),
	certificate: ({ servers }, certificate) => {
		servers.certificate = certificate;
	},
	fault: ({ module }, { name, parameters }) => module.faults.set(name, parameters),
	clearFault: ({ module }, name) => module.faults.clear(name === true ? undefined : name),
	reset: target => target.resetModule(),
	power: ({ module }, state) => (state === "on" ? module.powerOn() : module.powerOff()),
	sms: ({ ue }, { from, text }) => {
		ue.deliverSms(from, text);
	},
	party: ({ ue }, party) => {
		ue.calls.party = () => party;
	},
	call: ({ ue }, { from }) => {
		ue.calls.ring(from);
	},
	hangUp: ({ ue }) => ue.calls.drop(),
	sky: ({ gnss }, sky) => {
		if (gnss !== undefined) gnss.sky = sky === "open";
	},
	press: ({ press }, isPressed) => press?.(isPressed),
};

export function perform(action: Action, target: ScenarioTarget): void {
	if (action.reject === null) target.network.reject(undefined);
	if (action.destinations === null) target.network.setDestinations(undefined);
	for (const name of Object.keys(HANDLERS) as (keyof Action)[]) {
		const value = action[name];
		if (value === undefined || value === null) continue;
		(HANDLERS[name] as (target: ScenarioTarget, value: unknown) => void)(target, value);
	}
}

export function describeAction(action: Action): string {
	return Object.entries(action)
		.map(([name, value]) => (value === true ? name : `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`))
		.join(", ");
}
