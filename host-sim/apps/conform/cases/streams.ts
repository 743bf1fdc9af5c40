import type { Bench } from "../bench.js";
import { type Case, type CaseOptions, check, equal, on, type Subject, without } from "../case.js";
import { FAR_ADDRESSES, FAR_NAME, NOBODY, Port } from "../far-end.js";
import { arrived, farOf, pattern, STREAM_MS, StreamTalk, same, text, transferMs } from "../stream-talk.js";

const streams = on("streams");
const MINUTES = 60_000;
/** Of a large transfer. More is tests' business: a narrow-band module with hexadecimal at 9,600 bit/s takes minutes for this. */
const LARGE_BYTES = 8_000;
/** What a result code looks like that a module may say at any time. */
const ANY_REPORT = "\r\n+CTZV: 32\r\n";

function noTcp(subject: Subject): string | undefined {
	return without("tcpSockets")(subject);
}
/** Whether the module keeps the bytes of a stream until it is asked for them. */
function keepsBytes({ driver }: Subject): boolean {
	const { sockets } = driver;
	return sockets?.receive !== undefined && (sockets.pulls === undefined || sockets.pulls.includes("tcp"));
}
function stream(name: string, run: (bench: Bench) => Promise<void>, options: CaseOptions = {}): Case {
	const { skip } = options;
	return streams(name, run, { ...options, skip: subject => noTcp(subject) ?? skip?.(subject) });
}
async function open(bench: Bench, options: ConstructorParameters<typeof StreamTalk>[1] = {}): Promise<StreamTalk> {
	return new StreamTalk(bench, options).connected();
}
async function online(bench: Bench, options: ConstructorParameters<typeof StreamTalk>[1] = {}): Promise<StreamTalk> {
	await bench.connect();
	return open(bench, options);
}
function thrownBy(action: () => unknown): { readonly code: string | undefined; readonly message: string } {
	try {
		action();
	} catch (error) {
		const { code, message } = error as { code?: string; message: string };
		return { code, message };
	}
	return { code: "nothing", message: "nothing was thrown" };
}

const opening = [
	stream("a connection is said once, with room for 512 bytes and more", async bench => {
		const talk = await online(bench);
		await bench.pass(10_000);
		check(talk.room >= 512, `${talk.room} bytes may be written`);
		equal(talk.told.join(), "writable", "what the application was told");
		equal(bench.far.streams.length, 1, "the count of connections at the far end");
		bench.expectNoErrors();
	}),
	stream(
		"a host is connected to by its name",
		async bench => {
			const talk = await online(bench, { host: FAR_NAME });
			await talk.echo(text("by name"));
		},
		{ skip: without("dns") },
	),
	stream("a connection that is refused is an error, told once, and no other comes after it", async bench => {
		await bench.connect();
		const talk = new StreamTalk(bench, { port: Port.refuses });
		await talk.over();
		await bench.pass(MINUTES);
		equal(talk.told.join(), "error", "what the application was told");
		check(talk.why !== "", "nothing says why");
		await open(bench);
	}),
	stream("a peer that is silent ends as an error within minutes, and the module is not reset for it", async bench => {
		await bench.connect();
		const talk = new StreamTalk(bench, { address: bench.reachable(NOBODY) });
		await talk.over(5 * MINUTES);
		const { reset, powerCycle, functionality } = bench.modem.counters;
		equal(reset + powerCycle + functionality, 0, "the count of resets");
		await (await open(bench)).echo(text("still here"));
	}),
	stream(
		"a name that does not exist ends as an error",
		async bench => {
			await bench.connect();
			const talk = new StreamTalk(bench, { host: "nowhere.example.net" });
			await talk.over(5 * MINUTES);
		},
		{ skip: without("dns") },
	),
	stream("a stream that is asked for before there is a connection waits for it", async bench => {
		bench.modem.connect();
		const talk = new StreamTalk(bench, { address: FAR_ADDRESSES[1] });
		await talk.connected();
		await talk.echo(text("early"));
	}),
];

