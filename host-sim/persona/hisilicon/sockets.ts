import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { bytesOfHex, hexOf } from "../../modem/text.js";
import { addressFamily } from "../../network/ip-text.js";
import { cmeError } from "./errors.js";
import { HiSiliconSocket } from "./socket.js";

const socketCount = 7;
/** Data bytes of one command; RT-Thread's BC28 and a clone's firmware agree. */
const longestData = 1358;
const tcpOpenMs = 60_000;
/** Release assistance by flag: the values are a clone's firmware's; 0x200 no answer expected, 0x400 one answer expected (TS 24.301 9.9.4.25). */
const flags: Readonly<Record<string, 0 | 1 | 2>> = { "0": 0, "0x100": 0, "0x200": 1, "0x400": 2 };

/** `NSO…` and `NSONMI`: unconnected UDP sockets and TCP, everything in hexadecimal. */
export class HiSiliconSockets {
	readonly #core: ModuleCore;
	readonly #sockets = new Map<number, HiSiliconSocket>();
	/** `+NSONMI`: 0 silent, 1 a hint (transcript 06 has it without asking), 2 pushed with the peer, 3 pushed without. */
	#mode = 1;

	constructor(core: ModuleCore) {
		this.#core = core;
	}

	/** Something is on its way that keeps the module awake. */
	get busy(): boolean {
		for (const socket of this.#sockets.values()) if (socket.busy) return true;
		return false;
	}

	/** The far end is gone. */
	closeAll(): void {
		for (const socket of [...this.#sockets.values()]) this.#lost(socket);
	}

	get commands(): readonly CommandRow[] {
		const send =
			(flagged: boolean, sequenceFirst: boolean) =>
			(call: Call): Answer =>
				this.#sendTo(call, flagged, sequenceFirst);
		return [
			{ name: "+NSOCR", set: call => this.#create(call), test: "" },
			{ name: "+NSOST", set: send(false, false), test: "" },
			{ name: "+NSOSTF", set: send(true, false), test: "" },
			{ name: "+NSOSTEX", set: send(false, true), test: "" },
			{ name: "+NSOSTFEX", set: send(true, true), test: "" },
			{ name: "+NSOCO", set: call => this.#connect(call), test: "" },
			{ name: "+NSOSD", set: call => this.#sendConnected(call), test: "" },
			{ name: "+NSORF", set: call => this.#read(call), test: "" },
			{ name: "+NSOCL", set: call => this.#close(call), test: "" },
			{
				name: "+NSONMI",
				read: () => `\r\n+NSONMI:${this.#mode}\r\n`,
				set: call => {
					const mode = call.parameters.within(0, 0, 3);
					if (mode === undefined) return cmeError.parameter;
					this.#mode = mode;
					return "";
				},
				test: "\r\n+NSONMI:(0,1,2,3)\r\n",
			},
			{
				name: "+NQSOS",
				execute: () => this.#pending([...this.#sockets.keys()]),
				set: call => this.#pending(call.parameters.raw.split(",").map(Number)),
				test: "",
			},
			{
				name: "+NSOSTATUS",
				set: call => {
					const id = call.parameters.within(0, 0, socketCount - 1);
					if (id === undefined) return cmeError.parameter;
					const socket = this.#sockets.get(id);
					return `\r\n+NSOSTATUS:${id},${socket && !socket.over ? 0 : 1}\r\n`;
				},
				test: "",
			},
		];
	}

	/** The number is a line of its own (transcript 06). */
	#create(call: Call): Answer {
		const core = this.#core;
		const { parameters } = call;
		const type = `${parameters.text(0).toUpperCase()} ${parameters.number(1)}`;
		const localPort = parameters.within(2, 0, 65_535);
		const receives = parameters.within(3, 0, 1, 1);
		const family = parameters.text(4).toUpperCase();
		if (type !== "DGRAM 17" && type !== "STREAM 6") return cmeError.parameter;
		if (localPort === undefined || receives === undefined || !["", "AF_INET", "AF_INET6"].includes(family)) return cmeError.parameter;
		const id = Array.from({ length: socketCount }, (_, index) => index).find(index => !this.#sockets.has(index));
		const taken = [...this.#sockets.values()].some(socket => localPort !== 0 && socket.localPort === localPort);
		// Transcript 07 shows the error and not its cause: no radio, no number left and a port in use are taken for it.
		if (core.functionality === 0 || core.sim.state !== "READY" || id === undefined || taken) return cmeError.notSupported;
		const socket = new HiSiliconSocket(core, {
			id,
			service: type === "STREAM 6" ? "tcp" : "udp",
			family: family === "AF_INET6" ? 6 : 4,
			localPort,
			receives: receives === 1,
			confirmed: (sequence, ok) => core.urc(`\r\n+NSOSTR:${id},${sequence},${ok ? 1 : 0}\r\n`),
			received: (bytes, address, port) => this.#received(socket, bytes, address, port),
			lost: () => this.#lost(socket),
		});
		this.#sockets.set(id, socket);
		return `\r\n${id}\r\n`;
	}

	#socketOf(call: Call, service: "udp" | "tcp"): HiSiliconSocket | undefined {
		const socket = this.#sockets.get(call.parameters.number(0) ?? -1);
		return socket?.service === service ? socket : undefined;
	}

	#sendTo(call: Call, flagged: boolean, sequenceFirst: boolean): Answer {
		const { parameters } = call;
		const host = parameters.text(1);
		const port = parameters.within(2, 1, 65_535);
		let at = 3;
		const rai = flagged ? flags[parameters.text(at++).toLowerCase()] : 0;
		const early = sequenceFirst ? parameters.within(at++, 1, 255) : undefined;
		const data = this.#data(call, at);
		const sequence = sequenceFirst ? early : parameters.has(at + 2) ? parameters.within(at + 2, 1, 255) : 0;
		const family = addressFamily(host);
		if (port === undefined || family === undefined || rai === undefined || data === undefined || sequence === undefined)
			return cmeError.parameter;
		const socket = this.#socketOf(call, "udp");
		if (!socket || socket.family !== family || socket.isPending(sequence)) return cmeError.notSupported;
		if (!this.#core.ue.attached) return cmeError.notRegistered;
		call.info(`\r\n${socket.id},${data.length}\r\n`);
		call.ok();
		socket.send(host, port, { data, rai, sequence });
		return undefined;
	}

	/** `<length>,<hex>` from parameter `at` on. */
	#data(call: Call, at: number): Uint8Array | undefined {
		const length = call.parameters.within(at, 1, longestData);
		const data = bytesOfHex(call.parameters.text(at + 1));
		return length !== undefined && data?.length === length ? data : undefined;
	}

	#connect(call: Call): Answer {
		const { parameters } = call;
		const host = parameters.text(1);
		const port = parameters.within(2, 1, 65_535);
		const family = addressFamily(host);
		if (family === undefined || port === undefined) return cmeError.parameter;
		const socket = this.#socketOf(call, "tcp");
		if (!socket || socket.over || socket.peerCount > 0 || socket.family !== family) return cmeError.notSupported;
		if (!this.#core.ue.attached) return cmeError.notRegistered;
		socket.connect(host, port, ok => (ok ? call.ok() : call.cme(cmeError.notSupported)));
		call.after(tcpOpenMs, () => {
			socket.abandon();
			call.cme(cmeError.notSupported);
		});
		return undefined;
	}

	#sendConnected(call: Call): Answer {
		const { parameters } = call;
		const data = this.#data(call, 1);
		const rai = parameters.has(3) ? flags[parameters.text(3).toLowerCase()] : 0;
		const sequence = parameters.within(4, 1, 255, 0);
		if (data === undefined || rai === undefined || (sequence === undefined && parameters.has(4))) return cmeError.parameter;
		const socket = this.#socketOf(call, "tcp");
		if (!socket?.connected || socket.isPending(sequence ?? 0)) return cmeError.notSupported;
		call.info(`\r\n${socket.id},${data.length}\r\n`);
		call.ok();
		socket.sendConnected({ data, rai, sequence: sequence ?? 0 });
		return undefined;
	}

	/** Nothing there: OK alone. What is left counts over all that the socket holds, as the hint is not said again before. */
	#read(call: Call): Answer {
		const { parameters } = call;
		const length = parameters.within(1, 1, longestData);
		const socket = this.#sockets.get(parameters.number(0) ?? -1);
		if (length === undefined) return cmeError.parameter;
		if (!socket) return cmeError.notSupported;
		const read = socket.read(length);
		if (!read) return "";
		if (socket.over && socket.bufferedBytes === 0) this.#sockets.delete(socket.id);
		const { address, port, bytes } = read;
		return `\r\n${socket.id},${address},${port},${bytes.length},${hexOf(bytes)},${socket.bufferedBytes}\r\n`;
	}

	#received(socket: HiSiliconSocket, bytes: Uint8Array, address: string, port: number): void {
		const core = this.#core;
		const say = (text: string) => core.urc(`\r\n+NSONMI:${text}\r\n`);
		core.sleep.activity();
		if (this.#mode >= 2) {
			const peer = this.#mode === 2 ? `,${address},${port}` : "";
			for (const piece of pieces(socket, bytes)) say(`${socket.id}${peer},${piece.length},${hexOf(piece)}`);
			socket.consumed(bytes.length);
		} else {
			const wasEmpty = socket.bufferedBytes === 0;
			const kept = socket.keep(bytes, address, port);
			if (this.#mode === 0) return;
			if (!kept) say(`drop ${bytes.length} bytes pkt`);
			else if (wasEmpty) say(`${socket.id},${bytes.length}`);
		}
	}

	/** A public log shows OK and no `+NSOCLI` for a close by the host. */
	#close(call: Call): Answer {
		const socket = this.#sockets.get(call.parameters.number(0) ?? -1);
		if (!socket) return cmeError.notSupported;
		this.#sockets.delete(socket.id);
		socket.close();
		return "";
	}

	/** The network closed it: the number is free as soon as the host has read what came before, which is inferred. */
	#lost(socket: HiSiliconSocket): void {
		if (this.#sockets.get(socket.id) !== socket) return;
		if (!socket.over || socket.bufferedBytes === 0) this.#sockets.delete(socket.id);
		socket.close();
		this.#core.urc(`\r\n+NSOCLI:${socket.id}\r\n`);
	}

	#pending(ids: readonly number[]): Answer {
		if (ids.some(id => !this.#sockets.has(id))) return cmeError.parameter;
		return ids.flatMap(id => this.#sockets.get(id)!.pending.map(sequence => `\r\n+NQSOS:${id},${sequence}\r\n`)).join("");
	}
}

/** A report has at most as much of a stream as a command may have data; a datagram is reported whole. */
function pieces(socket: HiSiliconSocket, bytes: Uint8Array): Uint8Array[] {
	if (socket.service === "udp") return [bytes];
	const count = Math.ceil(bytes.length / longestData);
	return Array.from({ length: count }, (_, index) => bytes.subarray(index * longestData, (index + 1) * longestData));
}
