import { energyChecks } from "./checks.js";
import { lost, PASSING } from "./passing.js";
import { checksText } from "./text.js";

const checks = energyChecks();
process.stdout.write(`${checksText(checks)}\n`);
const worse = lost(checks, PASSING);
if (worse.length > 0) {
	process.stderr.write(`error: agreed before and does not now: ${worse.join(", ")}; mend the model, or say in passing.ts why it may not\n`);
	process.exitCode = 1;
}
