import { join, relative } from "node:path";

/** What was written, what works, and what is still to be filled in, with the place of each. */
export function report({ tier, vendor, model, out, base, made, changed, isDryRun }) {
	const id = `${vendor}-${model}`.toLowerCase();
	const shown = path => relative(process.cwd(), join(base, path)) || path;
	const width = Math.max(...made.map(({ path }) => shown(path).length)) + 2;
	const lines = [
		isDryRun ? `${id} (${tier}) would be written:` : `${id} (${tier}) is written:`,
		...made.map(({ path, about }) => `  ${shown(path).padEnd(width)}${about}`),
		...(changed.length === 0 ? [] : [`  and a line each in ${[...changed.map(({ path }) => shown(path)), shown("README.md")].join(", ")}`]),
		"",
		"It works as far as TS 27.007 goes; what is unknown is skipped, and conform says so:",
		...(out === undefined ? steps(id, made) : packageSteps(base, id)),
		"",
		"Still to be filled in:",
		...made.flatMap(({ path, text }) => gaps(text).map(({ line, what }) => `  ${shown(path)}:${line}  ${what}`)),
		"",
		"docs/add-a-driver.md does it for a module from first to last.",
		"",
	];
	return lines.join("\n");
}

function gaps(text) {
	return text.split("\n").flatMap((content, index) => {
		const [, what] = /FILL IN: (.*?)(?: \*\/)?$/.exec(content) ?? [];
		return what === undefined ? [] : [{ line: index + 1, what }];
	});
}

function steps(id, made) {
	const transcript = made.find(({ path }) => path.endsWith(".at")).path;
	return ["  npm run build", `  npx xs-cellular replay ${transcript} --driver ${id}`, `  npx xs-cellular conform --driver ${id}`];
}

function packageSteps(base, id) {
	const at = path => relative(process.cwd(), join(base, path));
	return [
		`  npx xs-cellular replay ${at(`transcripts/${id}.first-session.at`)} --driver ${at(`drivers/${id}.ts`)}`,
		`  npx xs-cellular conform --driver ${at(`drivers/${id}.ts`)} --persona ${at(`persona/${id}.ts`)}`,
	];
}
