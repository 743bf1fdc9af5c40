import type { UDP } from "../../../../sdk/net/udp.js";
import type { Bench } from "../bench.js";
import { check, equal, on, type Subject, without } from "../case.js";
import { FAR_ADDRESSES, FAR_NAME, Port } from "../far-end.js";

const udp = on("datagrams");
const ANSWER_MS = 120_000;
const [IPV6, IPV4] = FAR_ADDRESSES;

function noUdp(subject: Subject): string | undefined {
	return without("udpSockets")(subject);
}
function noDns(subject: Subject): string | undefined {
	return noUdp(subject) ?? without("dns")(subject);
}

interface Talk {
	readonly socket: UDP;
	readonly answers: { readonly text: string; readonly address: string; readonly port: number }[];
	readonly failures: string[];
}
function open(bench: Bench): Talk {
	const answers: Talk["answers"] = [];
	const failures: string[] = [];
	const socket = new bench.modem.UDP({
		onReadable(this: UDP, packets: number) {
			for (let i = 0; i < packets; i++) {
				const packet = this.read();
				if (packet === undefined) continue;
				answers.push({ text: Buffer.from(packet).toString("latin1"), address: packet.address, port: packet.port });
			}
		},
		onError: error => void failures.push(`${error.code}: ${error.message}`),
	});
	return { socket, answers, failures };
}
/** The address of the family that the module was given. */
function farAddress(bench: Bench): string {
	return bench.modem.address?.includes(":") ? IPV6 : IPV4;
}
function bytes(text: string): Uint8Array {
	return Uint8Array.from(text, character => character.charCodeAt(0));
}
async function echoed(bench: Bench, talk: Talk, text: string, withinMs = ANSWER_MS): Promise<void> {
	const before = talk.answers.length;
	talk.socket.write(bytes(text), farAddress(bench), Port.echo);
	await bench.until(
		`the echo of ${text.length} bytes${talk.failures.map(failure => `; ${failure}`).join("")}`,
		() => talk.answers.length > before || talk.failures.length > 0,
		withinMs,
	);
	check(talk.failures.length === 0, `the datagram failed: ${talk.failures.join("; ")}`);
	equal(talk.answers.at(-1)?.text, text, "the answer");
}

