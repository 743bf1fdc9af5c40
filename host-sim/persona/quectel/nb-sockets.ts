import type { Scheduled } from "../../clock/clock.js";
import { contextOf } from "../../modem/base/packet.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { bytesOf, bytesOfHex, hexOf, textOf } from "../../modem/text.js";
import type { Flow } from "../../network/ue.js";
import type { NbVariant } from "./nb-variant.js";

/** Quectel's error numbers for sockets on NB modules, as Zephyr's bc66x driver names them. */
export const socketError = {
	parameter: 552,
	memory: 553,
	unsupported: 555,
	identifierUsed: 563,
	/** Not in that list: DNS failed, on Quectel's LTE modules. */
	dnsFailed: 565,
	connectFailed: 566,
	busy: 568,
	timeout: 569,
	networkDown: 570,
	notAllowed: 572,
	apn: 573,
	portBusy: 574,
} as const;

/** Data bytes of one send and of one pushed datagram; 1024 is the XY1100's, the BC660K's is not documented: assumption. */
const longestData = 1024;
const openMs = 60_000;
/** Seen on the emulator's BC660K. */
const closeOkMs = 50;
const openAfterMs = 20;

interface Socket {
	readonly id: number;
	readonly service: "UDP" | "TCP";
	readonly host: string;
	readonly port: number;
	flow: Flow | undefined;
	/** As `+QISTATE` numbers it: 1 opening, 2 connected, 4 closing. */
	state: 1 | 2 | 4;
	sentBytes: number;
	ackedBytes: number;
	sending: boolean;
	timer: Scheduled | undefined;
}

interface Settings {
	sendHex: boolean;
	receiveHex: boolean;
	/** 1: data follow their header on the same line. */
	viewMode: number;
	showLength: number;
	showAddress: number;
}

/** The `QI…` commands of Quectel's NB-IoT modules: one context, sockets 0 to 4, data pushed in one line. */
export class NbSockets {
	readonly #core: ModuleCore;
	readonly #variant: NbVariant;
	readonly #sockets = new Map<number, Socket>();
	/** Defaults of `viewmode` and `showlength` are those of the push line that captures and drivers agree on. */
	readonly #settings: Settings = { sendHex: false, receiveHex: false, viewMode: 1, showLength: 1, showAddress: 0 };

	constructor(core: ModuleCore, variant: NbVariant) {
		this.#core = core;
		this.#variant = variant;
	}

