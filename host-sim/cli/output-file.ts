import { closeSync, existsSync, mkdirSync, openSync, unlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { usage } from "./failure.js";

/** Tries before the work whether its result can be written there afterwards: nobody waits an hour for a report that has no place. */
export function checkOutputFile(option: string, path: string): void {
	const isNew = !existsSync(path);
	try {
		closeSync(openSync(path, "a"));
		if (isNew) unlinkSync(path);
	} catch (error) {
		throw notWritable(option, path, error);
	}
}

/** As {@link checkOutputFile} for a folder, which is made. */
export function checkOutputFolder(option: string, path: string): void {
	try {
		makeFolder(resolve(path));
	} catch (error) {
		throw notWritable(option, path, error);
	}
	checkOutputFile(option, join(path, "run.json"));
}

/** One level at a time: with `recursive` Node 20 never returns where a file system, such as /proc, refuses with ENOENT. */
function makeFolder(path: string): void {
	if (existsSync(path)) return;
	makeFolder(dirname(path));
	mkdirSync(path);
}

function notWritable(option: string, path: string, error: unknown) {
	return usage(`${option} ${path} cannot be written (${(error as NodeJS.ErrnoException).code}): give a path in a folder that is writable`);
}
