/**
 * `xs-cellular/monitor` of a board: each event as a line of `trace`, for xsbug or the serial console. A release build has no
 * console, and this then costs no more than the call.
 */
export default function monitor(event: string, data: Record<string, unknown>): void {
	trace(event, fields("", data), "\n");
}

/** ` name=value` for each value that is known; those of a record within as `record.name`. */
function fields(prefix: string, data: Record<string, unknown>): string {
	let text = "";
	for (const name in data) {
		const value = data[name];
		if (value === undefined) continue;
		if (typeof value === "object" && value !== null) text += fields(`${prefix}${name}.`, value as Record<string, unknown>);
		else text += ` ${prefix}${name}=${value}`;
	}
	return text;
}
