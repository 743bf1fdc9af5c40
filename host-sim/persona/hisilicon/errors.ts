/** `+CME ERROR` numbers of the Hi2110 and Hi2115, as far as anybody showed them. */
export const cmeError = {
	/** TS 27.007 9.2.1; transcript 07: a socket that cannot be had. */
	notSupported: 4,
	/** Assumption: TS 27.007 9.2.1 has it for wrong parameters. */
	parameter: 50,
	/** Seen for a message before the registration; taken for every datagram. */
	notRegistered: 513,
} as const;
