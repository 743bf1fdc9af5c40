import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { BundleError } from "../engine/bundle-error.js";
import { evaluate, packageNames } from "../engine/outside-module.js";
import { bundleError, tsconfigRaw } from "../engine/package-modules.js";

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
		tsconfigRaw,
		define: { "import.meta.url": JSON.stringify(import.meta.url) },
		plugins: [chosenDriver(driver), packageNames],
	}).catch((error: unknown) => {
		throw bundleError(error);
	});
	try {
		return evaluate<Exports>(result.outputFiles[0].text, import.meta.url);
	} catch (error) {
		if (driver === undefined) throw error;
		throw new BundleError(`${driver} cannot be loaded as a driver: ${error instanceof Error ? error.message : String(error)}`);
	}
}

/** `xs-cellular/driver` is the default export of the file, checked; undefined where none was chosen. */
function chosenDriver(file: string | undefined): Plugin {
	return {
		name: "driver",
		setup(setup) {
			setup.onResolve({ filter: /^xs-cellular\/driver$/ }, ({ path }) => ({ path, namespace: "driver" }));
			setup.onLoad({ filter: /.*/, namespace: "driver" }, () => ({
				contents: file === undefined ? "export default undefined;" : checked(file),
				resolveDir: process.cwd(),
			}));
		},
	};
}

function checked(file: string): string {
	return `import * as module from ${JSON.stringify(file)};
const { default: driver } = module;
if (typeof driver?.id !== "string" || driver.capabilities === undefined) throw new Error("its default export must be what defineDriver returns");
export default driver;`;
}

/** TypeScript in a checkout, JavaScript when installed. */
export function sibling(path: string): string {
	const base = fileURLToPath(new URL(path, import.meta.url));
	return existsSync(`${base}.ts`) ? `${base}.ts` : `${base}.js`;
}
