// The Moddable manifests in dist/. A board finds every module by the name that the exports of package.json give it, or by its place in the package.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

/**
 * Writes `manifest.json` (the SDK) and, for each driver ("nbiot/quectel-bc660k"), `board/<id>/manifest.json`: the SDK with that
 * driver as `xs-cellular/driver`; and `board/driver-kit/manifest.json`: the SDK for a driver outside the package. mcconfig links whatever a
 * manifest names, so that other drivers must not be in it.
 */
export function writeManifests(dist, drivers) {
	// A name resolves the relative imports of its module, which is why `xs-cellular` itself cannot be sdk/index but points to it.
	alias(dist, "board/xs-cellular.js", `export * from "xs-cellular/sdk/index";`);
	const sdk = { "xs-cellular": "./board/xs-cellular" };
	for (const file of modulesBelow(dist, "sdk")) sdk[moduleName(file)] = `./${file}`;
	for (const file of publicModulesUsed(dist)) {
		const name = posix.basename(file);
		alias(dist, `board/sdk/app/${name}.js`, `export * from "${moduleName(file)}";`);
		sdk[`xs-cellular/${file}`] = `./board/sdk/app/${name}`;
	}
	write(dist, "manifest.json", { modules: sdk, preload: Object.keys(sdk) });

	alias(dist, "board/driver-kit/driver-kit.js", `export * from "xs-cellular/drivers/kit";`);
	writeBoard(dist, "board/driver-kit", { "xs-cellular/driver-kit": "./driver-kit" }, "drivers/kit");
	for (const driver of drivers) {
		const folder = `board/${posix.basename(driver)}`;
		alias(dist, `${folder}/driver.js`, `export { default } from "${moduleName(`drivers/${driver}`)}";`);
		writeBoard(dist, folder, { "xs-cellular/driver": "./driver" }, `drivers/${driver}`);
	}
}

/** The SDK's manifest with these names and what `file` of drivers/ needs. */
function writeBoard(dist, folder, names, file) {
	const modules = { ...names };
	for (const needed of withImports(dist, file)) modules[moduleName(needed)] = `../../${needed}`;
	write(dist, `${folder}/manifest.json`, { include: "../../manifest.json", modules, preload: Object.keys(modules) });
}

/** Modules of sdk/app that other parts of the SDK import by their place: they are found by that name too, and are the same module. */
function publicModulesUsed(dist) {
	const used = new Set();
	for (const file of modulesBelow(dist, "sdk").filter(name => !name.startsWith("sdk/app/")))
		for (const [, specifier] of readFileSync(join(dist, `${file}.js`), "utf8").matchAll(/\bfrom "(\.[^"]+)\.js"/g)) {
			const target = posix.join(posix.dirname(file), specifier);
			if (target.startsWith("sdk/app/")) used.add(target);
		}
	return used;
}

/** sdk/app is public: `sdk/app/coap` is `xs-cellular/coap`. It imports nothing outside its folder, so that its relative imports still hold. */
function moduleName(file) {
	return `xs-cellular/${file.replace(/^sdk\/app\//, "")}`;
}

function modulesBelow(dist, folder) {
	return readdirSync(join(dist, folder), { withFileTypes: true }).flatMap(entry => {
		const path = `${folder}/${entry.name}`;
		if (entry.isDirectory()) return modulesBelow(dist, path);
		return path.endsWith(".js") ? [path.slice(0, -3)] : [];
	});
}

/** The module and what it imports from drivers/, each once; what it imports from sdk/ is in the SDK's manifest. */
function withImports(dist, file, found = new Set()) {
	if (found.has(file)) return found;
	found.add(file);
	for (const [, specifier] of readFileSync(join(dist, `${file}.js`), "utf8").matchAll(/\bfrom "(\.[^"]+)\.js"/g)) {
		const target = posix.join(posix.dirname(file), specifier);
		if (target.startsWith("drivers/")) withImports(dist, target, found);
	}
	return found;
}

function alias(dist, path, source) {
	mkdirSync(dirname(join(dist, path)), { recursive: true });
	writeFileSync(join(dist, path), `${source}\n`);
}

function write(dist, path, manifest) {
	writeFileSync(join(dist, path), `${JSON.stringify(manifest, null, "\t")}\n`);
}
