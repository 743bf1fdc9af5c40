import { type ControlMessage, controlMessage, messageType, readMessages } from "./control.js";
import { control, encodeFrame, type Frame, FrameReader } from "./frame.js";

export interface MultiplexerOwner {
	/** Octets of information in one frame, both ways. */
	readonly n1: number;
	/** Data link connections that the module serves beside 0. */
	readonly served: readonly number[];
	write(bytes: Uint8Array): void;
	received(dlci: number, bytes: Uint8Array): void;
	opened(dlci: number): void;
	closed(dlci: number): void;
	/** The host ended it; what follows on the line is plain again. */
	ended(rest: Uint8Array): void;
}

/** RTC, RTR and DV: ready, and the carrier detected (5.4.6.3.7). */
const readySignals = 0x8d;
const flowControlBit = 0x02;
/** What waits for a host that does not want more; beyond it is lost, as with any module. */
const longestBacklogBytes = 65_536;

interface Connection {
	/** The host's MSC stops what goes to it. */
	stopped: boolean;
	backlog: Uint8Array[];
}

/** The responding side of TS 27.010 in the basic option: what a module does after `+CMUX=0`. It asks for nothing by itself but says how its signals stand. */
export class Multiplexer {
	readonly #owner: MultiplexerOwner;
	readonly #reader: FrameReader;
	readonly #connections = new Map<number, Connection>();
	/** FCoff stops all connections but 0. */
	#allStopped = false;
	#over = false;

	constructor(owner: MultiplexerOwner) {
		this.#owner = owner;
		this.#reader = new FrameReader(owner.n1, frame => this.#frame(frame));
	}

	isOpen(dlci: number): boolean {
		return this.#connections.has(dlci);
	}

	receive(bytes: Uint8Array): void {
		const rest = this.#reader.receive(bytes);
		if (this.#over) this.#owner.ended(rest);
	}

	/** False: the host did not open that connection, and the bytes are lost. */
	send(dlci: number, bytes: Uint8Array): boolean {
		const connection = this.#connections.get(dlci);
		if (!connection) return false;
		if (!connection.stopped && !this.#allStopped) this.#data(dlci, bytes);
		else if (connection.backlog.reduce((sum, waiting) => sum + waiting.length, bytes.length) <= longestBacklogBytes)
			connection.backlog.push(bytes.slice());
		return true;
	}

	#data(dlci: number, bytes: Uint8Array): void {
		for (let at = 0; at < bytes.length; at += this.#owner.n1) this.#write(dlci, control.uih, bytes.subarray(at, at + this.#owner.n1));
	}

	/** Commands of the responder have C/R 0, its responses 1 (5.2.1.2). */
	#write(dlci: number, kind: number, information: Uint8Array): void {
		this.#owner.write(encodeFrame({ dlci, commandResponse: false, control: kind, pollFinal: false, information }));
	}

	#respond(dlci: number, kind: number): void {
		this.#owner.write(encodeFrame({ dlci, commandResponse: true, control: kind, pollFinal: true, information: new Uint8Array(0) }));
	}

	#frame(frame: Frame): void {
		const { dlci } = frame;
		switch (frame.control) {
			case control.sabm:
				this.#open(dlci);
				break;
			case control.disc:
				this.#disconnect(dlci);
				break;
			case control.uih:
			case control.ui:
				if (!this.isOpen(dlci)) this.#respond(dlci, control.dm);
				else if (dlci === 0) for (const message of readMessages(frame.information)) this.#message(message);
				else this.#owner.received(dlci, frame.information);
				break;
			// UA and DM answer nothing that this side asked.
		}
	}

	#open(dlci: number): void {
		if (dlci !== 0 && (!this.isOpen(0) || !this.#owner.served.includes(dlci))) {
			this.#respond(dlci, control.dm);
			return;
		}
		const isNew = !this.isOpen(dlci);
		if (isNew) this.#connections.set(dlci, { stopped: false, backlog: [] });
		this.#respond(dlci, control.ua);
		if (dlci === 0 || !isNew) return;
		this.#write(0, control.uih, controlMessage(messageType.msc, true, [(dlci << 2) | 3, readySignals]));
		this.#owner.opened(dlci);
	}

	#disconnect(dlci: number): void {
		if (!this.isOpen(dlci)) {
			this.#respond(dlci, control.dm);
			return;
		}
		this.#respond(dlci, control.ua);
		if (dlci === 0) this.#end();
		else this.#close(dlci);
	}

	#close(dlci: number): void {
		this.#connections.delete(dlci);
		this.#owner.closed(dlci);
	}

	#end(): void {
		for (const dlci of [...this.#connections.keys()]) if (dlci !== 0) this.#close(dlci);
		this.#connections.clear();
		this.#over = true;
		this.#reader.stop();
	}

	#message(message: ControlMessage): void {
		const { type, isCommand, value } = message;
		if (!isCommand) return;
		const respond = (bytes: ArrayLike<number>): void => this.#write(0, control.uih, controlMessage(type, false, bytes));
		switch (type) {
			case messageType.cld:
				respond([]);
				this.#end();
				break;
			case messageType.msc:
				respond(value);
				this.#signals(value);
				break;
			case messageType.fcon:
			case messageType.fcoff:
				respond([]);
				this.#allStopped = type === messageType.fcoff;
				this.#flush();
				break;
			case messageType.pn:
				respond(this.#negotiated(value));
				break;
			case messageType.test:
			case messageType.rpn:
			case messageType.rls:
			case messageType.psc:
				respond(value);
				break;
			default:
				this.#write(0, control.uih, controlMessage(messageType.nsc, false, [(type << 2) | 3]));
		}
	}

	/** 5.4.6.3.1: the values are taken, the frame no longer than this side's. */
	#negotiated(value: Uint8Array): Uint8Array {
		const answer = value.slice();
		const wanted = (answer[4] ?? 0) | ((answer[5] ?? 0) << 8);
		const n1 = Math.min(wanted, this.#owner.n1);
		answer[4] = n1 & 0xff;
		answer[5] = n1 >> 8;
		// No convergence layer beside type 1, UIH frames.
		answer[1] = 0;
		return answer;
	}

	#signals(value: Uint8Array): void {
		const connection = this.#connections.get((value[0] ?? 0) >> 2);
		if (connection) connection.stopped = ((value[1] ?? 0) & flowControlBit) !== 0;
		this.#flush();
	}

	#flush(): void {
		for (const [dlci, connection] of this.#connections) {
			if (connection.stopped || this.#allStopped) continue;
			const waiting = connection.backlog;
			connection.backlog = [];
			for (const bytes of waiting) this.#data(dlci, bytes);
		}
	}
}
