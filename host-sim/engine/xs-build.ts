import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The sources of XS come from this package's tarball, which is unpacked for them and never installed. */
const xsPackage = "@agoric/xsnap@0.15.0";
const xsPackageSha512 =
	"6419b80d9c5bb5f69cc4c1d555d263662d18f333b137beefa6ed56c08e5159f3e4691874687933fdd55d4c62976a50cdcd67f3d7cde59632b1971977fe1d27f8";
export const xsVersion = "13.3.0";

/** `-Os` because that is how a device's engine is built, so that figures stay comparable. */
const xsFlags = [
	"-Os",
	"-fno-common",
	"-DINCLUDE_XSPLATFORM",
	'-DXSPLATFORM="platform.h"',
	...["Run", "Parse", "Metering", "NoConsole", "BoundsCheck", "Sloppy", "MinusZero", "Lockdown"].map(option => `-Dmx${option}=1`),
];

/** The engine cannot be had on this machine. The message says what to install; a command that needs it exits with 3. */
export class XsUnavailable extends Error {
	readonly code = "unavailable";
	readonly exitCode = 3;
	override get name() {
		return "XsUnavailable";
	}
}

export interface XsBuildOptions {
	/** 32: slots of 16 bytes, as on a microcontroller. Needs gcc-multilib on a 64-bit machine. */
	readonly bits?: 64 | 32;
	/** Folder of the host's C sources and of the platform's modules; default beside this file. */
	readonly sources?: string;
	/** Called with one line per step of a build that is not in the cache. */
	readonly onProgress?: (line: string) => void;
}

export interface XsHost {
	readonly executable: string;
	/** Folder of the platform's modules, for `--modules`. */
	readonly modules: string;
}

function firstLine(text: string): string {
	return text.trim().split("\n")[0] ?? "";
}

function why(error: unknown): string {
	const { stderr, message } = error as { stderr?: string; message: string };
	const lines = (stderr || message).trim().split("\n");
	return lines.find(line => /error/i.test(line)) ?? lines.at(-1) ?? "";
}

async function toolVersion(tool: string, hint: string): Promise<string> {
	try {
		return firstLine((await run(tool, ["--version"])).stdout);
	} catch {
		throw new XsUnavailable(`the XS engine is built on first use and needs ${tool}, which is not here: ${hint}`);
	}
}

function cacheFolder(): string {
	return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "xs-cellular");
}

/** Puts a finished folder in its place at once; whoever comes second uses the first one's. */
function publish(made: string, place: string): void {
	try {
		renameSync(made, place);
	} catch (error) {
		if (!existsSync(place)) throw error;
		rmSync(made, { recursive: true, force: true });
	}
}

async function fetchXs(cache: string, say: (line: string) => void): Promise<string> {
	const place = join(cache, `xs-${xsVersion}-${xsPackageSha512.slice(0, 12)}`);
	if (!existsSync(place)) {
		await toolVersion("npm", "install Node's npm");
		await toolVersion("tar", "install tar");
		say(`fetching the sources of XS ${xsVersion} (npm ${xsPackage})`);
		await makeFolder(place, cache, unpackXs);
	}
	return join(place, "package/moddable/xs");
}

async function unpackXs(folder: string): Promise<void> {
	try {
		await run("npm", ["pack", xsPackage, "--pack-destination", folder, "--ignore-scripts"], { cwd: folder, timeout: 300_000 });
	} catch (error) {
		throw new XsUnavailable(`npm could not fetch the sources of XS (${xsPackage}): ${why(error)}; check the network and try again`);
	}
	const [tarball = ""] = filesOf(folder, ".tgz");
	const sha512 = createHash("sha512").update(readFileSync(tarball)).digest("hex");
	if (sha512 !== xsPackageSha512)
		throw new XsUnavailable(`${xsPackage} is not the file this package was made with (SHA-512 differs): it is not used`);
	await run("tar", ["-xzf", tarball, "-C", folder]);
}

interface Compilation {
	readonly flags: readonly string[];
	readonly files: readonly string[];
	readonly into: string;
}

