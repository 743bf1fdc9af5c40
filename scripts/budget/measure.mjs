// Bundles a measuring program, runs it on XS and counts what it used.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";

const run = promisify(execFile);
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export function temporaryFolder() {
	const folder = mkdtempSync(join(tmpdir(), "xs-cellular-budget-"));
	process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** host-sim's builder of the engine, compiled for this run: the budget needs no `npm run build` first. */
export async function loadBuilder(folder) {
	const outfile = join(folder, "xs-build.mjs");
	await build({ entryPoints: [join(root, "host-sim/engine/xs-build.ts")], outfile, format: "esm", platform: "node", logLevel: "error" });
	const { buildXsHost, XsUnavailable } = await import(pathToFileURL(outfile).href);
	return { XsUnavailable, buildXsHost: options => buildXsHost({ ...options, sources: join(root, "host-sim/engine/xs") }) };
}

/** The program as XS runs it, with `EXCHANGES` fixed. Not minified: names cost nothing in an exchange. */
export async function bundle(entry, exchanges, folder) {
	const outfile = join(folder, `${entry.replace(/\W/g, "-")}-${exchanges}.js`);
	await build({
		entryPoints: [entry],
		outfile,
		bundle: true,
		format: "esm",
		target: "es2022",
		platform: "neutral",
		external: ["native"],
		define: { EXCHANGES: String(exchanges) },
		logLevel: "error",
	});
	return outfile;
}

function commandLine(host, application) {
	return ["--modules", host.modules, "--application", application];
}

/** What the program reported: one record for each call of `figures()`. `"--roomy"` gives it a heap in which nothing is collected. */
export async function figuresOf(host, application, ...options) {
	const { stdout } = await run(host.executable, [...commandLine(host, application), ...options], { maxBuffer: 1 << 24 });
	return stdout
		.split("\n")
		.filter(line => line.startsWith("{"))
		.map(line => JSON.parse(line));
}

/** @throws XsUnavailable */
export async function requireValgrind(XsUnavailable) {
	await run("valgrind", ["--version"]).catch(() => {
		throw new XsUnavailable("counting instructions needs valgrind: apt-get install valgrind");
	});
}

/** Machine instructions of a whole run. The same for the same binary, input and processor. */
export async function instructionsOf(host, application, folder) {
	const out = join(folder, "callgrind.out");
	await run("valgrind", ["--tool=callgrind", `--callgrind-out-file=${out}`, host.executable, ...commandLine(host, application)], {
		maxBuffer: 1 << 24,
		timeout: 600_000,
	});
	const totals = /^(?:summary|totals): (\d+)/m.exec(readFileSync(out, "utf8"));
	return Number(totals[1]);
}

/** Instructions of one exchange: what 2,000 more of them cost, so that loading and warming up cancel out. */
export async function instructionsPerExchange(host, entry, folder, few = 1_000, many = 3_000) {
	const [short, long] = await Promise.all(
		[few, many].map(async exchanges => {
			const application = await bundle(entry, exchanges, folder);
			return instructionsOf(host, application, mkdtempSync(join(folder, "run-")));
		}),
	);
	return (long - short) / (many - few);
}
