import { CFUN } from "../3gpp/device-commands.js";
import { AtChannel } from "../at/channel.js";
import type { AtError } from "../at/errors.js";
import type { Millis } from "../at/line.js";
import { AddressBook } from "./addresses.js";
import { type CompiledDriver, compileDriver, probeAnswerMs } from "./compiled-driver.js";
import type { Driver, ModemContext, PinName, Procedure, Settings } from "./driver.js";
import { isSilence, ModemError } from "./errors.js";
import { Events } from "./events.js";
import type { FiveGs } from "./five-gs.js";
import { JOB_COUNT, JobId } from "./job-id.js";
import { JOBS } from "./jobs.js";
import { Lifecycle } from "./lifecycle.js";
import type { Multiplexer } from "./multiplexing.js";
import { Network } from "./network.js";
import { type ModemProperty, type NoticeOwner, Notices } from "./notices.js";
import { Power } from "./power-saving.js";
import { type CoreProcedure, exchange, passOver } from "./procedure.js";
import { Recovery } from "./recovery.js";
import { Requests } from "./requests.js";
import { Runner, STOPPED } from "./runner.js";
import type { ServiceListener } from "./service-listener.js";
import { type ConnectOptions, checkOptions, makeSettings } from "./settings.js";
import { Sim } from "./sim.js";
import { Sockets } from "./sockets.js";
import { timerExpired } from "./timer-expiry.js";
import { Timer, Timers } from "./timers.js";

/** The module's pins as the board has wired them. */
export interface Pins {
	has(pin: PinName): boolean;
	set(pin: PinName, asserted: boolean): void;
	/** Whether the pin is asserted; undefined where it is not wired. */
	get(pin: PinName): boolean | undefined;
}
export interface CoreOptions {
	readonly driver: Driver;
	readonly pins: Pins;
	readonly owner: NoticeOwner;
	readonly onTrace?: ((direction: "tx" | "rx", bytes: Uint8Array, now: Millis, redacted: boolean) => void) | undefined;
}

/** As Moddable's network interfaces number them. */
export const Connection = Object.freeze({ off: 100, idle: 200, connecting: 300, linked: 400, connected: 500 });

const BEHIND_SOCKETS = (1 << JobId.sleep) - (1 << JobId.request);
const DEFAULT_LINE_BYTES = 256;
const RESTART: CoreProcedure = Object.freeze([exchange(CFUN.set, { fun: 1, rst: 1 }, { refused: passOver })]);
/** A send command's own words are at most this much; behind them come the digits of a datagram. */
const COMMAND_BYTES = 128;
/** The longest command that takes no data: the name of a host, or APN, user and password (64 to 100 characters each). */
const LONGEST_COMMAND_BYTES = 384;

/**
 * The modem without IO: bytes and time go in, bytes and a deadline come out. One job runs at a time, the most urgent first;
 * jobs begin, and the application is told, only in `expire`, so nothing re-enters.
 */
export class ModemCore {
	readonly driver: Driver;
	readonly compiled: CompiledDriver;
	readonly pins: Pins;
	readonly channel: AtChannel<ModemContext>;
	readonly timers = new Timers();
	readonly notices: Notices;
	readonly events: Events;
	readonly runner: Runner;
	readonly lifecycle: Lifecycle;
	readonly sim = new Sim();
	readonly network: Network;
	readonly addresses: AddressBook;
	readonly power: Power;
	readonly sockets: Sockets;
	readonly requests: Requests;
	readonly recovery: Recovery;
	settings: Settings;
	/** There for drivers of 5GS alone: a place of its own would cost every other modem 16 bytes. */
	declare fiveGs?: FiveGs;
	/** The mode of registration reports that the module took; there only for drivers with fallbacks. */
	declare registrationMode?: number;
	/** Undefined until the application opens a service. */
	services: ServiceListener | undefined = undefined;
	/** Only where the application wants the line multiplexed: a place of its own would cost all others memory. */
	declare multiplexer?: Multiplexer;
	/** Level of `+CFUN`, as far as known. */
	functionality: number | undefined = undefined;
	/** The boot banner came since a restart was begun. */
	bannerSeen = false;
	now: Millis = 0;
	/** The last exchange or push. */
	lastUseMs: Millis = 0;
	#pending = 0;
	/** The job that runs; negative when none does, and then the complement of the last. */
	#current = -1;
	#turn = false;
	#closed = false;
	#connection: number = Connection.off;

