import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApplicationHost, Engine, RunningApplication, XsFigures } from "./engine.js";
import { buildXsHost, progressOnTerminal, type XsHost } from "./xs-build.js";
import { exitReasons, type Frame, toHost, toNode } from "./xs-frames.js";
import { type Link, LiveLink, LockstepLink } from "./xs-link.js";
import { XsServices } from "./xs-services.js";

export { XsUnavailable } from "./xs-build.js";

/** The application on XS ended by itself. `code` is one of `exception`, `rejection`, `memoryFull`, `stackOverflow`, `tooLong`, `port`, `engine`. */
export class XsFailure extends Error {
	readonly code: string;
	/** Exit code for a command line: 3 where a port could not be had, else 1. */
	readonly exitCode: number;

	constructor(code: string, text: string) {
		super(text.split("\n")[0] || `the XS engine ended (${code})`);
		this.code = code;
		this.exitCode = code === "port" ? 3 : 1;
		this.stack = `${this.name}: ${text}`;
	}

	override get name() {
		return "XsFailure";
	}
}

export interface XsOptions {
	/** Hard limit in bytes of slots, chunks and stack together, the built-ins of the engine included. */
	readonly heapLimitBytes?: number;
}

class XsApplication implements RunningApplication {
	readonly failed: Promise<Error>;
	readonly #services: XsServices;
	readonly #link: Link;
	readonly #folder: string;
	#failure: XsFailure | undefined;
	#onFailed: (failure: Error) => void = () => {};
	#stopping = false;

	constructor(xs: XsHost, bundle: string, host: ApplicationHost, options: XsOptions) {
		this.failed = new Promise(resolve => {
			this.#onFailed = resolve;
		});
		this.#folder = mkdtempSync(join(tmpdir(), "xs-cellular-bundle-"));
		const file = join(this.#folder, "application.js");
		writeFileSync(file, bundle);
		const args = ["--modules", xs.modules, "--application", file];
		if (options.heapLimitBytes !== undefined) args.push("--heap", String(options.heapLimitBytes));
		this.#services = new XsServices(host, () => this.#link);
		const LinkOfClock = host.clock.kind === "virtual" ? LockstepLink : LiveLink;
		this.#link = new LinkOfClock({
			executable: xs.executable,
			args,
			now: () => host.clock.now(),
			onFrame: frame => this.#onFrame(frame),
			onEnd: exitCode => this.#onEnd(exitCode),
		});
		this.#link.turn(toHost.start, host.clock.kind === "real" ? 1 : 0, new TextEncoder().encode(String(host.firstTick)));
	}

	get failure(): Error | undefined {
		return this.#failure;
	}

	get xs(): XsFigures | undefined {
		const figures = this.#services.figures;
		if (figures === undefined) return undefined;
		const { version, computrons, collections, slotsPeak, chunkBytesPeak } = figures;
		return { version, computrons, collections, slotsPeak, chunkBytesPeak };
	}

	async stop(): Promise<void> {
		this.#stopping = true;
		this.#services.close();
		await this.#link.quit();
		this.#clean();
	}

	#onFrame(frame: Frame): void {
		if (frame.type === toNode.error) {
			this.#fail(new XsFailure(exitReasons[frame.id] ?? "engine", new TextDecoder().decode(frame.payload)));
		} else if (!this.#stopping || frame.type === toNode.figures) {
			this.#services.handle(frame);
		}
	}

	#onEnd(exitCode: number | undefined): void {
		if (!this.#stopping && this.#failure === undefined) {
			const code = exitReasons[exitCode ?? 14] ?? "engine";
			this.#fail(new XsFailure(code, `the XS engine ended without a reason${exitCode === undefined ? "" : ` (exit code ${exitCode})`}`));
		}
	}

	#fail(failure: XsFailure): void {
		if (this.#failure !== undefined) return;
		this.#failure = failure;
		this.#services.close();
		this.#clean();
		this.#onFailed(failure);
	}

	#clean(): void {
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

/** An engine with options of its own. */
export function createXsEngine(options: XsOptions = {}): Engine {
	return {
		name: "xs",
		async start(bundle, host) {
			const xs = await buildXsHost({ onProgress: progressOnTerminal() });
			return new XsApplication(xs, bundle, host, options);
		},
	};
}

/**
 * The real XS. Takes an ECMAScript module as text (`format: "esm"`), and compiles the engine on first use; throws {@link XsUnavailable} where it cannot.
 * On a virtual clock the engine runs in lockstep with it: the same bundle and host give the same events in every run.
 */
export const xsEngine: Engine = createXsEngine();
