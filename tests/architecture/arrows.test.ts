import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

// The linter judges how an import is spelt and does not see `import("…").Type`; here every specifier is resolved to a folder.
const root = fileURLToPath(new URL("../../", import.meta.url));

/** For each part, the parts that it may name. The first part whose prefix fits a file is the file's. */
const MAY: readonly (readonly [part: string, names: readonly string[]])[] = [
	["sdk/at/", []],
	["sdk/3gpp/", ["sdk/at/"]],
	["sdk/modem/", ["sdk/at/", "sdk/3gpp/"]],
	["sdk/net/", ["sdk/at/", "sdk/3gpp/", "sdk/modem/"]],
	["sdk/cmux/", []],
	["sdk/io/", ["sdk/at/", "sdk/modem/", "sdk/cmux/"]],
	["sdk/service/", ["sdk/at/", "sdk/3gpp/", "sdk/modem/", "sdk/app/nmea"]],
	["sdk/app/", []],
	["sdk/", ["sdk/at/", "sdk/3gpp/", "sdk/modem/", "sdk/net/", "sdk/service/", "sdk/io/"]],
	["drivers/", ["sdk/at/", "sdk/3gpp/", "sdk/modem/"]],
	["examples/", []],
	["host-sim/apps/", ["host-sim/", "sdk/", "drivers/"]],
	["host-sim/", []],
];

function filesBelow(folder: string): string[] {
	return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
		.filter(name => name.endsWith(".ts"))
		.map(name => `${folder}/${name.replaceAll("\\", "/")}`);
}

const partOf = (path: string) => MAY.find(([part]) => path.startsWith(part))?.[0];

function namedBy(file: string): string[] {
	const text = readFileSync(join(root, file), "utf8");
	return [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"']+)["']/g)].map(match => match[1]);
}

describe.each(["sdk", "drivers", "examples", "host-sim"])("%s", folder => {
	const files = filesBelow(folder);

	test("imports follow the arrows of the architecture", () => {
		expect(files.length).toBeGreaterThan(0);
		const wrong: string[] = [];
		for (const file of files) {
			const from = partOf(file);
			for (const name of namedBy(file)) {
				if (!name.startsWith(".")) continue;
				const target = normalize(join(dirname(file), name)).replaceAll("\\", "/");
				const to = partOf(target);
				if (to === from) continue;
				const allowed = MAY.find(([part]) => part === from)?.[1] ?? [];
				if (!allowed.some(part => target.startsWith(part))) wrong.push(`${file} names ${target}`);
			}
		}
		expect(wrong).toEqual([]);
	});

	test("no file is a hub: 400 lines at most", () => {
		const long = files.filter(file => readFileSync(join(root, file), "utf8").split("\n").length > 401);
		expect(long).toEqual([]);
	});
});

test("the simulator never names the SDK by its public name either, but for its applications", () => {
	const wrong = filesBelow("host-sim").filter(
		file => !file.startsWith("host-sim/apps/") && namedBy(file).some(name => name === "xs-cellular" || name.startsWith("xs-cellular/")),
	);
	expect(wrong).toEqual([]);
});

test("the device side names nothing of Node and no npm package", () => {
	const wrong = [...filesBelow("sdk"), ...filesBelow("drivers")].flatMap(file =>
		namedBy(file)
			.filter(name => !name.startsWith("."))
			.map(name => `${file} names ${name}`),
	);
	expect(wrong).toEqual([]);
});