	constructor(options: CoreOptions) {
		const { driver } = options;
		this.driver = driver;
		this.compiled = driver.compiled ?? compileDriver(driver);
		this.pins = options.pins;
		this.notices = new Notices(this, options.owner);
		this.settings = makeSettings({}, driver, "IPV4V6");
		this.events = new Events(this);
		this.runner = new Runner(this);
		this.lifecycle = new Lifecycle(this);
		this.network = new Network(this);
		this.addresses = new AddressBook(this);
		this.power = new Power(this);
		this.sockets = new Sockets(this);
		this.requests = new Requests(this);
		this.recovery = new Recovery(this);
		this.channel = new AtChannel<ModemContext>({
			context: this.events,
			urcs: this.compiled.urcs,
			finals: driver.finals ?? [],
			lineCapacity: this.lineBytes,
			transmitCapacity: driver.sockets?.sendsBehindPrompt ? LONGEST_COMMAND_BYTES : COMMAND_BYTES + 2 * this.sockets.sendBytes,
			queueCapacity: 2,
			commandGapMs: driver.uart.commandGapMs ?? 0,
			...(options.onTrace && { onTrace: options.onTrace }),
			onException,
		});
	}
	get probeAnswerMs(): Millis {
		return probeAnswerMs(this.driver);
	}
	/** Longest line from the module. */
	get lineBytes(): number {
		return this.driver.uart.lineBytes ?? DEFAULT_LINE_BYTES;
	}

