#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { packageFile } from "./package-file.js";

// The desktop tools are optional peers of the package: a firmware project has none of them, and is told so in one line.
try {
	await import("./program.js");
} catch (error) {
	if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
	const missing = /package '([^']+)'/.exec((error as Error).message)?.[1] ?? "a package";
	const { peerDependencies } = JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { peerDependencies: object };
	const tools = Object.keys(peerDependencies).join(" ");
	process.stderr.write(`error: the desktop tools need ${missing}, which is not installed: npm install --save-dev ${tools}\n`);
	process.exitCode = 3;
}
