import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

let root: string | undefined;

/** The package's folder, found upwards from this file: it runs from `host-sim/` in a checkout and from `dist/host-sim/` when installed. */
export function packageRoot(): string {
	if (root) return root;
	let folder = dirname(fileURLToPath(import.meta.url));
	while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
	root = folder;
	return folder;
}

export function packageFile(...path: string[]): string {
	return join(packageRoot(), ...path);
}
