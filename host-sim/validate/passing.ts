import { type Check, verdict } from "./check.js";

/** What agreed with its publication when this was last looked at: none of them may be lost without a word. */
export const PASSING: readonly string[] = [
	"floor",
	"lauridsen.transmit",
	"lauridsen.2h",
	"lauridsen.8h",
	"lauridsen.1d",
	"nrf9160.nb.tau",
	"bc660k.drx1280",
	"bc660k.drx2560",
	"bc660k.edrx41",
	"cat1.saved",
	"cat1.ordinary",
	"cat1.fast",
	"cat1.today",
	"redcap.edrx",
	...[0, 1, 2].flatMap(ecl => [16, 128, 512].flatMap(bytes => ["tx", "rx", "span"].map(part => `airtime.ecl${ecl}.${bytes}.${part}`))),
];

/** Those of `passing` that no longer agree, or are no longer checked. */
export function lost(checks: readonly Check[], passing: readonly string[]): string[] {
	const agreeing = new Set(checks.filter(check => verdict(check) === "agrees").map(check => check.id));
	return passing.filter(id => !agreeing.has(id));
}
