import type { ModemCore } from "../modem/core.js";

/** What ties a socket class to its modem. */
export interface Binding {
	/** The core, told what time it is: a call of the application may come long after the last byte. */
	enter(): ModemCore;
	/** The core has work from outside its own turn. */
	kick(): void;
}
