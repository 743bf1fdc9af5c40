import { afterEach, expect, test, vi } from "vitest";
import { openPty } from "../../host-sim/ports/pty.js";

vi.mock("koffi", () => {
	throw new Error("Cannot find package 'koffi'");
});

const { platform } = process;
afterEach(() => void Object.defineProperty(process, "platform", { value: platform }));

test("without koffi there is no pty, and the error says what to do", async () => {
	await expect(openPty()).rejects.toMatchObject({
		code: "unavailable",
		message: "pseudo-terminals need the optional package koffi: npm install koffi, or use --port tcp:5000",
	});
});

test("on Windows there is no pty, and the error says what to do", async () => {
	Object.defineProperty(process, "platform", { value: "win32" });
	await expect(openPty()).rejects.toMatchObject({
		code: "unavailable",
		message: "Windows has no pseudo-terminals: use --port tcp:5000 and let the program connect there",
	});
});
