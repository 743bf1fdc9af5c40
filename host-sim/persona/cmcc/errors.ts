/** `+CME ERROR` numbers and results of the ML307R. */
export const cmeError = {
	/** TS 27.007 9.2.1. */
	notAllowed: 3,
	notSupported: 4,
	parameter: 50,
	/** A public test of the firmware got it for a command that the connection's state does not allow. */
	state: 552,
} as const;

/**
 * `<result>` of `+MIPOPEN`, by the vendor's list of results. A public tracker's log has 571. Which one a failed handshake gets is in no
 * document: inferred.
 */
export const connectResult = { refused: 557, timeout: 558, failed: 559, noContext: 571, noSuchHost: 580 } as const;
