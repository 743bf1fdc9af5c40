import { Multiplexed } from "./io/multiplexed.js";
import { Pump } from "./io/pump.js";
import { SerialLine, type SerialListener } from "./io/serial-port.js";
import type { Binding } from "./modem/binding.js";
import { ModemCore, type Pins } from "./modem/core.js";
import { ModemError } from "./modem/errors.js";
import type { ModemProperty, NoticeOwner } from "./modem/notices.js";
import type { Modem, ModemOptions } from "./modem.js";

const NO_PINS: Pins = Object.freeze({ has: () => false, set: () => {}, get: () => undefined });

/** Core, clock, port and the application's handlers put together. The options themselves are not kept. */
export class Link implements SerialListener, Binding, NoticeOwner {
	readonly core: ModemCore;
	readonly line: SerialLine;
	readonly pump: Pump;
	readonly modem: Modem;
	readonly onChanged: ModemOptions["onChanged"];
	readonly onError: ModemOptions["onError"];
	readonly onEvent: ModemOptions["onEvent"];
	constructor(modem: Modem, options: ModemOptions, pins: Pins | undefined) {
		this.modem = modem;
		this.onChanged = options.onChanged;
		this.onError = options.onError;
		this.onEvent = options.onEvent;
		this.core = new ModemCore({ driver: options.driver, pins: pins ?? NO_PINS, onTrace: options.onTrace, owner: this });
		this.line = new SerialLine(this);
		this.pump = new Pump(this.multiplexed(options) ?? this.core, this.line, options.timer, options.time);
	}
	private multiplexed({ multiplex, serial, driver }: ModemOptions): Multiplexed | undefined {
		if (!multiplex) return undefined;
		const layer = new Multiplexed(this.core, serial.baud ?? driver.uart.baud, multiplex === true ? {} : multiplex);
		this.core.multiplexer = layer;
		return layer;
	}
	changed(property: ModemProperty): void {
		this.onChanged?.call(this.modem, property);
	}
	event(name: string, data: Record<string, unknown>): void {
		this.onEvent?.call(this.modem, name, data);
	}
	received(bytes: Uint8Array): void {
		this.pump.received(bytes);
	}
	writable(): void {
		this.pump.writable();
	}
	failed(error: ModemError): void {
		this.onError?.call(this.modem, error);
	}
	portFailed(why: unknown): void {
		this.core.fail(portError("serial port", why));
		this.pump.kick();
	}
	enter(): ModemCore {
		this.core.now = this.pump.now;
		return this.core;
	}
	kick(): void {
		this.pump.kick();
	}
	close(): void {
		this.pump.close();
		const last = this.core.multiplexer?.farewell();
		if (last !== undefined && last.length <= this.line.room) this.line.write(last);
		this.line.close();
	}
}

export function portError(what: string, why: unknown): ModemError {
	return new ModemError("port", `${what}: ${why instanceof Error ? why.message : String(why)}`);
}
