/**
 * `<err>` of `+QIOPEN`, `+QIDNSGIP`, `+QPING` and their kin: one list for all of Quectel's embedded stacks. 552, 553, 555, 563, 566, 568 to
 * 570 and 572 to 574 are confirmed by an open-source driver for BC66 and BC660K; the rest is from the same family's documents.
 */
export const quectelCauses: Readonly<Record<number, string>> = Object.freeze({
	550: "unknown error",
	551: "operation blocked",
	552: "invalid parameter",
	553: "not enough memory",
	554: "socket not created",
	555: "operation not supported",
	556: "socket not bound",
	557: "socket does not listen",
	558: "write failed",
	559: "read failed",
	560: "connection not accepted",
	561: "PDP context not opened",
	562: "PDP context not closed",
	563: "socket id in use",
	564: "DNS busy",
	565: "host not found",
	566: "connection refused",
	567: "socket closed",
	568: "busy",
	569: "timeout",
	570: "network down",
	571: "sending cancelled",
	572: "not allowed",
	573: "no APN",
	574: "port in use",
});
