import { contextOf } from "../../modem/base/packet.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { textOf } from "../../modem/text.js";
import { announceSent, type OpenFailure } from "../socket/flow-socket.js";
import { secureError, wrong } from "./errors.js";
import { StreamLink, type StreamOptions } from "./link.js";
import type { SimcomTls } from "./tls.js";

const sessionCount = 2;
/** Data bytes of one send and of one read (public test answers `+CCHSEND: (0,1),(1-2048)`). */
const longestData = 2048;
const openWithinMs = 120_000;
/** From OK to the result of what asks nobody: assumption. */
const resultMs = 50;

const failures: Readonly<Record<OpenFailure, number>> = {
	refused: secureError.connect,
	timeout: secureError.timeout,
	unreachable: secureError.connect,
	"no-context": secureError.network,
	"tls-issuer": secureError.handshake,
	"tls-expired": secureError.handshake,
	"tls-name": secureError.handshake,
	"tls-version": secureError.handshake,
	"tls-client": secureError.handshake,
	"tls-handshake": secureError.handshake,
};

/** `CCH…`: two sessions of TLS, or of TCP when asked, beside the links of `CIP…`. */
export class SimcomSecure {
	readonly #core: ModuleCore;
	readonly #tls: SimcomTls;
	readonly #sessions = new Map<number, StreamLink>();
	#started = false;
	/** `+CCHSET`: whether sends are confirmed; whether what arrives waits. */
	#confirms = 0;
	#keeps = 0;
	/** The TLS context of each session. */
	readonly #contexts = [0, 0];

	constructor(core: ModuleCore, tls: SimcomTls) {
		this.#core = core;
		this.#tls = tls;
	}

