import type { CredentialKind } from "../../../../sdk/modem/driver.js";
import type { ModemError } from "../../../../sdk/modem/errors.js";
import type { SecureOptions } from "../../../../sdk/net/secure.js";
import type { Bench } from "../bench.js";
import { type Case, type CaseOptions, check, equal, on, type Subject, without } from "../case.js";
import { FAR_NAME } from "../far-end.js";
import { AUTHORITY, CLIENT_CERTIFICATE, CLIENT_KEY, OTHER_AUTHORITY, TlsPort } from "../far-tls.js";
import { arrived, farOf, pattern, STREAM_MS, StreamTalk, same, text } from "../stream-talk.js";

const tlsGroup = on("tls");
const MINUTES = 60_000;
const CA: SecureOptions = { ca: "authority" };

function noTls({ driver, persona }: Subject): string | undefined {
	return without("tlsSockets")({ driver, persona });
}
function tls(name: string, run: (bench: Bench) => Promise<void>, options: CaseOptions = {}): Case {
	const { skip } = options;
	return tlsGroup(name, run, { ...options, skip: subject => noTls(subject) ?? skip?.(subject) });
}
/** Checked unless the driver says that nobody knows, or that the module does not. */
function noNameCheck({ driver }: Subject): string | undefined {
	const value = driver.capabilities.tlsChecksName?.value;
	return value === undefined || value === true ? undefined : `tlsChecksName is ${value} of this module`;
}

async function store(bench: Bench, kind: CredentialKind, name: string, pem: string): Promise<ModemError | undefined> {
	let outcome: ModemError | "stored" | undefined;
	bench.modem.credentials.store({ kind, name, data: text(pem) }, undefined, error => {
		outcome = error ?? "stored";
	});
	await bench.until(`the credential "${name}" to be stored`, () => outcome !== undefined, 5 * MINUTES);
	return outcome === "stored" ? undefined : outcome;
}
async function stored(bench: Bench, kind: CredentialKind, name: string, pem: string): Promise<void> {
	const error = await store(bench, kind, name, pem);
	check(error === undefined, `the credential "${name}" was not stored: ${error?.message}`);
}
function talkTo(bench: Bench, port: number, secure: SecureOptions = CA): StreamTalk {
	return new StreamTalk(bench, { class: bench.modem.TLS, host: FAR_NAME, port, secure });
}
/** Connected, with the authority in the module. */
async function trusting(bench: Bench): Promise<void> {
	await bench.connect();
	await stored(bench, "ca", "authority", AUTHORITY);
}
/** The connection fails as TLS, and nothing of the application's went to that server. */
async function refused(bench: Bench, port: number, secure?: SecureOptions): Promise<void> {
	const talk = talkTo(bench, port, secure);
	await talk.over();
	await bench.pass(10_000);
	equal(talk.told.join(), "error", "what the application was told");
	equal(talk.socket.error?.code, "tls", "the error");
	check((talk.socket.error?.message ?? "").includes(FAR_NAME), "the error does not say with whom");
	for (const far of bench.far.streams) equal(far.count, 0, "bytes that the server was given");
	talk.socket.close();
}

