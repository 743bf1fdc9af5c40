/** `+CME ERROR` numbers and results of the ML307R. */
export const cmeError = {
	/** TS 27.007 9.2.1. */
	notAllowed: 3,
	notSupported: 4,
	parameter: 50,
	/** A public test of the firmware got it for a command that the connection's state does not allow. */
	state: 552,
} as const;

/** A public log has 571 for a connection that could not be made; nothing tells refused, silent and TLS's reasons apart: the number for all of them is inferred. */
export const connectFailed = 571;
