import type { Call } from "../../modem/command.js";

/** `<err>` of NETOPEN, CIPOPEN, CIPSEND and CIPCLOSE (the vendor's application note for TCP/IP). */
export const socketError = {
	network: 1,
	notOpened: 2,
	parameter: 3,
	notSupported: 4,
	timeout: 10,
} as const;

/** `<err>` of the CCH commands (the vendor's application note for SSL). */
export const secureError = {
	timeout: 5,
	transfer: 6,
	network: 9,
	connect: 14,
	handshake: 15,
	noCertificate: 19,
} as const;

/** A line says why, then ERROR (transcript 16). */
export function refused(call: Call, reason: string): undefined {
	call.info(`\r\n${reason}\r\n`);
	call.error();
}

/** Wrong parameters are ERROR alone, whatever `+CMEE` says. */
export function wrong(call: Call): undefined {
	call.error();
}
