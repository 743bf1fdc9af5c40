import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openError } from "../ports/device.js";
import { PortError } from "../ports/port-error.js";
import type { ApplicationHost, Engine, RunningApplication, XsFigures } from "./engine.js";
import { buildXsHost, progressOnTerminal, type XsHost } from "./xs-build.js";
import { exitReasons, type Frame, toHost, toNode } from "./xs-frames.js";
import { type Link, LiveLink, LockstepLink } from "./xs-link.js";
import { XsServices } from "./xs-services.js";

export { XsUnavailable } from "./xs-build.js";

/** The application on XS ended by itself. */
export class XsFailure extends Error {
	/** `exception`, `rejection`, `memoryFull`, `stackOverflow`, `tooLong` or `engine`. */
	readonly code: string;

	constructor(code: string, text: string) {
		super(text.split("\n")[0] || `the XS engine ended (${code})`);
		this.code = code;
		this.stack = `${this.name}: ${text}`;
	}

	override get name() {
		return "XsFailure";
	}
}

function failureOf(exitCode: number, text: string): Error {
	const code = exitReasons[exitCode] ?? "engine";
	if (code !== "port") return new XsFailure(code, text);
	const [path = "", reason = ""] = text.split("\n");
	if (reason === "gone") return new PortError("unplugged", path, `${path} is gone: the module was unplugged or the simulator ended`);
	return openError(path, new Error(reason));
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
	#failure: Error | undefined;
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
		this.#services = new XsServices(
			host,
			() => this.#link,
			error => this.#fail(error),
		);
		const LinkOfClock = host.clock.kind === "virtual" ? LockstepLink : LiveLink;
		this.#link = new LinkOfClock({
			executable: xs.executable,
			args,
			now: () => host.clock.now(),
			onFrame: frame => this.#onFrame(frame),
			onEnd: exitCode => this.#onEnd(exitCode),
		});
		this.#link.turn(toHost.start, host.clock.kind === "real" ? 1 : 0, new TextEncoder().encode(String(host.firstTick)));
		if (host.clock.kind === "virtual") this.#clean();
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
			this.#fail(failureOf(frame.id, new TextDecoder().decode(frame.payload)));
		} else if (frame.type === toNode.done) {
			// The bundle has been loaded.
			this.#clean();
		} else if (!this.#stopping || frame.type === toNode.figures) {
			this.#services.handle(frame);
		}
	}

	#onEnd(exitCode: number | undefined): void {
		if (!this.#stopping && this.#failure === undefined) {
			const suffix = exitCode === undefined ? "" : ` (exit code ${exitCode})`;
			this.#fail(failureOf(exitCode ?? 14, `the XS engine ended without a reason${suffix}`));
		}
	}

	#fail(failure: Error): void {
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
