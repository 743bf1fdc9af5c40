import { baseUrcs } from "../../sdk/3gpp/base-urcs.js";
import { DecodedReports } from "../../sdk/3gpp/events.js";
import { AtChannel } from "../../sdk/at/channel.js";
import type { Command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import type { AtLine } from "../../sdk/at/line.js";
import type {
	CredentialKind,
	CredentialTask,
	Driver,
	ModemContext,
	Release,
	SecureSettings,
	SocketKind,
	SocketTask,
} from "../../sdk/modem/driver.js";

/** How the bytes of the module reach the channel. */
export type Feed = "whole" | "byByte" | number;

/** What one command came to. */
export interface Outcome {
	readonly error: AtError | undefined;
	readonly result: unknown;
	readonly lines: readonly string[];
}

/** A channel with the tables of one driver, a context that writes down what is reported, and a clock that stands still until told. */
export class Bench {
	readonly reports: unknown[][] = [];
	readonly unknown: string[] = [];
	/** Who sent what was pushed, where the module says so: `<address> <port>`. */
	readonly peers: string[] = [];
	readonly channel: AtChannel<ModemContext>;
	now = 0;
	constructor(driver: Driver) {
		const { reports } = this;
		const note =
			(name: string) =>
			(...values: unknown[]): void => {
				reports.push([name, ...values.map(value => (typeof value === "object" && value !== null ? { ...value } : value))]);
			};
		const context: ModemContext = {
			decoded: new DecodedReports(),
			registration: note("registration"),
			packetEvent: note("packetEvent"),
			signallingConnection: note("signallingConnection"),
			edrxGranted: note("edrxGranted"),
			simState: note("simState"),
			functionality: note("functionality"),
			networkTime: note("networkTime"),
			sleeping: note("sleeping"),
			addressed: note("addressed"),
			booted: note("booted"),
			service: (name: string, line: AtLine) => {
				reports.push(["service", name, line.toText()]);
			},
			sockets: {
				opened: note("opened"),
				receivedHex: (socket: number, line: AtLine, index: number, byteCount: number, fromAddress?: string, fromPort?: number) => {
					if (fromAddress !== undefined) this.peers.push(`${fromAddress} ${fromPort}`);
					const into = new Uint8Array(1024);
					const length = line.hexBytes(index, into);
					reports.push([
						"received",
						socket,
						byteCount,
						length < 0 ? "malformed" : Buffer.from(into.subarray(0, length)).toString("latin1"),
					]);
				},
				receiving: note("receiving"),
				receivedBytes: (bytes: Uint8Array) => {
					reports.push(["receivedBytes", Buffer.from(bytes).toString("latin1")]);
				},
				readable: note("readable"),
				closed: note("closed"),
				lost: note("lost"),
				allClosed: note("allClosed"),
				resolving: note("resolving"),
				resolved: note("resolved"),
			},
		};
		const boot = driver.boot.banners.map(prefix => ({ prefix, spec: "boot", handle: (modem: ModemContext) => modem.booted() }));
		this.channel = new AtChannel<ModemContext>({
			context,
			urcs: [...boot, ...(driver.urcs ?? []), ...(driver.sockets?.urcs ?? []), ...baseUrcs],
			lineCapacity: driver.uart.lineBytes,
			commandGapMs: 0,
			onUnknown: (_modem, line) => this.unknown.push(line.toText()),
			onException: (_modem, thrown) => {
				throw thrown;
			},
		});
	}

	/** All that the channel wants written now, as text. */
	sent(): string {
		let text = "";
		for (let chunk = this.channel.transmit(64, this.now); chunk !== undefined; chunk = this.channel.transmit(64, this.now))
			text += Buffer.from(chunk).toString("latin1");
		return text;
	}

	/** The module says this; a number splits it there. */
	says(text: string, feed: Feed = "whole"): void {
		const bytes = Buffer.from(text, "latin1");
		if (feed === "whole") this.channel.receive(bytes, this.now);
		else if (feed === "byByte") for (const byte of bytes) this.channel.receive(Uint8Array.of(byte), this.now);
		else {
			this.channel.receive(bytes.subarray(0, feed), this.now);
			this.channel.receive(bytes.subarray(feed), this.now);
		}
	}

	/** Submits; the outcome is filled in when the command has ended. */
	submit(command: Command<any, any>, params: unknown): { outcome: Outcome | undefined } {
		const lines: string[] = [];
		const holder: { outcome: Outcome | undefined } = { outcome: undefined };
		const done = (error: AtError | undefined, result: unknown): void => {
			holder.outcome = { error, result: result && { ...(result as object) }, lines };
		};
		this.channel.submit(
			command,
			params,
			undefined,
			function (this: undefined, error: AtError | undefined, result: unknown) {
				done(error, result);
			},
			undefined,
			function (this: undefined, line: AtLine) {
				lines.push(line.toText());
			},
		);
		return holder;
	}

	/** One whole exchange. */
	exchange(
		command: Command<any, any>,
		params: unknown,
		reply: string,
		feed: Feed = "whole",
	): { sent: string; outcome: Outcome | undefined } {
		const holder = this.submit(command, params);
		const sent = this.sent();
		this.says(reply, feed);
		return { sent, outcome: holder.outcome };
	}
}

/** A task of the core's, as far as a dialect sees it; `ends` are the calls that it got. */
export class Task implements SocketTask {
	socket = 0;
	kind: SocketKind = "udp";
	secure: SecureSettings | undefined = undefined;
	address = "2001:db8::1";
	port = 5683;
	localPort = 0;
	data: Uint8Array = new Uint8Array(0);
	release: Release = "none";
	into = new Uint8Array(0);
	received = 0;
	remaining: number | undefined = undefined;
	fromAddress: string | undefined = undefined;
	fromPort = 0;
	taken: number | undefined = undefined;
	cid = 0;
	family: "ipv6" | "ipv4" = "ipv6";
	readonly ends: unknown[][] = [];
	constructor(values: Partial<Omit<Task, "ends">> = {}) {
		Object.assign(this, values);
	}
	finish(error: AtError | undefined): void {
		this.ends.push(["finish", error?.code, error?.text]);
	}
	fail(causeNumber: number, name?: string): void {
		this.ends.push(["fail", causeNumber, name]);
	}
	busy(): void {
		this.ends.push(["busy"]);
	}
	accepted(error: AtError | undefined): void {
		this.ends.push(["accepted", error?.code, error?.number]);
	}
}

/** A credential to be stored, or erased when it has no data. */
export class Credential implements CredentialTask {
	readonly kind: CredentialKind;
	readonly name: string;
	readonly data: Uint8Array;
	readonly ends: unknown[][] = [];
	constructor(kind: CredentialKind, name: string, data: string) {
		this.kind = kind;
		this.name = name;
		this.data = Buffer.from(data, "latin1");
	}
	finish(error: AtError | undefined): void {
		this.ends.push(["finish", error?.code, error?.text]);
	}
	fail(causeNumber: number, name?: string): void {
		this.ends.push(["fail", causeNumber, name]);
	}
}

/** What the module says in turn, each when the bench has sent something; what was sent, without its CR. */
export function dialogue(bench: Bench, replies: readonly string[], feed: Feed = "whole"): string[] {
	const sent = [bench.sent()];
	for (const reply of replies) {
		bench.says(reply, feed);
		sent.push(bench.sent());
	}
	return sent.map(text => (text.endsWith("\r") ? text.slice(0, -1) : text));
}

/** Every way to feed the bytes: whole, one by one, split in two at each place. */
export function feeds(text: string): Feed[] {
	return ["whole", "byByte", ...Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => i + 1)];
}
