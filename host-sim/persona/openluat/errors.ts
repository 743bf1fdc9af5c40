/** `+CME ERROR` numbers of the Air780E. */
export const cmeError = {
	/** A public test got it for every command that the state does not allow. */
	notAllowed: 3,
	notSupported: 4,
	simBusy: 14,
	parameter: 50,
	/** The same test: a number that is connected already. */
	alreadyConnected: 65_535,
} as const;
