import { check, equal, on } from "../case.js";

const identity = on("identity");
const IDENTIFIED_MS = 120_000;

async function identified(bench: Parameters<ReturnType<typeof identity>["run"]>[0]) {
	bench.modem.connect();
	await bench.until("an identity", () => bench.modem.identity?.iccid !== undefined, IDENTIFIED_MS);
	const found = bench.modem.identity;
	check(found !== undefined, "there is no identity");
	return found;
}

const cases = [
	identity(
		"the model is one that the driver is for",
		async bench => {
			const { model } = await identified(bench);
			check(!bench.errorCodes().includes("wrongModel"), `the driver does not accept "${model}"`);
		},
		{ on: "any" },
	),
	identity(
		"the IMEI is 15 digits with the right check digit (TS 23.003 annex B)",
		async bench => {
			const { imei } = await identified(bench);
			check(/^\d{15}$/.test(imei ?? ""), `the IMEI is ${JSON.stringify(imei)}`);
			// Reporting body 00 is test equipment (GSMA TS.06); its numbers, and those that were masked, have no check digit.
			if (imei?.startsWith("00")) return;
			const sum = [...(imei as string)].reduce((total, digit, index) => {
				const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
				return total + (value > 9 ? value - 9 : value);
			}, 0);
			equal(sum % 10, 0, "the Luhn sum of the IMEI, modulo 10,");
		},
		{ on: "any" },
	),
	identity(
		"the ICCID is 19 or 20 digits and begins with 89 (ITU-T E.118)",
		async bench => {
			const { iccid } = await identified(bench);
			check(/^89\d{17,18}[0-9A-F]?$/.test(iccid ?? ""), `the ICCID is ${JSON.stringify(iccid)}`);
		},
		{ on: "any" },
	),
	identity(
		"manufacturer and revision are said",
		async bench => {
			const { manufacturer, revision } = await identified(bench);
			check((manufacturer ?? "") !== "", "there is no manufacturer");
			check((revision ?? "") !== "", "there is no revision");
		},
		{ on: "any" },
	),
];

export { cases as identity };
