import { describe, expect, test } from "vitest";
import { bundle } from "../../host-sim/engine/bundle.js";
import { nodeEngine } from "../../host-sim/engine/node.js";
import { bundleText, createHost } from "./host.js";

const failure = (source: string, options = {}) =>
	bundleText(source, options).then(
		() => "bundled",
		(error: Error) => `${error.name}: ${error.message.replace(/^\S*\/(main|driver)\./, "$1.")}`,
	);

describe("bundling an application", () => {
	test("configuration and driver stand behind their fixed names", async () => {
		const text = await bundleText(
			`import config from "mc/config"; import driver from "xs-cellular/driver"; import monitor from "xs-cellular/monitor";
			export default () => monitor("seen", { apn: config.apn, id: driver.id });`,
			{ config: { apn: "iot" }, driver: "driver.ts", files: { "driver.ts": `const id: string = "acme-x100"; export default { id };` } },
		);
		const host = createHost();
		const application = await nodeEngine.start(text, host);
		expect(application.failure).toBeUndefined();
		expect(host.events).toEqual([["seen", { apn: "iot", id: "acme-x100" }]]);
	});

	test("for another engine the platform's modules stay imports", async () => {
		const text = await bundleText(
			`import Timer from "timer"; import time from "time"; export default () => Timer.set(() => trace(time.ticks), 1);`,
			{ format: "esm" },
		);
		expect(text).toMatch(/^import \w+ from "timer";$/m);
		expect(text).toMatch(/^import \w+ from "time";$/m);
		expect(text).toMatch(/^export \{$/m);
	});

	test("the package's own modules are found by their public names", async () => {
		const text = await bundleText(`import * as cbor from "xs-cellular/cbor"; export default () => trace(Object.keys(cbor).length > 0);`);
		const host = createHost();
		expect((await nodeEngine.start(text, host)).failure).toBeUndefined();
		expect(host.logged).toEqual(["true"]);
	});

	test.each([
		["a syntax error", `const a = ;`, `BundleError: main.ts:1:11: Unexpected ";"`],
		["a file that is not there", `import "./gone.js";`, `BundleError: main.ts:1:8: Could not resolve "./gone.js"`],
		[
			"a module of Node",
			`import fs from "node:fs"; fs;`,
			`BundleError: main.ts:1:16: "node:fs" is a module of Node; a board does not have it`,
		],
		[
			"the same without its prefix",
			`import fs from "fs"; fs;`,
			`BundleError: main.ts:1:16: "fs" is a module of Node; a board does not have it`,
		],
		[
			"a driver that nobody named",
			`import d from "xs-cellular/driver"; d;`,
			`BundleError: main.ts:1:15: this application needs a driver: name one by --driver`,
		],
		[
			"an unknown module of the package",
			`import "xs-cellular/nothing";`,
			`BundleError: main.ts:1:8: "xs-cellular/nothing" is no module of this package`,
		],
	])("%s is one line that says where and why", async (_, source, message) => {
		expect(await failure(source)).toBe(message);
	});

	test("a module that no platform has names those that there are", async () => {
		expect(await failure(`import I2C from "embedded:io/i2c"; I2C;`)).toMatch(
			/main\.ts:1:17: the desktop has no module "embedded:io\/i2c" \(it has embedded:io\/serial, /,
		);
	});

	test("an application or driver that is not there", async () => {
		const options = { config: {}, format: "cjs", driver: undefined } as const;
		await expect(bundle({ ...options, entry: "/no/such/main.ts" })).rejects.toThrow("/no/such/main.ts: no such application");
		await expect(bundle({ ...options, entry: "/" })).rejects.toThrow("/: this is a folder, not the file of the application");
		expect(await failure(`export default 1;`, { driver: "driver.ts" })).toMatch(/driver\.ts: no such driver$/);
	});
});
