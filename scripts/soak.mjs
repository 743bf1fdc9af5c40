// The dialogue of tests/matrix/mqtt.test.ts with many more seeds: npm run soak -- [--seeds 1000] [--from 1] [--driver ID] [--jobs N] [--minutes N]
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Seeds that a worker is given at a time. */
const BATCH = 10;

if (isMainThread) process.exitCode = await main();
else await work();

async function main() {
	const { values } = parseArgs({
		options: {
			seeds: { type: "string" },
			from: { type: "string" },
			driver: { type: "string" },
			jobs: { type: "string" },
			// What has been begun by then is finished, and the sums are those of what was done.
			minutes: { type: "string" },
		},
	});
	const count = whole(values.seeds ?? "1000", "--seeds");
	const from = whole(values.from ?? "1", "--from");
	const jobs = whole(values.jobs ?? String(availableParallelism()), "--jobs");
	const endMs = values.minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + 60_000 * whole(values.minutes, "--minutes");
	const folder = mkdtempSync(join(tmpdir(), "xs-cellular-soak-"));
	try {
		const file = await bundle(folder);
		const { tcpDrivers, PAYLOAD_BYTES } = await import(pathToFileURL(file).href);
		const ids = tcpDrivers.map(({ id }) => id).filter(id => values.driver === undefined || id === values.driver);
		if (ids.length === 0) throw new Error(`no driver with TCP is called ${values.driver}`);
		console.log(`${count} seeds from ${from}, ${PAYLOAD_BYTES} bytes each way, ${jobs} at a time`);
		const sums = await run(file, ids, batches(ids, from, count), jobs, endMs);
		return report(sums);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function whole(text, name) {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1) throw new Error(`${name}: a whole number from 1`);
	return value;
}

async function bundle(folder) {
	const { build } = await import("esbuild");
	const outfile = join(folder, "dialogue.mjs");
	await build({
		entryPoints: [join(root, "tests/matrix/mqtt-dialogue.ts")],
		bundle: true,
		platform: "node",
		format: "esm",
		target: "node20",
		outfile,
		alias: { "xs-cellular": join(root, "sdk/index.ts") },
		banner: {
			js: `import { createRequire } from "node:module"; const require = createRequire(${JSON.stringify(join(root, "package.json"))});`,
		},
		logLevel: "error",
	});
	return outfile;
}

/** Every driver has some seeds early. */
function batches(ids, from, count) {
	const all = [];
	for (let first = from; first < from + count; first += BATCH)
		for (const id of ids) all.push({ id, first, last: Math.min(first + BATCH, from + count) });
	return all;
}

async function run(file, ids, waiting, jobs, endMs) {
	const sums = new Map(ids.map(id => [id, { seeds: 0, simulatedSeconds: 0, faults: 0, failures: [] }]));
	const startMs = Date.now();
	let done = 0;
	const all = waiting.length;
	const worker = () =>
		new Promise((resolve, reject) => {
			const thread = new Worker(new URL(import.meta.url), { workerData: { file } });
			const next = () => thread.postMessage(Date.now() < endMs ? waiting.shift() : undefined);
			thread.on("message", results => {
				for (const { driver, seed, failure, simulatedSeconds, faults } of results) {
					const sum = sums.get(driver);
					sum.seeds++;
					sum.simulatedSeconds += simulatedSeconds;
					sum.faults += faults;
					if (failure === undefined) continue;
					sum.failures.push(seed);
					console.log(`${driver}, seed ${seed}: ${failure}`);
				}
				if (results.length > 0 && ++done % 50 === 0)
					console.log(`${done} of ${all} batches, ${Math.round((Date.now() - startMs) / 1000)} s`);
				next();
			});
			thread.on("error", reject);
			thread.on("exit", resolve);
		});
	await Promise.all(Array.from({ length: Math.min(jobs, all) }, worker));
	return sums;
}

function report(sums) {
	console.log("\n| driver | dialogues | failed | simulated hours | interruptions |\n|---|---|---|---|---|");
	let failed = 0;
	for (const [id, { seeds, simulatedSeconds, faults, failures }] of sums) {
		failed += failures.length;
		const which = failures.length === 0 ? "0" : `${failures.length} (seeds ${failures.join(", ")})`;
		console.log(`| ${id} | ${seeds} | ${which} | ${Math.round(simulatedSeconds / 3600)} | ${faults} |`);
	}
	return failed === 0 ? 0 : 1;
}

async function work() {
	const { mqttDialogue, tcpDrivers } = await import(pathToFileURL(workerData.file).href);
	parentPort.on("message", async batch => {
		if (batch === undefined) {
			parentPort.close();
			return;
		}
		const driver = tcpDrivers.find(({ id }) => id === batch.id);
		const results = [];
		for (let seed = batch.first; seed < batch.last; seed++) results.push(await mqttDialogue(driver, seed));
		parentPort.postMessage(results);
	});
	parentPort.postMessage([]);
}
