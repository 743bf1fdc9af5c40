import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { FlowSocket } from "../socket/flow-socket.js";
import { cmeError } from "./errors.js";
import type { Modes } from "./modes.js";
import { Delivery } from "./receive.js";
import type { Scene } from "./scene.js";
import type { OpenluatTls } from "./tls.js";

export const linkCount = 6;
const longestSend = 1460;
/** The module's buffers both ways: assumptions. */
const bufferBytes = 16_384;
/** SIMCom's older modules give up then; no document of this one says when. */
const openWithinMs = 75_000;

export interface Link {
	readonly id: number;
	readonly service: "TCP" | "UDP";
	readonly host: string;
	readonly port: number;
	readonly secure: boolean;
	state: "CONNECTING" | "CONNECTED" | "REMOTE CLOSING" | "CLOSED";
	socket: FlowSocket;
}

/** `+CIPSTART`, `+CIPSEND`, `+CIPCLOSE`, `+CIPSTATUS`: one connection without a number, or six with theirs. */
export class OpenluatSockets {
	readonly #core: ModuleCore;
	readonly #scene: Scene;
	readonly #modes: Modes;
	readonly #tls: OpenluatTls;
	readonly #links = new Map<number, Link>();
	readonly #delivery: Delivery;
	/** `+CLPORT`, by service and number; 0: any. */
	readonly #localPorts = new Map<string, number>();

