import type { ApplicationHost } from "../engine/engine.js";
import { createDigital } from "./digital.js";
import { createKeyValue } from "./key-value.js";
import type { Lifetime } from "./lifetime.js";
import { createSerial } from "./serial.js";
import { createTime } from "./time.js";
import { createTimer } from "./timer.js";

/** Modules that a board's firmware has built in, and that a bundle therefore leaves open. */
export const platformModules = Object.freeze([
	"embedded:io/serial",
	"embedded:io/digital",
	"embedded:storage/key-value",
	"timer",
	"time",
	"xs-cellular/monitor",
] as const);

export type PlatformModule = (typeof platformModules)[number];

/** The default export of each module, for one run of one application. */
export type Platform = Readonly<Record<PlatformModule, unknown>>;

function createMonitor(host: ApplicationHost) {
	// Through JSON, as from an engine in another process: the listener cannot hold on to the application's objects.
	return (event: string, data: Record<string, unknown> = {}): void => host.monitor(String(event), JSON.parse(JSON.stringify(data)));
}

export function createPlatform(host: ApplicationHost, life: Lifetime): Platform {
	return Object.freeze({
		"embedded:io/serial": createSerial(host, life),
		"embedded:io/digital": createDigital(host, life),
		"embedded:storage/key-value": createKeyValue(host, life),
		timer: createTimer(host.clock, life),
		time: createTime(host.clock, host.firstTick),
		"xs-cellular/monitor": createMonitor(host),
	});
}
