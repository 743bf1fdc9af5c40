import { contextOf } from "../../modem/base/packet.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { bytesOf, bytesOfHex, hexOf, textOf } from "../../modem/text.js";
import { addressFamily } from "../../network/ip-text.js";
import { announceSent, FlowSocket, type FlowSocketOptions, type OpenFailure } from "../socket/flow-socket.js";
import { cmeError, connectResult } from "./errors.js";
import { SocketConfiguration, type SocketSettings, socketCount } from "./socket-settings.js";
import { type CmccTls, unescaped } from "./tls.js";

/** Data bytes inside a command, and after the prompt (public manual digest). */
const longestInline = 1460;
const longestPrompted = 8192;
/** A public test of the firmware names this window. */
const windowBytes = 64_240;
/** What the stack takes before the peer has acknowledged any: assumption. */
const sendBufferBytes = 16_384;
/** Most bytes of one pushed report, a full segment: assumption. */
const longestPush = 1460;
/** From OK to `+MIPCLOSE`: assumption. */
const closeMs = 50;
const modeWords = { normal: 0, stream: 2, packet: 3 } as const;

interface Connection {
	readonly id: number;
	readonly service: "TCP" | "UDP";
	readonly host: string;
	readonly port: number;
	readonly cid: number;
	/** `<access_mode>`: 0 pushed, 2 and 3 kept until the host reads. */
	mode: number;
	/** Whether `+MIPOPEN` was said; until then a failure is its result. */
	state: "CONNECTING" | "CONNECTED" | "CLOSED";
	socket: FlowSocket;
}

function resultOf(why: OpenFailure, host: string): number {
	if (why === "refused") return connectResult.refused;
	if (why === "timeout") return connectResult.timeout;
	if (why === "no-context") return connectResult.noContext;
	return why === "unreachable" && addressFamily(host) === undefined ? connectResult.noSuchHost : connectResult.failed;
}

/** `MIP…`: TCP, TLS and UDP to one peer each, by numbers the host chooses. */
export class CmccSockets {
	readonly #core: ModuleCore;
	readonly #dialled: (cid: number) => boolean;
	readonly #tls: CmccTls;
	readonly #configuration = new SocketConfiguration(id => this.#inUse(id));
	readonly #connections = new Map<number, Connection>();

	constructor(core: ModuleCore, dialled: (cid: number) => boolean, tls: CmccTls) {
		this.#core = core;
		this.#dialled = dialled;
		this.#tls = tls;
	}

