#!/usr/bin/env node
// The desktop tools are optional peers of the package: a firmware project has none of them, and is told so in one line.
try {
	await import("./program.js");
} catch (error) {
	if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
	const missing = /package '([^']+)'/.exec((error as Error).message)?.[1] ?? "a package";
	process.stderr.write(
		`error: the desktop tools need ${missing}, which is not installed: npm install --save-dev ajv cbor2 cli-table3 coap coap-packet commander esbuild junit-report-builder koffi picocolors serialport uplot\n`,
	);
	process.exitCode = 3;
}
