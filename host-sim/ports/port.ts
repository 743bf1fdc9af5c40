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
	close(): void;
}
