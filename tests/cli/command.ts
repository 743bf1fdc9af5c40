import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const main = fileURLToPath(new URL("../../dist/host-sim/cli/main.js", import.meta.url));
if (!existsSync(main)) throw new Error("these tests run the built command: npm run build first");

export interface Ended {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** The built command, started as a user's shell would. Ends by itself, or is killed after a minute. */
export class XsCellular {
	readonly process: ChildProcessWithoutNullStreams;
	readonly ended: Promise<Ended>;
	stdout = "";
	stderr = "";

	constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
		this.process = spawn(process.execPath, [main, ...args], {
			timeout: 60_000,
			killSignal: "SIGKILL",
			env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, ...environment },
		});
		this.process.stdin.end();
		this.process.stdout.on("data", chunk => {
			this.stdout += chunk;
		});
		this.process.stderr.on("data", chunk => {
			this.stderr += chunk;
		});
		this.ended = new Promise((resolve, reject) => {
			this.process.on("error", reject);
			this.process.on("close", code => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
		});
	}

	/** The first line of stdout, as soon as it is whole. */
	firstLine(): Promise<string> {
		return new Promise((resolve, reject) => {
			const look = () => {
				const end = this.stdout.indexOf("\n");
				if (end >= 0) resolve(this.stdout.slice(0, end));
			};
			this.process.stdout.on("data", look);
			void this.ended.then(({ code, stderr }) => reject(new Error(`ended with ${code} before its first line: ${stderr}`)));
			look();
		});
	}
}

export function xsCellular(...args: string[]): Promise<Ended> {
	return new XsCellular(args).ended;
}

/** Stdout holds one JSON document and nothing else. */
export function documentOf({ stdout, stderr }: Ended): any {
	if (!/^[[{].*[\]}]\n$/s.test(stdout)) throw new Error(`no JSON document: ${JSON.stringify(stdout)}; ${stderr}`);
	return JSON.parse(stdout);
}

/** An empty folder that goes with the test. */
export function folder(onTestFinished: (clean: () => void) => void): string {
	const path = mkdtempSync(join(tmpdir(), "xs-cellular-cli-"));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}
