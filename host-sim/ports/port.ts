/** How a UART puts bytes on the wire. */
export interface Framing {
	readonly baud: number;
	/** 7 or 8. */
	readonly dataBits: number;
	readonly parity: "none" | "even" | "odd";
	/** 1 or 2. */
	readonly stopBits: number;
}

/**
 * The module's end of a serial line. A pty, a TCP or unix socket, or memory. Outlives its clients: closing and re-opening
 * the host's end is what a real module sees, and says nothing to it.
 */
export interface Port {
	/** What the host opens: `/dev/pts/7`, `tcp:127.0.0.1:5000`, `unix:/tmp/x`; undefined for memory. */
	readonly path: string | undefined;
	/** To the host. Never throws, never blocks; bytes that no client is there to read are dropped. */
	write(bytes: Uint8Array): void;
	/** From the host. The bytes may be reused after the call returns. */
	onBytes: ((bytes: Uint8Array) => void) | undefined;
	/** Rate the client has set, where the port can tell (a pty can). */
	readonly clientBaud: number | undefined;
	/**
	 * The module's own UART, when it has a fixed rate: a client at another one gets garbage, and so does the module, as far as
	 * the port can tell. Undefined: the module follows its client.
	 */
	framing?: Framing | undefined;
	close(): void;
}
