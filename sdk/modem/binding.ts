import type { ModemCore } from "./core.js";

/** What ties a socket class or a service to its modem. */
export interface Binding {
	readonly core: ModemCore;
	/** The core, told what time it is: a call of the application may come long after the last byte. */
	enter(): ModemCore;
	/** The core has work from outside its own turn. */
	kick(): void;
}
