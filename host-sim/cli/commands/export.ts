import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { capture } from "../../capture/capture.js";
import { readTraffic, TRAFFIC_FILE, type TrafficMaterial } from "../../capture/traffic-file.js";
import { usage } from "../failure.js";
import { say } from "../output.js";
import { checkOutputFile } from "../output-file.js";

export function addExport(program: Command): void {
	program
		.command("export")
		.description("write what a run kept in a form for other programs")
		.argument("<folder>", "what `run --report` wrote")
		.requiredOption("--pcapng <file>", "the simulated IP traffic for Wireshark, with the AT dialogue as comments of the packets")
		.action((folder: string, { pcapng }: { pcapng: string }) => {
			checkOutputFile("--pcapng", pcapng);
			const material = read(folder);
			writeFileSync(pcapng, capture(material.traffic, material));
			say(`${material.traffic.length} datagrams and pieces of streams in ${pcapng}`);
		});
}

function read(folder: string): TrafficMaterial {
	const file = join(folder, TRAFFIC_FILE);
	if (!existsSync(file)) throw usage(`${folder} holds no ${TRAFFIC_FILE}: make it by xs-cellular run EXAMPLE --report ${folder}`);
	try {
		return readTraffic(readFileSync(file, "utf8"));
	} catch (error) {
		throw usage(`${file} cannot be read: ${(error as Error).message}`);
	}
}