	// IO ------------------------------------------------------------------------------------------------------------
	receive(bytes: Uint8Array, now: Millis): void {
		this.now = now;
		this.channel.receive(bytes, now);
	}
	transmit(limit: number, now: Millis): Uint8Array | undefined {
		this.now = now;
		return this.channel.transmit(limit, now);
	}
	get deadline(): Millis | undefined {
		if (this.#turn) return this.now;
		const timer = this.timers.next;
		const channel = this.channel.deadline;
		return timer === undefined ? channel : channel === undefined ? timer : Math.min(timer, channel);
	}
	expire(now: Millis): void {
		this.now = now;
		this.#turn = false;
		this.channel.expire(now);
		for (let timer = this.timers.take(now); timer !== undefined; timer = this.timers.take(now)) timerExpired(this, timer);
		this.schedule();
		this.notices.announce();
	}
	// Jobs ----------------------------------------------------------------------------------------------------------
	want(job: JobId): void {
		this.#pending |= 1 << job;
		this.#turn = true;
	}
	unwant(job: JobId): void {
		this.#pending &= ~(1 << job);
	}
	isWanted(job: JobId): boolean {
		return (this.#pending & (1 << job)) !== 0;
	}
	/** Nothing is on its way, so that sleep costs nobody anything. */
	get isSettled(): boolean {
		return this.#current < 0 && (this.network.wanted === undefined || this.isConnected || this.network.registered === false);
	}
	/** Something will happen at the end of this turn. */
	turn(): void {
		this.#turn = true;
	}
	/** The module was used: it does not sleep for a while. */
	touch(): void {
		this.lastUseMs = this.now;
		this.timers.clear(Timer.sleep);
		this.#turn = true;
	}
	private schedule(): void {
		if (this.#closed || this.#current >= 0) return;
		if (this.#pending !== 0 && this.lifecycle.phase === "off" && this.needsModule()) this.lifecycle.begin(this.firstStart());
		const last = ~this.#current;
		for (let id = 0; id < JOB_COUNT && this.#pending >> id !== 0; id++) {
			if ((this.#pending & (1 << id)) === 0) continue;
			const job = JOBS[id]!;
			if (!job.ready(this) || (id === JobId.socket && last === JobId.socket && this.isAnotherWaiting())) continue;
			if (job.awake && this.power.drowsy) {
				this.run(JobId.wake);
				return;
			}
			this.#pending &= ~(1 << id);
			this.run(id as JobId);
			if (this.#current >= 0) return;
		}
		this.power.idle();
	}
	/** A job behind the sockets': with much to send and receive theirs would always be the next. */
	private isAnotherWaiting(): boolean {
		if ((this.#pending & BEHIND_SOCKETS) === 0) return false;
		for (let id = JobId.request; id < JobId.sleep; id++) if (this.isWanted(id) && JOBS[id]!.ready(this)) return true;
		return false;
	}
	private needsModule(): boolean {
		return this.network.wanted !== undefined || this.requests.waiting || this.sockets.begunCredentials?.waiting === true;
	}
	private firstStart(): "find" | "powerOn" {
		return this.pins.get("status") === false && this.hasPinsFor(this.driver.procedures?.powerOn) ? "powerOn" : "find";
	}
	private run(id: JobId): void {
		const job = JOBS[id]!;
		this.#current = id;
		this.lastUseMs = this.now;
		this.timers.clear(Timer.sleep);
		if (job.begin !== undefined) {
			if (!job.begin(this)) this.#current = ~id;
			return;
		}
		const procedure = job.procedure!(this);
		if (procedure === undefined) this.ended(undefined);
		else this.runner.start(procedure);
	}
	/** The current job is over. */
	ended(error: AtError | undefined): void {
		const id = this.#current;
		if (id < 0) return;
		this.#current = ~id;
		this.lastUseMs = this.now;
		this.#turn = true;
		if (error !== undefined && error !== STOPPED && isSilence(error)) this.recovery.silent(id);
		else if (error === undefined) this.recovery.succeeded(id);
		JOBS[id]!.ended?.(this, error);
	}

	// What the parts tell each other ----------------------------------------------------------------------------------
	get isConnected(): boolean {
		return this.#connection === Connection.connected;
	}
	get connection(): number {
		return this.#connection;
	}
	updateConnection(): void {
		const connection = this.connectionNow();
		if (connection === this.#connection) return;
		this.#connection = connection;
		this.notify("connection");
		if (connection === Connection.connected) this.want(JobId.socket);
	}
	private connectionNow(): number {
		const { phase } = this.lifecycle;
		const isWanted = this.network.wanted !== undefined;
		if (phase === "starting") return isWanted ? Connection.connecting : Connection.off;
		if (phase === "refused") return Connection.idle;
		if (phase !== "on") return Connection.off;
		if (!isWanted) return Connection.idle;
		if (!this.network.registered) return Connection.connecting;
		return this.addresses.settled ? Connection.connected : Connection.linked;
	}
	notify(property: ModemProperty): void {
		this.notices.changed(property);
	}
	event(name: string, data: Record<string, unknown>): void {
		this.notices.event(name, data);
	}
	fail(error: ModemError): void {
		this.notices.failed(error);
	}
	/** Calls a handler of the application; what it throws ends here and is reported. */
	guard<T>(target: T, method: (this: T) => void): void {
		try {
			method.call(target);
		} catch (thrown) {
			this.threw(thrown);
		}
	}
	threw(thrown: unknown): void {
		this.fail(new ModemError("exception", thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)));
	}
	hasPinsFor(procedure: Procedure | undefined): boolean {
		if (procedure === undefined) return false;
		for (const step of procedure) if ((step.kind === "pulse" || step.kind === "pin") && this.pins.has(step.pin)) return true;
		return false;
	}
	get restartProcedure(): CoreProcedure {
		return this.driver.procedures?.restart ?? RESTART;
	}
	/** True, once, when the radio is on and a setting is to be written that counts at attach. */
	takeRadioOff(): boolean {
		if (this.functionality !== undefined && this.functionality !== 1) return false;
		this.functionality = 0;
		return true;
	}
	/** After a restart nothing of the session holds: contexts, sockets, sleep. What was asked for and what waits stays. */
	forgetSession(): void {
		this.runner.stop();
		this.sockets.work.abandon();
		this.requests.interrupted();
		this.#current = -1;
		this.#pending = 0;
		this.functionality = undefined;
		this.bannerSeen = false;
		this.sim.forget();
		this.network.forget();
		this.addresses.forget();
		this.power.forget();
		this.sockets.moduleClosedAll();
		this.timers.clear(Timer.retry);
		this.want(JobId.socket);
		this.want(JobId.request);
	}
	/** A boot banner. Expected, it is waited for; else the module restarted by itself. */
	booted(): void {
		this.bannerSeen = true;
		const { phase } = this.lifecycle;
		if (this.lifecycle.bootExpected) {
			this.channel.rebooted();
			this.runner.banner();
			return;
		}
		// Nobody asked for the module yet, or it is being switched off.
		if (phase === "off" || phase === "stopping") return;
		if (phase !== "starting") this.event("rebooted", {});
		this.forgetSession();
		this.channel.rebooted();
		this.bannerSeen = true;
		this.lifecycle.begin("boot");
	}
	/** Off because the application wanted it. */
	poweredOff(): void {
		this.network.wanted = undefined;
		this.sockets.switchedOff();
		this.forgetSession();
		this.multiplexer?.abandon();
		this.lifecycle.setPhase("off");
		this.requests.failAll(new ModemError("closed", "the module was switched off"));
		this.notices.poweredOff();
	}
	/** The module says that it goes off, and nobody asked: where it is wanted it is started again. */
	wentOff(): void {
		if (this.lifecycle.phase === "stopping" || this.lifecycle.phase === "off") return;
		this.event("poweredDown", {});
		this.multiplexer?.abandon();
		this.forgetSession();
		this.channel.rebooted();
		this.lifecycle.setPhase("off");
		this.want(JobId.start);
	}

	// What the application asks -----------------------------------------------------------------------------------
	connect(options: ConnectOptions): void {
		checkOptions(options, this.driver);
		if (this.#closed) throw new ModemError("usage", "the modem is closed");
		if (this.lifecycle.phase === "refused") this.lifecycle.phase = "off";
		this.network.connect(options);
		if (this.lifecycle.phase === "off") this.want(JobId.start);
		else if (this.lifecycle.phase === "waiting") this.recovery.again();
		this.updateConnection();
	}
	disconnect(): void {
		this.sockets.disconnected();
		this.network.disconnect();
	}
	powerOff(): void {
		if (this.lifecycle.phase === "off") {
			this.notices.poweredOff();
			return;
		}
		this.network.wanted = undefined;
		if (this.lifecycle.phase !== "on") {
			this.poweredOff();
			return;
		}
		this.lifecycle.setPhase("stopping");
		this.want(JobId.powerOff);
	}
	/** Nothing is called any more. The module is left as it is. */
	close(): void {
		this.#closed = true;
		this.runner.stop();
		this.sockets.work.abandon();
		this.#current = -1;
		this.timers.clearAll();
		this.notices.close();
		this.channel.reset("closed");
	}
}

function onException(context: ModemContext, thrown: unknown): void {
	(context as Events).threw(thrown);
}
