import type { CommandRow } from "../../modem/command.js";

/** Quectel's numbers for sockets of LTE modules: those of the NB modules and a few more. No source beside 550 to 574: assumption. */
export const lteError = {
	none: 0,
	unknown: 550,
	blocked: 551,
	parameter: 552,
	memory: 553,
	unsupported: 555,
	contextOpen: 561,
	identifierUsed: 563,
	dnsFailed: 565,
	connectFailed: 566,
	closed: 567,
	busy: 568,
	timeout: 569,
	contextBroken: 570,
	notAllowed: 572,
} as const;

const names: Readonly<Record<number, string>> = {
	0: "operate successfully",
	550: "unknown error",
	551: "operation blocked",
	552: "invalid parameters",
	553: "memory not enough",
	555: "operation not supported",
	561: "open PDP context failed",
	563: "socket identity has been used",
	565: "DNS parse failed",
	566: "socket connect failed",
	567: "socket has been closed",
	568: "operation busy",
	569: "operation timeout",
	570: "PDP context broken down",
	572: "operation not allowed",
};

/** What `+QIGETERROR` tells of the last command of the TCP/IP and TLS groups. */
export class LastError {
	code: number = lteError.none;

	/** Remembers `code`; the command itself answers ERROR. */
	set(code: number): number {
		this.code = code;
		return code;
	}

	get commands(): readonly CommandRow[] {
		return [{ name: "+QIGETERROR", execute: () => `\r\n+QIGETERROR: ${this.code},${names[this.code] ?? names[550]}\r\n`, test: "" }];
	}
}