const transfers = [
	stream("what is said comes back", async bench => {
		const talk = await online(bench);
		for (const said of ["hello", "h", "hello again"]) await talk.echo(text(said));
		bench.expectNoErrors();
	}),
	stream("every byte value survives both ways", async bench => {
		await (await online(bench)).echo(pattern(512));
	}),
	stream("OK, ERROR, prompts, line ends and escapes inside data mean nothing", async bench => {
		const talk = await online(bench);
		for (const said of [
			"\r\nOK\r\n",
			"\r\nERROR\r\n> ",
			"\x1a\x1b+++",
			'","\r\n+CME ERROR: 3\r\n',
			"\r\nSEND OK\r\n\r\nCLOSED\r\n",
			"\0\0",
		])
			await talk.echo(text(said));
	}),
	stream("a result code as data means nothing, wherever it begins", async bench => {
		const talk = await online(bench);
		for (let before = 0; before < 24; before++) await talk.echo(text(`${"x".repeat(before)}${ANY_REPORT}y`));
		equal(bench.modem.connection, 500, "connection");
	}),
	stream(`${LARGE_BYTES} bytes go out whole and in order`, async bench => {
		const talk = await online(bench, { port: Port.discard });
		const sent = pattern(LARGE_BYTES);
		talk.write(sent);
		await arrived(bench, farOf(bench), sent);
	}),
	stream(`${LARGE_BYTES} bytes come in whole and in order`, async bench => {
		const talk = await online(bench, { port: Port.discard });
		const sent = pattern(LARGE_BYTES, 3);
		const far = farOf(bench);
		// As a server does that waits for the last piece to be heard of: a module that pushes has no other brake.
		for (let at = 0; at < sent.length; at += 500) {
			far.send(sent.subarray(at, at + 500));
			await talk.has(Math.min(at + 500, sent.length));
		}
		same(talk.bytes, sent, "what came");
	}),
	stream(`${LARGE_BYTES} bytes at once come in whole to who reads at once`, async bench => {
		const talk = await online(bench, { port: Port.discard });
		const sent = pattern(LARGE_BYTES, 5);
		farOf(bench).send(sent);
		await talk.has(sent.length);
		same(talk.bytes, sent, "what came");
	}),
	stream(
		"a slow reader loses nothing: the module keeps what there is no room for",
		async bench => {
			const talk = await online(bench, { port: Port.discard, isSlow: true });
			const sent = pattern(6_000, 9);
			farOf(bench).send(sent);
			for (let i = 0; talk.count < sent.length && i < 2_000; i++) {
				await bench.pass(2_000);
				talk.read(100);
			}
			check(!talk.isOver, `it ended after ${talk.count} bytes: ${talk.why}`);
			same(talk.bytes, sent, "what was read");
		},
		{ skip: pushes },
	),
	stream(
		"a module that pushes ends a stream whose reader is too slow, and leaves no gap in what was read",
		async bench => {
			const talk = await online(bench, { port: Port.discard, isSlow: true });
			const sent = pattern(6_000, 9);
			farOf(bench).send(sent);
			// Read after the end, in parts: what had come is there, and only then the end is told.
			await bench.pass(transferMs(sent.length));
			equal(talk.isOver, false, "whether the end was told before the bytes were read");
			check(talk.read(100) === 100, "what had come is gone");
			talk.readAll();
			await talk.over();
			equal(talk.socket.error?.code, "overflow", "the error");
			check(talk.count > 0 && talk.count < sent.length, `${talk.count} of ${sent.length} bytes came`);
			same(talk.bytes, sent.subarray(0, talk.count), "what was read");
		},
		{
			skip: subject => (keepsBytes(subject) ? "the module keeps what it has received until it is asked for it" : undefined),
		},
	),
	stream("result codes all through a transfer harm none of its bytes", async bench => {
		const talk = await online(bench);
		const sent = pattern(1_500, 2);
		talk.write(sent);
		let reports = 0;
		const { unknownLines } = bench.modem.counters;
		// Odd, so that it falls everywhere in what passes over the line.
		for (; talk.count < sent.length && reports < 3_000; reports++) {
			bench.world.module.faults.set("urc", { text: ANY_REPORT });
			await bench.pass(37);
		}
		await talk.has(sent.length, transferMs(2 * sent.length));
		same(talk.bytes, sent, "what came back");
		check(reports >= 8, `only ${reports} result codes came meanwhile`);
		equal(bench.modem.counters.unknownLines - unknownLines, 0, "the count of lines that nobody knows");
	}),
	stream("a result code between the answer and its end, at every command, harms no byte", async bench => {
		const talk = await online(bench);
		bench.world.module.faults.set("urc-before-final", { text: ANY_REPORT, times: 0 });
		await talk.echo(pattern(600, 4));
	}),
	stream("a result code between the prompt and the data harms no byte", async bench => {
		const talk = await online(bench);
		bench.world.module.faults.set("urc-at-prompt", { text: ANY_REPORT, times: 0 });
		await talk.echo(pattern(600, 6));
	}),
	stream("lines that come in pieces harm no byte", async bench => {
		const talk = await online(bench);
		bench.world.module.faults.set("split-bytes", { delayMs: 150 });
		await talk.echo(pattern(1_200, 8));
	}),
	stream("a send whose end is said late is waited for", async bench => {
		const talk = await online(bench);
		bench.world.module.faults.set("late-send-ok", { delayMs: 5_000 });
		await talk.echo(pattern(300, 1));
	}),
];

