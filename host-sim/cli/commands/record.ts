import { closeSync, openSync, unlinkSync, writeSync } from "node:fs";
import type { Command } from "commander";
import pc from "picocolors";
import { openPort } from "../../ports/open-port.js";
import type { Port } from "../../ports/port.js";
import { PortError } from "../../ports/port-error.js";
import { Tee } from "../../ports/record.js";
import { TranscriptWriter } from "../../transcript/writer.js";
import { unreachable, usage } from "../failure.js";
import { json, print, say } from "../output.js";

interface Flags {
	readonly port: string;
	readonly out: string;
	readonly offer: string;
	readonly portLink?: string;
	readonly module: string;
	readonly firmware: string;
	readonly json?: boolean;
}

export function addRecord(program: Command): void {
	program
		.command("record")
		.description("write what passes between a program and a module's real port, identifiers and secrets masked")
		.requiredOption("--port <path>", "the module's port: /dev/ttyUSB2, or tcp:HOST:PORT")
		.requiredOption("--out <file.at>", "the transcript; it must not exist yet")
		.option("--offer <port>", "what the program opens instead: pty, tcp:PORT or unix:PATH", "pty")
		.option("--port-link <path>", "a path of your choice that leads to the offered pty")
		.option("--module <name>", "for the header: vendor and model", "unknown")
		.option("--firmware <revision>", "for the header: its revision", "unknown")
		.option("--json", "the first line on stdout is a JSON document that names the port")
		.action(record);
}

/** Ends with SIGINT or SIGTERM, which is how a person stops it, or with the port. */
async function record(flags: Flags): Promise<void> {
	const recording = await Recording.start(flags);
	try {
		await recording.ended;
	} finally {
		recording.close();
	}
	say();
	say(`${recording.bytes} bytes in ${flags.out}; identifiers are masked, look through it before you publish it`);
}

class Recording {
	/** Bytes that passed, both ways. */
	bytes = 0;
	readonly ended: Promise<void>;
	readonly #out: string;
	readonly #file: number;
	readonly #writer: TranscriptWriter;
	readonly #tee: Tee;
	#end: () => void = () => undefined;
	#fail: (error: Error) => void = () => undefined;
	#isAnnounced = false;

	static async start(flags: Flags): Promise<Recording> {
		const port = await openPort(flags.offer, { link: flags.portLink }).catch(failed);
		try {
			return new Recording(flags, port);
		} catch (error) {
			port.close();
			throw failureOf(error);
		}
	}

	private constructor(flags: Flags, port: Port) {
		this.ended = new Promise((resolve, reject) => {
			this.#end = resolve;
			this.#fail = reject;
		});
		process.on("SIGINT", this.#end);
		process.on("SIGTERM", this.#end);
		const file = create(flags.out);
		this.#out = flags.out;
		this.#file = file;
		this.#writer = new TranscriptWriter({
			header: headerOf(flags),
			onText: written => void writeSync(file, written),
			now: () => performance.now(),
		});
		this.#tee = new Tee({
			port,
			device: flags.port,
			onBytes: (direction, bytes) => {
				this.bytes += bytes.length;
				if (direction === "toModule") this.#writer.sent(bytes);
				else this.#writer.received(bytes);
			},
			onOpened: baud => this.#opened(flags, port.path, baud),
			onFailed: error => this.#fail(failureOf(error)),
		});
	}

	/** What was held back of a line is written, so that the file is complete; one that has nothing, because the port never came, goes. */
	close(): void {
		process.off("SIGINT", this.#end);
		process.off("SIGTERM", this.#end);
		this.#tee.close();
		this.#writer.close();
		closeSync(this.#file);
		if (!this.#isAnnounced) unlinkSync(this.#out);
	}

	#opened(flags: Flags, offered: string | undefined, baud: number): void {
		if (this.#isAnnounced) return;
		this.#isAnnounced = true;
		const path = flags.portLink ?? offered ?? flags.offer;
		if (flags.json) json({ port: path, device: flags.port, out: flags.out, ready: true });
		else print(`${pc.bold(path)} leads to ${flags.port}, at ${baud} bit/s until the program sets another rate`);
		say(`let the program open ${path}; Ctrl-C ends the recording in ${flags.out}`);
	}
}

/** Never over a file that is there: a capture cannot be made again. */
function create(path: string): number {
	try {
		return openSync(path, "wx");
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		throw usage(code === "EEXIST" ? `${path} exists: give another file to --out` : `cannot write ${path}: ${message}`);
	}
}

function headerOf({ port, module, firmware }: Flags): Readonly<Record<string, string>> {
	const isHardware = !/^(tcp:|unix:|\/dev\/pts\/|\/dev\/ttys\d)/.test(port);
	return {
		source: `recorded from ${port} on ${new Date().toISOString().slice(0, 10)}`,
		module,
		firmware,
		// A simulated module is no evidence for anything.
		evidence: isHardware ? "hardware" : "inferred",
		framing: "exact",
		note: "identifiers and secrets are masked, lengths are kept",
	};
}

function failureOf(error: unknown): Error {
	if (!(error instanceof PortError)) return error as Error;
	return error.code === "invalid" ? usage(error.message) : unreachable(error.message);
}

function failed(error: unknown): never {
	throw failureOf(error);
}
