// How fast the AT core is on Node, as a ratio to a plain loop over the same kind of bytes: for a quick look while working, without XS.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { Bench } from "tinybench";
import { root, temporaryFolder } from "./budget/measure.mjs";

async function loadExchanges() {
	const outfile = join(temporaryFolder(), "exchanges.mjs");
	const contents = ["reference", "at", "registration"].map(name => `export * from "./${name}-exchange.js";`).join("\n");
	await build({
		stdin: { contents, resolveDir: join(root, "scripts/budget/programs") },
		outfile,
		bundle: true,
		format: "esm",
		target: "es2022",
		platform: "neutral",
		logLevel: "error",
	});
	return import(pathToFileURL(outfile).href);
}

const { makeReferenceExchange, makeAtExchange, makeRegistrationExchange } = await loadExchanges();
const bench = new Bench({ time: 500, warmupTime: 200 });
bench.add("reference: a loop over the bytes of AT and OK", makeReferenceExchange());
bench.add("AT → OK", makeAtExchange());
bench.add("+CEREG read, 8 fields", makeRegistrationExchange());
await bench.run();

const [reference] = bench.tasks;
for (const { name, result } of bench.tasks) {
	if (result.state !== "completed") throw result.error;
	const perSecond = Math.round(1000 / result.period).toLocaleString("en-US");
	const ratio = (result.period / reference.result.period).toFixed(1);
	console.log(`${name.padEnd(46)} ${perSecond.padStart(12)} per second  ${ratio.padStart(8)} × the reference`);
}