const cases = [
	udp(
		"a datagram goes out and its answer comes in, with the peer's address and port",
		async bench => {
			await bench.connect();
			const talk = open(bench);
			await echoed(bench, talk, "hello");
			equal(talk.answers[0]?.address, farAddress(bench), "the answer's address");
			equal(talk.answers[0]?.port, Port.echo, "the answer's port");
		},
		{ skip: noUdp },
	),
	udp(
		"every byte value survives both ways",
		async bench => {
			await bench.connect();
			const talk = open(bench);
			await echoed(bench, talk, String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i)));
		},
		{ skip: noUdp },
	),
	udp(
		"OK, ERROR, a prompt and line ends inside data mean nothing",
		async bench => {
			await bench.connect();
			const talk = open(bench);
			for (const text of ["\r\nOK\r\n", "\r\nERROR\r\n> ", "\x1a\x1b", '","\r\n+CME ERROR: 3\r\n']) await echoed(bench, talk, text);
		},
		{ skip: noUdp },
	),
	udp(
		"the largest datagram that the driver promises goes both ways",
		async bench => {
			await bench.connect();
			const { sendBytes, receiveBytes } = bench.driver.capabilities;
			const most = Math.min(Number(sendBytes.value) || 512, Number(receiveBytes.value) || 512, 1024);
			await echoed(bench, open(bench), "x".repeat(most));
		},
		{ skip: noUdp },
	),
	udp(
		"one byte more is refused at once and says how many may be sent",
		async bench => {
			await bench.connect();
			const most = Number(bench.driver.capabilities.sendBytes.value) || 512;
			let message = "";
			try {
				open(bench).socket.write(new Uint8Array(most + 1), farAddress(bench), Port.discard);
			} catch (error) {
				message = (error as Error).message;
			}
			check(message.includes(String(most)), `it says "${message}"`);
		},
		{ skip: noUdp },
	),
	udp(
		"one byte is a datagram",
		async bench => {
			await bench.connect();
			await echoed(bench, open(bench), "1");
		},
		{ skip: noUdp },
	),
	udp(
		"two answers to one datagram are two",
		async bench => {
			await bench.connect();
			const talk = open(bench);
			talk.socket.write(bytes("again"), farAddress(bench), Port.twice);
			await bench.until("both answers", () => talk.answers.length === 2, ANSWER_MS);
		},
		{ skip: noUdp },
	),
	udp(
		"several peers at a time are kept apart",
		async bench => {
			await bench.connect();
			const talk = open(bench);
			const peers = [Port.echo, Port.twice, Port.echo + 100];
			for (const port of peers) talk.socket.write(bytes(`to ${port}`), farAddress(bench), port);
			await bench.until("three datagrams at the far end", () => bench.far.received.length === 3, ANSWER_MS);
			await bench.pass(5000);
			equal(bench.far.received.map(({ port }) => port).join(), peers.join(), "the ports that they came to");
			equal(
				talk.answers
					.map(({ text, port }) => `${text} from ${port}`)
					.sort()
					.join(", "),
				"to 7 from 7, to 8 from 8, to 8 from 8",
				"the answers",
			);
		},
		{ skip: noUdp },
	),
	udp(
		"more peers than the module has sockets are served all the same",
		async bench => {
			await bench.connect();
			const talk = open(bench);
			const sockets = Number(bench.driver.capabilities.udpSockets.value) || 1;
			for (let i = 0; i <= sockets; i++) {
				talk.socket.write(bytes("x"), farAddress(bench), 2000 + i);
				await bench.until(`datagram ${i + 1}`, () => bench.far.received.length === i + 1, ANSWER_MS);
			}
			equal(talk.failures.length, 0, "the count of failures");
		},
		{ skip: noUdp },
	),
	udp(
		"an IPv4 peer is reached beside an IPv6 one",
		async bench => {
			await bench.connect();
			const talk = open(bench);
			talk.socket.write(bytes("six"), IPV6, Port.echo);
			await bench.until("the answer over IPv6", () => talk.answers.length === 1, ANSWER_MS);
			talk.socket.write(bytes("four"), IPV4, Port.echo);
			await bench.until("the answer over IPv4", () => talk.answers.length === 2, ANSWER_MS);
			equal(talk.answers[1]?.address, IPV4, "its address");
		},
		{ skip: subject => noUdp(subject) ?? without("ipv6")(subject) },
	),
	udp(
		"a socket that the network closed is opened again by the next datagram",
		async bench => {
			await bench.connect();
			const talk = open(bench);
			await echoed(bench, talk, "before");
			bench.world.module.faults.set("close-sockets");
			await bench.pass(2000);
			await echoed(bench, talk, "after");
		},
		{ skip: noUdp },
	),
	udp(
		"a datagram that is written before there is a connection waits for it",
		async bench => {
			bench.modem.connect();
			const talk = open(bench);
			talk.socket.write(bytes("early"), IPV4, Port.echo);
			await bench.until("the answer", () => talk.answers.length === 1, 240_000);
		},
		{ skip: noUdp },
	),
	udp(
		"a closed socket hears nothing any more",
		async bench => {
			await bench.connect();
			const talk = open(bench);
			talk.socket.write(bytes("x"), farAddress(bench), Port.echo);
			talk.socket.close();
			await bench.pass(60_000);
			equal(talk.answers.length + talk.failures.length, 0, "the count of calls after close");
		},
		{ skip: noUdp },
	),
	udp(
		"a name is resolved, to IPv6 where there is IPv6",
		async bench => {
			await bench.connect();
			let found = "";
			new bench.modem.Resolver().resolve({
				host: FAR_NAME,
				onResolved: (_host: string, address: string) => {
					found = address;
				},
				onError: () => {
					found = "error";
				},
			});
			await bench.until("the address", () => found !== "", ANSWER_MS);
			equal(found, farAddress(bench), `the address of ${FAR_NAME}`);
		},
		{ skip: noDns },
	),
	udp(
		"a name that does not exist is an error, not a silence",
		async bench => {
			await bench.connect();
			let outcome = "";
			new bench.modem.Resolver().resolve({
				host: "nowhere.example.net",
				onResolved: (_host: string, address: string) => {
					outcome = address;
				},
				onError: () => {
					outcome = "error";
				},
			});
			await bench.until("an outcome", () => outcome !== "", 180_000);
			equal(outcome, "error", "the outcome");
		},
		{ skip: noDns },
	),
	udp(
		"a hundred datagrams leave no socket and no buffer behind",
		async bench => {
			await bench.connect();
			const talk = open(bench);
			for (let i = 0; i < 100; i++) await echoed(bench, talk, `number ${i}`);
			equal(bench.modem.counters.droppedPackets, 0, "the count of dropped packets");
		},
		{ skip: noUdp },
	),
];

export { cases as datagrams };
