import { readFileSync } from "node:fs";
import { drivers } from "../../drivers/index.js";
import type { Capability, Driver, Evidence } from "../../sdk/modem/driver.js";
import { packageFile } from "../cli/package-file.js";

/** What `drivers --json` prints. */
export interface DriverInfo {
	readonly id: string;
	readonly tier: Driver["tier"];
	readonly vendor: string;
	readonly models: readonly string[];
	/** The weakest of what a datagram needs: see {@link NEEDED_TO_SEND}. */
	readonly evidence: Evidence;
	readonly capabilities: Readonly<Record<string, Capability<boolean | number | string>>>;
	/** Lines of the driver's own source file; a dialect that it shares is not counted. */
	readonly lines: number;
}

/** From the strongest to the weakest. */
const EVIDENCE: readonly Evidence[] = ["hardware", "transcript", "manual", "specification", "inferred"];

/** A cell that the module can camp on, a socket, and how much goes into one datagram. IPv6, DNS and power saving can all be missing. */
const NEEDED_TO_SEND = ["rats", "udpSockets", "sendBytes"] as const;

export function describeDrivers(from: readonly Driver[] = drivers): readonly DriverInfo[] {
	// The package carries its sources, so that the count is the same in a checkout and where it is installed.
	return from.map(driver => driverInfo(driver, packageFile("drivers", driver.tier, `${driver.id}.ts`)));
}

/** @param file the driver's source */
export function driverInfo(driver: Driver, file: string): DriverInfo {
	return {
		id: driver.id,
		tier: driver.tier,
		vendor: driver.vendor,
		models: driver.models,
		evidence: weakest(NEEDED_TO_SEND.map(name => driver.capabilities[name].evidence)),
		capabilities: driver.capabilities as DriverInfo["capabilities"],
		lines: linesOf(file),
	};
}

function weakest(evidences: readonly Evidence[]): Evidence {
	return evidences.reduce((worst, evidence) => (EVIDENCE.indexOf(evidence) > EVIDENCE.indexOf(worst) ? evidence : worst));
}

function linesOf(file: string): number {
	const text = readFileSync(file, "utf8");
	return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
