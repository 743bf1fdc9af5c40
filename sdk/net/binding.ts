import type { ModemCore } from "../modem/core.js";

/** What ties a socket class to its modem. */
export interface Binding {
	readonly core: ModemCore;
	/** The core has work from outside its own turn. */
	kick(): void;
}
