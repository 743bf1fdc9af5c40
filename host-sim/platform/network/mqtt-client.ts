import type { ControlMessage, MessageOptions, MQTTOptions, WriteOptions } from "embedded:network/mqtt/client";
import type { ClientError } from "./client-error.js";
import { KeepAlive } from "./keep-alive.js";
import * as packets from "./mqtt-packets.js";
import { PacketReader } from "./mqtt-reader.js";
import { type Bytes, bytesIn, Stream, type Timers } from "./stream.js";

/** Left free by what the application is told, so that an acknowledgement and a PINGREQ fit beside its message. As Moddable's. */
const RESERVE_BYTES = 8;
/** An assumption: CONNACK comes after the broker has asked whoever knows users. */
const LOGIN_WITHIN_MS = 30_000;
/** Answers that wait for room; when there are so many, nothing is read until some went. A module that pushes does not wait for a reader, so they are many. */
const MOST_ANSWERS = 256;
/** An end of the connection is told behind what was not read: so long without room there is one (an assumption, longer than a module's worst send). */
const ROOM_WITHIN_MS = 150_000;

/** 3.2.2.3 */
const REFUSALS = ["", "its version of MQTT", "the client's identifier", "for now: no service", "user or password", "not authorised"];

function checkCallbacks(options: MQTTOptions): void {
	for (const name of ["onReadable", "onWritable", "onControl", "onError"] as const)
		if (options[name] !== undefined && typeof options[name] !== "function") throw new TypeError(`${name}: a function is required`);
}

type Callbacks = Pick<MQTTOptions, "onReadable" | "onWritable" | "onControl" | "onError">;

/** `embedded:network/mqtt/client`. What a method needs and what it throws stands in the module's declaration (types/platform.d.ts). */
export class MqttClient {
	static readonly CONNECT = packets.CONNECT;
	static readonly CONNACK = packets.CONNACK;
	static readonly PUBLISH = packets.PUBLISH;
	static readonly PUBACK = packets.PUBACK;
	static readonly PUBREC = packets.PUBREC;
	static readonly PUBREL = packets.PUBREL;
	static readonly PUBCOMP = packets.PUBCOMP;
	static readonly SUBSCRIBE = packets.SUBSCRIBE;
	static readonly SUBACK = packets.SUBACK;
	static readonly UNSUBSCRIBE = packets.UNSUBSCRIBE;
	static readonly UNSUBACK = packets.UNSUBACK;
	static readonly PINGREQ = packets.PINGREQ;
	static readonly PINGRESP = packets.PINGRESP;
	static readonly DISCONNECT = packets.DISCONNECT;

	target: unknown;
	readonly #callbacks: Callbacks;
	readonly #timers: Timers;
	readonly #stream: Stream;
	readonly #reader: PacketReader;
	readonly #keepAlive: KeepAlive;
	/** What is left of CONNECT. */
	#login: Uint8Array | undefined;
	#loginBound: object | undefined;
	#continue: object | undefined;
	#roomBound: object | undefined;
	#connected = false;
	/** Of the payload of the message that is being written. */
	#unwritten = 0;
	/** Whole packets that wait for room: acknowledgements, and a PINGREQ. */
	readonly #answers: Uint8Array[] = [];
	#lastId = 0;

