import type { ThreeGppEvents } from "../3gpp/events.js";
import type { AtChannel, Urc } from "../at/channel.js";
import type { Command } from "../at/command.js";
import type { AtError } from "../at/errors.js";
import type { AtLine, Millis } from "../at/line.js";
import type { Family } from "./driver.js";

export type Release = "none" | "after-uplink" | "after-response";
export type SocketKind = "udp" | "tcp" | "tls" | "dtls";

/** What a TLS or DTLS socket asks of the module's own stack. Credentials are the names under which they were stored. */
export interface SecureSettings {
	/** Sent as SNI (RFC 6066 3) and compared with the certificate. */
	readonly serverName: string;
	/** The peer's certificate is checked against `ca`, its name and the time. True unless the application says otherwise. */
	readonly verify: boolean;
	readonly minimumVersion: "1.2" | "1.3";
	readonly ca?: string | undefined;
	readonly certificate?: string | undefined;
	readonly key?: string | undefined;
	readonly psk?: string | undefined;
}
export type CredentialKind = "ca" | "certificate" | "key" | "psk";
/** One credential to be stored in the module or erased from it; `finish` and `fail` as in {@link SocketTask}. */
export interface CredentialTask {
	readonly kind: CredentialKind;
	/** 1 to 16 letters, digits, `_`: the file's stem in the module. */
	readonly name: string;
	/** PEM text, or a pre-shared key's bytes; empty when it is erased. Never shown in a trace. */
	readonly data: Uint8Array;
	/** Of a pre-shared key. */
	readonly identity?: string | undefined;
	finish(error: AtError | undefined, result?: unknown): void;
	fail(causeNumber: number, name?: string): void;
}

/**
 * One piece of work for the dialect. The core owns a single one and runs one at a time, so results that carry no socket id
 * (`SEND OK`, `CLOSE OK`) cannot be mixed up. Give it as the target of `at.submit`; the method says how it ends:
 *
 *     send: (at, task) => void at.submit(QISEND.set, { id: task.socket, length: task.data.byteLength, data: task.data }, task, task.finish)
 */
export interface SocketTask {
	/** Chosen by the core (0 … sockets − 1, plus `firstSocket`); a dialect whose module chooses writes it in `open`. */
	socket: number;
	readonly kind: SocketKind;
	/** Only for "tls" and "dtls". */
	readonly secure: SecureSettings | undefined;
	/** Text form of the peer's address, or the host to resolve. IPv6 in RFC 5952 form without brackets. */
	readonly address: string;
	readonly port: number;
	/** 0: any. */
	readonly localPort: number;
	/** What to send; valid until the task ends. */
	readonly data: Uint8Array;
	readonly release: Release;
	/** For pull: where to put what `receive` reads, and then `received` says how much there was. */
	readonly into: Uint8Array;
	received: number;
	/** Written by `receive` where the module says how many bytes still wait: 0 ends the fetching, undefined (as it begins) asks again until nothing comes. */
	remaining: number | undefined;
	/** Written by `receive` where the module says who sent the datagram; the peer of the socket otherwise. */
	fromAddress: string | undefined;
	fromPort: number;
	/** Written by `send` where the module may take less than it was given; all of it otherwise. */
	taken: number | undefined;
	readonly cid: number;
	/** Family that is wanted from `resolve`, where the module takes one. */
	readonly family: Family;
	/** The task is over. A `Done` of `at.submit`: the result is not looked at, a command that refused by its result calls `fail`. */
	finish(error: AtError | undefined, result?: unknown): void;
	/** The module refused with a number of its own (`+QIOPEN: 0,566`); `name` from the dialect's table of causes. */
	fail(causeNumber: number, name?: string): void;
	/** The module has no room for what is to be sent and the socket stands: the core tries again after a while. */
	busy(): void;
	/**
	 * The command was accepted and the outcome comes by URC: `ModemContext.sockets` (`opened`, `closed`, `resolved`…).
	 * The core waits for it, `withinMs` of `SocketDialect` at most. A `Done` as well.
	 */
	accepted(error: AtError | undefined, result?: unknown): void;
}