	/** Something is on its way that keeps the module awake. */
	get busy(): boolean {
		for (const socket of this.#sockets.values()) if (socket.sending || socket.state === 1) return true;
		return false;
	}

	/** A TCP connection keeps these modules out of deep sleep. */
	get hasTcp(): boolean {
		for (const socket of this.#sockets.values()) if (socket.service === "TCP") return true;
		return false;
	}

	/** The far end is gone. */
	closeAll(): void {
		for (const socket of this.#sockets.values()) {
			socket.flow?.close();
			this.#closedByPeer(socket);
		}
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+QICFG",
				set: call => this.#configure(call),
				test: '\r\n+QICFG: "dataformat",(0,1),(0,1)\r\n\r\n+QICFG: "viewmode",(0,1)\r\n\r\n+QICFG: "showlength",(0,1)\r\n\r\n+QICFG: "showRA",(0,1)\r\n',
			},
			{
				name: "+QIOPEN",
				set: call => this.#open(call),
				test: `\r\n+QIOPEN: (${this.#variant.cid}),(0-4),"TCP/UDP",<host>,<remote_port>,<local_port>,(1)\r\n`,
			},
			{ name: "+QISEND", set: call => this.#send(call), test: "\r\n+QISEND: (0-4),(0-1024),<data>,(0-2)\r\n" },
			...(this.#variant.hexSend === "+QISENDEX"
				? [{ name: "+QISENDEX", set: (call: Call) => this.#sendHex(call), test: "\r\n+QISENDEX: (0-4),(1-1024),<hex_string>\r\n" }]
				: []),
			{ name: "+QICLOSE", set: call => this.#close(call), test: "\r\n+QICLOSE: (0-4)\r\n" },
			{ name: "+QISTATE", read: () => this.#states(), set: call => this.#stateOf(call), test: "" },
		];
	}

	#configure(call: Call): Answer {
		const { parameters } = call;
		const settings = this.#settings;
		const key = parameters.text(0);
		const bit = (index: number) => parameters.within(index, 0, 1);
		const one = (name: "viewMode" | "showLength" | "showAddress"): Answer => {
			if (parameters.count === 1) return `\r\n+QICFG: "${key}",${settings[name]}\r\n`;
			const value = bit(1);
			if (value === undefined) return 50;
			settings[name] = value;
			return "";
		};
		switch (key.toLowerCase()) {
			case "dataformat": {
				if (parameters.count === 1) return `\r\n+QICFG: "dataformat",${settings.sendHex ? 1 : 0},${settings.receiveHex ? 1 : 0}\r\n`;
				const send = bit(1);
				const receive = bit(2);
				if (send === undefined || receive === undefined) return 50;
				settings.sendHex = send === 1;
				settings.receiveHex = receive === 1;
				return "";
			}
			case "viewmode":
				return one("viewMode");
			case "showlength":
				return one("showLength");
			case "showra":
				return one("showAddress");
			default:
				return 50;
		}
	}

	#open(call: Call): Answer {
		const { parameters } = call;
		const { cid } = this.#variant;
		const id = parameters.within(1, 0, 4);
		const service = parameters.text(2).toUpperCase();
		const host = parameters.text(3);
		const port = parameters.within(4, 1, 65_535);
		const localPort = parameters.within(5, 0, 65_535, 0);
		if (
			parameters.number(0) !== cid ||
			id === undefined ||
			host === "" ||
			host.length > 150 ||
			port === undefined ||
			localPort === undefined
		)
			return 50;
		// Only pushed data: AT+QIRD is refused by this module.
		if (parameters.within(6, 1, 1, 1) === undefined) return 50;
		// The listening services exist on the module and not in this simulator.
		if (service !== "UDP" && service !== "TCP") return 4;
		call.ok();
		if (this.#sockets.has(id)) this.#opened(id, socketError.identifierUsed);
		else if (!this.#core.ue.attached) this.#opened(id, socketError.networkDown);
		else
			this.#connect(
				{ id, service, host, port, flow: undefined, state: 1, sentBytes: 0, ackedBytes: 0, sending: false, timer: undefined },
				localPort,
			);
		return undefined;
	}

	#opened(id: number, error: number): void {
		this.#core.after(openAfterMs, () => this.#core.urc(`\r\n+QIOPEN: ${id},${error}\r\n`));
	}

	#connect(socket: Socket, localPort: number): void {
		const core = this.#core;
		const { id } = socket;
		this.#sockets.set(id, socket);
		const ended = (error: number) => {
			if (socket.state !== 1) return;
			core.cancel(socket.timer);
			if (error === 0) socket.state = 2;
			else this.#sockets.delete(id);
			core.urc(`\r\n+QIOPEN: ${id},${error}\r\n`);
			core.sleep.activity();
		};
		socket.timer = core.after(openMs, () => {
			socket.flow?.close();
			ended(socketError.timeout);
		});
		socket.flow = core.ue.openFlow(socket.service === "UDP" ? "udp" : "tcp", core.persona.firstCid, socket.host, socket.port, localPort, {
			opened: () => core.after(openAfterMs, () => ended(0)),
			failed: why => ended(why === "timeout" ? socketError.timeout : why === "no-context" ? socketError.apn : socketError.connectFailed),
			sent: (bytes, ok) => this.#sent(socket, bytes, ok),
			received: (bytes, address, port) => this.#received(socket, bytes, address, port),
			closed: () => this.#closedByPeer(socket),
		});
	}

	#send(call: Call): Answer {
		const { parameters } = call;
		const id = parameters.within(0, 0, 4);
		const length = parameters.within(1, 0, longestData);
		const socket = id === undefined ? undefined : this.#sockets.get(id);
		if (id === undefined || (parameters.has(1) && length === undefined)) return 50;
		if (length === 0) return this.#counters(socket);
		if (socket?.state !== 2) return 3;
		if (socket.sending) return socketError.busy;
		if (parameters.count >= 3) return this.#sendInline(call, socket, length, this.#settings.sendHex && this.#variant.hexSend === "+QISEND");
		call.prompt({ text: "\r\n> ", length, limit: longestData }, data => {
			call.ok();
			if (data && data.length > 0) this.#transmit(socket, data, 0);
		});
		return undefined;
	}

	/** Always hexadecimal, the length in bytes; no flag for release assistance was seen. */
	#sendHex(call: Call): Answer {
		const { parameters } = call;
		const socket = this.#sockets.get(parameters.within(0, 0, 4) ?? -1);
		if (parameters.count !== 3) return 50;
		if (socket?.state !== 2) return 3;
		if (socket.sending) return socketError.busy;
		return this.#sendInline(call, socket, parameters.within(1, 1, longestData), true);
	}

