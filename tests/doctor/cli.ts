import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));
let program: Promise<string> | undefined;

/** The whole command line as it is now, not as it was built last. */
function bundled(): Promise<string> {
	program ??= build({
		entryPoints: [join(root, "host-sim", "cli", "program.ts")],
		bundle: true,
		write: false,
		platform: "node",
		format: "esm",
		target: "node20",
		packages: "external",
		logLevel: "silent",
		define: { "import.meta.url": JSON.stringify(pathToFileURL(join(root, "host-sim", "cli", "program.ts")).href) },
	}).then(result => result.outputFiles[0].text);
	return program;
}

export interface Run {
	readonly child: ChildProcess;
	readonly said: { stdout: string; stderr: string };
	/** Exit code, or the name of the signal. */
	readonly ended: Promise<number | NodeJS.Signals>;
}

/** Runs `xs-cellular` with these arguments in a process of its own. */
export async function xsCellular(...options: string[]): Promise<Run> {
	const child = spawn(process.execPath, ["--input-type=module", "-", ...options], { cwd: root, env: { ...process.env, NO_COLOR: "1" } });
	const said = { stdout: "", stderr: "" };
	child.stdout.on("data", text => void (said.stdout += text));
	child.stderr.on("data", text => void (said.stderr += text));
	const ended = new Promise<number | NodeJS.Signals>(resolve => {
		child.on("close", (code, signal) => resolve(code ?? signal ?? -1));
	});
	child.stdin.end(await bundled());
	return { child, said, ended };
}