	constructor(options: MQTTOptions, timers: Timers) {
		checkCallbacks(options);
		const { onReadable, onWritable, onControl, onError } = options;
		this.#callbacks = { onReadable, onWritable, onControl, onError };
		if (options.target !== undefined) this.target = options.target;
		const keepAliveSeconds = Math.ceil((options.keepAlive ?? 0) / 1000);
		this.#login = packets.connectPacket({
			id: options.id ?? "",
			user: options.user,
			password: options.password,
			clean: options.clean ?? true,
			keepAliveSeconds,
			will: options.will,
		});
		this.#timers = timers;
		this.#keepAlive = new KeepAlive(keepAliveSeconds * 1000, timers, {
			ping: () => this.answer(packets.emptyPacket(packets.PINGREQ)),
			isHeldUp: () => this.#reader.unread > 0 || (this.#unwritten > 0 && this.room() > 0),
			silent: ms => this.#stream.end("timeout", `the broker did not answer PINGREQ within ${ms / 1000} s`),
		});
		this.#stream = new Stream({ socket: options.socket, dns: options.dns, host: options.host, port: options.port ?? 1883 }, timers, {
			onWritable: () => this.writable(),
			onReadable: () => this.#reader.run(),
			onEnd: error => this.ended(error),
		});
		this.#reader = new PacketReader(this.#stream, {
			message: (count, message) => this.message(count, message),
			messageEnd: (QoS, id) => this.messageEnd(QoS, id),
			control: message => this.control(message),
			isFull: () => this.#answers.length >= MOST_ANSWERS,
			malformed: what => this.#stream.end("protocol", `the broker sent what is no MQTT: ${what}`),
		});
	}

	get format(): "buffer" {
		return "buffer";
	}

	set format(format: string) {
		if (format !== "buffer") throw new RangeError('format: only "buffer"');
	}

	close(): void {
		this.stopTimers();
		this.#connected = false;
		this.#answers.length = 0;
		this.#stream.close();
	}

	read(into: number | Bytes = this.#reader.unread): ArrayBuffer | number | undefined {
		const before = this.#stream.readable;
		const result = this.#stream.take(into, this.#reader.unread);
		if (result === undefined) return undefined;
		this.#reader.took(before - this.#stream.readable);
		// The reader goes on by itself after the callback that told of these bytes; there is none around this call.
		if (!this.#reader.running && this.#reader.unread === 0) this.goOn();
		return result;
	}

	write(data: Bytes | null, options?: WriteOptions): number {
		if (!this.#connected) throw new Error("the client is not connected: write after CONNACK");
		if (this.#unwritten > 0) this.writeFragment(data, options);
		else if (options === undefined) throw new Error("options are required where no message has been begun");
		else if ((options.operation ?? packets.PUBLISH) === packets.PUBLISH) this.publish(data, options);
		else this.writeControl(options);
		this.#keepAlive.sent();
		return this.room();
	}

	private room(): number {
		return Math.max(this.#stream.writable - RESERVE_BYTES, 0);
	}

	private checkRoom(byteCount: number): void {
		if (byteCount > this.#stream.writable) throw new Error(`no room for ${byteCount} bytes now: wait for onWritable`);
	}

	private writeFragment(data: Bytes | null, options: WriteOptions | undefined): void {
		if (options !== undefined) throw new Error(`a message is being written: ${this.#unwritten} bytes of it come first, without options`);
		const byteCount = bytesIn(data);
		if (byteCount > this.#unwritten) throw new RangeError(`data: ${byteCount} bytes, the message has ${this.#unwritten} left`);
		this.checkRoom(byteCount);
		if (byteCount > 0) this.#stream.write(data as Bytes);
		this.#unwritten -= byteCount;
		this.sendAnswers();
	}

	private publish(data: Bytes | null, options: WriteOptions): void {
		const present = bytesIn(data);
		const byteLength = options.byteLength ?? present;
		if (!(byteLength >= present) || byteLength % 1 !== 0) throw new RangeError("byteLength: of the whole message, no less than data has");
		const id = this.idFor(options);
		const header = packets.publishHeader({ ...options, id, byteLength });
		const byteCount = header.length + present;
		this.checkRoom(byteCount);
		if (present === 0) this.#stream.write(header);
		else {
			this.#stream.write(header, { more: true, byteLength: byteCount });
			this.#stream.write(data as Bytes);
		}
		if (options.QoS) this.used(id, options);
		this.#unwritten = byteLength - present;
	}

	private writeControl(options: WriteOptions): void {
		const id = this.idFor(options);
		const packet = this.controlPacket(options, id);
		this.checkRoom(packet.length);
		this.#stream.write(packet);
		if (options.operation === packets.PINGREQ) this.#keepAlive.pinged();
		else this.used(id, options);
	}

	private controlPacket({ operation, items }: WriteOptions, id: number): Uint8Array {
		if (operation === packets.SUBSCRIBE || operation === packets.UNSUBSCRIBE) return packets.itemsPacket(operation, id, items);
		if (operation === packets.PINGREQ || operation === packets.DISCONNECT) return packets.emptyPacket(operation);
		throw new RangeError(`operation: ${operation} is not the application's to send`);
	}

	private idFor(options: WriteOptions): number {
		return options.id ?? (this.#lastId % 65_535) + 1;
	}

	/** One that the application gives is the application's. */
	private used(id: number, options: WriteOptions): void {
		if (options.id === undefined) this.#lastId = id;
	}

	private goOn(): void {
		this.#continue ??= this.#timers.set(() => {
			this.#continue = undefined;
			this.#reader.run();
		}, 0);
	}

	private writable(): void {
		if (this.#login !== undefined) {
			this.sendLogin();
		} else if (this.#connected) {
			this.sendAnswers();
			this.boundFullness();
			this.tellRoom();
		}
	}

	private tellRoom(): void {
		const room = this.room();
		if (this.#connected && room > 0) this.#callbacks.onWritable?.call(this as never, room);
	}

	/** CONNECT may be longer than the window. */
	private sendLogin(): void {
		const login = this.#login!;
		const count = Math.min(login.length, this.#stream.writable);
		if (count > 0) this.#stream.write(count === login.length ? login : login.slice(0, count));
		this.#login = count === login.length ? undefined : login.subarray(count);
		this.#loginBound ??= this.#timers.set(
			() => this.#stream.end("timeout", `the broker did not answer CONNECT within ${LOGIN_WITHIN_MS / 1000} s`),
			LOGIN_WITHIN_MS,
		);
	}

	private answer(packet: Uint8Array): void {
		this.#answers.push(packet);
		this.sendAnswers();
		if (this.#answers.length === MOST_ANSWERS) this.boundFullness();
	}

	/** Nothing is read while there are too many answers, and that has to end. */
	private boundFullness(): void {
		this.#timers.clear(this.#roomBound);
		this.#roomBound = this.#answers.length < MOST_ANSWERS ? undefined : this.#timers.set(() => this.stillFull(), ROOM_WITHIN_MS);
	}

	private stillFull(): void {
		// It is the application that has to go on with its message.
		if (this.#unwritten > 0 && this.room() > 0) this.boundFullness();
		else this.#stream.end("timeout", `the connection took nothing within ${ROOM_WITHIN_MS / 1000} s`);
	}

	/** Nothing may come between the fragments of a message. */
	private sendAnswers(): void {
		if (this.#answers.length >= MOST_ANSWERS) this.goOn();
		while (this.#unwritten === 0 && this.#answers.length > 0 && this.#answers[0]!.length <= this.#stream.writable) {
			this.#stream.write(this.#answers.shift()!);
			this.#keepAlive.sent();
		}
	}

	private message(count: number, message: MessageOptions): void {
		if (!this.#connected) {
			this.#stream.end("protocol", "the broker sent a message before CONNACK");
			return;
		}
		this.#keepAlive.heard();
		const { onReadable } = this.#callbacks;
		if (onReadable !== undefined) onReadable.call(this as never, count, message);
		else this.read();
	}

	private messageEnd(QoS: 0 | 1 | 2, id: number): void {
		if (QoS > 0) this.answer(packets.idPacket(QoS === 1 ? packets.PUBACK : packets.PUBREC, id));
	}

	private control(message: ControlMessage): void {
		const isConnack = message.operation === packets.CONNACK;
		if (isConnack === this.#connected || this.#login !== undefined)
			this.#stream.end("protocol", `the broker sent a packet of type ${message.operation} where none is due`);
		else if (isConnack) this.loggedIn(message);
		else this.answerControl(message);
	}

	private answerControl(message: ControlMessage): void {
		this.#keepAlive.heard();
		if (message.operation === packets.PINGREQ) this.answer(packets.emptyPacket(packets.PINGRESP));
		else if (message.operation === packets.PUBREC) this.answer(packets.idPacket(packets.PUBREL, message.id!));
		else if (message.operation === packets.PUBREL) this.answer(packets.idPacket(packets.PUBCOMP, message.id!));
		this.#callbacks.onControl?.call(this as never, message);
	}

	private loggedIn(message: ControlMessage): void {
		this.#timers.clear(this.#loginBound);
		const returnCode = message.returnCode!;
		if (returnCode !== 0) {
			this.#stream.end("refused", `the broker refused ${REFUSALS[returnCode] ?? "the connection"} (return code ${returnCode})`);
			return;
		}
		this.#connected = true;
		this.#keepAlive.start();
		this.#callbacks.onControl?.call(this as never, message);
		this.tellRoom();
	}

	private ended(error: ClientError): void {
		this.close();
		this.#callbacks.onError?.call(this as never, error);
	}

	private stopTimers(): void {
		this.#keepAlive.stop();
		this.#timers.clear(this.#loginBound);
		this.#timers.clear(this.#continue);
		this.#timers.clear(this.#roomBound);
	}
}
