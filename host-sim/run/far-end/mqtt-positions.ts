import { CertificateAuthority } from "../../internet/certificates.js";
import { encodeConfiguration } from "../../internet/collector.js";
import { MqttBroker } from "../../internet/mqtt-broker.js";
import { PositionCollector } from "../../internet/positions.js";
import { SenmlError } from "../../internet/senml.js";
import { positionsOf } from "../../internet/senml-positions.js";
import { type FarEndOptions, type RunFarEnd, SERVER_ADDRESSES } from "./far-end.js";

const POSITIONS = "trackers/+/positions";
/** In virtual time a certificate is compared as text: it stands for the authority and is none. */
const MODELLED_AUTHORITY = [
	"-----BEGIN CERTIFICATE-----",
	"eHMtY2VsbHVsYXI6IHRoZSBhdXRob3JpdHkgb2YgdGhlIHNpbXVsYXRlZCBpbnRlcm5ldA==",
	"-----END CERTIFICATE-----",
	"",
].join("\n");
const TEN_YEARS_MS = 10 * 365 * 86_400_000;

/** A broker over TLS, and behind it an application that takes what trackers publish. */
export async function mqttPositions(options: FarEndOptions): Promise<RunFarEnd> {
	const { clock, host, startUtcMs, configuration } = options;
	const positions = new PositionCollector();
	let malformed = 0;
	const take = (payload: Uint8Array): void => {
		try {
			for (const position of positionsOf(payload, clock.now(), startUtcMs + clock.now())) positions.take(position);
		} catch (error) {
			if (!(error instanceof SenmlError)) throw error;
			malformed++;
		}
	};
	const wanted = configuration === undefined ? undefined : encodeConfiguration(configuration);
	const broker = clock.kind === "real" ? await realBroker(options, take, wanted) : modelledBroker(options, take, wanted, host);
	return {
		...broker,
		accepted: () => new Set(positions.positions.map(({ sequence }) => sequence)),
		duplicated: () => positions.counters.duplicated + positions.counters.conflicting + malformed,
		positions,
	};
}

type Broker = Pick<RunFarEnd, "hosts" | "routes" | "server" | "close">;

function modelledBroker(
	{ clock, port, startUtcMs }: FarEndOptions,
	take: (payload: Uint8Array) => void,
	configuration: Uint8Array | undefined,
	host: string,
): Broker {
	const identity = {
		names: [host],
		issuer: MODELLED_AUTHORITY,
		notAfterMs: startUtcMs + TEN_YEARS_MS,
		versions: ["1.2", "1.3"] as const,
	};
	const broker = new MqttBroker({ clock, addresses: SERVER_ADDRESSES, tls: { port, identity } });
	broker.subscribe(POSITIONS, ({ topic, payload }) => {
		take(payload);
		// A device that speaks for the first time finds its settings at its next connection.
		const settings = topic.replace(/positions$/, "configuration");
		if (configuration !== undefined && broker.retained(settings) === undefined)
			broker.publish(settings, configuration, { qos: 1, retain: true });
	});
	return { hosts: [broker], routes: [], server: { ca: MODELLED_AUTHORITY }, close() {} };
}

async function realBroker(
	{ host, port }: FarEndOptions,
	take: (payload: Uint8Array) => void,
	configuration: Uint8Array | undefined,
): Promise<Broker> {
	const { listenMqtt } = await import("../../internet/mqtt-server.js");
	const authority = new CertificateAuthority("xs-cellular run");
	const server = await listenMqtt({
		tls: authority.issue({ names: [host] }),
		onPublish: ({ topic, payload }) => {
			if (!/^trackers\/[^/]+\/positions$/.test(topic)) return;
			take(payload);
			if (configuration !== undefined)
				void server.publish(topic.replace(/positions$/, "configuration"), configuration, { qos: 1, retain: true });
		},
	});
	return {
		hosts: [],
		routes: SERVER_ADDRESSES.map(address => ({ address, port, target: { address: server.address, port: server.port } })),
		server: { ca: authority.certificate },
		close: () => server.close(),
	};
}
