import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * An application of the simulator: a module of host-sim/apps, the one place that knows both sides. It is bundled like an
 * example, with `driver` in the place of `xs-cellular/driver`, and its exports are returned.
 */
export async function loadApp<Exports>(name: string, driver?: string): Promise<Exports> {
	const result = await build({
		entryPoints: [sibling(`../apps/${name}`)],
		bundle: true,
		write: false,
		platform: "node",
		format: "cjs",
		target: "node20",
		packages: "external",
		logLevel: "silent",
		define: { "import.meta.url": JSON.stringify(import.meta.url) },
		plugins: [
			{
				name: "driver",
				setup(setup) {
					setup.onResolve({ filter: /^xs-cellular\/driver$/ }, () => (driver ? { path: driver } : { path: "none", namespace: "none" }));
					setup.onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "export default undefined;" }));
				},
			},
		],
	});
	const module = { exports: {} as Exports };
	new Function("module", "exports", "require", result.outputFiles[0].text)(module, module.exports, createRequire(import.meta.url));
	return module.exports;
}

/** TypeScript in a checkout, JavaScript when installed. */
export function sibling(path: string): string {
	const base = fileURLToPath(new URL(path, import.meta.url));
	return existsSync(`${base}.ts`) ? `${base}.ts` : `${base}.js`;
}
