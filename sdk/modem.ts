import { type RegistrationReport, ratOf } from "./3gpp/registration.js";
import type { OnLine } from "./at/channel.js";
import type { Command } from "./at/command.js";
import type { Millis } from "./at/line.js";
import { type BoardPinOptions, BoardPins } from "./io/board-pins.js";
import type { Injected, SerialPort, TimeModule, TimerModule } from "./io/ecma419.js";
import type { MultiplexOptions } from "./io/multiplexed.js";
import { Link, portError } from "./link.js";
import type { Addresses } from "./modem/addresses.js";
import type { ModemCore } from "./modem/core.js";
import type { Capabilities, DataPath, Driver, Rat, Signal } from "./modem/driver.js";
import { ModemError } from "./modem/errors.js";
import { fiveGsOf, type Slices } from "./modem/five-gs.js";
import type { Identity } from "./modem/lifecycle.js";
import type { Operator } from "./modem/network.js";
import type { ModemProperty } from "./modem/notices.js";
import type { RequestDone } from "./modem/requests.js";
import type { ConnectOptions } from "./modem/settings.js";
import type { BoundDTLS } from "./net/dtls.js";
import type { BoundResolver } from "./net/resolver.js";
import { type CredentialStore, SocketClasses } from "./net/socket-classes.js";
import type { BoundTCP } from "./net/tcp.js";
import type { BoundTLS } from "./net/tls.js";
import { type BoundUDP, bindUDP } from "./net/udp.js";
import { type ClearedDone, ForbiddenNetworks } from "./service/forbidden-networks.js";
import type { Gnss } from "./service/gnss/gnss.js";
import { NetworkScan, type ScanDone } from "./service/network-scan.js";
import { type QosDone, QosReading } from "./service/qos-reading.js";
import { servicesOf } from "./service/services.js";
import type { Sms } from "./service/sms/sms.js";
import type { Voice } from "./service/voice/voice.js";

export interface ModemOptions {
	/** The record of the module: `xs-cellular/driver`, or one of `drivers/`. */
	readonly driver: Driver;
	/** `{ io: Serial, port: 1, receive: 16, transmit: 17 }`; `baud` only where it is not the driver's. */
	readonly serial: Injected<SerialPort> & { readonly baud?: number };
	/** Moddable's `timer` and `time` modules. */
	readonly timer: TimerModule;
	readonly time: TimeModule;
	/** Those that the board has wired; the modem does without the others. */
	readonly pins?: BoardPinOptions | undefined;
	/**
	 * AT, and what else the module has to say, at once on the one line, by TS 27.010: `true`, or with who is to get the receiver's sentences. Entered
	 * after the module is identified, left by `powerOff()` and `close()`, entered again after the module restarts; "multiplexed" and
	 * "multiplexLost" tell. ModemError "notSupported" where the driver has no `cmux`.
	 */
	readonly multiplex?: boolean | MultiplexOptions;
	/** Once for each change, at the end of a turn; `this` is the modem. */
	readonly onChanged?: (this: Modem, property: ModemProperty) => void;
	readonly onError?: (this: Modem, error: ModemError) => void;
	/** What is neither a property nor an error: "family", "psm", "edrx", "psmEntered", "psmLeft", "psmNotEntered", "rebooted", "recovery", "smsUnreadable", "smsStorageRefused", "multiplexed", "multiplexLost", "multiplexRefused"… */
	readonly onEvent?: (this: Modem, name: string, data: Record<string, unknown>) => void;
	/** The AT dialogue, secrets already replaced. The bytes are a view: copy what you keep. */
	readonly onTrace?: (direction: "tx" | "rx", bytes: Uint8Array, nowMs: Millis) => void;
	readonly target?: unknown;
}

export type PowerState = "off" | "starting" | "on" | "asleep" | "stopping";
export interface NetworkTimeAt {
	/** Milliseconds since 1970 UTC. */
	readonly utcMs: number;
	readonly quarterHours: number;
	/** The platform's ticks at which it held. */
	readonly atTicks: number;
}
export interface Counters {
	readonly atCommands: number;
	readonly unknownLines: number;
	readonly urcs: number;
	readonly resync: number;
	readonly functionality: number;
	readonly reset: number;
	readonly powerCycle: number;
	/** Datagrams that came and had no place to go. */
	readonly droppedPackets: number;
}

