export type PortErrorCode = "missing" | "busy" | "denied" | "unplugged" | "unavailable" | "invalid" | "failed";

/** A port that cannot be had, in one line that names it and says what to do. `"invalid"` is wrong usage; the rest is out of reach. */
export class PortError extends Error {
	readonly code: PortErrorCode;
	readonly path: string;

	constructor(code: PortErrorCode, path: string, message: string) {
		super(message);
		this.code = code;
		this.path = path;
	}

	override get name(): string {
		return "PortError";
	}
}
