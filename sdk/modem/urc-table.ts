import { baseUrcs } from "../3gpp/base-urcs.js";
import { callUrcs, smsUrcs } from "../3gpp/service-urcs.js";
import type { Urc } from "../at/channel.js";
import { deepFreeze } from "../at/freeze.js";
import type { Driver, ModemContext, Procedures, Step } from "./driver.js";
import type { Events } from "./events.js";

const ANY_START = "V.250 / vendor";

/**
 * Rows of 3GPP, of the driver's dialect and of the driver, plus one for each boot banner. A prefix that a procedure waits for gets a row that
 * tells the runner as well. A driver's row stands before a 3GPP row with the same prefix.
 */
export function urcTable(driver: Driver): readonly Urc<ModemContext>[] {
	const rows: Urc<ModemContext>[] = [];
	const add = (row: Urc<ModemContext>): void => {
		if (!rows.some(known => known.prefix === row.prefix)) rows.push(row);
	};
	for (const banner of driver.boot.banners) add({ prefix: banner, spec: ANY_START, handle: onBanner });
	for (const row of driver.urcs ?? []) add(row);
	for (const row of driver.sockets?.urcs ?? []) add(row);
	if (driver.sms !== undefined) for (const row of smsUrcs) add(row);
	if (driver.voice !== undefined) for (const row of callUrcs) add(row);
	for (const row of baseUrcs as readonly Urc<ModemContext>[]) add(row);
	for (const prefix of awaited(driver)) {
		const at = rows.findIndex(row => row.prefix === prefix);
		const row = at < 0 ? { prefix, spec: "awaited by a procedure", handle: () => {} } : rows[at]!;
		const told: Urc<ModemContext> = {
			...row,
			handle: (context, line) => {
				row.handle(context, line);
				(context as Events).awaited(prefix);
			},
		};
		if (at < 0) rows.push(told);
		else rows[at] = told;
	}
	return deepFreeze(rows);
}

function onBanner(context: ModemContext): void {
	context.booted();
}

function awaited(driver: Driver): string[] {
	const prefixes: string[] = [];
	const scan = (steps: readonly Step[] | undefined): void => {
		for (const step of steps ?? []) if (step.kind === "awaitUrc" && !prefixes.includes(step.prefix)) prefixes.push(step.prefix);
	};
	const procedures: Procedures = driver.procedures ?? {};
	for (const name of NAMES) scan(procedures[name]);
	scan(procedures.powerOff?.commands);
	scan(procedures.powerOff?.pins);
	scan(driver.sleep?.allow);
	scan(driver.sleep?.forbid);
	return prefixes;
}
const NAMES = Object.freeze([
	"powerOn",
	"reset",
	"restart",
	"initialize",
	"define",
	"psm",
	"edrx",
	"bands",
	"attach",
	"activate",
	"detach",
] as const);
