import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";
import { bundleError, loadEsbuild, packageModule, tsconfigRaw } from "./package-modules.js";

/** `xs-cellular/…` means the running package, wherever the module lies; other packages are the module's own. */
export const packageNames: Plugin = {
	name: "xs-cellular",
	setup(build) {
		build.onResolve({ filter: /^file:/ }, ({ path }) => ({ path: fileURLToPath(path) }));
		build.onResolve({ filter: /^xs-cellular(\/|$)/ }, ({ path }) => {
			const file = packageModule(path);
			return file === undefined ? { errors: [{ text: `"${path}" is no module of this package` }] } : { path: file };
		});
	},
};

/**
 * Loads a module outside this package, TypeScript or JavaScript, with what it imports, and returns its exports.
 * @throws BundleError when it cannot be put together, and whatever the module throws
 */
export async function loadOutside(path: string): Promise<Readonly<Record<string, unknown>>> {
	const esbuild = await loadEsbuild(`loading ${path}`);
	const { outputFiles } = await esbuild
		.build({
			entryPoints: [path],
			bundle: true,
			write: false,
			platform: "node",
			format: "cjs",
			target: "node20",
			packages: "external",
			logLevel: "silent",
			// What the module throws later shows its own lines.
			sourcemap: "inline",
			outfile: `${path}.bundle`,
			sourcesContent: false,
			tsconfigRaw,
			plugins: [packageNames],
		})
		.catch((error: unknown) => {
			throw bundleError(error);
		});
	return evaluate(outputFiles[0]!.text, path);
}

/** Runs what esbuild made as a CommonJS module that lies at `path`. */
export function evaluate<Exports = Readonly<Record<string, unknown>>>(code: string, path: string): Exports {
	const module = { exports: {} as Exports };
	process.setSourceMapsEnabled(true);
	// Node maps stacks of such code only where it is named by the comment.
	const named = `${code}\n//# sourceURL=${pathToFileURL(path).href}.bundle`;
	new Function("module", "exports", "require", named)(module, module.exports, createRequire(path));
	return module.exports;
}
