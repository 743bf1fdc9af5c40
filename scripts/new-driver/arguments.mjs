import { parseArgs } from "node:util";
import { socketDialects } from "./dialects.mjs";

export const tiers = ["nbiot", "cat1", "redcap"];

export const usage = `npm run new:driver -- <tier> <vendor> <module> [--dialect NAME] [--out DIR] [--dry-run]

  tier       ${tiers.join(", ")}
  vendor     letters: acme
  module     letters and digits: x100
  --dialect  the UDP and TCP commands of which other module: a file of drivers/dialect; "new" for a stub
             (by default those of the vendor's modules, and a stub where there are none)
  --out      a package of its own in this folder, outside the repository
  --dry-run  say what would be written
`;

/** What is wrong and what is allowed, in one line. */
export class ArgumentError extends Error {}

export function parse(args, root) {
	const { values, positionals } = split(args);
	if (values.help) return { help: true };
	if (positionals.length !== 3)
		throw new ArgumentError(`three words are needed, <tier> <vendor> <module>, for example: npm run new:driver -- cat1 acme x100`);
	const [tier, vendor, model] = positionals;
	if (!tiers.includes(tier)) throw new ArgumentError(`the tier is one of ${tiers.join(", ")}, not "${tier}"`);
	if (!/^[A-Za-z]{2,24}$/.test(vendor)) throw new ArgumentError(`the vendor is 2 to 24 letters, not "${vendor}"`);
	if (!/^[A-Za-z0-9]{1,24}$/.test(model))
		throw new ArgumentError(`the module is 1 to 24 letters and digits, without "-" or blank, not "${model}"`);
	const known = socketDialects(root);
	if (values.dialect !== undefined && values.dialect !== "new" && !known.some(({ name }) => name === values.dialect))
		throw new ArgumentError(`--dialect is new or one of ${known.map(({ name }) => name).join(", ")}, not "${values.dialect}"`);
	return { tier, vendor, model, dialect: values.dialect, out: values.out, isDryRun: values["dry-run"] === true };
}

function split(args) {
	try {
		return parseArgs({
			args,
			allowPositionals: true,
			options: {
				dialect: { type: "string" },
				out: { type: "string" },
				"dry-run": { type: "boolean" },
				help: { type: "boolean", short: "h" },
			},
		});
	} catch (error) {
		throw new ArgumentError(`${error.message.split(". ")[0]}; allowed are --dialect NAME, --out DIR, --dry-run, --help`);
	}
}
