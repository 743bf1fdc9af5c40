import { describe, expect, test } from "vitest";
import { drivers } from "../../drivers/index.js";
import { command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import { text } from "../../sdk/at/fields.js";
import type { Driver } from "../../sdk/modem/driver.js";
import { World } from "../modem/world.js";
import { written } from "./steps.js";

const LONG = command("+LONG", { spec: "sample", set: { params: { text: text(4000) } } });

/** Whether the core of a driver takes a command line of so many bytes. */
function fits(driver: Driver, bytes: number): boolean {
	const { channel } = new World({ driver }).core;
	const errors: (AtError | undefined)[] = [];
	const params = { text: "x".repeat(bytes - 'AT+LONG=""\r'.length) };
	channel.submit(LONG.set, params, undefined, function (this: undefined, error: AtError | undefined) {
		errors.push(error);
	});
	const sent = channel.transmit(4000, 0)?.byteLength ?? 0;
	channel.expire(0);
	expect(errors.map(error => error?.code)).toEqual(sent === bytes ? [] : ["overflow"]);
	return sent === bytes;
}

describe.each(drivers)("room for the command line of $id", (driver: Driver) => {
	const { value } = driver.capabilities.sendBytes;
	const sendBytes = typeof value === "number" ? value : 512;

	test("a datagram's digits where it goes out as digits, and no more than words where bytes go behind a prompt", () => {
		const room = driver.sockets?.sendsBehindPrompt ? 384 : 128 + 2 * sendBytes;
		expect([fits(driver, room), fits(driver, room + 1)]).toEqual([true, false]);
	});
	test("the longest definition of a context fits", () => {
		const longest = { apn: "a".repeat(100), user: "u".repeat(64), password: "p".repeat(64), auth: "chap" } as const;
		for (const step of driver.procedures?.define ?? []) {
			if (step.kind !== "setting" && step.kind !== "send") continue;
			const line = written(driver, step, longest);
			expect(line.length).toBeGreaterThan(0);
			expect(line.length).toBeLessThan(384);
		}
	});
	test("only a dialect without digits of data says that it sends behind a prompt", () => {
		const asDigits = (driver.sockets?.commands ?? []).some(({ rule }) => Object.values(rule.params ?? {}).some(({ kind }) => kind === 8));
		expect(driver.sockets === undefined || (driver.sockets.sendsBehindPrompt ?? false)).toBe(!asDigits);
	});
});
