import { TcpFlag, type TcpNumbers } from "./ip-packet.js";

/** What the simulated stack announces; the capture shows the bytes' order, not the window of a real stack. */
const WINDOW = 65_535;

/** One direction's numbers of a simulated connection. */
interface Side {
	next: number;
}

/** Numbers for the segments of one connection, so that an analyser can follow the stream. The simulated network carries bytes, not segments. */
export class StreamNumbers {
	/** Beginning at zero: there is no attacker here to guess them, and a reader can tell the offset at once. */
	readonly #device: Side = { next: 0 };
	readonly #host: Side = { next: 0 };

	/** The three segments of the handshake, as [direction, numbers]. */
	open(): readonly (readonly ["up" | "down", TcpNumbers])[] {
		this.#device.next = 1;
		this.#host.next = 1;
		return [
			["up", { sequence: 0, acknowledgement: 0, flags: TcpFlag.syn, window: WINDOW }],
			["down", { sequence: 0, acknowledgement: 1, flags: TcpFlag.syn | TcpFlag.ack, window: WINDOW }],
			["up", { sequence: 1, acknowledgement: 1, flags: TcpFlag.ack, window: WINDOW }],
		];
	}
	data(direction: "up" | "down", byteCount: number): TcpNumbers {
		return this.#take(direction, byteCount, TcpFlag.push | TcpFlag.ack);
	}
	close(direction: "up" | "down"): TcpNumbers {
		return this.#take(direction, 1, TcpFlag.fin | TcpFlag.ack);
	}
	#take(direction: "up" | "down", by: number, flags: number): TcpNumbers {
		const [from, to] = direction === "up" ? [this.#device, this.#host] : [this.#host, this.#device];
		const numbers = { sequence: from.next, acknowledgement: to.next, flags, window: WINDOW };
		from.next = (from.next + by) >>> 0;
		return numbers;
	}
}