/** One interface for every module: Moddable's network-interface pattern, with sockets bound to it. */
export class Modem {
	#core: ModemCore;
	#link: Link;
	#pins: BoardPins | undefined = undefined;
	#UDP: BoundUDP | undefined = undefined;
	#classes: SocketClasses | undefined = undefined;
	target: unknown;

	/** @throws ModemError "usage", or "port" when the serial port cannot be opened */
	constructor(options: ModemOptions) {
		if (options?.driver === undefined || options.serial === undefined || options.timer === undefined || options.time === undefined)
			throw new ModemError("usage", "driver, serial, timer and time are required");
		if (options.driver.uart === undefined || options.driver.boot === undefined)
			throw new ModemError("usage", "driver is no driver's record: its module's default export is one (see defineDriver)");
		const { driver } = options;
		if (options.target !== undefined) this.target = options.target;
		const pinFailures: ModemError[] = [];
		if (options.pins !== undefined)
			this.#pins = new BoardPins(driver, options.pins, (pin, why) => pinFailures.push(portError(`pin ${pin}`, why)));
		this.#link = new Link(this, options, this.#pins);
		this.#core = this.#link.core;
		try {
			this.#link.line.open(options.serial, options.serial.baud ?? driver.uart.baud);
		} catch (thrown) {
			this.close();
			throw portError("serial port", thrown);
		}
		for (const failure of pinFailures) this.#core.fail(failure);
		if (pinFailures.length > 0) this.#link.kick();
	}
	/** ECMA-419 classes of this modem: `{ io: modem.UDP }`. */
	get UDP(): BoundUDP {
		this.#UDP ??= bindUDP(this.#link);
		return this.#UDP;
	}
	get Resolver(): BoundResolver {
		return this.classes.Resolver;
	}
	/** Connections over the module's own stack: `socket: { io: modem.TCP }` for Moddable's clients. */
	get TCP(): BoundTCP {
		return this.classes.TCP;
	}
	/** The same with the module's own TLS. @throws ModemError "notSupported" where the module has none */
	get TLS(): BoundTLS {
		return this.classes.TLS;
	}
	/** Datagrams with the module's own DTLS. @throws ModemError "notSupported" where the module has none */
	get DTLS(): BoundDTLS {
		return this.classes.DTLS;
	}
	/** What TLS needs: certificates and keys are stored in the module under names. */
	get credentials(): CredentialStore {
		return this.classes.credentials;
	}
	private get classes(): SocketClasses {
		this.#classes ??= new SocketClasses(this.#link);
		return this.#classes;
	}
	/** Short messages. @throws ModemError "notSupported" where the module has none */
	get sms(): Sms {
		return servicesOf(this.#link).sms;
	}
	/** Voice calls. @throws ModemError "notSupported" where the module has none */
	get voice(): Voice {
		return servicesOf(this.#link).voice;
	}
	/** The receiver inside the module. @throws ModemError "notSupported" where it has none */
	get gnss(): Gnss {
		return servicesOf(this.#link).gnss;
	}
	/** Switches on what must be, and keeps a connection until `disconnect()`. Options may be changed by calling it again. */
	connect(options: ConnectOptions = {}): void {
		this.#link.enter().connect(options);
		this.#link.kick();
	}
	/** Detaches; the module stays on. */
	disconnect(): void {
		this.#link.enter().disconnect();
		this.#link.kick();
	}
	/** Switches the module off; `done` is called when it is. */
	powerOff(done?: () => void): void {
		if (done !== undefined) this.#core.notices.whenOff(done);
		this.#link.enter().powerOff();
		this.#link.kick();
	}
	/** Gives port and pins back. The module is left as it is, nothing is called any more. Again is no error. */
	close(): void {
		this.#core.close();
		this.#link.close();
		this.#pins?.close();
	}
	/** Wakes the module, or switches it on; it sleeps again when nothing follows. */
	wake(done?: (error?: ModemError) => void): void {
		this.#link.enter().requests.add(undefined, undefined, undefined, error => done?.(error), { onlyWake: true });
		this.#link.kick();
	}
	/** Reads the signal; the record is valid only inside `done`. */
	signal<T>(target: T, done: RequestDone<T, Readonly<Signal>>): void {
		this.#link.enter().requests.add(undefined, undefined, target, done);
		this.#link.kick();
	}
	/** Reads the quality of service of the session (NR); `undefined` where the module names none. The record may be kept. */
	qos<T>(target: T, done: QosDone<T>): void {
		new QosReading(this.#link.enter(), target, done).ask();
		this.#link.kick();
	}
	/** Searches for networks of all kinds that the module has: minutes, in which nothing else goes out. */
	scan<T>(target: T, done: ScanDone<T>): void {
		new NetworkScan(this.#link.enter(), target, done).ask();
		this.#link.kick();
	}
	/** A declared command, typed, between the modem's own. `result` is valid only inside `done`. Switches the module on if need be. */
	send<P, R, T>(
		command: Command<P, R>,
		params: P,
		target: T,
		done: RequestDone<T, R>,
		options?: { readonly payload?: Uint8Array; readonly onLine?: OnLine<T> },
	): void {
		this.#link.enter().requests.add(command, params, target, done, options);
		this.#link.kick();
	}
	/**
	 * Empties the SIM's list of networks that have refused it (EF_FPLMN, TS 31.102 4.2.16), which a device that was refused by mistake cannot leave
	 * otherwise; without a network the module then searches anew. `done` gets the number of networks struck.
	 */
	clearForbiddenNetworks<T>(target: T, done: ClearedDone<T>): void {
		this.#link.enter();
		new ForbiddenNetworks(this.#link, target, done).clear();
		this.#link.kick();
	}
	/** 100 off, 200 idle, 300 connecting, 400 registered, 500 has an address. */
	get connection(): number {
		return this.#core.connection;
	}
	/** IPv6 when it can be used, else IPv4; undefined without a connection. */
	get address(): string | undefined {
		return this.#core.isConnected ? this.#core.addresses.address : undefined;
	}
	get addresses(): Addresses {
		return this.#core.addresses.all;
	}
	get identity(): Identity | undefined {
		return this.#core.lifecycle.identity;
	}
	/** Valid until the next change; `stat`, `tac`, `ci`, `act` as in TS 27.007. */
	get registration(): Readonly<RegistrationReport> {
		return this.#core.network.report;
	}
	/** Where the module is registered; undefined while it is not, and for 2G and 3G. */
	get rat(): Rat | undefined {
		const { network } = this.#core;
		return network.registered ? ratOf(network.report.act) : undefined;
	}
	/** Network slices (NR). @throws ModemError "notSupported" where the module has no 5GS */
	get slices(): Slices {
		const { driver } = this.#core;
		if (driver.registration.domain !== "5GS")
			throw new ModemError("notSupported", `driver ${driver.id} is for a module without 5GS: it has no slices`);
		return fiveGsOf(this.#core).slices;
	}
	/** How data reach the network. With "network-interface" the sockets are the host's own, over the interface that `connect()` dials. */
	get dataPath(): DataPath | "unknown" {
		return this.#core.driver.capabilities.dataPath?.value ?? "sockets";
	}
	get operator(): Operator | undefined {
		return this.#core.network.operator;
	}
	get networkTime(): NetworkTimeAt | undefined {
		const time = this.#core.network.time;
		return time && { utcMs: time.utcMs, quarterHours: time.quarterHours, atTicks: this.#link.pump.ticksAt(time.atMs) };
	}
	get power() {
		const { power } = this.#core;
		return {
			state: this.powerState,
			psm: { requested: power.psmRequested, granted: power.psmGranted, entered: power.psmEntered, missed: power.psmMissed },
			edrx: { requested: power.edrxRequested, granted: power.edrxGranted },
		};
	}
	private get powerState(): PowerState {
		switch (this.#core.lifecycle.phase) {
			case "off":
			case "waiting":
				return "off";
			case "starting":
				return "starting";
			case "stopping":
				return "stopping";
			default:
				return this.#core.power.isAsleep ? "asleep" : "on";
		}
	}
	get capabilities(): Capabilities {
		return this.#core.driver.capabilities;
	}
	get counters(): Counters {
		const { channel, recovery, events, sockets } = this.#core;
		const { resync, functionality, reset, powerCycle } = recovery.counters;
		return {
			atCommands: channel.commands,
			unknownLines: channel.unknownLines,
			urcs: events.count,
			resync,
			functionality,
			reset,
			powerCycle,
			droppedPackets: sockets.dropped,
		};
	}
}
