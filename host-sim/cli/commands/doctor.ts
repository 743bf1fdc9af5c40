import type { Command } from "commander";
import pc from "picocolors";
import type { Clock } from "../../clock/clock.js";
import { RealClock } from "../../clock/real-clock.js";
import { type Device, type DeviceListener, openDevice } from "../../ports/device.js";
import { framing8n1 } from "../../ports/framing.js";
import type { Diagnosis } from "../diagnosis.js";
import { diagnosisRows } from "../diagnosis-text.js";
import { loadApp } from "../load-app.js";
import { json, print, say, table } from "../output.js";
import { driverEntry } from "../registry.js";

interface DoctorApp {
	diagnose(options: {
		readonly port: string;
		readonly open: (baud: number, listener: DeviceListener) => Device;
		readonly clock: Clock;
		readonly hasRate: boolean;
		readonly outside?: unknown;
		readonly say: (text: string) => void;
	}): Promise<Diagnosis>;
}

export function addDoctor(program: Command): void {
	program
		.command("doctor")
		.description("what module is at a port, what its SIM and the network say, and what to do next; it changes nothing")
		.requiredOption("--port <path>", "the module's AT port: /dev/ttyUSB2, COM5, or tcp:HOST:PORT")
		.option("--driver <path>", "a driver outside the package, considered before those of the package")
		.option("--json", "one JSON document on stdout")
		.action(async (options: { port: string; driver?: string; json?: boolean }) => {
			const diagnosis = await examine(options.port, options.driver);
			if (options.json) json(diagnosis);
			else show(diagnosis);
			process.exitCode = exitCode(diagnosis);
		});
}

async function examine(port: string, driver: string | undefined): Promise<Diagnosis> {
	const outside = driver === undefined ? undefined : (await loadApp<{ outside: unknown }>("outside", driverEntry(driver))).outside;
	const { diagnose } = await loadApp<DoctorApp>("doctor");
	const clock = new RealClock();
	const isTerminal = process.stderr.isTTY === true;
	try {
		return await diagnose({
			port,
			open: (baud, listener) => openDevice(port, framing8n1(baud), listener),
			clock,
			...(outside === undefined ? {} : { outside }),
			hasRate: !/^(tcp|unix):/.test(port),
			say: text => {
				if (isTerminal) say(pc.dim(`${text}…`));
			},
		});
	} finally {
		clock.close();
	}
}

function exitCode({ usable, answers, problems }: Diagnosis): number {
	if (usable) return 0;
	if (problems.some(({ code }) => code === "invalid")) return 2;
	return answers ? 1 : 3;
}

function show(diagnosis: Diagnosis): void {
	const { problems, notes, next, answers } = diagnosis;
	if (answers) {
		print(table(["", ""], diagnosisRows(diagnosis)).trimStart());
		print();
	}
	// What is wrong with the port is the error of the command, and goes where errors go.
	const tell = answers ? print : say;
	for (const { message } of problems) tell(`${pc.red(answers ? "problem:" : "error:")} ${message}`);
	for (const note of notes) print(`note: ${note}`);
	if (!problems.some(({ message }) => message === next)) tell(`${pc.bold("next:")} ${next}`);
}
