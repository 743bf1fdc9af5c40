import { addressType, centreLength } from "../../sms/address.js";
import { decodeSubmit, encodeSubmit, type Submit } from "../../sms/tpdu.js";
import type { Call, CommandRow } from "../command.js";
import { cms } from "../error-names.js";
import { bytesOfHex, textOf } from "../text.js";
import { statusOf } from "./sms-format.js";
import type { SmsState } from "./sms-state.js";
import { dataFromLine, fromLine } from "./sms-text.js";

/** Characters of a prompt: 160 in the alphabet, or a PDU of the longest kind in hexadecimal. */
const longestText = 280;
const longestPdu = 2 * (12 + 164);
const longestTpdu = 164;

/** `+CMGS`, `+CMGW`, `+CMSS`: TS 27.005 3.5.1, 3.5.3, 3.5.2 and 4.3 to 4.5. */
export function sendRows(state: SmsState): CommandRow[] {
	return [
		{ name: "+CMGS", set: call => send(state, call), test: "" },
		{ name: "+CMGW", execute: call => write(state, call), set: call => write(state, call), test: "" },
		{ name: "+CMSS", set: call => sendStored(state, call), test: "" },
	];
}

function send(state: SmsState, call: Call): void {
	if (state.ready(call) && inService(state, call)) compose(state, call, tpdu => submit(state, call, "+CMGS", tpdu));
}

function inService(state: SmsState, call: Call): boolean {
	const { stat } = state.core.ue.registration;
	if (stat === 1 || stat === 5) return true;
	call.cms(cms.noNetworkService);
	return false;
}

/** Prompts and gives the TPDU of what was typed. */
function compose(state: SmsState, call: Call, done: (tpdu: Uint8Array) => void): void {
	if (state.format === 0) composePdu(call, done);
	else composeText(state, call, done);
}

function composePdu(call: Call, done: (tpdu: Uint8Array) => void): void {
	const length = call.parameters.within(0, 7, longestTpdu);
	if (length === undefined) {
		call.cms(cms.invalidPduModeParameter);
		return;
	}
	call.prompt({ text: "\r\n> ", limit: longestPdu }, typed => {
		const bytes = typed && bytesOfHex(textOf(typed).trim());
		const from = bytes && centreLength(bytes);
		if (!typed) call.ok();
		else if (!bytes || from === undefined || bytes.length - from !== length || !decodeSubmit(bytes.slice(from)))
			call.cms(cms.invalidPduModeParameter);
		else done(bytes.slice(from));
	});
}

function composeText(state: SmsState, call: Call, done: (tpdu: Uint8Array) => void): void {
	const to = fromLine(state.characters === "UCS2" ? "UCS2" : "IRA", call.parameters.text(0));
	// A message may be stored without an address.
	const valid = to !== undefined && (/^\+?[\d*#]{1,20}$/.test(to) || (to === "" && call.request.name === "+CMGW"));
	if (!valid) {
		call.cms(cms.invalidTextModeParameter);
		return;
	}
	call.prompt({ text: "\r\n> ", limit: longestText }, typed => {
		if (!typed) {
			call.ok();
			return;
		}
		const { first, validity, protocol, coding } = state.parameters;
		const text = dataFromLine(state.characters, coding, typed);
		const message: Submit | undefined =
			text === undefined
				? undefined
				: {
						reference: 0,
						to,
						protocol,
						coding,
						header: undefined,
						text,
						report: (first & 0x20) !== 0,
						validity: (first & 0x18) === 0x10 ? validity : undefined,
						flags: first & 0x84,
					};
		const tpdu = message && encodeSubmit(message);
		if (tpdu) done(tpdu);
		else call.cms(cms.invalidTextModeParameter);
	});
}

/** TP-MR is the module's (TS 23.040 9.2.3.6). */
function submit(state: SmsState, call: Call, command: string, tpdu: Uint8Array, sent?: () => void): void {
	const numbered = tpdu.slice();
	numbered[1] = state.nextReference();
	state.core.ue.submitSms(numbered, (ok, reference, cause) => {
		if (!ok) {
			call.cms(cause ?? cms.unknown);
			return;
		}
		sent?.();
		call.info(`\r\n${command}: ${reference}\r\n`);
		call.ok();
	});
}

function write(state: SmsState, call: Call): void {
	if (!state.ready(call)) return;
	const stat = call.parameters.has(1) ? statusOf(state.format, call.parameters.text(state.format === 0 ? 1 : 2)) : 2;
	compose(state, call, tpdu => {
		const index = state.storage.add(state.memories[1], stat === 3 ? 3 : 2, tpdu);
		if (index === undefined) {
			call.cms(cms.memoryFull);
			return;
		}
		call.info(`\r\n+CMGW: ${index}\r\n`);
		call.ok();
	});
}

function sendStored(state: SmsState, call: Call): void {
	const { storage, memories } = state;
	if (!state.ready(call) || !inService(state, call)) return;
	const message = storage.find(memories[1], call.parameters.number(0));
	const stored = message && decodeSubmit(message.tpdu);
	if (!message || !stored) {
		call.cms(cms.invalidMemoryIndex);
		return;
	}
	const to = call.parameters.text(1) || stored.to;
	const tpdu = addressType(to) === 0xd0 ? undefined : encodeSubmit({ ...stored, to });
	if (!tpdu) call.cms(cms.invalidTextModeParameter);
	else submit(state, call, "+CMSS", tpdu, () => storage.setStatus(memories[1], message, 3));
}
