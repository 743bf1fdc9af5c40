import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** What users get is the compiled package, and so that is what is looked at; `npm test` builds it first. */
export const dist = join(root, "dist");
if (!existsSync(join(dist, "manifest.json"))) throw new Error("dist is not built: run npm run build");
