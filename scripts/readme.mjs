// Rewrites the table of drivers in README.md from the drivers' own records. With --check nothing is written, and a stale table fails.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const begin = "<!-- drivers:begin -->";
const end = "<!-- drivers:end -->";

/** The application that the command `drivers` runs, so that both say the same. */
async function describeDrivers() {
	const entry = join(root, "host-sim", "apps", "drivers.ts");
	const { outputFiles } = await build({
		entryPoints: [entry],
		bundle: true,
		write: false,
		platform: "node",
		format: "esm",
		target: "node20",
		packages: "external",
		logLevel: "warning",
		define: { "import.meta.url": JSON.stringify(pathToFileURL(entry).href) },
	});
	const code = Buffer.from(outputFiles[0].contents).toString("base64");
	return (await import(`data:text/javascript;base64,${code}`)).describeDrivers();
}

const columns = [
	["module", driver => `${driver.vendor} ${some(driver.models)} (\`${driver.id}\`)`],
	["tier", driver => driver.tier],
	["IPv6", driver => cell(driver, "ipv6")],
	["UDP", driver => cell(driver, "udpSockets", value => `${value} sockets`)],
	["TCP", driver => cell(driver, "tcpSockets", value => `${value} sockets`)],
	["TLS", driver => cell(driver, "tlsSockets", value => `${value} sockets`)],
	["PSM", driver => cell(driver, "psm")],
	["eDRX", driver => cell(driver, "edrx")],
	["RAI", driver => cell(driver, "releaseAssistance")],
	["SMS", driver => cell(driver, "sms")],
	["voice", driver => cell(driver, "voice")],
	["GNSS", driver => cell(driver, "gnss")],
	["evidence", driver => driver.evidence],
];

/** Of a long list the beginning: `xs-cellular drivers` has them all. */
function some(models) {
	const shown = models.slice(0, 4).join(", ");
	return models.length > 4 ? `${shown} and ${models.length - 4} more` : shown;
}

/** The value and how it is known. What a record does not name is not known. */
function cell(driver, name, show = String) {
	const capability = driver.capabilities[name];
	if (capability === undefined || capability.value === "unknown") return "unknown";
	const { value, evidence } = capability;
	const words = value === true ? "yes" : value === false || value === "none" || value === "" || value === 0 ? "no" : show(value);
	return `${words}, ${evidence}`;
}

function table(drivers) {
	const row = cells => `| ${cells.join(" | ")} |`;
	const head = columns.map(([name]) => name);
	return [row(head), row(head.map(() => "---")), ...drivers.map(driver => row(columns.map(([, text]) => text(driver))))].join("\n");
}

/** The text with the table between the two markers replaced; fails when they are not there, once each and in order. */
function replaced(text, made) {
	const from = text.indexOf(begin);
	const to = text.indexOf(end);
	if (from < 0 || to < from || text.indexOf(begin, from + 1) >= 0 || text.indexOf(end, to + 1) >= 0)
		fail(`the file has no place for the table: it needs ${begin} and ${end}, once each`);
	return `${text.slice(0, from + begin.length)}\n${made}\n${text.slice(to)}`;
}

function fail(message) {
	process.stderr.write(`readme: ${message}\n`);
	process.exit(1);
}

const isCheck = process.argv.includes("--check");
const path = process.argv.slice(2).find(argument => !argument.startsWith("--")) ?? join(root, "README.md");
const text = readFileSync(path, "utf8");
const fresh = replaced(text, table(await describeDrivers()));
if (fresh !== text && isCheck) fail(`the table of drivers in ${path} is stale: run node scripts/readme.mjs`);
if (fresh !== text) writeFileSync(path, fresh);
