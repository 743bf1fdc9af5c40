import { C5GQOSRDP } from "../3gpp/nr-commands.js";
import { decodeQos, fiveQiName, type Qos } from "../3gpp/qos.js";
import type { AtLine } from "../at/line.js";
import type { ModemCore } from "../modem/core.js";
import type { ModemError } from "../modem/errors.js";

/** With the name of its 5QI where that is a standardised one. */
export interface NamedQos extends Qos {
	readonly name: string | undefined;
}
export type QosDone<T> = (this: T, error: ModemError | undefined, qos: NamedQos | undefined) => void;

/** One reading of `+C5GQOSRDP` for the session of `connect()`. */
export class QosReading {
	readonly #core: ModemCore;
	readonly #target: unknown;
	readonly #done: QosDone<any>;
	#qos: Qos | undefined = undefined;
	constructor(core: ModemCore, target: unknown, done: QosDone<any>) {
		this.#core = core;
		this.#target = target;
		this.#done = done;
	}
	ask(): void {
		const { cid } = this.#core.settings;
		this.#core.requests.add(C5GQOSRDP.set, { cid }, this, QosReading.prototype.onDone, { onLine: QosReading.prototype.onLine });
	}
	/** The first line is the default flow's; further ones are of flows that the network added. */
	onLine(line: AtLine): void {
		this.#qos ??= decodeQos(line);
	}
	onDone(error: ModemError | undefined): void {
		const qos = this.#qos;
		this.#done.call(this.#target, error, qos && { ...qos, name: fiveQiName(qos.fiveQi) });
	}
}
