import type { AtLine } from "../at/line.js";
import type { ServiceName } from "./driver.js";

/**
 * What the services that an application opened (short messages, calls, positions) hear from the core. There is one for all of them, set as
 * `ModemCore.services` when the first is opened; until then their lines are dropped.
 */
export interface ServiceListener {
	/** A URC row reported a line: a view, valid only inside the call. It notes what came; commands follow by `ModemCore.requests.add`. */
	service(name: ServiceName, line: AtLine): void;
	/** The module has been started, or started again, and identified: what does not outlive a restart (`+CNMI`) is to be set anew. */
	started(): void;
	/** `Timer.service` of the core ran out. */
	due(): void;
	/** The end of a turn (asked for by `ModemCore.turn`): the only place where handlers of the application may be called. */
	announce(): void;
}
