import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions, Message } from "esbuild";
import { BundleError } from "./bundle-error.js";

/** The folder that holds `sdk`, `drivers` and `host-sim`: a source checkout, or `dist` of the installed package. */
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Public names whose file is not where the name says. */
const renamed: Readonly<Record<string, string>> = {
	"xs-cellular": "sdk/index",
	"xs-cellular/driver-kit": "drivers/kit",
	"xs-cellular/persona-kit": "host-sim/persona-kit",
};

/** In a source checkout TypeScript, in the installed package what it was compiled to. */
export function sourceFile(file: string): string | undefined {
	return [resolve(root, `${file}.ts`), resolve(root, `${file}.js`)].find(path => existsSync(path));
}

/** The file that a public specifier of this package stands for: `xs-cellular/coap` is sdk/app/coap, `xs-cellular/sdk/at/command` itself. */
export function packageModule(specifier: string): string | undefined {
	const name = specifier.slice("xs-cellular/".length).replace(/\.js$/, "");
	const candidates = specifier in renamed ? [renamed[specifier]!] : [`sdk/app/${name}`, name];
	return candidates.map(sourceFile).find(file => file !== undefined);
}

/** The compiler's settings of whoever wrote the module must not change what its classes mean. */
export const tsconfigRaw: NonNullable<BuildOptions["tsconfigRaw"]> = {
	compilerOptions: { target: "es2022", useDefineForClassFields: true, verbatimModuleSyntax: true },
};

/** Where and why, in one line. */
export function messageLine(message: Message): string {
	const { location, text } = message;
	if (location === null) return text;
	return `${relative(process.cwd(), resolve(location.file))}:${location.line}:${location.column + 1}: ${text}`;
}

/** What esbuild threw, as an error that a person can mend; anything else as it is. */
export function bundleError(error: unknown): unknown {
	const first = (error as { errors?: Message[] }).errors?.[0];
	return first === undefined ? error : new BundleError(messageLine(first));
}

/** esbuild, an optional package. @throws BundleError */
export async function loadEsbuild(what: string): Promise<typeof import("esbuild")> {
	return import("esbuild").catch(() => {
		throw new BundleError(`${what} needs the optional package esbuild: npm install esbuild`);
	});
}