/** A vendor's embedded UDP/TCP stack as commands. Every function ends, at once or later, with one call of the task's ends. */
export interface SocketDialect {
	readonly firstSocket: number;
	/**
	 * Where the module numbers its TLS sockets apart from the others: what the core adds to them, so that a number is one socket's. The dialect
	 * subtracts it in commands and adds it in reports. Absent: one space for all.
	 */
	readonly firstSecureSocket?: number;
	/** Sockets of TCP are read with `receive` (pull) and datagrams are pushed, or the other way about; both as `receive` is there when absent. */
	readonly pulls?: readonly SocketKind[];
	/**
	 * The port of `open` does not matter for UDP, and of the address the family alone: one socket of the module serves all peers of a family, every
	 * datagram names its own, and the module says who sent what it received (`receivedHex`, `fromAddress`). Where it does not say, leave this out.
	 */
	readonly udpHasNoPeer?: true;
	/** All data go out as bytes behind a prompt, never as digits on the command line, which so needs room for its own words alone. */
	readonly sendsBehindPrompt?: true;
	/** What may be refused when `AtError` comes for `send`: true where an `ERROR` means that nothing went out, so that it may be sent again. */
	readonly errorMeansNotSent: boolean;
	/** Bounds for outcomes that come by URC (see `SocketTask.accepted`). */
	readonly openWithinMs: Millis;
	readonly resolveWithinMs: Millis;
	open(at: AtChannel<ModemContext>, task: SocketTask): void;
	/** `task.data` is at most `capabilities.sendBytes`. */
	send(at: AtChannel<ModemContext>, task: SocketTask): void;
	close(at: AtChannel<ModemContext>, task: SocketTask): void;
	/** Absent where the module has no DNS of its own. */
	resolve?(at: AtChannel<ModemContext>, task: SocketTask): void;
	/** Only for modules that hold data until asked (pull): reads one datagram into `task.into`, sets `task.received`. */
	receive?(at: AtChannel<ModemContext>, task: SocketTask): void;
	/** Stores a credential, or erases it when `data` is empty. Absent where the module has no TLS. */
	credential?(at: AtChannel<ModemContext>, task: CredentialTask): void;
	/** Name for the module's own cause numbers, shown in errors: 569 → "timeout". */
	readonly causes?: Readonly<Record<number, string>>;
	readonly urcs: readonly Urc<ModemContext>[];
	/** Every command that the functions above submit, so that a replay knows their result lines (`SEND OK`) and their secrets. */
	readonly commands?: readonly Command<any, any>[];
}

/** What a dialect's URC rows report. */
export interface SocketEvents {
	/** Outcome of `open` by URC; cause 0 is success. */
	opened(socket: number, cause: number): void;
	/** A pushed datagram whose payload is hex text in field `index` of the line; `byteCount` as the module says. Copied at once. */
	receivedHex(socket: number, line: AtLine, index: number, byteCount: number, fromAddress?: string, fromPort?: number): void;
	/** The bytes that follow this line (`Urc.binary`) are this socket's; `receivedBytes` brings them. */
	receiving(socket: number, fromAddress?: string, fromPort?: number): void;
	/** Pushed data read by count, of the socket last named by `receiving`. Copied at once. */
	receivedBytes(bytes: Uint8Array): void;
	/** Pushed data did not come whole (`Urc.onTruncated`). A stream ends with an error, because its bytes have a gap. */
	lost(socket: number): void;
	/** Data waits in the module (pull); `byteCount` where it says how many. */
	readable(socket: number, byteCount?: number): void;
	/** The module, the network or the peer closed it. A datagram socket is opened again at the next write, a stream is over. */
	closed(socket: number): void;
	/** All sockets are gone (context deactivated). */
	allClosed(): void;
	/** How many addresses follow, or a cause when none will. */
	resolving(count: number, cause: number): void;
	/** One address of the host that is being resolved, in any text form. */
	resolved(address: string): void;
}

export type ServiceName = "sms" | "call" | "gnss";

/** What URC rows of 3GPP, dialect and driver are given. They report; they never act. */
export interface ModemContext extends ThreeGppEvents {
	readonly sockets: SocketEvents;
	/** The module says that it enters ("psm", "deep", "light") or leaves ("awake") sleep, or is about to be off. */
	sleeping(state: "psm" | "deep" | "light" | "awake" | "off"): void;
	/** An address was assigned, in any text form (`+IP: …`). */
	addressed(cid: number, address: string): void;
	/** A line of a service that the application may have opened (short messages, calls, positions); dropped where it has not. */
	service(name: ServiceName, line: AtLine): void;
	/** The module (re)started; rows for the banners of `Boot` are made by the core. */
	booted(): void;
}
