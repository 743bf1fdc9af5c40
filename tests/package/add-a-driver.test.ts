import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(join(root, "docs/add-a-driver.md"), "utf8");
const invented = join(root, "tests/fixtures/invented-module");
const files = ["dialect", "drivers", "persona", "transcripts"].flatMap(folder =>
	readdirSync(join(invented, folder)).map(file => readFileSync(join(invented, folder, file), "utf8")),
);

function blocks(language: string): string[] {
	return [...page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, text]) => text);
}

test("the code and the dialogue that the page shows are those that the tests run", () => {
	const shown = [...blocks("ts"), ...blocks("at")];
	expect(shown.length).toBeGreaterThan(7);
	for (const block of shown)
		expect(
			files.some(file => file.includes(block)),
			block,
		).toBe(true);
});

test("every file of the repository that it names is there", () => {
	const named = [...page.matchAll(/`((?:sdk|drivers|host-sim|tests|scripts)\/[a-z0-9/.-]+\.(?:ts|mjs))`/g)].map(([, path]) => path);
	const missing = new Set(named.filter(path => !path.includes("acme") && !existsSync(join(root, path))));
	expect(named.length).toBeGreaterThan(5);
	expect([...missing]).toEqual([]);
});

test("every command that it names is one, with its options", () => {
	const commands = join(root, "host-sim/cli/commands");
	const options = (name: string) => readFileSync(join(commands, `${name}.ts`), "utf8");
	const lines = [
		...blocks("sh")
			.join("\n")
			.matchAll(/^npx xs-cellular (\w+)(.*)$/gm),
	];
	expect(lines.length).toBeGreaterThan(7);
	for (const [, name, rest] of lines)
		for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(options(name), `${name} ${option}`).toContain(option);
});

test("the links within the page have a heading", () => {
	const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, text]) =>
		text
			.toLowerCase()
			.replace(/[^\p{L}\p{N} -]/gu, "")
			.replaceAll(" ", "-"),
	);
	const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
	expect(links.length).toBeGreaterThan(5);
	expect(links.filter(link => !headings.includes(link))).toEqual([]);
});
