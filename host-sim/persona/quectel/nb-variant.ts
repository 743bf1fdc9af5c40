/** Where Quectel's NB-IoT modules differ from each other. */
export interface NbVariant {
	/** Context of the default bearer, and the only one that sockets, names and pings take. */
	readonly cid: 0 | 1;
	/** The command that takes hexadecimal data in its line; `+QISEND` then follows `+QICFG="dataformat"`. */
	readonly hexSend: "+QISEND" | "+QISENDEX";
	/** How addresses come: lines of the command's own, or `+QIURC: "dnsgip"`. */
	readonly resolved: "+QIDNSGIP" | "+QIURC";
	readonly defaultContext: "+QCGDEFCONT" | "*MCGDEFCONT";
	/** Of `+QNBIOTRAI`. */
	readonly largestRai: 1 | 2;
	/** Out of deep sleep; `uartMs` undefined: the UART cannot wake it. */
	readonly deepWake: { readonly uartMs: number | undefined; readonly pinMs: number };
	/** What the base has and this module has not. */
	readonly absent: readonly string[];
}
