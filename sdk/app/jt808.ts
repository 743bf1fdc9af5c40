import { BodyWriter } from "./jt808/body.js";
import { FrameReader, FrameWriter, type Message, type MessageSink } from "./jt808/frame.js";
import {
	type Jt808Vehicle,
	MessageId,
	ParameterId,
	Result,
	readParameters,
	readPlatformAnswer,
	readRegistrationAnswer,
	readResendRequest,
	writeAnswer,
	writeAuthentication,
	writeRegistration,
} from "./jt808/messages.js";
import { Outgoing, type Sink } from "./jt808/outgoing.js";
import type { InjectedClass, TimerModule } from "./platform.js";

export { BodyWriter } from "./jt808/body.js";
export { type Jt808Vehicle, MessageId, ParameterId } from "./jt808/messages.js";
export { Alarm, Backfill, type Jt808Position, Status, writePosition } from "./jt808/position.js";

/**
 * `connect`: no connection. `closed`: it is over. `registration`: the platform does not register this terminal, `result` says why. `authentication`: it
 * does not know the code any more; the next client registers again. `refused`: it did not take a message, with its `result`. `timeout`: it did not answer.
 */
export type Jt808ErrorCode = "connect" | "closed" | "registration" | "authentication" | "refused" | "timeout";

export class Jt808Error extends Error {
	readonly code: Jt808ErrorCode;
	/** What the platform said; undefined where it said nothing. */
	readonly result: number | undefined;
	constructor(code: Jt808ErrorCode, detail: string, result?: number) {
		super(`jt808: ${detail}`);
		this.code = code;
		this.result = result;
	}
	override get name(): string {
		return "Jt808Error";
	}
}

/** ECMA-419 TCP, as much as is used here. */
export interface Jt808Socket {
	read(count: number): ArrayBuffer | number | undefined;
	write(bytes: Uint8Array): number;
	close(): void;
}

export interface Jt808Options<T> {
	readonly socket: InjectedClass<Jt808Socket>;
	/** A name that the socket class resolves, or an address. */
	readonly host: string;
	readonly port: number;
	readonly timer: TimerModule;
	/** The terminal's number on the platform: 1 to 20 digits. */
	readonly terminal: string;
	/** 15 digits. */
	readonly imei: string;
	/** Of the application, ASCII, 20 characters at most. */
	readonly version?: string;
	readonly vehicle?: Jt808Vehicle;
	/** What `onCode` was given in an earlier connection; without it the terminal registers. */
	readonly code?: Uint8Array | undefined;
	/** After so long without a message a heartbeat goes; default 60. */
	readonly heartbeatSeconds?: number;
	/** T1 of 4.3 (parameter 0x0002): an answer is waited for so long, the n-th time n times as long as the time before; default 5. */
	readonly answerSeconds?: number;
	/** So often an unanswered message goes again (parameter 0x0003); then the connection is given up. Default 3. */
	readonly retransmissions?: number;
	readonly target?: T;
	/** The code is to be kept, over restarts; undefined: it is not valid any more. */
	onCode(this: T, code: Uint8Array | undefined): void;
	/** Logged in: messages may be sent. */
	onReady(this: T): void;
	/** The platform sets a parameter (0x8103); `value` where it is a number of four bytes. False: it is not one that can be set so. */
	onParameter?(this: T, id: number, value: number | undefined): boolean;
	/** The connection is over and the client closed. */
	onError(this: T, error: Jt808Error): void;
}

type Step = "connecting" | "registering" | "authenticating" | "ready" | "closed";
type SentDone<D> = (this: D, error: Jt808Error | undefined) => void;

/** For registration, authentication and answers. */
const OWN_BODY_BYTES = 320;
const EMPTY_BYTES = 0;

/**
 * A terminal of JT/T 808-2019 on one TCP connection to its platform: registration, authentication, heartbeat, messages that are answered, and what the
 * platform wants. After `onError` make another one.
 */
export class Jt808Client<T = unknown> implements MessageSink, Sink {
	/** Packets that were sent again. */
	retransmitted = 0;
	readonly #options: Jt808Options<T>;
	readonly #reader = new FrameReader(this);
	readonly #outgoing: Outgoing;
	readonly #own = new BodyWriter(new Uint8Array(OWN_BODY_BYTES));
	readonly #answer = new BodyWriter(new Uint8Array(5));
	readonly #empty = new Uint8Array(EMPTY_BYTES);
	#socket: Jt808Socket | undefined;
	#step: Step = "connecting";
	#code: Uint8Array | undefined;
	#timer: unknown;
	#attempts = 0;
	#waitSeconds = 0;
	#heartbeatSeconds: number;
	/** The application's message: on its way, or behind a heartbeat. */
	#body: Uint8Array | undefined;
	#messageId = 0;
	#isOnItsWay = false;
	#sentTarget: unknown;
	#sentDone: SentDone<any> | undefined;
	#allTaken = true;

