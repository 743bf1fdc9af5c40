import { existsSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { resolve } from "node:path";
import type { PartialMessage, Plugin } from "esbuild";
import { platformModules } from "../platform/platform.js";
import { BundleError } from "./bundle-error.js";
import type { BundleOptions } from "./engine.js";
import { bundleError, loadEsbuild, packageModule, sourceFile, tsconfigRaw } from "./package-modules.js";

export { BundleError } from "./bundle-error.js";

/** Modules of the platform that are part of the bundle, because they are of the language alone: the file of each in host-sim/platform. */
const bundledModules: Readonly<Record<string, string>> = {
	"embedded:network/mqtt/client": "network/mqtt",
	"embedded:network/http/client": "network/http",
};

const isPlatformModule: (path: string) => boolean = path => (platformModules as readonly string[]).includes(path);

function refuse(text: string): { readonly errors: PartialMessage[] } {
	return { errors: [{ text }] };
}

/** Gives the fixed module names their meaning, and everything that no board has a clear refusal. */
function names(options: BundleOptions): Plugin {
	const { driver, config, format } = options;
	return {
		name: "xs-cellular",
		setup(build) {
			build.onResolve({ filter: /^(embedded:|timer$|time$|mc\/|xs-cellular(\/|$))/ }, ({ path }) => {
				if (isPlatformModule(path)) return format === "esm" ? { path, external: true } : { path, namespace: "platform" };
				const bundled = Object.hasOwn(bundledModules, path) ? sourceFile(`host-sim/platform/${bundledModules[path]}`) : undefined;
				if (bundled !== undefined) return { path: bundled };
				if (path === "mc/config") return { path, namespace: "config" };
				if (path.startsWith("embedded:") || path.startsWith("mc/"))
					return refuse(`the desktop has no module "${path}" (it has ${[...platformModules, ...Object.keys(bundledModules)].join(", ")})`);
				if (path === "xs-cellular/driver")
					return driver === undefined ? refuse("this application needs a driver: name one by --driver") : { path: resolve(driver) };
				const file = packageModule(path);
				return file === undefined ? refuse(`"${path}" is no module of this package`) : { path: file };
			});
			build.onResolve({ filter: /^[^./]/ }, ({ path }) => {
				if (isBuiltin(path)) return refuse(`"${path}" is a module of Node; a board does not have it`);
				return undefined;
			});
			build.onLoad({ filter: /.*/, namespace: "platform" }, ({ path }) => ({
				contents: `export default platform[${JSON.stringify(path)}];`,
			}));
			build.onLoad({ filter: /.*/, namespace: "config" }, () => ({ contents: JSON.stringify(config), loader: "json" }));
		},
	};
}

function checkFile(path: string, what: string): void {
	if (!existsSync(path)) throw new BundleError(`${path}: no such ${what}`);
	if (!statSync(path).isFile()) throw new BundleError(`${path}: this is a folder, not the file of the ${what}`);
}

/**
 * Puts an application, the parts of the SDK that it uses, its driver and its configuration into one text for an engine.
 * `"cjs"` is what the Node engine evaluates: it finds `module`, `exports` and `platform`, the default exports of the
 * platform's modules by name. `"esm"` imports those modules.
 * @throws BundleError
 */
export async function bundle(options: BundleOptions): Promise<string> {
	checkFile(options.entry, "application");
	if (options.driver !== undefined) checkFile(options.driver, "driver");
	const esbuild = await loadEsbuild("putting an application together");
	try {
		const { outputFiles } = await esbuild.build({
			entryPoints: [resolve(options.entry)],
			bundle: true,
			write: false,
			format: options.format,
			platform: "neutral",
			mainFields: ["module", "main"],
			target: "es2022",
			tsconfigRaw,
			// For stacks: the Node engine reads it when an application fails.
			sourcemap: options.format === "cjs" ? "inline" : false,
			sourcesContent: false,
			logLevel: "silent",
			plugins: [names(options)],
		});
		return outputFiles[0]?.text ?? "";
	} catch (error) {
		throw bundleError(error);
	}
}
