import type { SocketTask } from "../../sdk/modem/driver.js";

/** Why a stack with TLS 1.2 and certificates, and no more, cannot open this socket; undefined when it can, plain ones too. */
export function beyondTls12({ kind, secure }: SocketTask): string | undefined {
	if (kind === "dtls") return "DTLS not supported";
	if (secure === undefined) return kind === "tls" ? "no TLS settings" : undefined;
	if (secure.minimumVersion !== "1.2") return "TLS above 1.2 not supported";
	return secure.psk === undefined ? undefined : "pre-shared keys not supported";
}
