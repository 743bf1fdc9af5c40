import type { Clock } from "../../clock/clock.js";
import type { UdpHost } from "../../internet/host.js";

/** Documentation addresses (RFC 3849, RFC 5737). */
export const FAR_ADDRESSES = ["2001:db8:100::7", "192.0.2.7"] as const;
export const FAR_NAME = "echo.example.net";
/** RFC 862 and RFC 863; a port of its own for answers that come in two datagrams. */
export const Port = Object.freeze({ echo: 7, discard: 9, twice: 8 });

/** The other end of the conversation: echoes, swallows, repeats, and keeps what it got. */
export class FarEnd implements UdpHost {
	readonly addresses: readonly string[] = FAR_ADDRESSES;
	readonly received: { readonly port: number; readonly bytes: Uint8Array; readonly from: string }[] = [];
	readonly #clock: Clock;
	constructor(clock: Clock) {
		this.#clock = clock;
	}
	datagram(
		port: number,
		bytes: Uint8Array,
		from: { readonly address: string; readonly port: number },
		reply: (bytes: Uint8Array) => void,
	): void {
		this.received.push({ port, bytes, from: from.address });
		if (port === Port.echo) reply(bytes);
		else if (port === Port.twice) {
			reply(bytes);
			this.#clock.after(50, () => reply(bytes));
		}
	}
}