	get busy(): boolean {
		for (const session of this.#sessions.values()) if (session.busy) return true;
		return false;
	}

	closeAll(): void {
		for (const session of [...this.#sessions.values()]) this.#lost(session);
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+CCHSET",
				read: () => `\r\n+CCHSET: ${this.#confirms},${this.#keeps}\r\n`,
				set: call => {
					const confirms = call.parameters.within(0, 0, 1);
					const keeps = call.parameters.within(1, 0, 1, 0);
					if (confirms === undefined || keeps === undefined) return wrong(call);
					this.#confirms = confirms;
					this.#keeps = keeps;
					return "";
				},
				test: "\r\n+CCHSET: (0,1),(0,1)\r\n",
			},
			{ name: "+CCHSTART", execute: call => this.#start(call), test: "" },
			{ name: "+CCHSTOP", execute: call => this.#stop(call), test: "" },
			{
				name: "+CCHSSLCFG",
				read: () => this.#contexts.map((context, id) => `\r\n+CCHSSLCFG: ${id},${context}\r\n`).join(""),
				set: call => {
					const id = call.parameters.within(0, 0, sessionCount - 1);
					const context = call.parameters.within(1, 0, 9);
					if (id === undefined || context === undefined) return wrong(call);
					this.#contexts[id] = context;
					return "";
				},
				test: "\r\n+CCHSSLCFG: (0,1),(0-9)\r\n",
			},
			{ name: "+CCHOPEN", read: () => this.#shown(), set: call => this.#open(call), test: "\r\n+CCHOPEN: (0,1),,(1-65535),(1-2)\r\n" },
			{ name: "+CCHSEND", set: call => this.#send(call), test: `\r\n+CCHSEND: (0,1),(1-${longestData})\r\n` },
			{
				name: "+CCHRECV",
				read: () => `\r\n+CCHRECV: LEN,${[0, 1].map(id => this.#sessions.get(id)?.unreadBytes ?? 0).join(",")}\r\n`,
				set: call => this.#read(call),
				test: "\r\n+CCHRECV: (0,1),(0-2048)\r\n",
			},
			{ name: "+CCHCLOSE", set: call => this.#close(call), test: "\r\n+CCHCLOSE: (0,1)\r\n" },
			{
				name: "+CCHADDR",
				execute: call => {
					const address = contextOf(this.#core, this.#core.persona.firstCid)?.ipv4;
					return this.#started && address !== undefined ? `\r\n+CCHADDR: ${address}\r\n` : wrong(call);
				},
				test: "",
			},
		];
	}

	#live(id: number | undefined): StreamLink | undefined {
		const session = id === undefined ? undefined : this.#sessions.get(id);
		return session && !session.over ? session : undefined;
	}

	/** ERROR when it runs already. It brings the context up as NETOPEN does, which it does not need. */
	#start(call: Call): Answer {
		const core = this.#core;
		if (this.#started) return wrong(call);
		call.ok();
		core.after(resultMs, () => {
			this.#started = contextOf(core, core.persona.firstCid)?.active === true;
			core.urc(`\r\n+CCHSTART: ${this.#started ? 0 : secureError.network}\r\n`);
		});
		return undefined;
	}

	#stop(call: Call): Answer {
		if (!this.#started) return wrong(call);
		this.#started = false;
		for (const session of this.#sessions.values()) session.close();
		this.#sessions.clear();
		call.ok();
		this.#core.after(resultMs, () => this.#core.urc("\r\n+CCHSTOP: 0\r\n"));
		return undefined;
	}

	#shown(): string {
		const line = (id: number) => {
			const session = this.#live(id);
			return session?.ready ? `${id},"${session.host}",${session.port}` : `${id},"",`;
		};
		return `\r\n${[0, 1].map(id => `+CCHOPEN: ${line(id)}`).join("\r\n")}\r\n`;
	}

	#open(call: Call): Answer {
		const { parameters } = call;
		const id = parameters.within(0, 0, sessionCount - 1);
		const host = parameters.text(1);
		const port = parameters.within(2, 1, 65_535);
		// 1 TCP, 2 TLS; the default is TLS.
		const kind = parameters.within(3, 1, 2, 2);
		if (id === undefined || host === "" || port === undefined || kind === undefined) return wrong(call);
		if (!this.#started || this.#live(id)) return wrong(call);
		call.ok();
		const context = this.#contexts[id]!;
		const tls = kind === 2 ? this.#tls.request(context, host) : undefined;
		if (kind === 2 && !tls) this.#core.after(resultMs, () => this.#core.urc(`\r\n+CCHOPEN: ${id},${secureError.noCertificate}\r\n`));
		else {
			const withinMs = kind === 2 ? Math.max(openWithinMs, this.#tls.negotiationMs(context)) : openWithinMs;
			this.#connect(id, { kind: tls ? "tls" : "tcp", host, port, localPort: 0, openWithinMs: withinMs, tls });
		}
		return undefined;
	}

	#connect(id: number, options: StreamOptions): void {
		const core = this.#core;
		const session: StreamLink = new StreamLink(core, id, options, {
			opened: () => core.urc(`\r\n+CCHOPEN: ${id},0\r\n`),
			failed: why => {
				this.#sessions.delete(id);
				core.urc(`\r\n+CCHOPEN: ${id},${failures[why]}\r\n`);
			},
			received: bytes => this.#received(session, bytes),
			closed: () => this.#lost(session),
		});
		this.#sessions.set(id, session);
	}

	#lost(session: StreamLink): void {
		const { id } = session;
		if (this.#sessions.get(id) !== session) return;
		const opening = !session.ready && !session.over;
		session.lose();
		if (session.unreadBytes === 0) this.#sessions.delete(id);
		this.#core.urc(opening ? `\r\n+CCHOPEN: ${id},${secureError.connect}\r\n` : `\r\n+CCH_PEER_CLOSED: ${id}\r\n`);
	}

	/** Pushed with its length, or said once until all of it is read. */
	#received(session: StreamLink, bytes: number): void {
		if (this.#keeps === 1) {
			if (session.unreadBytes === bytes) this.#core.urc(`\r\n+CCHEVENT: ${session.id},RECV EVENT\r\n`);
			return;
		}
		for (let piece = session.take(longestData); piece; piece = session.take(longestData))
			this.#core.urc(`\r\n+CCHRECV: DATA,${session.id},${piece.bytes.length}\r\n${textOf(piece.bytes)}`);
	}

	#send(call: Call): Answer {
		const id = call.parameters.within(0, 0, sessionCount - 1);
		const length = call.parameters.within(1, 1, longestData);
		const session = this.#live(id);
		if (length === undefined || !session?.ready) return wrong(call);
		call.prompt({ text: "\r\n>", length, binary: true }, data => {
			if (data) this.#transmit(call, session, data);
			else call.error();
		});
		return undefined;
	}

	/** OK when the stack has it, `+CCHSEND` when the peer has: the second is inferred. */
	#transmit(call: Call, session: StreamLink, data: Uint8Array): void {
		const confirm = (error: number) => {
			if (this.#confirms === 1) announceSent(this.#core, () => this.#core.urc(`\r\n+CCHSEND: ${session.id},${error}\r\n`));
		};
		session.sendWhole(
			data,
			room => (room ? call.ok() : call.error()),
			ok => confirm(ok ? 0 : secureError.transfer),
		);
	}

	/** The data, how it went, OK; 0 bytes or no length: as many as one read has. That OK comes last is inferred. */
	#read(call: Call): Answer {
		const id = call.parameters.within(0, 0, sessionCount - 1);
		const most = call.parameters.within(1, 0, longestData, longestData);
		if (id === undefined || most === undefined || this.#keeps === 0) return wrong(call);
		const taken = this.#sessions.get(id)?.take(most || longestData);
		const data = taken ? `\r\n+CCHRECV: DATA,${id},${taken.bytes.length}\r\n${textOf(taken.bytes)}` : "";
		return `${data}\r\n+CCHRECV: ${id},0\r\n`;
	}

	#close(call: Call): Answer {
		const id = call.parameters.within(0, 0, sessionCount - 1);
		const session = this.#live(id);
		if (!session) return wrong(call);
		session.close();
		this.#sessions.delete(session.id);
		call.ok();
		this.#core.after(resultMs, () => this.#core.urc(`\r\n+CCHCLOSE: ${session.id},0\r\n`));
		return undefined;
	}
}