	/** Something is on its way that keeps the module awake. */
	get busy(): boolean {
		for (const { socket } of this.#connections.values()) if (socket.busy) return true;
		return false;
	}

	/** The far end of each is gone. */
	closeAll(): void {
		for (const connection of [...this.#connections.values()]) this.#ended(connection, 1);
	}

	/** The context carries nothing any more. */
	closeOn(cid: number): void {
		for (const connection of [...this.#connections.values()]) if (connection.cid === cid) this.#ended(connection, 3);
	}

	get commands(): readonly CommandRow[] {
		return [
			...this.#configuration.commands,
			{
				name: "+MIPOPEN",
				set: call => this.#open(call),
				test: "\r\n+MIPOPEN: (0-5),,,(0-65535),(1-180),(0-3),(0-65535)\r\n",
			},
			{ name: "+MIPCLOSE", set: call => this.#close(call), test: "\r\n+MIPCLOSE: (0-5)\r\n" },
			{ name: "+MIPSEND", set: call => this.#send(call), test: "\r\n+MIPSEND: (0-5),(0-1460),,(0-2),(1-255)\r\n" },
			{ name: "+MIPRD", set: call => this.#read(call), test: "\r\n+MIPRD: (0-5),(0-4096)\r\n" },
			{ name: "+MIPMODE", set: call => this.#switch(call), test: "\r\n+MIPMODE: (0-5),(0-3)\r\n" },
			{
				name: "+MIPSTATE",
				read: () => Array.from({ length: socketCount }, (_, id) => this.#state(id)).join(""),
				set: call => {
					const id = call.parameters.within(0, 0, socketCount - 1);
					return id === undefined ? cmeError.parameter : this.#state(id);
				},
				test: "\r\n+MIPSTATE: (0-5)\r\n",
			},
			{ name: "+MIPSACK", set: call => this.#acknowledged(call), test: "\r\n+MIPSACK: (0-5)\r\n" },
		];
	}

	#inUse(id: number): boolean {
		const connection = this.#connections.get(id);
		return connection !== undefined && connection.state !== "CLOSED";
	}

	#connected(id: number | undefined): Connection | undefined {
		const connection = id === undefined ? undefined : this.#connections.get(id);
		return connection?.state === "CONNECTED" ? connection : undefined;
	}

	/** OK first, the result when the network knows it (transcript 33: 1.4 s later). */
	#open(call: Call): Answer {
		const { parameters } = call;
		const id = parameters.within(0, 0, socketCount - 1);
		const service = parameters.text(1).toUpperCase();
		const host = parameters.text(2);
		const port = parameters.within(3, 0, 65_535);
		const withinSeconds = parameters.within(4, 1, 180, 60);
		const mode = parameters.within(5, 0, 3, 0);
		const localPort = parameters.within(6, 0, 65_535, 0);
		if (id === undefined || (service !== "TCP" && service !== "UDP") || host === "" || port === undefined) return cmeError.parameter;
		if (withinSeconds === undefined || mode === undefined || localPort === undefined) return cmeError.parameter;
		if (mode === (service === "TCP" ? modeWords.packet : modeWords.stream)) return cmeError.parameter;
		// The module has transparent mode, this simulator has not.
		if (mode === 1) return cmeError.notSupported;
		if (this.#inUse(id) || this.#connections.get(id)?.state === "CLOSED") return cmeError.state;
		const settings = this.#configuration.of(id);
		const cid = settings.cid ?? this.#core.persona.firstCid;
		if (!this.#dialled(cid)) return cmeError.notAllowed;
		call.ok();
		this.#connect({ id, service, host, port, cid, mode }, settings, withinSeconds * 1000, localPort);
		return undefined;
	}

	#connect(
		what: Pick<Connection, "id" | "service" | "host" | "port" | "cid" | "mode">,
		settings: SocketSettings,
		withinMs: number,
		localPort: number,
	): void {
		const { id, service, host, port, cid } = what;
		const tls = service === "TCP" && settings.ssl !== undefined ? settings.ssl : undefined;
		const ended = (report: () => void) => {
			if (this.#connections.get(id) === connection) report();
		};
		const options: FlowSocketOptions = {
			kind: service === "UDP" ? "udp" : tls === undefined ? "tcp" : "tls",
			cid,
			host,
			port,
			localPort,
			openWithinMs: tls === undefined ? withinMs : Math.max(withinMs, this.#tls.negotiationMs(tls)),
			tls: tls === undefined ? undefined : this.#tls.request(tls, host),
			receiveBytes: service === "UDP" ? settings.udpBufferBytes : windowBytes,
			sendBytes: sendBufferBytes,
			opened: () => {
				connection.state = "CONNECTED";
				this.#core.urc(`\r\n+MIPOPEN: ${id},0\r\n`);
			},
			failed: why =>
				ended(() => {
					this.#connections.delete(id);
					this.#core.urc(`\r\n+MIPOPEN: ${id},${resultOf(why, host)}\r\n`);
				}),
			received: bytes => this.#received(connection, bytes),
			dropped: bytes => this.#core.urc(`\r\n+MIPURC: "drop",${id},${bytes}\r\n`),
			closed: () => ended(() => this.#ended(connection, contextOf(this.#core, cid)?.active ? 1 : 3)),
		};
		const connection: Connection = { ...what, state: "CONNECTING", socket: new FlowSocket(this.#core, options) };
		this.#connections.set(id, connection);
	}

	/** @param why 1 by the server, 2 the connection broke, 3 its context is gone */
	#ended(connection: Connection, why: 1 | 2 | 3): void {
		const { id, state, socket } = connection;
		if (state === "CLOSED") return;
		connection.state = "CLOSED";
		socket.lose();
		if (state === "CONNECTING") {
			this.#connections.delete(id);
			this.#core.urc(`\r\n+MIPOPEN: ${id},${why === 3 ? connectResult.noContext : connectResult.failed}\r\n`);
			return;
		}
		this.#core.urc(`\r\n+MIPURC: "disconn",${id},${why}\r\n`);
		// What the host has not read keeps its place until then: inferred.
		if (this.#configuration.of(id).autofree === 0 && socket.unreadBytes === 0) this.#connections.delete(id);
	}

	#received(connection: Connection, bytes: number): void {
		const { id, service, mode, socket } = connection;
		const core = this.#core;
		if (mode === modeWords.stream) core.urc(`\r\n+MIPURC: "rtcp",${id},${bytes},${socket.unreadBytes}\r\n`);
		else if (mode === modeWords.packet) core.urc(`\r\n+MIPURC: "rudp",${id},${socket.unreadCount}\r\n`);
		else {
			for (let taken = socket.take(longestPush); taken; taken = socket.take(longestPush))
				core.urc(`\r\n+MIPURC: "${service === "TCP" ? "rtcp" : "rudp"}",${id},${taken.bytes.length},${this.#shown(id, taken.bytes)}\r\n`);
		}
	}

	#shown(id: number, bytes: Uint8Array): string {
		return this.#configuration.of(id).receiveFormat === 1 ? hexOf(bytes) : textOf(bytes);
	}

	/** With data in the command their result stands before OK (transcript 33), after a prompt behind it (public manual digest). */
	#send(call: Call): Answer {
		const { parameters } = call;
		const id = parameters.within(0, 0, socketCount - 1);
		const inline = parameters.count >= 3;
		const length = parameters.within(1, 0, inline ? longestInline : longestPrompted);
		if (id === undefined || (parameters.has(1) && length === undefined)) return cmeError.parameter;
		const connection = this.#connected(id);
		if (!connection) return cmeError.state;
		if (inline) return this.#sendInline(call, connection, length);
		call.after(this.#configuration.of(id).timeoutSeconds * 1000, () => call.cme(cmeError.notAllowed));
		const prompt = length ? { text: "\r\n>", length, binary: true } : { text: "\r\n>", limit: longestPrompted };
		call.prompt(prompt, data => {
			if (!data || data.length === 0) call.ok();
			else
				this.#transmit(call, connection, data, () => {
					call.ok();
					announceSent(this.#core, () => this.#core.urc(`\r\n+MIPSEND: ${id},${data.length}\r\n`));
				});
		});
		return undefined;
	}

	#sendInline(call: Call, connection: Connection, length: number | undefined): Answer {
		const { parameters } = call;
		const { sendFormat } = this.#configuration.of(connection.id);
		const text = parameters.text(2);
		const data = sendFormat === 1 ? bytesOfHex(text) : bytesOf(sendFormat === 2 ? unescaped(text) : text);
		const counted = sendFormat === 1 ? text.length / 2 : text.length;
		if (data === undefined || data.length > longestInline || (length && counted !== length)) return cmeError.parameter;
		// Release assistance is accepted and does nothing on LTE; sequence numbers do not exist here (public manual).
		if (parameters.within(3, 0, 2, 0) === undefined || parameters.has(4)) return cmeError.parameter;
		this.#transmit(call, connection, data, () => {
			call.info(`\r\n+MIPSEND: ${connection.id},${data.length}\r\n`);
			call.ok();
		});
		return undefined;
	}

	/** `accepted` when the stack has room, which is all that the result says. */
	#transmit(call: Call, { id, service, socket }: Connection, data: Uint8Array, accepted: () => void): void {
		socket.whenRoom(data.length, room => {
			if (!room) {
				call.cme(cmeError.state);
				return;
			}
			socket.send(data, ok => {
				if (ok && service === "TCP" && this.#configuration.of(id).ackMode === 1)
					this.#core.urc(`\r\n+MIPURC: "ack",${id},${data.length}\r\n`);
			});
			accepted();
		});
	}

	/** `<count>` is bytes of a stream and datagrams of UDP, 0 all of them; without it only what waits is told. Nothing there: OK alone. */
	#read(call: Call): Answer {
		const { parameters } = call;
		const id = parameters.within(0, 0, socketCount - 1);
		const count = parameters.within(1, 0, 4096);
		if (id === undefined || (parameters.has(1) && count === undefined)) return cmeError.parameter;
		const connection = this.#connections.get(id);
		if (!connection) return "";
		const { socket } = connection;
		const waiting = () => (socket.stream ? socket.unreadBytes : socket.unreadCount);
		if (count === undefined) return `\r\n+MIPRD: ${id},${waiting()}\r\n`;
		const reads = socket.stream ? 1 : count || socket.unreadCount;
		const most = socket.stream && count > 0 ? count : Number.POSITIVE_INFINITY;
		for (let left = reads; left > 0; left--) {
			const taken = socket.take(most);
			if (taken) call.info(`\r\n+MIPRD: ${id},${waiting()},${taken.bytes.length},${this.#shown(id, taken.bytes)}\r\n`);
		}
		if (connection.state === "CLOSED" && socket.unreadBytes === 0 && this.#configuration.of(id).autofree === 0)
			this.#connections.delete(id);
		call.ok();
		return undefined;
	}

	/** From kept to pushed: what waits is said as a read would. */
	#switch(call: Call): Answer {
		const { parameters } = call;
		const connection = this.#connected(parameters.within(0, 0, socketCount - 1));
		const mode = parameters.within(1, 0, 3);
		if (!connection) return parameters.within(0, 0, socketCount - 1) === undefined ? cmeError.parameter : cmeError.state;
		if (parameters.count === 1) return `\r\n+MIPMODE: ${connection.id},${connection.mode}\r\n`;
		if (mode === undefined || mode === (connection.service === "TCP" ? modeWords.packet : modeWords.stream)) return cmeError.parameter;
		if (mode === 1) return cmeError.notSupported;
		connection.mode = mode;
		call.ok();
		const { id, socket } = connection;
		for (let taken = mode === 0 ? socket.take(longestPush) : undefined; taken; taken = socket.take(longestPush)) {
			const left = socket.stream ? socket.unreadBytes : socket.unreadCount;
			this.#core.urc(`\r\n+MIPRD: ${id},${left},${taken.bytes.length},${this.#shown(id, taken.bytes)}\r\n`);
		}
		return undefined;
	}

	/** ERROR when the number has no connection (transcript 33). */
	#close(call: Call): Answer {
		const id = call.parameters.within(0, 0, socketCount - 1);
		if (id === undefined) return cmeError.parameter;
		const connection = this.#connections.get(id);
		if (!connection) return cmeError.state;
		connection.state = "CLOSED";
		connection.socket.close();
		this.#connections.delete(id);
		call.ok();
		this.#core.after(closeMs, () => this.#core.urc(`\r\n+MIPCLOSE: ${id}\r\n`));
		return undefined;
	}

	/** Transcript 33: a number without a connection shows empty fields. */
	#state(id: number): string {
		const connection = this.#connections.get(id);
		if (!connection) return `\r\n+MIPSTATE: ${id},,,,"INITIAL"\r\n`;
		const { service, host, port, state } = connection;
		return `\r\n+MIPSTATE: ${id},"${service}","${host}",${port},"${state}"\r\n`;
	}

	/** Of datagrams nothing is ever acknowledged. */
	#acknowledged(call: Call): Answer {
		const id = call.parameters.within(0, 0, socketCount - 1);
		if (id === undefined) return cmeError.parameter;
		const connection = this.#connected(id);
		if (!connection) return cmeError.state;
		const { sentBytes, unacknowledgedBytes, receivedBytes, stream } = connection.socket;
		const waiting = stream ? unacknowledgedBytes : sentBytes;
		return `\r\n+MIPSACK: ${sentBytes},${sentBytes - waiting},${waiting},${receivedBytes}\r\n`;
	}
}
