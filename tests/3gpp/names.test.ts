import { describe, expect, test } from "vitest";
import { causeName, isFinalRejection } from "../../sdk/3gpp/cause-names.js";
import { causeInVerboseText, cmeErrorName, cmeNumberOfText, cmsErrorName } from "../../sdk/3gpp/error-names.js";

describe("errors of the module", () => {
	test.each([
		[4, "operation not supported"],
		[10, "SIM not inserted"],
		[13, "SIM failure"],
		[14, "SIM busy"],
		[50, "incorrect parameters"],
		[100, "unknown"],
		[133, "requested service option not subscribed"],
		[181, "unsupported QCI value"],
		[504, undefined],
		[8001, undefined],
	])("+CME ERROR: %d", (number, name) => expect(cmeErrorName(number)).toBe(name));
	test.each([
		[38, "network out of order"],
		[310, "SIM not inserted"],
		[513, undefined],
	])("+CMS ERROR: %d", (number, name) => expect(cmsErrorName(number)).toBe(name));
	test.each([
		["requested service option not subscribed (#33)", 33],
		["PDN type IPv4 only allowed (#50)", 50],
		["(#)", undefined],
		["(#33", undefined],
		["#33", undefined],
		["invalid command line", undefined],
		["", undefined],
	])("cause in %j", (text, cause) => expect(causeInVerboseText(text)).toBe(cause));
	test.each([
		["SIM busy", 14],
		["sim busy", 14],
		["Operation not supported", 4],
		["unknown", 100],
		["unknown error", 100],
		["invalid command line", undefined],
	])("number of %j", (text, number) => expect(cmeNumberOfText(text)).toBe(number));
});

describe("causes of the network", () => {
	test.each([
		["EMM", 15, "no suitable cells in tracking area"],
		["EMM", 8, "EPS services and non-EPS services not allowed"],
		["ESM", 8, "operator determined barring"],
		["ESM", 33, "requested service option not subscribed"],
		["ESM", 50, "PDN type IPv4 only allowed"],
		["ESM", 52, "single address bearers only allowed"],
		["5GSM", 52, undefined],
		["5GMM", 62, "no network slices available"],
		["EMM", 111, "protocol error, unspecified"],
		["5GSM", 96, "invalid mandatory information"],
		["EMM", 200, undefined],
	] as const)("%s #%d", (domain, cause, name) => expect(causeName(domain, cause)).toBe(name));
	test("congestion passes, an illegal UE does not", () => {
		expect([3, 8, 11, 15, 17, 22].filter(isFinalRejection)).toEqual([3, 8, 11]);
	});
});
