import type { Driver, SendStep, SettingStep, Settings, Step } from "../../sdk/modem/driver.js";
import { Bench } from "./bench.js";

/** What the application asked for, as the core hands it to a procedure. */
export const settings: Settings = {
	apn: "iot.example",
	pdpType: "IPV4V6",
	user: undefined,
	password: undefined,
	auth: "none",
	cid: 1,
	operator: undefined,
	psm: undefined,
	edrx: undefined,
	defaultCid: 1,
};

function paramsOf(params: unknown, wanted: Settings): unknown {
	return typeof params === "function" ? params(wanted) : params;
}
/** What a step writes, without its CR. */
export function written(driver: Driver, step: Step, wanted: Partial<Settings> = {}): string {
	const send = step as SendStep | SettingStep;
	const bench = new Bench(driver);
	bench.submit(send.kind === "setting" ? send.write : send.command, paramsOf(send.params, { ...settings, ...wanted }));
	return bench.sent().slice(0, -1);
}
/** What a setting reads, and whether an answer to it counts as "as wanted"; undefined where it cannot be read. */
export function read(
	driver: Driver,
	step: Step,
	reply: string,
	wanted: Partial<Settings> = {},
): { sent: string; same: boolean | undefined } {
	const setting = step as SettingStep;
	const all = { ...settings, ...wanted };
	const bench = new Bench(driver);
	let isSame = false;
	let same: boolean | undefined;
	bench.channel.submit(
		setting.read,
		paramsOf(setting.readParams, all),
		undefined,
		function (this: undefined, error: unknown, result: unknown) {
			same = error === undefined ? isSame || setting.same?.(result, all) === true : undefined;
		},
		undefined,
		function (this: undefined, line) {
			if (setting.sameLine?.(line, all)) isSame = true;
		},
	);
	const sent = bench.sent().slice(0, -1);
	bench.says(reply);
	return { sent, same };
}
