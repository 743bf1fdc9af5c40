import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./dist.js";

const { exports: names, moddable } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
	exports: Record<string, string>;
	moddable: { manifest: { preload: string[] } };
};

function stems(folder: string): string[] {
	return existsSync(join(root, folder))
		? readdirSync(join(root, folder))
				.filter(file => file.endsWith(".ts"))
				.map(file => basename(file, ".ts"))
		: [];
}

test("every export is there, by a name of its own: mcpack fails on patterns", () => {
	for (const [name, file] of Object.entries(names)) {
		expect(name).not.toContain("*");
		expect(existsSync(join(root, file)), `${name}: ${file}`).toBe(true);
	}
});

test("every public module and every driver is exported", () => {
	for (const stem of stems("sdk/app")) expect(names[`./${stem}`]).toBe(`./dist/sdk/app/${stem}.js`);
	for (const tier of ["nbiot", "cat1", "redcap"])
		for (const stem of stems(`drivers/${tier}`)) expect(names[`./drivers/${tier}/${stem}`]).toBe(`./dist/drivers/${tier}/${stem}.js`);
});

test("mcpack preloads all of the package that an application imports", () => {
	expect(moddable.manifest.preload).toEqual(["xs-cellular", "xs-cellular/*"]);
});
