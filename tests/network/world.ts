import { createRandom } from "../../host-sim/clock/random.js";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { internet, type StreamHost, type UdpHost } from "../../host-sim/internet/host.js";
import type { IpTraffic } from "../../host-sim/network/flow-path.js";
import { memoryNetwork } from "../../host-sim/network/memory-network.js";
import type { CellProfile, OperatorProfile } from "../../host-sim/network/operator.js";
import type { RadioObserver } from "../../host-sim/network/radio.js";
import { RadioNetwork } from "../../host-sim/network/radio-network.js";
import type { FlowListener, UeListener } from "../../host-sim/network/ue.js";
import { VirtualUe } from "../../host-sim/network/virtual-ue.js";
import { decodeDeliver } from "../../host-sim/sms/tpdu.js";

export const SERVER = "2001:db8:5e::1";
export const SERVER4 = "198.51.100.7";

/** What a UE and its network did, one line each: time in whole seconds and the words of the callback. */
export interface World {
	readonly clock: VirtualClock;
	readonly network: RadioNetwork;
	readonly ue: VirtualUe;
	readonly log: string[];
	/** Names of the events in order. */
	readonly events: string[];
	readonly eventLog: { readonly timeMs: number; readonly name: string; readonly data: Record<string, unknown> }[];
	/** Datagrams the server received. */
	readonly served: { readonly from: string; readonly port: number; readonly bytes: Uint8Array }[];
	server: { answer: ((bytes: Uint8Array, reply: (bytes: Uint8Array) => void) => void) | undefined };
	seconds(until: number): void;
	on(): void;
}

export function world(
	options: {
		seed?: number;
		operator?: OperatorProfile;
		cell?: CellProfile;
		otherCells?: readonly CellProfile[];
		radio?: RadioObserver;
		clock?: VirtualClock;
		hosts?: readonly StreamHost[];
		onTraffic?: (packet: IpTraffic) => void;
	} = {},
): World {
	const clock = options.clock ?? new VirtualClock();
	const seed = options.seed ?? 1;
	const served: World["served"] = [];
	const server: World["server"] = { answer: (bytes, reply) => reply(bytes) };
	const host: UdpHost = {
		addresses: [SERVER, SERVER4],
		datagram(_port, bytes, from, reply) {
			served.push({ from: from.address, port: from.port, bytes });
			server.answer?.(bytes, reply);
		},
	};
	const network = new RadioNetwork({
		...(options.operator === undefined ? {} : { operator: options.operator }),
		...(options.cell === undefined ? {} : { cell: options.cell }),
		...(options.otherCells === undefined ? {} : { otherCells: options.otherCells }),
	});
	const log: string[] = [];
	const eventLog: World["eventLog"] = [];
	const ue = new VirtualUe({
		clock,
		random: createRandom(seed),
		seed,
		network,
		internet: memoryNetwork(clock, internet([host, ...(options.hosts ?? [])], { "server.test": [SERVER4, SERVER] })),
		...(options.radio === undefined ? {} : { radio: options.radio }),
		...(options.onTraffic === undefined ? {} : { onTraffic: options.onTraffic }),
		onEvent: (name, data) => eventLog.push({ timeMs: clock.now(), name, data }),
	});
	const say = (text: string): void => {
		log.push(`${(clock.now() / 1000).toFixed(1)} ${text}`);
	};
	const listener: UeListener = {
		registrationChanged: () => say(`registration ${ue.registration.stat} ${ue.registration.rejectCause ?? "-"}`),
		signallingChanged: connected => say(`cscon ${connected ? 1 : 0}`),
		psmChanged: (state, why) => say(`psm ${state}${why === undefined ? "" : ` ${why}`}`),
		edrxChanged: () => say(`edrx ${ue.edrx?.granted ?? "none"}`),
		contextChanged: (cid, change, by, reason) => say(`context ${cid} ${change} ${by} ${reason ?? "-"}`),
		timeReceived: () => say("time"),
		smsReceived: tpdu => {
			const message = decodeDeliver(tpdu);
			say(message ? `sms ${message.from} ${message.text}` : "sms report");
			return true;
		},
		callChanged: call => say(`call ${call.state}`),
	};
	ue.listener = listener;
	return {
		clock,
		network,
		ue,
		log,
		get events() {
			return eventLog.map(event => event.name);
		},
		eventLog,
		served,
		server,
		seconds: until => void clock.run(until * 1000),
		on() {
			ue.powerOn();
			ue.setFunctionality(1);
		},
	};
}

/** A listener that writes down what happens to a flow. */
export function flowLog(into: string[]): FlowListener {
	return {
		opened: () => into.push("opened"),
		failed: why => into.push(`failed ${why}`),
		sent: (bytes, ok) => into.push(`sent ${bytes} ${ok}`),
		received: (bytes, address, port) => into.push(`received ${bytes.length} ${address} ${port}`),
		closed: () => into.push("closed"),
	};
}
