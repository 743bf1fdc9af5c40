import { baseUrcs } from "../../sdk/3gpp/base-urcs.js";
import { DecodedReports } from "../../sdk/3gpp/events.js";
import type { Urc } from "../../sdk/at/channel.js";
import type { Driver } from "../../sdk/modem/driver.js";

/** The rows that a channel for this driver has; the driver's come first, as in the modem. */
export function urcsOf(driver: Driver | undefined): readonly Urc<any>[] {
	const banners = (driver?.boot.banners ?? []).map(prefix => ({ prefix, spec: "boot banner", handle: () => {} }));
	const rows: readonly Urc<any>[] = [...(driver?.urcs ?? []), ...(driver?.sockets?.urcs ?? []), ...banners, ...baseUrcs];
	return rows.filter((row, index) => rows.findIndex(other => other.prefix === row.prefix) === index);
}

/** A context whose every method does nothing: only the lines matter here, not what a modem would make of them. */
export function anyContext(): unknown {
	const decoded = new DecodedReports();
	const nothing: unknown = new Proxy(() => {}, {
		get: (_, name) => (name === "decoded" ? decoded : name === Symbol.toPrimitive ? () => 0 : nothing),
		apply: () => nothing,
	});
	return nothing;
}
