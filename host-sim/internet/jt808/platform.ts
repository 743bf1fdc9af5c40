import type { HostConnection, HostStream, StreamHost } from "../host.js";
import type { PositionCollector } from "../positions.js";
import { FrameReader, frameOf, type Message } from "./frame.js";
import { ALARM_SOS, type PositionReport, readBatch, readPosition, sequenceOf } from "./position.js";

const Id = Object.freeze({
	terminalAnswer: 0x0001,
	heartbeat: 0x0002,
	register: 0x0100,
	unregister: 0x0003,
	authenticate: 0x0102,
	parameters: 0x0104,
	position: 0x0200,
	batch: 0x0704,
	platformAnswer: 0x8001,
	registered: 0x8100,
	setParameters: 0x8103,
});
/** Results of the platform's general answer. */
const Result = Object.freeze({ ok: 0, failed: 1, malformed: 2, unsupported: 3 });
/** Results of the answer to a registration. */
const Registration = Object.freeze({ ok: 0, noSuchTerminal: 4 });
/** Parameter of 0x8103: seconds between position reports by default. */
const PARAMETER_REPORT_SECONDS = 0x0029;

export interface PlatformOptions {
	readonly addresses: readonly string[];
	readonly port: number;
	readonly collector: PositionCollector;
	readonly now: () => number;
	/** Digits of the terminals that may register; any when absent. */
	readonly terminals?: readonly string[];
}

export interface PlatformCounters {
	connections: number;
	registrations: number;
	authentications: number;
	heartbeats: number;
	malformed: number;
	/** Refused because the terminal had not authenticated itself. */
	strangers: number;
}

/** A platform that takes trackers by JT/T 808-2019: registration, authentication, heartbeat, positions as they come and afterwards. */
export class Jt808Platform implements StreamHost {
	readonly addresses: readonly string[];
	readonly counters: PlatformCounters = { connections: 0, registrations: 0, authentications: 0, heartbeats: 0, malformed: 0, strangers: 0 };
	readonly #options: PlatformOptions;
	readonly #codes = new Map<string, string>();
	readonly #sessions = new Set<Session>();

	constructor(options: PlatformOptions) {
		this.#options = options;
		this.addresses = options.addresses;
	}
	accept(port: number, connection: HostConnection): HostStream | undefined {
		if (port !== this.#options.port) return undefined;
		this.counters.connections++;
		const session = new Session(this, connection, () => this.#sessions.delete(session));
		this.#sessions.add(session);
		return session;
	}
	/** Tells every terminal that is connected and authenticated how often it is to report (0x8103). */
	setReportSeconds(seconds: number): void {
		const body = new Uint8Array(10);
		const view = new DataView(body.buffer);
		view.setUint8(0, 1);
		view.setUint32(1, PARAMETER_REPORT_SECONDS);
		view.setUint8(5, 4);
		view.setUint32(6, seconds);
		for (const session of this.#sessions) session.order(Id.setParameters, body);
	}
	/** The code that the terminal shows from now on; undefined: it is not known here. */
	register(terminal: string): string | undefined {
		const { terminals } = this.#options;
		if (terminals !== undefined && !terminals.includes(terminal)) return undefined;
		this.counters.registrations++;
		const code = this.#codes.get(terminal) ?? `code-${this.#codes.size + 1}`;
		this.#codes.set(terminal, code);
		return code;
	}
	forget(terminal: string): void {
		this.#codes.delete(terminal);
	}
	isKnown(terminal: string, code: string): boolean {
		const isRight = this.#codes.get(terminal) === code;
		if (isRight) this.counters.authentications++;
		return isRight;
	}
	collect(terminal: string, report: PositionReport, kind: "live" | "history"): void {
		this.#options.collector.take({
			device: terminal,
			sequence: sequenceOf(report),
			latitude: report.isPositioned ? report.latitude : undefined,
			longitude: report.isPositioned ? report.longitude : undefined,
			speedMetresPerSecond: report.isPositioned ? report.speedMetresPerSecond : undefined,
			utcMs: report.utcMs,
			kind,
			alarm: (report.alarms & ALARM_SOS) !== 0,
			receivedMs: this.#options.now(),
		});
	}
}

/** One connection; what is not authenticated may register and authenticate and nothing else. */
class Session implements HostStream {
	readonly #platform: Jt808Platform;
	readonly #connection: HostConnection;
	readonly #reader = new FrameReader();
	readonly #gone: () => void;
	#serial = 0;
	#terminal: string | undefined;

