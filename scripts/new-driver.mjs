// npm run new:driver -- <tier> <vendor> <module>: writes a driver, its dialect, its persona and a transcript that work as far as TS 27.007
// goes, and says what is still to be filled in. Nothing that is there is overwritten.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ArgumentError, parse, usage } from "./new-driver/arguments.mjs";
import { inPackage, inRepository } from "./new-driver/files.mjs";
import { refreshReadme } from "./new-driver/format.mjs";
import { report } from "./new-driver/report.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

try {
	run(parse(process.argv.slice(2), root));
} catch (error) {
	if (!(error instanceof ArgumentError)) throw error;
	process.stderr.write(`error: ${error.message}\n`);
	process.exitCode = 2;
}

function run(options) {
	if (options.help) {
		process.stdout.write(usage);
		return;
	}
	const { isDryRun, out } = options;
	const base = out === undefined ? root : resolve(out);
	const { made, changed } = out === undefined ? inRepository(root, options) : inPackage(root, options);
	const taken = made.find(({ path }) => existsSync(join(base, path)));
	if (taken) throw new ArgumentError(`${relative(process.cwd(), join(base, taken.path))} is there already, and nothing is overwritten`);
	if (!isDryRun) {
		for (const { path, text } of [...made, ...changed]) {
			mkdirSync(dirname(join(base, path)), { recursive: true });
			writeFileSync(join(base, path), text);
		}
		if (out === undefined) refreshReadme(root);
	}
	process.stdout.write(report({ ...options, base, made, changed }));
}
