// Compiles sdk, drivers, examples and host-sim to dist/, and writes the Moddable manifest of what a board needs.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

rmSync("dist", { recursive: true, force: true });
const tsc = spawnSync(process.execPath, [join("node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"], { stdio: "inherit" });
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

// What the compiler does not carry over: data that host-sim reads beside its modules.
const data = /\.(json|c|h|html|css|mjs|js)$/;
cpSync("host-sim", join("dist", "host-sim"), {
	recursive: true,
	filter: source => !/\.[a-z0-9]+$/i.test(source) || data.test(source),
});
chmodSync(join("dist", "host-sim", "cli", "main.js"), 0o755);

// The route of mcconfig without npm: include dist/manifest.json, and the board finds the package by the same names as npm users do.
const modules = { "xs-cellular": "./sdk/index" };
const preload = ["xs-cellular"];
function scan(folder, prefix) {
	for (const entry of readdirSync(join("dist", folder), { withFileTypes: true })) {
		if (entry.isDirectory()) scan(`${folder}/${entry.name}`, prefix);
		else if (entry.name.endsWith(".js")) {
			const path = `${folder}/${entry.name.slice(0, -3)}`;
			// A module keeps the name of its place, so that the relative imports in it resolve.
			modules[`xs-cellular/${path}`] = `./${path}`;
			preload.push(`xs-cellular/${path}`);
		}
	}
}
scan("sdk");
scan("drivers");
writeFileSync(join("dist", "manifest.json"), `${JSON.stringify({ modules, preload }, null, "\t")}\n`);
