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
			rat: ratName(modem.registration.act),
		});
	} else if (property === "power") {
		const { state, psm } = modem.power;
		monitor("psm", { state, requested: psm.requested, granted: psm.granted, entered: psm.entered });
	}
	tellCounters(modem);
}

export function tellCounters(modem: Modem): void {
	const { atCommands, unknownLines, resync, functionality, reset, powerCycle } = modem.counters;
	monitor("counters", { atCommands, unknownLines, resync, functionality, reset, powerCycle });
}

/** TS 27.007 `<AcT>`. */
function ratName(act: number | undefined): string | undefined {
	switch (act) {
		case 7:
			return "LTE";
		case 9:
			return "NB-IoT";
		case 11:
			return "NR";
		default:
			return undefined;
	}
}
