import { COPS } from "../3gpp/network-commands.js";
import { decodeScan, type ScannedOperator } from "../3gpp/operator-scan.js";
import { ratOf } from "../3gpp/registration.js";
import type { AtLine } from "../at/line.js";
import type { ModemCore } from "../modem/core.js";
import type { Rat } from "../modem/driver.js";
import type { ModemError } from "../modem/errors.js";

export interface FoundNetwork extends ScannedOperator {
	/** Undefined for 2G and 3G, and where the module does not say. */
	readonly rat: Rat | undefined;
}
export type ScanDone<T> = (this: T, error: ModemError | undefined, networks: readonly FoundNetwork[]) => void;

/** One `+COPS=?`. */
export class NetworkScan {
	readonly #core: ModemCore;
	readonly #target: unknown;
	readonly #done: ScanDone<any>;
	#networks: FoundNetwork[] = [];
	constructor(core: ModemCore, target: unknown, done: ScanDone<any>) {
		this.#core = core;
		this.#target = target;
		this.#done = done;
	}
	ask(): void {
		this.#core.requests.add(COPS.test, undefined, this, NetworkScan.prototype.onDone, { onLine: NetworkScan.prototype.onLine });
	}
	onLine(line: AtLine): void {
		for (const found of decodeScan(line)) this.#networks.push({ ...found, rat: ratOf(found.act) });
	}
	onDone(error: ModemError | undefined): void {
		this.#done.call(this.#target, error, this.#networks);
	}
}
