/**
 * `resolve` no address, `connect` no connection, `refused` by the server's answer, `closed` by the other side or the network,
 * `protocol` bytes that the protocol does not have, `timeout` no answer within its bound.
 */
export type ClientErrorCode = "resolve" | "connect" | "refused" | "closed" | "protocol" | "timeout";

/** Why a client's connection is over. */
export class ClientError extends Error {
	readonly code: ClientErrorCode;

	constructor(code: ClientErrorCode, message: string) {
		super(message);
		this.code = code;
	}

	override get name() {
		return "ClientError";
	}
}