const rules = [
	stream("writing before it is connected throws", async bench => {
		await bench.connect();
		const talk = new StreamTalk(bench);
		equal(thrownBy(() => talk.socket.write(text("x"))).code, "notConnected", "the error");
		await talk.connected();
		await talk.echo(text("after"));
	}),
	stream("more than there is room for throws, and nothing of it goes out", async bench => {
		const talk = await online(bench, { port: Port.discard });
		equal(thrownBy(() => talk.socket.write(new Uint8Array(talk.room + 1))).code, "queueFull", "the error");
		talk.write(text("whole"));
		await arrived(bench, farOf(bench), text("whole"));
	}),
	stream("what is written as there is room fills no more than that", async bench => {
		const talk = await online(bench, { port: Port.discard });
		const first = talk.room;
		equal(talk.socket.write(new Uint8Array(first)), 0, "what is free when it is full");
		await bench.until("all the room again", () => talk.room === first, transferMs(first));
		await arrived(bench, farOf(bench), new Uint8Array(first));
	}),
];

const endings = [
	stream("what the peer sent before it closed is read first", async bench => {
		const talk = await online(bench, { port: Port.discard });
		const said = pattern(700, 7);
		const far = farOf(bench);
		far.send(said);
		far.close();
		await talk.over(transferMs(said.length));
		same(talk.bytes, said, "what was read");
		equal(talk.told.at(-1), "error", "what it was told last");
		equal(talk.socket.error?.code, "closed", "why it is over");
	}),
	stream("the end waits until what came before it has been read", async bench => {
		const talk = await online(bench, { port: Port.discard, isSlow: true });
		const far = farOf(bench);
		far.send(text("last words"));
		await bench.until("the words", () => talk.times("readable") > 0, STREAM_MS);
		far.close();
		await bench.pass(MINUTES);
		equal(talk.isOver, false, "whether the end was told before the bytes were read");
		talk.readAll();
		await talk.over(10_000);
		same(talk.bytes, text("last words"), "what was read");
	}),
	stream("what was written goes out before we close; the far end sees the end; nothing is told afterwards", async bench => {
		const talk = await online(bench, { port: Port.discard });
		const far = farOf(bench);
		const told = talk.told.length;
		talk.socket.write(text("goodbye"));
		talk.socket.close();
		await bench.until("the end at the far end", () => far.isClosed, STREAM_MS);
		same(far.bytes, text("goodbye"), "what arrived");
		await bench.pass(10_000);
		equal(talk.told.length, told, "the count of calls after close");
	}),
	stream("bytes that come while it is being closed harm nothing", async bench => {
		const talk = await online(bench, { port: Port.discard });
		const far = farOf(bench);
		far.send(pattern(400));
		talk.socket.close();
		await bench.until("the end at the far end", () => far.isClosed, STREAM_MS);
		await (await open(bench)).echo(text("next"));
	}),
	stream("a lost context ends the stream, and another one goes over the next connection", async bench => {
		const talk = await online(bench);
		bench.world.network.detach();
		await talk.over(20 * MINUTES);
		await bench.until("a connection again", () => bench.modem.connection === 500, 20 * MINUTES);
		await (await open(bench)).echo(text("again"));
	}),
	stream("a restart of the module ends the stream, and another one goes over the next connection", async bench => {
		const talk = await online(bench);
		bench.world.module.faults.set("reboot");
		await talk.over(20 * MINUTES);
		await bench.until("a connection again", () => bench.modem.connection === 500, 20 * MINUTES);
		await (await open(bench)).echo(text("again"));
	}),
	stream("a peer that closes is told to the one stream and to no other", async bench => {
		const first = await online(bench, { port: Port.discard });
		const far = farOf(bench);
		const second = await open(bench);
		far.close();
		await first.over();
		await second.echo(text("untouched"));
		equal(second.times("error"), 0, "the count of errors of the other");
	}),
];