	constructor(platform: Jt808Platform, connection: HostConnection, gone: () => void) {
		this.#platform = platform;
		this.#connection = connection;
		this.#gone = gone;
	}
	received(bytes: Uint8Array): void {
		const before = this.#reader.malformed;
		for (const message of this.#reader.push(bytes)) this.#take(message);
		this.#platform.counters.malformed += this.#reader.malformed - before;
	}
	closed(): void {
		this.#gone();
	}
	order(id: number, body: Uint8Array): void {
		if (this.#terminal !== undefined) this.#send(id, this.#terminal, body);
	}

	#take(message: Message): void {
		const { id, terminal } = message;
		if (id === Id.register) this.#register(message);
		else if (id === Id.authenticate) this.#authenticate(message);
		else if (this.#terminal !== terminal) {
			this.#platform.counters.strangers++;
			this.#answer(message, Result.failed);
		} else this.#serve(message);
	}
	#serve(message: Message): void {
		const result = this.#resultOf(message);
		if (result !== undefined) this.#answer(message, result);
	}
	/** undefined: it is an answer itself. */
	#resultOf({ id, terminal, body }: Message): number | undefined {
		const platform = this.#platform;
		switch (id) {
			case Id.terminalAnswer:
			case Id.parameters:
				return undefined;
			case Id.heartbeat:
				platform.counters.heartbeats++;
				return Result.ok;
			case Id.unregister:
				platform.forget(terminal);
				return Result.ok;
			case Id.position: {
				const report = readPosition(body);
				if (report === undefined) return Result.malformed;
				platform.collect(terminal, report, "live");
				return Result.ok;
			}
			case Id.batch: {
				const batch = readBatch(body);
				if (batch === undefined) return Result.malformed;
				for (const report of batch.reports) platform.collect(terminal, report, batch.isBackfill ? "history" : "live");
				return Result.ok;
			}
			default:
				return Result.unsupported;
		}
	}
	/** Province and city, maker (11), model (30), terminal id (30), colour and plate. */
	#register(message: Message): void {
		const code = message.body.length >= 76 ? this.#platform.register(message.terminal) : undefined;
		const text = new TextEncoder().encode(code ?? "");
		const body = new Uint8Array(3 + text.length);
		new DataView(body.buffer).setUint16(0, message.serial);
		body[2] = code === undefined ? Registration.noSuchTerminal : Registration.ok;
		body.set(text, 3);
		this.#send(Id.registered, message.terminal, body);
	}
	/** Length and code, IMEI (15), software's version (20): the form of 2019. */
	#authenticate(message: Message): void {
		const length = message.body[0] ?? 0;
		const code = new TextDecoder().decode(message.body.subarray(1, 1 + length));
		const isWhole = message.body.length === 1 + length + 35;
		const isRight = isWhole && this.#platform.isKnown(message.terminal, code);
		this.#terminal = isRight ? message.terminal : undefined;
		this.#answer(message, isRight ? Result.ok : Result.failed);
	}
	#answer({ id, serial, terminal }: Message, result: number): void {
		const body = new Uint8Array(5);
		const view = new DataView(body.buffer);
		view.setUint16(0, serial);
		view.setUint16(2, id);
		view.setUint8(4, result);
		this.#send(Id.platformAnswer, terminal, body);
	}
	#send(id: number, terminal: string, body: Uint8Array): void {
		this.#connection.send(frameOf({ id, terminal, serial: this.#serial, body }));
		this.#serial = (this.#serial + 1) & 0xffff;
	}
}