	constructor(core: ModuleCore, scene: Scene, modes: Modes, tls: OpenluatTls) {
		this.#core = core;
		this.#scene = scene;
		this.#modes = modes;
		this.#tls = tls;
		this.#delivery = new Delivery(
			core,
			modes,
			id => this.#links.get(id),
			link => this.#drained(link),
		);
	}

	get none(): boolean {
		return this.#links.size === 0;
	}

	/** Something is on its way that keeps the module awake. */
	get busy(): boolean {
		for (const { socket } of this.#links.values()) if (socket.busy) return true;
		return false;
	}

	/** The far end of each is gone. */
	closeAll(): void {
		for (const link of [...this.#links.values()]) this.#lost(link);
	}

	/** The bearer is gone: nothing is said of each. */
	drop(): void {
		for (const { socket } of this.#links.values()) socket.lose();
		this.#links.clear();
	}

	get commands(): readonly CommandRow[] {
		const start: CommandRow = {
			name: "+CIPSTART",
			set: call => this.#start(call),
			test: '\r\n+CIPSTART: (0-5),("TCP","UDP"),,(1-65535)\r\n',
		};
		return [
			start,
			{
				name: "+CIPSEND",
				execute: call => this.#send(call),
				set: call => this.#send(call),
				test: `\r\n+CIPSEND: (0-5),(1-${longestSend})\r\n`,
			},
			{ name: "+CIPCLOSE", execute: call => this.#close(call), set: call => this.#close(call), test: "\r\n+CIPCLOSE: (0-5),(0,1)\r\n" },
			{ name: "+CIPSTATUS", execute: call => this.#status(call), set: call => this.#linkStatus(call), test: "" },
			{ name: "+CIPACK", execute: call => this.#acknowledged(call), set: call => this.#acknowledged(call), test: "" },
			{ name: "+CLPORT", set: call => this.#localPort(call), test: '\r\n+CLPORT: (0-5),("TCP","UDP"),(0-65535)\r\n' },
			...this.#delivery.commands,
		];
	}

	/** `0, CONNECT OK` with numbers, `CONNECT OK` without. */
	#line(id: number, text: string): string {
		return this.#modes.mux ? `${id}, ${text}` : text;
	}

	#say(id: number, text: string): void {
		this.#core.urc(`\r\n${this.#line(id, text)}\r\n`);
	}

	/** The number in front of a command's parameters; undefined: a wrong one. */
	#id(call: Call): number | undefined {
		return this.#modes.mux ? call.parameters.within(0, 0, linkCount - 1) : 0;
	}

	#live(id: number | undefined): Link | undefined {
		const link = id === undefined ? undefined : this.#links.get(id);
		return link?.state === "CONNECTED" || link?.state === "CONNECTING" ? link : undefined;
	}

	#start(call: Call): Answer {
		const { parameters } = call;
		const id = this.#id(call);
		const at = this.#modes.mux ? 1 : 0;
		const service = parameters.text(at).toUpperCase();
		const host = parameters.text(at + 1);
		const port = parameters.within(at + 2, 1, 65_535);
		if (id === undefined || (service !== "TCP" && service !== "UDP") || host === "" || port === undefined) return cmeError.parameter;
		if (this.#live(id)) {
			call.cme(cmeError.alreadyConnected);
			this.#say(id, "ALREADY CONNECT");
			return undefined;
		}
		if (!this.#scene.enter()) return cmeError.notAllowed;
		call.ok();
		this.#connect(id, service, host, port);
		return undefined;
	}

	/** TLS is every stream's or none's. */
	#connect(id: number, service: "TCP" | "UDP", host: string, port: number): void {
		const core = this.#core;
		const secure = service === "TCP" && this.#modes.secure;
		const socket: FlowSocket = new FlowSocket(core, {
			kind: service === "UDP" ? "udp" : secure ? "tls" : "tcp",
			cid: core.persona.firstCid,
			host,
			port,
			localPort: this.#localPorts.get(`${service} ${id}`) ?? 0,
			openWithinMs: secure ? Math.max(openWithinMs, this.#tls.negotiationMs(id)) : openWithinMs,
			tls: secure ? this.#tls.request(id) : undefined,
			receiveBytes: bufferBytes,
			sendBytes: bufferBytes,
			opened: () => {
				link.state = "CONNECTED";
				this.#say(id, "CONNECT OK");
			},
			failed: () => this.#failed(link),
			received: bytes => this.#delivery.received(link, bytes),
			closed: () => this.#lost(link),
		});
		const link: Link = { id, service, host, port, secure, state: "CONNECTING", socket };
		this.#links.set(id, link);
	}

	#failed(link: Link): void {
		if (this.#links.get(link.id) !== link) return;
		link.state = "CLOSED";
		if (!this.#modes.mux) this.#core.urc("\r\nSTATE: TCP CLOSED\r\n");
		this.#say(link.id, "CONNECT FAIL");
	}

	/** Of a plain stream it is said when the host has read what had come (public test); a secure one's is said at once. */
	#lost(link: Link): void {
		if (this.#links.get(link.id) !== link || link.state === "CLOSED") return;
		if (link.state === "CONNECTING") {
			link.socket.lose();
			this.#failed(link);
			return;
		}
		link.socket.lose();
		link.state = "REMOTE CLOSING";
		if (link.secure || link.socket.unreadBytes === 0) this.#closed(link);
	}

	#closed(link: Link): void {
		link.state = "CLOSED";
		this.#say(link.id, "CLOSED");
	}

	#drained(link: Link): void {
		if (link.state === "REMOTE CLOSING") this.#closed(link);
	}

	#send(call: Call): Answer {
		const id = this.#id(call);
		const at = this.#modes.mux ? 1 : 0;
		const length = call.parameters.within(at, 1, longestSend);
		if (id === undefined || (call.parameters.has(at) && length === undefined)) return cmeError.parameter;
		const link = this.#live(id);
		if (link?.state !== "CONNECTED") return cmeError.notAllowed;
		const text = this.#modes.prompts === 1 ? "\r\n> " : "";
		const prompt = length === undefined ? { text, limit: longestSend } : { text, length, binary: true };
		call.prompt(prompt, data => {
			if (data && data.length > 0) this.#transmit(call, link, data);
			else call.ok();
		});
		return undefined;
	}

	/** The result stands in OK's place. */
	#transmit(call: Call, link: Link, data: Uint8Array): void {
		const { id, socket } = link;
		const quick = this.#modes.quickSend;
		const failed = () => call.final(this.#line(id, "SEND FAIL"), 4);
		const sent = () =>
			this.#sendResult(call, quick === 1 ? `DATA ACCEPT:${this.#modes.mux ? `${id},` : ""}${data.length}` : this.#line(id, "SEND OK"));
		socket.whenRoom(data.length, room => {
			if (!room) {
				failed();
				return;
			}
			socket.send(data, ok => {
				if (quick === 2) (ok ? sent : failed)();
			});
			if (quick !== 2) sent();
		});
	}

	#sendResult(call: Call, text: string): void {
		const { faults } = this.#core;
		const silent = this.#modes.prompts === 2 || faults.has("lost-send-ok");
		const say = () => call.final(silent ? "" : text, 0);
		if (faults.has("late-send-ok")) call.after(faults.number("late-send-ok", "delayMs"), say);
		else say();
	}

	/** `CLOSE OK` stands in OK's place. */
	#close(call: Call): Answer {
		const id = this.#id(call);
		const quick = call.parameters.within(this.#modes.mux ? 1 : 0, 0, 1, 0);
		if (id === undefined || quick === undefined) return cmeError.parameter;
		const link = this.#links.get(id);
		if (!link || link.state === "CLOSED") return cmeError.notAllowed;
		link.socket.close();
		link.state = "CLOSED";
		call.final(this.#line(id, "CLOSE OK"), 0);
		return undefined;
	}

	/** OK comes first, then where everything stands. */
	#status(call: Call): Answer {
		call.ok();
		const links = Array.from({ length: linkCount }, (_, id) => `\r\nC: ${this.#described(id)}\r\n`);
		this.#core.urc(`\r\nSTATE: ${this.#state()}\r\n${this.#modes.mux ? links.join("") : ""}`);
		return undefined;
	}

	#state(): string {
		if (this.none || this.#scene.state === "PDP DEACT") return this.#scene.state;
		if (this.#modes.mux) return "IP PROCESSING";
		const { service, state } = this.#links.get(0)!;
		if (state === "CONNECTED") return "CONNECT OK";
		return `${service} ${state === "CONNECTING" ? "CONNECTING" : "CLOSED"}`;
	}

	#described(id: number): string {
		const link = this.#links.get(id);
		return link ? `${id},0,"${link.service}","${link.host}","${link.port}","${link.state}"` : `${id},,"","","","INITIAL"`;
	}

	#linkStatus(call: Call): Answer {
		const id = this.#modes.mux ? this.#id(call) : undefined;
		return id === undefined ? cmeError.parameter : `\r\n+CIPSTATUS: ${this.#described(id)}\r\n`;
	}

	/** Of datagrams nothing is ever acknowledged. */
	#acknowledged(call: Call): Answer {
		const link = this.#links.get(this.#id(call) ?? -1);
		if (!link) return cmeError.notAllowed;
		const { sentBytes, unacknowledgedBytes, stream } = link.socket;
		const waiting = stream ? unacknowledgedBytes : sentBytes;
		return `\r\n+CIPACK: ${sentBytes},${sentBytes - waiting},${waiting}\r\n`;
	}

	#localPort(call: Call): Answer {
		const at = this.#modes.mux ? 1 : 0;
		const id = this.#id(call);
		const service = call.parameters.text(at).toUpperCase();
		const port = call.parameters.within(at + 1, 0, 65_535);
		if (id === undefined || (service !== "TCP" && service !== "UDP") || port === undefined) return cmeError.parameter;
		this.#localPorts.set(`${service} ${id}`, port);
		return "";
	}
}
