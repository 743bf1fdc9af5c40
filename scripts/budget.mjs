// What an exchange costs on XS: machine instructions, collections, computrons, and the heap that the SDK takes. See scripts/budget/.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compare, missedTargets, toBaseline } from "./budget/compare.mjs";
import { bundle, figuresOf, instructionsPerExchange, loadBuilder, requireValgrind, root, temporaryFolder } from "./budget/measure.mjs";
import { figuresText, movesText, targetsText } from "./budget/text.mjs";

const programs = [
	{ name: "reference", title: "reference: a loop over the bytes of AT and OK" },
	{ name: "at", title: "AT → OK" },
	{ name: "registration", title: "+CEREG read, 8 fields" },
	{ name: "fields", title: "8 fields by the field interpreter" },
	{ name: "report", title: "UDP report of 100 bytes, quectel-bc660k", few: 100, many: 300, heap: true },
	{ name: "stream", title: "TCP, 100 bytes out, 12 back, quectel-bc660k", few: 100, many: 300, heap: true },
];
const collectionsOver = 1_000;
const allocationsOver = 100;
const baselineFile = join(root, "scripts/budget/baseline.json");

async function measureProgram({ name, title, few, many }, host, folder) {
	const entry = join(root, "scripts/budget/programs", `${name}.js`);
	const [, ready, after] = await figuresOf(host, await bundle(entry, collectionsOver, folder));
	const [, roomyReady, roomyAfter] = await figuresOf(host, await bundle(entry, allocationsOver, folder), "--roomy");
	const allocated = what => (roomyAfter[what] - roomyReady[what]) / allocationsOver;
	return {
		name,
		title,
		instructions: await instructionsPerExchange(host, entry, folder, few, many),
		collections: after.collections - ready.collections,
		slots: allocated("slots"),
		chunkBytes: allocated("chunkBytes"),
		computrons: Math.round((after.computrons - ready.computrons) / collectionsOver),
	};
}

/** Slots of 16 bytes and chunks that are there when one exchange has been made, less those of the loaded modules, which a device has in flash. */
async function heapBytesOf({ name }, host, folder) {
	const entry = join(root, "scripts/budget/programs", `${name}.js`);
	const [empty, ready] = await figuresOf(host, await bundle(entry, 1, folder));
	return (ready.slots - empty.slots) * ready.slotBytes + ready.chunkBytes - empty.chunkBytes;
}

async function narrowHost(buildXsHost, XsUnavailable) {
	try {
		return await buildXsHost({ bits: 32 });
	} catch (error) {
		if (!(error instanceof XsUnavailable) || process.env.CI === "true") throw error;
		console.error(`heap not measured: ${error.message}`);
		return undefined;
	}
}

async function measureAll(folder) {
	const { buildXsHost, XsUnavailable } = await loadBuilder(folder);
	await requireValgrind(XsUnavailable);
	const host = await buildXsHost({ onProgress: line => process.stderr.isTTY && console.error(line) });
	const narrow = await narrowHost(buildXsHost, XsUnavailable);
	const all = [];
	for (const program of programs) {
		if (process.stderr.isTTY) console.error(`measuring ${program.name}`);
		const figures = await measureProgram(program, host, folder);
		if (program.heap && narrow !== undefined) figures.heapBytes = await heapBytesOf(program, narrow, folder);
		all.push({ ...figures, ratio: figures.instructions / (all[0] ?? figures).instructions });
	}
	return all;
}

async function main(args) {
	const unknown = args.find(arg => !["--update", "--json"].includes(arg));
	if (unknown !== undefined) {
		console.error(
			`unknown option ${unknown}; npm run budget [-- --update] [--json]: --update stores the figures as those to compare with, --json prints them as JSON`,
		);
		return 2;
	}
	const all = await measureAll(temporaryFolder());
	const baseline = existsSync(baselineFile) ? JSON.parse(readFileSync(baselineFile, "utf8")) : {};
	const rows = compare(all, baseline);
	const missed = missedTargets(all);
	if (args.includes("--json")) console.log(JSON.stringify({ figures: all, moved: rows, missed }, null, "\t"));
	else console.log([figuresText(all), "", movesText(rows), targetsText(missed)].join("\n"));
	if (args.includes("--update")) {
		writeFileSync(baselineFile, `${JSON.stringify({ ...baseline, ...toBaseline(all) }, null, "\t")}\n`);
		return 0;
	}
	return rows.some(row => row.isWorse) ? 1 : 0;
}

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	console.error(error.exitCode === 3 ? error.message : error);
	process.exitCode = error.exitCode ?? 1;
}