const several = [
	stream("several at a time are kept apart", async bench => {
		await bench.connect();
		const count = Math.min(3, Number(bench.driver.capabilities.tcpSockets.value) || 1);
		const talks: StreamTalk[] = [];
		for (let i = 0; i < count; i++) talks.push(await open(bench));
		const sent = talks.map((_, i) => pattern(400, 60 * i));
		for (const [i, talk] of talks.entries()) talk.write(sent[i]!);
		for (const [i, talk] of talks.entries()) {
			await talk.has(400, transferMs(400 * 2 * count));
			same(talk.bytes, sent[i]!, `what came back to stream ${i + 1}`);
		}
	}),
	stream("as many as the driver promises, and one more is refused at once; a place that is given back is taken", async bench => {
		await bench.connect();
		const count = Number(bench.driver.capabilities.tcpSockets.value) || 1;
		const talks: StreamTalk[] = [];
		for (let i = 0; i < count; i++) talks.push(await open(bench));
		equal(thrownBy(() => new StreamTalk(bench)).code, "queueFull", "the error of one more");
		talks[0]!.socket.close();
		await bench.until("the end of the first", () => bench.far.streams[0]!.isClosed, STREAM_MS);
		await (await open(bench)).echo(text("in its place"));
		await talks.at(-1)!.echo(text("and the last"));
	}),
	stream(
		"a stream and datagrams at once",
		async bench => {
			const talk = await online(bench);
			const answers: string[] = [];
			const socket = new bench.modem.UDP({
				onReadable(count: number) {
					for (let i = 0; i < count; i++) answers.push(Buffer.from(this.read() ?? new ArrayBuffer(0)).toString("latin1"));
				},
			});
			const sent = pattern(900);
			talk.write(sent);
			for (const said of ["one", "two", "three"]) socket.write(text(said), bench.reachable(FAR_ADDRESSES), Port.echo);
			await talk.has(sent.length, transferMs(2 * sent.length));
			await bench.until("the answers", () => answers.length === 3, STREAM_MS);
			same(talk.bytes, sent, "what came back over the stream");
			equal(answers.join(), "one,two,three", "what came back as datagrams");
		},
		{ skip: without("udpSockets") },
	),
	stream("thirty connections one after another leave no socket behind", async bench => {
		await bench.connect();
		for (let i = 0; i < 30; i++) {
			const talk = await open(bench);
			await talk.echo(text(`number ${i}`));
			talk.socket.close();
			await bench.until("its end", () => farOf(bench).isClosed, STREAM_MS);
		}
		equal(bench.far.streams.length, 30, "the count of connections");
		bench.expectNoErrors();
	}),
];

function pushes(subject: Subject): string | undefined {
	return keepsBytes(subject) ? undefined : "the module pushes what it receives: it cannot wait for a reader";
}

const cases: Case[] = [...opening, ...transfers, ...rules, ...endings, ...several];

export { cases as streams };