	/** @throws RangeError for a terminal number that is none; what the socket class throws */
	constructor(options: Jt808Options<T>) {
		if (!isNumber(options.terminal)) throw new RangeError("jt808: terminal: 1 to 20 digits");
		this.#options = options;
		this.#code = options.code;
		this.#heartbeatSeconds = options.heartbeatSeconds ?? 60;
		this.#outgoing = new Outgoing(new FrameWriter(options.terminal));
		const client = this;
		this.#socket = new options.socket.io({
			...options.socket,
			host: options.host,
			port: options.port,
			onReadable(this: Jt808Socket, count: number) {
				client.readable(this, count);
			},
			onWritable(this: Jt808Socket, count: number) {
				client.writable(count);
			},
			onError() {
				client.fail(
					client.#step === "connecting" ? "connect" : "closed",
					client.#step === "connecting" ? "no connection to the platform" : "the connection to the platform is over",
				);
			},
		});
	}
	get isReady(): boolean {
		return this.#step === "ready";
	}
	/** A message of the application waits for its answer. */
	get isBusy(): boolean {
		return this.#sentDone !== undefined;
	}
	/**
	 * Sends a message that the platform answers, in packets where the body needs them; one at a time. The body must not change until `done`, which is
	 * never called from inside, and not after `onError`.
	 * @throws Jt808Error "refused" when not ready or busy
	 */
	send<D>(messageId: number, body: Uint8Array, target: D, done: SentDone<D>): void {
		if (!this.isReady || this.isBusy) throw new Jt808Error("refused", "one message at a time, after onReady");
		this.#messageId = messageId;
		this.#body = body;
		this.#sentTarget = target;
		this.#sentDone = done;
		// A heartbeat may be on its way.
		if (this.#outgoing.waiting === undefined) this.sendBody();
	}
	/** At once; nothing is told. Again is no error. */
	close(): void {
		this.#step = "closed";
		this.unbound();
		this.#sentDone = this.#sentTarget = this.#body = undefined;
		this.#socket?.close();
		this.#socket = undefined;
	}

	/** @internal */
	write(bytes: Uint8Array): number {
		return this.#socket === undefined ? 0 : this.#socket.write(bytes);
	}
	private readable(socket: Jt808Socket, count: number): void {
		const bytes = socket.read(count);
		if (bytes instanceof ArrayBuffer) this.#reader.push(new Uint8Array(bytes));
	}
	private writable(count: number): void {
		if (this.#step === "connecting") this.logIn();
		this.#outgoing.writable(this, count);
	}
	private logIn(): void {
		const { imei, version = "", vehicle = {} } = this.#options;
		this.#own.rewind();
		if (this.#code === undefined) {
			this.#step = "registering";
			writeRegistration(this.#own, vehicle);
			this.request(MessageId.registration, this.#own.bytes);
		} else {
			this.#step = "authenticating";
			writeAuthentication(this.#own, this.#code, imei, version);
			this.request(MessageId.authentication, this.#own.bytes);
		}
	}
	private sendBody(): void {
		this.#isOnItsWay = true;
		this.request(this.#messageId, this.#body!);
	}
	private request(messageId: number, body: Uint8Array): void {
		this.#attempts = 0;
		this.#waitSeconds = this.#options.answerSeconds ?? 5;
		this.bound(this.#waitSeconds, Jt808Client.prototype.unanswered);
		this.#outgoing.request(messageId, body);
	}
	/** 4.3: T(n+1) = T(n) × (n+1). @internal */
	unanswered(): void {
		this.#attempts++;
		if (this.#attempts > (this.#options.retransmissions ?? 3)) {
			this.fail("timeout", "the platform did not answer");
			return;
		}
		this.#waitSeconds *= this.#attempts + 1;
		this.bound(this.#waitSeconds, Jt808Client.prototype.unanswered);
		this.retransmitted += this.#outgoing.repeat();
	}

	/** @internal */
	message(message: Readonly<Message>): void {
		const { id, body } = message;
		if (this.#step === "closed") return;
		if (id === MessageId.platformAnswer) this.platformAnswered(body);
		else if (id === MessageId.registrationAnswer) this.registered(body);
		else if (id === MessageId.resendPackets) this.resend(body);
		else if (message.packets > 1) this.say(message, Result.notSupported);
		else if (id === MessageId.setParameters) this.setParameters(message);
		else this.say(message, Result.notSupported);
	}
	private registered(body: Uint8Array): void {
		const answer = readRegistrationAnswer(body);
		if (answer === undefined || this.#step !== "registering" || !this.#outgoing.answered(answer.serial, MessageId.registration, true))
			return;
		if (answer.result !== Result.success || answer.code.length > 255) {
			this.fail("registration", `the platform does not register this terminal (result ${answer.result})`, answer.result);
			return;
		}
		this.#code = answer.code;
		this.#options.onCode.call(this.target, answer.code);
		// The application may have closed it.
		if (this.#step === "registering") this.logIn();
	}
	private platformAnswered(body: Uint8Array): void {
		const answer = readPlatformAnswer(body);
		if (answer === undefined) return;
		const isTaken = answer.result === Result.success || answer.result === Result.alarmTaken;
		if (!this.#outgoing.answered(answer.serial, answer.messageId, isTaken)) return;
		if (this.#step === "authenticating") this.authenticated(isTaken, answer.result);
		else this.answered(isTaken, answer.result);
	}
	private authenticated(isTaken: boolean, result: number): void {
		if (!isTaken) {
			this.#options.onCode.call(this.target, undefined);
			this.fail("authentication", `the platform does not know the code of this terminal (result ${result})`, result);
			return;
		}
		this.#step = "ready";
		this.rest();
		this.#options.onReady.call(this.target);
	}
	private answered(isTaken: boolean, result: number): void {
		const done = this.#sentDone;
		const target = this.#sentTarget;
		const wasOwn = !this.#isOnItsWay;
		this.rest();
		if (wasOwn) {
			if (done !== undefined) this.sendBody();
			return;
		}
		this.#isOnItsWay = false;
		this.#sentDone = this.#sentTarget = this.#body = undefined;
		done?.call(target, isTaken ? undefined : new Jt808Error("refused", `the platform did not take the message (result ${result})`, result));
	}
	private resend(body: Uint8Array): void {
		const request = readResendRequest(body);
		if (request !== undefined) this.retransmitted += this.#outgoing.resend(request.serial, request.packets);
	}
	private setParameters(message: Readonly<Message>): void {
		this.#allTaken = true;
		const isRight = readParameters(message.body, this, this.setParameter);
		this.say(message, !isRight ? Result.wrongMessage : this.#allTaken ? Result.success : Result.failure);
	}
	private setParameter(id: number, value: number | undefined): void {
		const { onParameter } = this.#options;
		const isHeartbeat = id === ParameterId.heartbeatSeconds && value !== undefined && value > 0;
		if (isHeartbeat) this.#heartbeatSeconds = value;
		const isTaken = onParameter?.call(this.target, id, value) === true;
		if (!isHeartbeat && !isTaken) this.#allTaken = false;
	}
	private say(message: Readonly<Message>, result: number): void {
		this.#answer.rewind();
		writeAnswer(this.#answer, message.serial, message.id, result);
		this.#outgoing.answer(MessageId.terminalAnswer, this.#answer.bytes);
	}

	/** Nothing waits for an answer: a heartbeat is due when that lasts. */
	private rest(): void {
		this.bound(this.#heartbeatSeconds, Jt808Client.prototype.heartbeat);
	}
	/** @internal */
	heartbeat(): void {
		this.request(MessageId.heartbeat, this.#empty);
	}
	private get target(): T {
		return this.#options.target as T;
	}
	private fail(code: Jt808ErrorCode, detail: string, result?: number): void {
		if (this.#step === "closed") return;
		this.close();
		this.#options.onError.call(this.target, new Jt808Error(code, detail, result));
	}
	private bound(seconds: number, then: () => void): void {
		this.unbound();
		this.#timer = this.#options.timer.set(() => {
			this.#timer = undefined;
			then.call(this);
		}, seconds * 1000);
	}
	private unbound(): void {
		if (this.#timer !== undefined) this.#options.timer.clear(this.#timer);
		this.#timer = undefined;
	}
}

function isNumber(terminal: string): boolean {
	if (terminal.length < 1 || terminal.length > 20) return false;
	for (let index = 0; index < terminal.length; index++) {
		const code = terminal.charCodeAt(index);
		if (code < 0x30 || code > 0x39) return false;
	}
	return true;
}
