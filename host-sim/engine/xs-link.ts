import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { encodeFrame, type Frame, FrameReader, toHost, toNode } from "./xs-frames.js";

export interface LinkOptions {
	readonly executable: string;
	readonly args: readonly string[];
	now(): number;
	onFrame(frame: Frame): void;
	/** The host's process has gone; called once, also after a frame `error`. `exitCode` where it is known by then. */
	onEnd(exitCode: number | undefined): void;
}

/** A running host. */
export interface Link {
	/** Has the host do one turn. In lockstep it is over when this returns (or is put off to the end of the turn in progress). */
	turn(type: string, id: number, payload?: Uint8Array): void;
	/** Answers the question in the frame being handled. */
	answer(id: 0 | 1 | 2, value?: number, payload?: Uint8Array): void;
	/** Asks the host to leave and waits for it, bounded. */
	quit(): Promise<void>;
}

/** A host that was told to quit, or should have ended, gets this long before it is killed. */
const quitLimitMs = 5_000;

function ended(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
	return new Promise(resolve => {
		const timer = setTimeout(() => child.kill("SIGKILL"), quitLimitMs);
		child.once("exit", () => {
			clearTimeout(timer);
			resolve();
		});
	});
}

interface Fifo {
	readonly readEnd: number;
	readonly writeEnd: number;
}

/** Opening one end of a FIFO waits for the other, so a third descriptor stands in for it meanwhile. */
function openFifo(path: string): Fifo {
	execFileSync("mkfifo", ["-m", "600", path]);
	const standIn = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
	const writeEnd = openSync(path, constants.O_WRONLY);
	const readEnd = openSync(path, constants.O_RDONLY);
	closeSync(standIn);
	return { readEnd, writeEnd };
}

/**
 * Node and the host in lockstep over two FIFOs: Node writes a frame and waits, blocked, until the host has done its turn.
 * That costs two context switches a turn and no event loop, and is what makes a run repeatable.
 */
export class LockstepLink implements Link {
	readonly #options: LinkOptions;
	readonly #child: ChildProcess;
	readonly #down: number;
	readonly #up: number;
	readonly #reader = new FrameReader();
	readonly #chunk = new Uint8Array(64 * 1024);
	readonly #putOff: [type: string, id: number, payload: Uint8Array | undefined][] = [];
	#inTurn = false;
	#open = true;

	constructor(options: LinkOptions) {
		this.#options = options;
		const folder = mkdtempSync(join(tmpdir(), "xs-cellular-wire-"));
		try {
			const down = openFifo(join(folder, "down"));
			const up = openFifo(join(folder, "up"));
			this.#child = spawn(options.executable, [...options.args, "--wire", "3,4"], {
				stdio: ["ignore", "ignore", "inherit", down.readEnd, up.writeEnd],
			});
			closeSync(down.readEnd);
			closeSync(up.writeEnd);
			this.#down = down.writeEnd;
			this.#up = up.readEnd;
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
		this.#child.on("error", () => {});
		this.#child.unref();
	}

	turn(type: string, id: number, payload?: Uint8Array): void {
		if (!this.#open) return;
		if (this.#inTurn) {
			this.#putOff.push([type, id, payload]);
			return;
		}
		this.#inTurn = true;
		this.#exchange(type, id, payload);
		for (let next = this.#putOff.shift(); next !== undefined; next = this.#putOff.shift()) this.#exchange(...next);
		this.#inTurn = false;
	}

	answer(id: 0 | 1 | 2, value = 0, payload?: Uint8Array): void {
		this.#write(encodeFrame(toHost.answer, id, value, payload));
	}

	async quit(): Promise<void> {
		this.turn(toHost.quit, 0);
		this.#end();
		await ended(this.#child);
	}

	#exchange(type: string, id: number, payload: Uint8Array | undefined): void {
		if (!this.#open) return;
		this.#write(encodeFrame(type, id, this.#options.now(), payload));
		for (;;) {
			const frame = this.#reader.next();
			if (frame === undefined) {
				if (this.#read()) continue;
				this.#end();
				return;
			}
			if (frame.type === toNode.done) return;
			else this.#options.onFrame(frame);
		}
	}

	#read(): boolean {
		try {
			const count = readSync(this.#up, this.#chunk);
			this.#reader.push(this.#chunk.subarray(0, count));
			return count > 0;
		} catch {
			return false;
		}
	}

	#write(bytes: Uint8Array): void {
		try {
			for (let from = 0; from < bytes.length; ) from += writeSync(this.#down, bytes, from);
		} catch {
			// The host has gone: the next read says so.
		}
	}

	#end(): void {
		if (!this.#open) return;
		this.#open = false;
		closeSync(this.#down);
		closeSync(this.#up);
		this.#options.onEnd(this.#child.exitCode ?? undefined);
	}
}

/** The host beside Node, each in its own time. */
export class LiveLink implements Link {
	readonly #options: LinkOptions;
	readonly #child: ChildProcess;
	readonly #down: Writable;
	readonly #reader = new FrameReader();
	#open = true;

	constructor(options: LinkOptions) {
		this.#options = options;
		this.#child = spawn(options.executable, [...options.args, "--wire", "3,4"], {
			stdio: ["ignore", "ignore", "inherit", "pipe", "pipe"],
		});
		this.#down = this.#child.stdio[3] as Writable;
		this.#down.on("error", () => {});
		(this.#child.stdio[4] as Readable).on("data", (bytes: Buffer) => this.#receive(bytes)).on("error", () => {});
		this.#child.on("error", () => this.#end());
		this.#child.on("close", () => this.#end());
	}

	turn(type: string, id: number, payload?: Uint8Array): void {
		if (this.#open) this.#down.write(encodeFrame(type, id, this.#options.now(), payload));
	}

	answer(id: 0 | 1 | 2, value = 0, payload?: Uint8Array): void {
		if (this.#open) this.#down.write(encodeFrame(toHost.answer, id, value, payload));
	}

	async quit(): Promise<void> {
		this.turn(toHost.quit, 0);
		await ended(this.#child);
		// What the host said last is read before `close`.
		if (this.#open) await new Promise<void>(resolve => this.#child.once("close", () => resolve()));
	}

	#receive(bytes: Uint8Array): void {
		this.#reader.push(bytes);
		for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) this.#options.onFrame(frame);
	}

	#end(): void {
		if (!this.#open) return;
		this.#open = false;
		this.#options.onEnd(this.#child.exitCode ?? undefined);
	}
}
