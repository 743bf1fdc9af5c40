import { CFUN } from "../3gpp/device-commands.js";
import type { AtError } from "../at/errors.js";
import { deepFreeze } from "../at/freeze.js";
import { ADDRESS } from "./addresses.js";
import type { ModemCore } from "./core.js";
import { pause } from "./driver.js";
import { JobId } from "./job-id.js";
import { startProcedure } from "./lifecycle.js";
import { DETACH, NETWORK, OPERATOR, registrationRead, TIME } from "./network.js";
import { GRANTS } from "./power-saving.js";
import { type CoreProcedure, call, exchange, inner, passOver, probe } from "./procedure.js";

/** A job runs a procedure, or is run by `begin`, which says whether anything was begun. */
export interface Job {
	/** Only while this holds; it stays wanted meanwhile. */
	readonly ready: (core: ModemCore) => boolean;
	readonly procedure?: (core: ModemCore) => CoreProcedure | undefined;
	readonly begin?: (core: ModemCore) => boolean;
	readonly ended?: (core: ModemCore, error: AtError | undefined) => void;
	/** Needs a UART that is awake. */
	readonly awake: boolean;
}

const always = (): boolean => true;
const isOn = (core: ModemCore): boolean => core.lifecycle.phase === "on";
const isWanted = (core: ModemCore): boolean => isOn(core) && core.network.wanted !== undefined;
const isRegistered = (core: ModemCore): boolean => isWanted(core) && core.network.registered;

const WAKE: CoreProcedure = Object.freeze([
	inner(core => core.driver.sleep?.wakePins),
	probe(core => core.driver.sleep?.probe.times ?? 3),
	inner(core => core.driver.sleep?.forbid),
]);
const RADIO_OFF: CoreProcedure = Object.freeze([exchange(CFUN.set, { fun: 0 }, { refused: passOver })]);
/** The module goes off by command, by its pins, or where it can do neither at least its radio does. */
const POWER_OFF: CoreProcedure = Object.freeze([
	call(core => core.multiplexer?.leave()),
	inner(core => core.driver.procedures?.powerOff?.commands ?? RADIO_OFF),
	inner(core => core.driver.procedures?.powerOff?.pins),
	inner(core => {
		const shutdownMs = core.driver.procedures?.powerOff?.shutdownMs ?? 0;
		return shutdownMs > 0 ? [pause(shutdownMs, "the module leaves the network before it is off")] : undefined;
	}),
]);

/** By `JobId`. */
const TABLE: readonly Job[] = [
	{ ready: isOn, awake: false, procedure: core => core.recovery.procedure, ended: (core, error) => core.recovery.ended(error) },
	{ ready: core => core.lifecycle.phase === "stopping", awake: true, procedure: () => POWER_OFF, ended: core => core.poweredOff() },
	{
		ready: core => core.lifecycle.phase === "starting",
		awake: false,
		procedure: startProcedure,
		ended: (core, error) => core.lifecycle.ended(error),
	},
	{ ready: always, awake: false, procedure: () => WAKE, ended: (core, error) => error === undefined && core.power.woken() },
	{
		ready: isOn,
		awake: true,
		procedure: core => core.driver.procedures?.detach ?? DETACH,
		ended: core => core.network.detachEnded(),
	},
	{ ready: isWanted, awake: true, procedure: () => NETWORK, ended: (core, error) => core.network.ended(error) },
	{
		ready: isWanted,
		awake: true,
		procedure: core => registrationRead(core.driver.registration.domain),
		ended: core => core.network.pollEnded(),
	},
	{
		ready: isRegistered,
		awake: true,
		procedure: core => core.driver.procedures?.activate,
		ended: (core, error) => core.network.activated(error),
	},
	{ ready: isRegistered, awake: true, procedure: () => ADDRESS, ended: (core, error) => core.addresses.ended(error) },
	{
		ready: core => isOn(core) && core.sockets.ready,
		awake: true,
		begin: core => core.sockets.work.start(),
		ended: core => core.want(JobId.socket),
	},
	{
		ready: core => isOn(core) && core.requests.waiting,
		awake: true,
		begin: core => core.requests.start(),
		ended: (core, error) => core.requests.ended(error),
	},
	{ ready: isRegistered, awake: true, procedure: () => GRANTS },
	{ ready: isRegistered, awake: true, procedure: () => TIME, ended: core => core.network.timeEnded() },
	{ ready: isRegistered, awake: true, procedure: () => OPERATOR },
	{
		ready: core => isOn(core) && core.power.allowed,
		awake: false,
		procedure: core => core.driver.sleep?.allow,
		ended: (core, error) => error === undefined && core.power.slept(),
	},
];
export const JOBS = deepFreeze(TABLE);
