import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildXsHost, XsUnavailable } from "../../host-sim/engine/xs-build.js";

let folder: string;
const { PATH, XDG_CACHE_HOME } = process.env;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "xs-build-test-"));
	mkdirSync(join(folder, "bin"));
	process.env.PATH = join(folder, "bin");
	process.env.XDG_CACHE_HOME = join(folder, "cache");
});

afterEach(() => {
	process.env.PATH = PATH;
	if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
	else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
	rmSync(folder, { recursive: true });
});

function fakeTool(name: string, script: string): void {
	const file = join(folder, "bin", name);
	writeFileSync(file, `#!/bin/sh\n${script}\n`);
	chmodSync(file, 0o755);
}

async function refusal(): Promise<XsUnavailable> {
	const error = await buildXsHost().catch(error => error);
	expect(error).toBeInstanceOf(XsUnavailable);
	expect(error.exitCode).toBe(3);
	expect(error.message).not.toContain("\n");
	return error;
}

describe("building the XS engine on a machine that cannot", () => {
	test("without gcc it says what to install", async () => {
		expect((await refusal()).message).toBe(
			"the XS engine is built on first use and needs gcc, which is not here: on Debian or Ubuntu, apt-get install gcc libc6-dev",
		);
	});

	test("without npm it says so", async () => {
		fakeTool("gcc", "echo gcc 12");
		expect((await refusal()).message).toContain("needs npm");
	});

	test("without a network it passes on npm's own words", async () => {
		fakeTool("gcc", "echo gcc 12");
		fakeTool("tar", "echo tar 1");
		fakeTool("npm", 'if [ "$1" = --version ]; then echo 10; else echo "npm error code ENOTFOUND" >&2; exit 1; fi');
		expect((await refusal()).message).toBe(
			"npm could not fetch the sources of XS (@agoric/xsnap@0.15.0): npm error code ENOTFOUND; check the network and try again",
		);
	});

	test("a tarball with another content is not used", async () => {
		fakeTool("gcc", "echo gcc 12");
		fakeTool("tar", "echo tar 1");
		fakeTool("npm", 'if [ "$1" = --version ]; then echo 10; else echo other > "$4/x.tgz"; fi');
		expect((await refusal()).message).toContain("SHA-512 differs");
	});
});
