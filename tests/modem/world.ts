import { expect } from "vitest";
import { ModemCore, type Pins } from "../../sdk/modem/core.js";
import type { Driver, PinName } from "../../sdk/modem/driver.js";
import type { ModemError } from "../../sdk/modem/errors.js";
import type { EndpointOwner, Packet } from "../../sdk/modem/udp-endpoint.js";
import { UdpEndpoint } from "../../sdk/modem/udp-endpoint.js";
import { driver as testDriver } from "./driver.js";

export const ok = "\r\nOK\r\n";
export const error = "\r\nERROR\r\n";
export function info(line: string): string {
	return `\r\n${line}\r\n\r\nOK\r\n`;
}

/** What the module says to a command line: bytes, nothing at all (undefined), or one after the other (the last for good). */
export type Answer = string | undefined | ((world: World) => string | undefined) | readonly (string | undefined)[];

/** The module of `driver.ts`, on, with a SIM, at home, with both families. */
export const HAPPY: Readonly<Record<string, Answer>> = {
	AT: ok,
	ATE0: ok,
	"AT+CMEE=1": ok,
	"AT+CGMI": info("Test Ltd"),
	"AT+CGMM": info("UNO-1"),
	"AT+CGMR": info("Revision: 1.02"),
	"AT+CGSN=1": info("+CGSN: 004999010640000"),
	"AT+UCFG?": info("+UCFG: 7"),
	"AT+USLP=0": ok,
	"AT+USLP=1": ok,
	"AT+CEREG=4": ok,
	"AT+CGEREP=1": ok,
	"AT+CPIN?": info("+CPIN: READY"),
	"AT+CCID": info("+CCID: 8949000000000000001"),
	"AT+CFUN?": info("+CFUN: 1"),
	"AT+CGDCONT?": info('+CGDCONT: 1,"IPV4V6","iot.test"'),
	"AT+COPS?": info('+COPS: 0,2,"00101",9'),
	"AT+CEREG?": info('+CEREG: 4,1,"0001","0000ABCD",9,,,"00000101","00100001"'),
	"AT+CGPADDR=1": info('+CGPADDR: 1,"10.0.0.7","2001:DB8::7"'),
	"AT+CCLK?": info('+CCLK: "26/11/20,12:00:00+04"'),
	"AT+CPSMS?": info('+CPSMS: 1,,,"00100001","00000101"'),
	"AT+CEDRXRDP": info('+CEDRXRDP: 5,"0011","0011","0011"'),
	"AT+UOFF": ok,
};
/** T3324 00000101: 10 s; T3412 00100001: 1 h. */
export const PSM = { periodicTauSeconds: 3600, activeSeconds: 10 };

export interface WorldOptions {
	readonly driver?: Driver;
	readonly script?: Record<string, Answer>;
	readonly pins?: readonly PinName[];
	readonly isOn?: boolean;
	/** How the module's bytes are cut: one call each, byte by byte, or pieces of so many. */
	readonly chunk?: number;
	readonly answerAfterMs?: number;
	readonly startMs?: number;
}

/** More events than this without time going on, or in all, is a hang. */
const MOST_EVENTS = 50_000;

/** A core and a scripted module on a clock that jumps from one thing to the next. */
export class World {
	now: number;
	readonly core: ModemCore;
	readonly commands: string[] = [];
	readonly log: string[] = [];
	readonly changes: string[] = [];
	readonly errors: ModemError[] = [];
	readonly events: { name: string; data: Record<string, any>; at: number }[] = [];
	readonly pinLog: string[] = [];
	script: Record<string, Answer>;
	/** False: nothing is heard and nothing is said. */
	isOn: boolean;
	/** Levels that the module hears; `onPin` may switch it on. */
	onPin: ((pin: PinName, asserted: boolean) => void) | undefined = undefined;
	onCommand: ((command: string) => void) | undefined = undefined;
	#partial = "";
	#said: { at: number; text: string }[] = [];
	#chunk: number;
	#answerAfterMs: number;
	#used = new Map<string, number>();

