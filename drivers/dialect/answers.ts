import type { AtError } from "../../sdk/at/errors.js";
import type { SocketTask } from "../../sdk/modem/driver.js";

/** What the module answered, as against silence, a restart or an answer that cannot be read. */
export function isRefusal(error: AtError): boolean {
	return error.code === "error" || error.code === "cme";
}

/** How a command that closes ends: a socket that is gone already is refused (F18). */
export function finishClose(this: SocketTask, error: AtError | undefined): void {
	this.finish(error !== undefined && isRefusal(error) ? undefined : error);
}

/** Written as what still waits, when what was read cannot be used: a stream has a gap then, and is over. */
export const BROKEN = -1;
/** A number of our own. */
const MALFORMED = 0;

/** How a command that reads ends: several modules refuse to read what is not there. No byte is lost by that; a socket that is gone says so itself. */
export function finishRead(this: SocketTask, error: AtError | undefined): void {
	if (this.remaining === BROKEN) {
		this.remaining = undefined;
		if (this.kind !== "udp") {
			this.fail(MALFORMED, "data that were read are malformed");
			return;
		}
	}
	this.finish(error !== undefined && isRefusal(error) ? undefined : error);
}
