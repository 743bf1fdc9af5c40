import type { Modem } from "xs-cellular";
import monitor from "xs-cellular/monitor";

/** Tells whoever watches what the modem's changed property is now. */
export function watchModem(modem: Modem, property: string): void {
	if (property === "identity") {
		const identity = modem.identity;
		if (identity) monitor("identity", { manufacturer: identity.manufacturer, model: identity.model, revision: identity.revision });
	} else if (property === "registration") {
		const { stat, act } = modem.registration;
		monitor("registration", { stat, act });
		if (stat === 1 || stat === 5) monitor("registered", { stat, act });
	} else if (property === "connection" || property === "address") {
		const address = modem.address;
		monitor("network", {
			connection: modem.connection,
			address,
			family: address === undefined ? undefined : address.indexOf(":") >= 0 ? "ipv6" : "ipv4",
			// TS 27.007 10.1.22 <AcT>.
			rat: modem.registration.act === 7 ? "LTE" : modem.registration.act === 11 ? "NR" : undefined,
		});
	}
	tellCounters(modem);
}

export function tellCounters(modem: Modem): void {
	const { atCommands, unknownLines, resync, functionality, reset, powerCycle } = modem.counters;
	monitor("counters", { atCommands, unknownLines, resync, functionality, reset, powerCycle });
}
