import type { ModemContext } from "../../sdk/modem/driver.js";

/** The vendor's stack has no network any more: the same to the core as `+CGEV: ME PDN DEACT` of the context that is in use. */
export function contextLost(modem: ModemContext): void {
	const event = modem.decoded.packet;
	event.kind = "deactivated";
	event.by = "mobile";
	event.pdn = true;
	event.cid = event.reason = event.otherCid = undefined;
	modem.packetEvent(event);
}
