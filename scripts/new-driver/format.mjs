import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A template of this folder with its `{{names}}` replaced. */
export function fill(template, values) {
	const text = readFileSync(fileURLToPath(new URL(`${template}.tmpl`, import.meta.url)), "utf8");
	return text.replace(/\{\{(\w+)\}\}/g, (_, name) => {
		if (!(name in values)) throw new Error(`${template}: nothing for {{${name}}}`);
		return values[name];
	});
}

/** As the linter wants it: lines of the right length, imports in order. `path` says which of its rules hold. */
export function formatted(root, path, text) {
	const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
	const { status, stdout, stderr, error } = spawnSync(process.execPath, [biome, "check", "--write", `--stdin-file-path=${path}`], {
		cwd: root,
		input: text,
		encoding: "utf8",
	});
	if (status !== 0 || stdout === "") throw new Error(`${path} cannot be formatted: ${error?.message ?? stderr}`);
	return stdout;
}

/** The table of drivers in README.md. */
export function refreshReadme(root) {
	const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts", "readme.mjs")], { cwd: root, encoding: "utf8" });
	if (status !== 0) throw new Error(stderr);
}
