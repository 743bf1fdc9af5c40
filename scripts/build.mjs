// Compiles sdk, drivers, examples and host-sim to dist/, and writes the Moddable manifests of what a board needs.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeManifests } from "./manifests.mjs";

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const compiler = join("node_modules", "typescript", "bin", "tsc");
if (!existsSync(compiler)) fail("TypeScript is not installed: run npm ci");

rmSync("dist", { recursive: true, force: true });
const { status, error } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], { stdio: "inherit" });
if (status !== 0) {
	// Half a dist would fail later and elsewhere.
	rmSync("dist", { recursive: true, force: true });
	fail(error ? error.message : "the compiler found the errors above; dist was not written");
}

// What the compiler does not carry over: data that host-sim reads beside its modules.
const data = /\.(json|c|h|html|css|mjs|js)$/;
cpSync("host-sim", join("dist", "host-sim"), {
	recursive: true,
	filter: source => !/\.[a-z0-9]+$/i.test(source) || data.test(source),
});
chmodSync(join("dist", "host-sim", "cli", "main.js"), 0o755);

const drivers = ["nbiot", "cat1", "redcap"].flatMap(tier =>
	existsSync(join("drivers", tier)) ? readdirSync(join("drivers", tier)).map(file => `${tier}/${file.replace(/\.ts$/, "")}`) : [],
);
writeManifests("dist", drivers);

function fail(why) {
	process.stderr.write(`build: ${why}\n`);
	process.exit(1);
}