	#sendInline(call: Call, socket: Socket, length: number | undefined, hexadecimal: boolean): Answer {
		const { parameters } = call;
		const text = parameters.text(2);
		const data = hexadecimal ? bytesOfHex(text) : bytesOf(text);
		const rai = parameters.within(3, 0, 2, 0);
		if (data === undefined || data.length !== length || rai === undefined || parameters.count > 4) return 50;
		call.ok();
		this.#transmit(socket, data, rai as 0 | 1 | 2);
		return undefined;
	}

	#counters(socket: Socket | undefined): Answer {
		if (!socket) return 3;
		return `\r\n+QISEND: ${socket.sentBytes},${socket.ackedBytes},${socket.sentBytes - socket.ackedBytes}\r\n`;
	}

	#transmit(socket: Socket, data: Uint8Array, rai: 0 | 1 | 2): void {
		socket.sending = true;
		socket.sentBytes += data.length;
		if (this.#core.faults.has("stale-context")) this.#core.after(100, () => this.#sent(socket, data.length, true));
		else socket.flow?.send(data, { rai });
	}

	#sent(socket: Socket, bytes: number, ok: boolean): void {
		const core = this.#core;
		if (!socket.sending) return;
		socket.sending = false;
		// Of a datagram the module knows that the radio link took it.
		if (ok) socket.ackedBytes += bytes;
		if (!core.faults.has("lost-send-ok")) {
			const say = () => core.urc(ok ? "\r\nSEND OK\r\n" : "\r\nSEND FAIL\r\n");
			if (core.faults.has("late-send-ok")) core.after(core.faults.number("late-send-ok", "delayMs"), say);
			else say();
		}
		core.sleep.activity();
	}

	#received(socket: Socket, bytes: Uint8Array, address: string, port: number): void {
		const core = this.#core;
		if (socket.state !== 2 || core.faults.has("stale-context")) return;
		// A stream comes in pieces; of a datagram that is longer the rest is lost.
		const pieces = socket.service === "TCP" ? Math.ceil(bytes.length / longestData) : 1;
		for (let piece = 0; piece < pieces; piece++)
			this.#push(socket, bytes.subarray(piece * longestData, (piece + 1) * longestData), address, port);
		core.sleep.activity();
	}

	#push(socket: Socket, data: Uint8Array, address: string, port: number): void {
		const { receiveHex, viewMode, showLength, showAddress } = this.#settings;
		const length = showLength === 1 ? `,${data.length}` : "";
		const from = showAddress === 1 ? `,"${address}",${port}` : "";
		const payload = `"${receiveHex ? hexOf(data) : textOf(data)}"`;
		this.#core.urc(`\r\n+QIURC: "recv",${socket.id}${length}${from}${viewMode === 1 ? "," : "\r\n"}${payload}\r\n`);
	}

	/** The number stays taken until the host closes it. */
	#closedByPeer(socket: Socket): void {
		if (socket.state === 4 || this.#sockets.get(socket.id) !== socket) return;
		const wasOpening = socket.state === 1;
		this.#core.cancel(socket.timer);
		socket.state = 4;
		if (socket.sending) this.#sent(socket, 0, false);
		if (wasOpening) {
			this.#sockets.delete(socket.id);
			this.#core.urc(`\r\n+QIOPEN: ${socket.id},${socketError.networkDown}\r\n`);
		} else this.#core.urc(`\r\n+QIURC: "closed",${socket.id}\r\n`);
	}

	/** Closing what is closed succeeds. */
	#close(call: Call): Answer {
		const id = call.parameters.within(0, 0, 4);
		if (id === undefined) return 50;
		const socket = this.#sockets.get(id);
		if (socket) {
			this.#core.cancel(socket.timer);
			socket.flow?.close();
			this.#sockets.delete(id);
		}
		call.ok();
		this.#core.after(closeOkMs, () => this.#core.urc("\r\nCLOSE OK\r\n"));
		return undefined;
	}

	#state(socket: Socket): string {
		const { id, service, host, port, flow, state } = socket;
		return `\r\n+QISTATE: ${id},"${service}","${host}",${port},${flow?.localPort ?? 0},${state},${this.#variant.cid},1\r\n`;
	}

	#states(): string {
		return [...this.#sockets.values()]
			.sort((a, b) => a.id - b.id)
			.map(socket => this.#state(socket))
			.join("");
	}

	#stateOf(call: Call): Answer {
		const kind = call.parameters.within(0, 0, 1);
		const id = call.parameters.number(1);
		if (kind === undefined || id === undefined) return 50;
		if (kind === 0) return contextOf(this.#core, id) ? this.#states() : 50;
		const socket = this.#sockets.get(id);
		return socket ? this.#state(socket) : "";
	}
}