	constructor(options: WorldOptions = {}) {
		this.now = options.startMs ?? 0;
		this.script = { ...HAPPY, ...options.script };
		this.isOn = options.isOn ?? true;
		this.#chunk = options.chunk ?? 0;
		this.#answerAfterMs = options.answerAfterMs ?? 20;
		const wired = options.pins ?? [];
		const pins: Pins = {
			has: pin => wired.includes(pin),
			set: (pin, asserted) => {
				this.pinLog.push(`${pin} ${asserted ? "asserted" : "released"} ${this.now}`);
				this.onPin?.(pin, asserted);
			},
			get: pin => (wired.includes(pin) && pin === "status" ? this.isOn : undefined),
		};
		this.core = new ModemCore({
			driver: options.driver ?? testDriver,
			pins,
			owner: {
				changed: property => this.changes.push(`${property} ${property === "connection" ? this.core.connection : ""}`.trim()),
				failed: failure => this.errors.push(failure),
				event: (name, data) => this.events.push({ name, data, at: this.now }),
			},
		});
	}
	say(text: string, afterMs = 0): void {
		this.#said.push({ at: this.now + afterMs, text });
		this.#said.sort((a, b) => a.at - b.at);
	}
	#deliver(text: string): void {
		const bytes = Uint8Array.from(text, c => c.charCodeAt(0));
		const step = this.#chunk || bytes.length;
		for (let i = 0; i < bytes.length; i += step) this.core.receive(bytes.subarray(i, i + step), this.now);
	}
	#transmit(): void {
		for (;;) {
			const bytes = this.core.transmit(16, this.now);
			if (bytes === undefined) return;
			this.#partial += String.fromCharCode(...bytes);
			// What is written behind a prompt ends with Ctrl-Z (TS 27.005 3.5.1) and is heard with it.
			for (let end = this.#partial.search(/[\r\x1a]/); end >= 0; end = this.#partial.search(/[\r\x1a]/)) {
				const command = this.#partial.slice(0, this.#partial[end] === "\r" ? end : end + 1);
				this.#partial = this.#partial.slice(end + 1);
				this.#hear(command);
			}
		}
	}
	#hear(command: string): void {
		this.commands.push(command);
		this.log.push(`${this.now} ${command}`);
		this.onCommand?.(command);
		if (!this.isOn) return;
		const answer = command in this.script ? this.#answer(command, this.script[command]) : error;
		if (answer !== undefined) this.say(answer, this.#answerAfterMs);
	}
	#answer(command: string, answer: Answer): string | undefined {
		if (typeof answer === "function") return answer(this);
		if (typeof answer !== "object") return answer;
		const used = this.#used.get(command) ?? 0;
		this.#used.set(command, used + 1);
		return answer[Math.min(used, answer.length - 1)];
	}
	/** Runs for so long, or until a condition holds. */
	run(ms: number, until?: () => boolean): void {
		const end = this.now + ms;
		for (let count = 0; ; count++) {
			expect(count, "a hang: events without end").toBeLessThan(MOST_EVENTS);
			this.#transmit();
			this.core.now = this.now;
			if (until?.()) return;
			const deadline = this.core.deadline ?? Number.POSITIVE_INFINITY;
			const said = this.#said[0]?.at ?? Number.POSITIVE_INFINITY;
			const next = Math.max(this.now, Math.min(deadline, said));
			if (next > end) {
				this.now = end;
				this.core.now = end;
				return;
			}
			this.now = next;
			if (said <= next) this.#deliver(this.#said.shift()!.text);
			else this.core.expire(this.now);
		}
	}
	/** Runs until connected, within 5 simulated minutes. */
	connected(options: Parameters<ModemCore["connect"]>[0] = { apn: "iot.test" }): this {
		this.core.connect(options);
		this.run(300_000, () => this.core.connection === 500);
		expect(this.core.connection, this.log.join("\n")).toBe(500);
		return this;
	}
	event(name: string): Record<string, any> | undefined {
		return this.events.find(event => event.name === name)?.data;
	}
	/** Commands from now on. */
	forget(): void {
		this.commands.length = this.log.length = this.changes.length = this.errors.length = this.events.length = 0;
	}
	udp(localPort = 0): TestEndpoint {
		return new TestEndpoint(this, localPort);
	}
}

export class TestEndpoint implements EndpointOwner {
	readonly readableCounts: number[] = [];
	readonly errors: ModemError[] = [];
	readonly endpoint: UdpEndpoint;
	constructor(world: World, localPort: number) {
		this.endpoint = new UdpEndpoint(world.core.sockets, localPort, this);
	}
	readable(packets: number): void {
		this.readableCounts.push(packets);
	}
	failed(failure: ModemError): void {
		this.errors.push(failure);
	}
	send(text: string, address = "2001:db8::1", port = 5683, release: "none" | "after-uplink" | "after-response" = "none"): void {
		this.endpoint.send(new TextEncoder().encode(text), address, port, release);
	}
	read(): string | undefined {
		const packet: Packet | undefined = this.endpoint.read();
		return packet && `${new TextDecoder().decode(packet)} from ${packet.address} ${packet.port}`;
	}
}
export const hex = (text: string): string => Buffer.from(text, "latin1").toString("hex").toUpperCase();

/** Answers of a module with sockets: every send and close works. */
export function socketScript(world: World): void {
	world.onCommand = command => {
		const open = /^AT\+UOPEN=(\d)/.exec(command);
		if (open) world.script[command] = `${ok}\r\n+UOPEN: ${open[1]},0\r\n`;
		else if (command.startsWith("AT+USEND=")) world.script[command] ??= `${ok}\r\nSEND OK\r\n`;
		else if (command.startsWith("AT+UCLOSE=")) world.script[command] ??= `${ok}\r\nCLOSE OK\r\n`;
	};
}
