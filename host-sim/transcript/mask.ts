/**
 * Takes identifiers and secrets out of a dialogue, line by line. The length stays, so that counts and framing still hold: of an IMEI, an
 * IMSI, an ICCID or a phone number the first six digits are kept (type or network), of a PIN, a password or a user name nothing.
 */

/** Commands and reports that hold identifiers anywhere among their parameters. */
const IDENTIFIERS = new Set(
	["CGSN", "GSN", "EGMR", "CIMI", "CCID", "QCCID", "ICCID", "NCCID", "MCCID", "CNUM", "CMGS", "CMGR", "CMGL", "CMGW", "CMT", "CDS"].concat([
		"CLIP",
		"CLCC",
		"CSCA",
		"COLP",
		"CUSD",
	]),
);

/** Commands whose parameters are secret from this index on, counted from 0. */
const SECRETS: { readonly [name: string]: number } = {
	CPIN: 0,
	CPIN2: 0,
	CPWD: 1,
	CLCK: 2,
	CGAUTH: 2,
	QICSGP: 3,
	QCGDEFCONT: 2,
	CSTT: 1,
	XGAUTH: 2,
	AUTHREQ: 2,
	MCGDEFCONT: 2,
	QMTCONN: 2,
	MQTTCONN: 3,
};

const COMMAND = /^[^A-Za-z]{0,4}AT([+^$*%#]?)([A-Z0-9]*)=?/i;
const REPORT = /^[+^$*%#]([A-Z0-9]+):/;

/** One line of either side without its line end. */
export function maskLine(line: string): string {
	if (/^\s*\d{14,22}F?\s*$/.test(line)) return maskDigits(line);
	const parts = line.split(";");
	if (parts.length > 1 && COMMAND.test(line))
		return parts.map((part, index) => (index === 0 ? maskPart(part) : maskPart(`AT${part}`).slice(2))).join(";");
	return maskPart(line);
}

function maskPart(line: string): string {
	const command = COMMAND.exec(line);
	if (command && command[1] === "" && /^D\d|^D\+/i.test(line.slice(command[0].length - (command[2]?.length ?? 0)))) return maskDigits(line);
	const name = (command ? command[2] : REPORT.exec(line)?.[1])?.toUpperCase() ?? "";
	const from = SECRETS[name];
	if (from !== undefined && (command ? line.includes("=") : name !== "CPIN")) return maskFrom(line, from);
	return IDENTIFIERS.has(name) ? maskDigits(line) : line;
}

/** Runs of seven digits and more keep their first six. Shorter ones are indexes, lengths and dates. */
function maskDigits(line: string): string {
	return line.replace(/\d{7,22}/g, digits => digits.slice(0, 6) + "0".repeat(digits.length - 6));
}

/** Replaces the contents of every parameter from this one on; quotes, commas and single digits that are modes stay. */
function maskFrom(line: string, from: number): string {
	const start = line.search(/[=:]/) + 1;
	let index = 0;
	let isQuoted = false;
	let out = line.slice(0, start);
	for (const character of line.slice(start)) {
		if (character === '"') isQuoted = !isQuoted;
		else if (character === "," && !isQuoted) index++;
		const isContent = character !== '"' && (isQuoted || (character !== " " && character !== ",")) && character !== "?";
		out += isContent && index >= from ? "*" : character;
	}
	return out;
}
