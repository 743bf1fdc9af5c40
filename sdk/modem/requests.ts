import { CESQ, CSQ } from "../3gpp/device-commands.js";
import { readCesq, rssiDbm } from "../3gpp/signal.js";
import type { OnLine } from "../at/channel.js";
import type { Command } from "../at/command.js";
import type { AtError } from "../at/errors.js";
import type { AtLine } from "../at/line.js";
import type { ModemCore } from "./core.js";
import type { Signal } from "./driver.js";
import { isInterrupted, isSilence, ModemError, modemError } from "./errors.js";
import { JobId } from "./job-id.js";
import { type CoreProcedure, exchange, passOver } from "./procedure.js";

/** What an application's own exchange ends with: an error, or the command's result (valid only inside the call). */
export type RequestDone<T, R> = (this: T, error: ModemError | undefined, result: R) => void;
interface Request {
	/** Undefined: a signal reading, or with `onlyWake` nothing but an awake module. */
	readonly command: Command<any, any> | undefined;
	readonly onlyWake: boolean;
	readonly params: unknown;
	readonly payload: Uint8Array | undefined;
	readonly target: any;
	readonly done: RequestDone<any, any>;
	readonly onLine: OnLine<any> | undefined;
}
const CAPACITY = 8;

/** What the application asks of the module itself. */
export class Requests {
	#core: ModemCore;
	#queue: Request[] | undefined = undefined;
	#current: Request | undefined = undefined;
	/** Of the reading that runs. */
	#signal: Signal | undefined = undefined;
	constructor(core: ModemCore) {
		this.#core = core;
	}
	get waiting(): boolean {
		return this.#queue !== undefined && this.#queue.length > 0;
	}
	get signal(): Signal {
		this.#signal ??= emptySignal();
		return this.#signal;
	}
	/** @throws ModemError "queueFull" */
	add(
		command: Command<any, any> | undefined,
		params: unknown,
		target: unknown,
		done: RequestDone<any, any>,
		options?: { payload?: Uint8Array | undefined; onLine?: OnLine<any> | undefined; onlyWake?: boolean },
	): void {
		this.#queue ??= [];
		if (this.#queue.length >= CAPACITY) throw new ModemError("queueFull", `${CAPACITY} commands wait already: send again later`);
		const { payload, onLine, onlyWake = false } = options ?? {};
		this.#queue.push({ command, onlyWake, params, payload, target, done, onLine });
		this.#core.want(JobId.request);
	}
	/** False when it was over at once. */
	start(): boolean {
		const core = this.#core;
		const request = this.#queue?.shift();
		this.#current = request;
		if (request === undefined || request.onlyWake) {
			this.finish(undefined, undefined);
			return false;
		}
		if (request.command === undefined) {
			this.#signal = undefined;
			core.runner.start(core.driver.signal === undefined ? SIGNAL : [driverSignal(core), ...SIGNAL]);
			return true;
		}
		core.channel.submit(
			request.command,
			request.params,
			this,
			Requests.prototype.onDone,
			request.payload,
			request.onLine && Requests.prototype.onLine,
		);
		return true;
	}
	/** The signal's procedure is over. */
	ended(error: AtError | undefined): void {
		const request = this.#current;
		if (request === undefined || request.command !== undefined || request.onlyWake) {
			this.more();
			return;
		}
		dropImpossible(this.signal);
		this.finish(error, this.signal);
	}
	onLine(line: AtLine): void {
		const request = this.#current;
		if (request?.onLine === undefined) return;
		try {
			request.onLine.call(request.target, line);
		} catch (thrown) {
			this.#core.threw(thrown);
		}
	}
	onDone(error: AtError | undefined, result: unknown): void {
		const request = this.#current;
		this.finish(error, result);
		if (request !== undefined) this.#core.ended(error !== undefined && (isSilence(error) || isInterrupted(error)) ? error : undefined);
	}
	private finish(error: AtError | undefined, result: unknown): void {
		const request = this.#current;
		this.#current = undefined;
		this.#signal = undefined;
		if (request === undefined) {
			this.more();
			return;
		}
		try {
			request.done.call(request.target, error && modemError(error), result);
		} catch (thrown) {
			this.#core.threw(thrown);
		}
		this.more();
	}
	private more(): void {
		if (this.waiting) this.#core.want(JobId.request);
	}
	/** The module restarted. A command in flight is the channel's to fail; a reading is begun again. */
	interrupted(): void {
		const request = this.#current;
		if (request === undefined || request.command !== undefined || request.onlyWake) return;
		this.#current = undefined;
		this.#queue = [request, ...(this.#queue ?? [])];
	}
	/** Nothing that waits can be done any more. */
	failAll(error: ModemError): void {
		const queue = this.#queue ?? [];
		this.#queue = undefined;
		for (const request of queue)
			try {
				request.done.call(request.target, error, undefined);
			} catch (thrown) {
				this.#core.threw(thrown);
			}
	}
}

/** A line that was cut or garbled still reads as a number; what no cell can be received with is no value (TS 36.133 9.1.4, TS 38.133 10.1.6). */
const LOWEST_DBM = -156;
const HIGHEST_DBM = -20;
function dropImpossible(signal: Signal): void {
	if (!isPossible(signal.rsrpDbm)) signal.rsrpDbm = undefined;
	if (!isPossible(signal.rssiDbm)) signal.rssiDbm = undefined;
}
function isPossible(dbm: number | undefined): boolean {
	return dbm !== undefined && dbm >= LOWEST_DBM && dbm <= HIGHEST_DBM;
}

function emptySignal(): Signal {
	const signal = {} as Signal;
	signal.rssiDbm = signal.rsrpDbm = signal.rsrqDb = signal.sinrDb = undefined;
	signal.coverageLevel = signal.transmitDbm = signal.band = signal.pci = signal.earfcn = undefined;
	return signal;
}
function driverSignal(core: ModemCore) {
	return exchange(core.driver.signal!.command, undefined, { line: onDriverSignal, refused: passOver });
}
function onDriverSignal(core: ModemCore, line: AtLine): void {
	core.driver.signal!.decode(line, core.requests.signal);
}
function onCesq(core: ModemCore, line: AtLine): void {
	readCesq(line, core.requests.signal);
}
function onCsq(core: ModemCore, result: { rssi?: number | undefined }): void {
	core.requests.signal.rssiDbm ??= rssiDbm(result.rssi);
}
const lacksRsrp = (core: ModemCore): boolean => core.requests.signal.rsrpDbm === undefined;
const lacksRssi = (core: ModemCore): boolean => core.requests.signal.rssiDbm === undefined;
/** Only what the driver's own command left open. */
const SIGNAL: CoreProcedure = Object.freeze([
	exchange(CESQ.execute, undefined, { when: lacksRsrp, line: onCesq, refused: passOver }),
	exchange(CSQ.execute, undefined, { when: lacksRssi, result: onCsq, refused: passOver }),
]);
