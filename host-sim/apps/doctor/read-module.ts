import { baseUrcs } from "../../../sdk/3gpp/base-urcs.js";
import { CFUN, CGMI, CGMM, CGMR, CGSN, CMEE } from "../../../sdk/3gpp/device-commands.js";
import { ATI } from "../../../sdk/3gpp/v250-commands.js";
import type { Urc } from "../../../sdk/at/channel.js";
import type { Command } from "../../../sdk/at/command.js";
import type { Driver } from "../../../sdk/modem/driver.js";
import { acceptsModel } from "../../../sdk/modem/lifecycle.js";
import { type Examination, masked, orNull } from "./examination.js";

/** TS 23.003 6.2.1: the first 8 digits of an IMEI name the type. */
const TYPE_ALLOCATION_DIGITS = 8;

/** Reports that come unasked are known and not looked at: the read commands tell the same. */
function quiet(rows: readonly Urc<any>[]): Urc<undefined>[] {
	return rows.map(row => ({ ...row, handle: () => {}, onBinary: () => {} }));
}

function rowsOf(examination: Examination, driver: Driver | undefined): Urc<undefined>[] {
	const banners = (driver?.boot.banners ?? ["RDY"]).map(prefix => ({ prefix, spec: "boot", handle: () => void examination.reboots++ }));
	return [...banners, ...quiet(driver?.urcs ?? []), ...quiet(driver?.sockets?.urcs ?? []), ...quiet(baseUrcs)];
}

/** Who the module is and which driver is for it; from here on the driver's own tables serve. */
export async function readModule(examination: Examination, drivers: readonly Driver[]): Promise<void> {
	const { line, draft } = examination;
	line.speak(rowsOf(examination, undefined));
	const identification = await bareLines(examination, ATI.execute);
	const manufacturer = firstOf(await bareLines(examination, CGMI.execute));
	const models = await bareLines(examination, CGMM.execute);
	const revision = firstOf(await bareLines(examination, CGMR.execute));
	draft.module = {
		manufacturer,
		model: firstOf(models),
		revision: revision === null ? null : revision.replace(/^Revision:\s*/i, ""),
		imei: await imei(examination),
		identification,
	};
	const driver = drivers.find(({ models: accepted }) => [...models, ...identification].some(text => acceptsModel(accepted, text)));
	draft.driver = driver?.id ?? null;
	examination.driver = driver;
	if (driver !== undefined) line.speak(rowsOf(examination, driver));
	const { result } = await examination.ask(CFUN.read, undefined);
	draft.functionality = orNull(result?.fun);
}

/** Whether errors carry numbers; asked only where one is missed. */
export async function errorsAreNumbered(examination: Examination): Promise<boolean> {
	const { result } = await examination.ask(CMEE.read, undefined);
	return result !== undefined && result.n > 0;
}

/** The lines of an answer without prefix; quotes and a prefix that some modules put before them are taken away. */
async function bareLines(examination: Examination, command: Command<void, void>): Promise<string[]> {
	const lines: string[] = [];
	await examination.ask(command, undefined, line => {
		const text = line
			.toText()
			.replace(/^\+C?GM[IMR]:\s*/, "")
			.replace(/^"(.*)"$/, "$1")
			.trim();
		// Some modules append their IMEI to the identification text.
		if (text !== "") lines.push(text.replace(/\b\d{15}\b/g, digits => masked(digits, TYPE_ALLOCATION_DIGITS, 0)));
	});
	return lines;
}

function firstOf(lines: readonly string[]): string | null {
	return orNull(lines[0]);
}

async function imei(examination: Examination): Promise<string | null> {
	const asked = await examination.ask(CGSN.set, { snt: 1 });
	const serial = asked.result?.serial ?? (await examination.ask(CGSN.execute, undefined)).result?.serial;
	const digits = serial?.trim();
	return digits === undefined || !/^\d{14,16}$/.test(digits) ? null : masked(digits, TYPE_ALLOCATION_DIGITS, 0);
}
