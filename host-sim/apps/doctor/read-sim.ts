import { CCID, CPIN, CPINR } from "../../../sdk/3gpp/device-commands.js";
import { cmeErrorName, cmeNumberOfText } from "../../../sdk/3gpp/error-names.js";
import type { Command } from "../../../sdk/at/command.js";
import type { AtError } from "../../../sdk/at/errors.js";
import { rawCommand } from "../../../sdk/at/raw.js";
import { findIccid } from "../../../sdk/modem/sim.js";
import type { SimFacts } from "../../cli/diagnosis.js";
import { type Examination, masked, orNull, refusal } from "./examination.js";
import { errorsAreNumbered } from "./read-module.js";

/** CME errors of TS 27.007 9.2 that are about the SIM. */
const STATE_OF_ERROR: Readonly<Record<number, SimFacts["state"]>> = { 10: "absent", 11: "pin", 12: "puk", 13: "failure", 15: "failure" };
const BUSY = 14;
/** A SIM that is still starting says busy, or a plain ERROR; the modem core waits 10 s for one, here half of it tells (an assumption). */
const TRIES = 10;
const TRY_AGAIN_MS = 500;

/** E.118: industry, country and issuer are within the first 7 digits. */
const ISSUER_DIGITS = 6;
const LAST_DIGITS = 4;

/** State of the SIM as it is: a PIN is never tried, not even a right one. */
export async function readSim(examination: Examination): Promise<void> {
	const { state, said } = await readState(examination);
	let pinTriesLeft: number | undefined;
	if (state === "pin" || state === "puk") {
		await examination.ask(CPINR.execute, undefined, line => {
			if (line.equals(0, state === "pin" ? "SIM PIN" : "SIM PUK")) pinTriesLeft = line.uint(1);
		});
	}
	const iccid = state === "absent" ? undefined : await readIccid(examination);
	examination.draft.sim = {
		state,
		said,
		pinTriesLeft: orNull(pinTriesLeft),
		iccid: iccid === undefined ? null : masked(iccid, ISSUER_DIGITS, LAST_DIGITS),
	};
}

async function readState(examination: Examination): Promise<Pick<SimFacts, "state" | "said">> {
	for (let tries = 1; ; tries++) {
		const { error, result } = await examination.ask(CPIN.read, undefined);
		if (result !== undefined) return { state: stateOfCode(result.code), said: result.code };
		const number = numberOf(error!);
		const state = number === undefined ? undefined : STATE_OF_ERROR[number];
		if (state !== undefined) return { state, said: cmeErrorName(number!) ?? refusal(error!) };
		const isStarting = number === BUSY || number === undefined;
		if (!isStarting || tries >= TRIES) return { state: "unknown", said: await why(examination, error!, number) };
		await examination.line.pause(TRY_AGAIN_MS);
	}
}

async function why(examination: Examination, error: AtError, number: number | undefined): Promise<string> {
	if (number !== undefined) return cmeErrorName(number) ?? refusal(error);
	return (await errorsAreNumbered(examination)) ? refusal(error) : "ERROR without a number (+CMEE is 0)";
}

function numberOf(error: AtError): number | undefined {
	return error.number ?? (error.text === undefined ? undefined : cmeNumberOfText(error.text));
}

function stateOfCode(code: string): SimFacts["state"] {
	switch (code) {
		case "READY":
		// The second PIN guards settings, not registration.
		case "SIM PIN2":
		case "SIM PUK2":
			return "ready";
		case "SIM PIN":
			return "pin";
		case "SIM PUK":
			return "puk";
		case "NOT INSERTED":
		case "SIM REMOVED":
			return "absent";
		case "NOT READY":
			return "unknown";
		default:
			// PH-SIM PIN, PH-NET PIN and their kin: the module takes only certain cards.
			return "locked";
	}
}

/** The driver's own command, else what vendors call it. */
async function readIccid(examination: Examination): Promise<string | undefined> {
	const own = examination.driver?.iccid;
	const commands: Command<void, any>[] = own ? [own] : [CCID.execute, rawCommand("AT+ICCID"), rawCommand("AT+QCCID")];
	for (const command of commands) {
		let iccid: string | undefined;
		const { error, result } = await examination.ask<void, unknown>(command, undefined, line => {
			iccid ??= findIccid(line.toText());
		});
		for (const value of Object.values((result as Record<string, unknown> | undefined) ?? {}))
			if (typeof value === "string") iccid ??= findIccid(value);
		if (error === undefined && iccid !== undefined) return iccid;
	}
	return undefined;
}