async function compile({ flags, files, into }: Compilation, say: (line: string) => void): Promise<void> {
	const waiting = [...files];
	let done = 0;
	const worker = async () => {
		for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
			await run("gcc", [...flags, "-c", file, "-o", join(into, `${basename(file, ".c")}.o`)]);
			say(`compiling XS ${xsVersion}: ${++done} of ${files.length}`);
		}
	};
	try {
		await Promise.all(Array.from({ length: availableParallelism() }, worker));
	} catch (error) {
		throw new XsUnavailable(`gcc could not compile XS: ${why(error)}`);
	}
}

function hashOf(parts: readonly (string | Buffer)[]): string {
	const hash = createHash("sha256");
	for (const part of parts) hash.update(part).update("\0");
	return hash.digest("hex").slice(0, 16);
}

async function requireBits(bits: 64 | 32, cache: string): Promise<void> {
	const folder = mkdtempSync(join(cache, "probe-"));
	try {
		await run("gcc", [`-m${bits}`, "-include", "stdio.h", "-x", "c", "/dev/null", "-shared", "-o", join(folder, "probe")]);
	} catch {
		throw new XsUnavailable(`gcc cannot build ${bits}-bit programs here: install gcc-multilib`);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Runs `make` in a new folder of the cache; what it leaves there appears at `place` at once, or not at all. */
async function makeFolder(place: string, cache: string, make: (folder: string) => Promise<void>): Promise<void> {
	if (existsSync(place)) return;
	const folder = mkdtempSync(join(cache, "new-"));
	try {
		await make(folder);
		publish(folder, place);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function filesOf(folder: string, end: string): string[] {
	return readdirSync(folder)
		.filter(name => name.endsWith(end))
		.sort()
		.map(name => join(folder, name));
}

function makeCache(folder: string): void {
	try {
		mkdirSync(folder, { recursive: true });
	} catch (error) {
		throw new XsUnavailable(`the XS engine is built in ${folder}, which cannot be made: ${why(error)}; name another by XDG_CACHE_HOME`);
	}
}

/** The engine with our host around it, from the cache or built now (about ten seconds). */
export async function buildXsHost(options: XsBuildOptions = {}): Promise<XsHost> {
	const bits = options.bits ?? 64;
	const modules = options.sources ?? fileURLToPath(new URL("./xs/", import.meta.url));
	const say = options.onProgress ?? (() => {});
	const gcc = await toolVersion("gcc", "on Debian or Ubuntu, apt-get install gcc libc6-dev");
	const cache = cacheFolder();
	makeCache(cache);
	const machineFlags = bits === 32 ? ["-m32", "-msse2", "-mfpmath=sse"] : [];
	const build = [gcc, ...machineFlags, ...xsFlags, xsPackageSha512];
	const hostTexts = [...filesOf(modules, ".c"), ...filesOf(modules, ".h")].map(file => readFileSync(file));
	const place = join(cache, `host-${bits}-${hashOf([...build, ...hostTexts])}`);
	const host = { executable: join(place, "xs-host"), modules };
	if (existsSync(place)) return host;

	if (bits === 32) await requireBits(bits, cache);
	const xs = await fetchXs(cache, say);
	const includes = [modules, join(xs, "includes"), join(xs, "platforms"), join(xs, "sources")].map(folder => `-I${folder}`);
	const flags = [...machineFlags, ...xsFlags, ...includes];
	// Objects of XS itself change with the compiler, the flags and the platform header only.
	const objects = join(cache, `objects-${hashOf([...build, readFileSync(join(modules, "platform.h"))])}`);
	await makeFolder(objects, cache, into => {
		const files = filesOf(join(xs, "sources"), ".c").filter(file => basename(file) !== "xsSnapshot.c");
		return compile({ flags: [...flags, "-w"], files, into }, say);
	});
	await makeFolder(place, cache, async into => {
		await compile({ flags: [...flags, "-Wall"], files: filesOf(modules, ".c"), into }, say);
		await run("gcc", [...machineFlags, ...filesOf(objects, ".o"), ...filesOf(into, ".o"), "-lm", "-lpthread", "-o", join(into, "xs-host")]);
	});
	return host;
}

/** Says each step on a terminal, one line that overwrites the last; nothing in a pipe. */
export function progressOnTerminal(stream: NodeJS.WriteStream = process.stderr): (line: string) => void {
	if (!stream.isTTY) return () => {};
	return line => stream.write(`\r\u001b[K${line}${/(\d+) of \1$/.test(line) ? "\n" : ""}`);
}
