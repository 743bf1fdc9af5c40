import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const sdk = fileURLToPath(new URL("./sdk/", import.meta.url));

export default defineConfig({
	resolve: {
		alias: [
			{ find: /^xs-cellular$/, replacement: `${sdk}index.ts` },
			{ find: /^xs-cellular\/(.*)$/, replacement: `${sdk}app/$1.ts` },
		],
	},
	test: { include: ["tests/**/*.test.ts"], testTimeout: 30_000 },
});
