/** An application that cannot be put together: one line with file, line and reason. Wrong input, not a fault of the program. */
export class BundleError extends Error {
	override get name(): string {
		return "BundleError";
	}
}