const cases: Case[] = [
	tls("a server whose certificate is in order is talked to", async bench => {
		await trusting(bench);
		const talk = await talkTo(bench, TlsPort.good).connected();
		check(talk.room >= 512, `${talk.room} bytes may be written`);
		await talk.echo(text("hello"));
		await talk.echo(pattern(1_500));
		bench.expectNoErrors();
	}),
	tls("the name of the host is sent (SNI), so that a server of many names shows the right certificate", async bench => {
		await trusting(bench);
		const talk = await talkTo(bench, TlsPort.byName).connected();
		await talk.echo(text("hello"));
		equal(bench.far.serverNames.at(-1), FAR_NAME, "the name that was asked for");
	}),
	tls("a certificate of an authority that is not trusted is refused", async bench => {
		await trusting(bench);
		await refused(bench, TlsPort.otherIssuer);
		await (await talkTo(bench, TlsPort.good).connected()).echo(text("the next one"));
	}),
	tls("an expired certificate is refused", async bench => {
		await trusting(bench);
		await refused(bench, TlsPort.expired);
	}),
	tls(
		"a certificate of another name is refused",
		async bench => {
			await trusting(bench);
			await refused(bench, TlsPort.otherName);
		},
		{ skip: noNameCheck },
	),
	tls("a server that has nothing from TLS 1.2 on is refused", async bench => {
		await trusting(bench);
		await refused(bench, TlsPort.old);
	}),
	tls("a server that speaks no TLS is an error and gets nothing in clear", async bench => {
		await trusting(bench);
		await refused(bench, TlsPort.plain);
	}),
	tls("an authority that is not in the module is an error", async bench => {
		await bench.connect();
		await refused(bench, TlsPort.good, { ca: "nobody" });
	}),
	tls("without verification any certificate will do, and only when the application says so", async bench => {
		await bench.connect();
		for (const port of [TlsPort.otherIssuer, TlsPort.expired, TlsPort.otherName]) {
			const talk = await talkTo(bench, port, { verify: false }).connected();
			await talk.echo(text("hello"));
			talk.socket.close();
			await bench.until("its end", () => farOf(bench).isClosed, STREAM_MS);
		}
	}),
	tls("verification after a connection without it is verification", async bench => {
		await trusting(bench);
		const talk = await talkTo(bench, TlsPort.otherIssuer, { verify: false }).connected();
		talk.socket.close();
		await bench.until("its end", () => farOf(bench).isClosed, STREAM_MS);
		await refused(bench, TlsPort.otherIssuer);
	}),
	tls("a server that asks for it gets the client's certificate", async bench => {
		await trusting(bench);
		await stored(bench, "certificate", "me", CLIENT_CERTIFICATE);
		await stored(bench, "key", "me", CLIENT_KEY);
		const talk = await talkTo(bench, TlsPort.client, { ...CA, certificate: "me", key: "me" }).connected();
		await talk.echo(text("it is me"));
	}),
	tls("a server that asks for a certificate refuses a client without", async bench => {
		await trusting(bench);
		await refused(bench, TlsPort.client);
	}),
	tls("a credential that is stored again counts from then on", async bench => {
		await bench.connect();
		await stored(bench, "ca", "authority", OTHER_AUTHORITY);
		await refused(bench, TlsPort.good);
		await stored(bench, "ca", "authority", AUTHORITY);
		await (await talkTo(bench, TlsPort.good).connected()).echo(text("now"));
	}),
	tls("an erased credential is gone", async bench => {
		await trusting(bench);
		let isErased = false;
		bench.modem.credentials.erase({ kind: "ca", name: "authority" }, undefined, error => {
			check(error === undefined, `it was not erased: ${error?.message}`);
			isErased = true;
		});
		await bench.until("the credential to be erased", () => isErased, 5 * MINUTES);
		await refused(bench, TlsPort.good);
	}),
	tls("credentials outlive a restart of the module", async bench => {
		await trusting(bench);
		bench.world.module.faults.set("reboot");
		await bench.until("the restart", () => bench.eventsNamed("rebooted").length > 0 || bench.modem.connection < 500, 10 * MINUTES);
		await bench.until("a connection again", () => bench.modem.connection === 500, 20 * MINUTES);
		await (await talkTo(bench, TlsPort.good).connected()).echo(text("still trusted"));
	}),
	tls("neither keys nor certificates are shown in the dialogue", async bench => {
		await trusting(bench);
		await stored(bench, "key", "me", CLIENT_KEY);
		const lines = `${AUTHORITY}${CLIENT_KEY}`.split("\n").filter(line => line.length > 40);
		for (const line of lines) check(!bench.shown.includes(line), "the trace shows a credential");
		check(bench.shown.includes("AT"), "there is no trace");
		for (const { message } of bench.errors) check(!message.includes("BEGIN"), "an error shows a credential");
	}),
	tls("a restart of the module ends the stream, and the next one is verified as before", async bench => {
		await trusting(bench);
		const talk = await talkTo(bench, TlsPort.good).connected();
		bench.world.module.faults.set("reboot");
		await talk.over(20 * MINUTES);
		await bench.until("a connection again", () => bench.modem.connection === 500, 20 * MINUTES);
		talk.socket.close();
		await (await talkTo(bench, TlsPort.good).connected()).echo(text("again"));
		const other = talkTo(bench, TlsPort.otherIssuer);
		await other.over();
		equal(other.socket.error?.code, "tls", "the error of a server that is not trusted");
	}),
	tls("what the peer sent before it closed is read first", async bench => {
		await trusting(bench);
		const talk = await talkTo(bench, TlsPort.good).connected();
		const far = farOf(bench);
		far.send(pattern(700));
		far.close();
		await talk.over();
		same(talk.bytes, pattern(700), "what was read");
		equal(talk.socket.error?.code, "closed", "why it is over");
	}),
	tls("a slow reader loses nothing", async bench => {
		await trusting(bench);
		const talk = await new StreamTalk(bench, {
			class: bench.modem.TLS,
			host: FAR_NAME,
			port: TlsPort.good,
			secure: CA,
			isSlow: true,
		}).connected();
		const sent = pattern(6_000, 9);
		farOf(bench).send(sent);
		for (let i = 0; talk.count < sent.length && i < 2_000; i++) {
			await bench.pass(2_000);
			talk.read(100);
		}
		check(!talk.isOver, `it ended after ${talk.count} bytes: ${talk.why}`);
		same(talk.bytes, sent, "what was read");
	}),
	tls("a stream with TLS and one without at once are kept apart", async bench => {
		await trusting(bench);
		const secure = await talkTo(bench, TlsPort.good).connected();
		const plain = await new StreamTalk(bench).connected();
		const [one, other] = [pattern(900, 1), pattern(900, 101)];
		secure.write(one);
		plain.write(other);
		await secure.has(one.length);
		await plain.has(other.length);
		same(secure.bytes, one, "what came back with TLS");
		same(plain.bytes, other, "what came back without");
	}),
	tls("a connection without TLS after one with it goes in clear, as asked", async bench => {
		await trusting(bench);
		const talk = await talkTo(bench, TlsPort.good).connected();
		talk.socket.close();
		await bench.until("its end", () => farOf(bench).isClosed, STREAM_MS);
		const plain = await new StreamTalk(bench).connected();
		plain.write(text("plain"));
		await arrived(bench, farOf(bench), text("plain"));
	}),
];

export { cases as tls };
