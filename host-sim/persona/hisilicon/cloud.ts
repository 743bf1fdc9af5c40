import type { CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { bytesOfHex } from "../../modem/text.js";
import { addressFamily } from "../../network/ip-text.js";
import { cmeError } from "./errors.js";

/** From a message to `+NSMI:SENT`: assumption. */
const sentAfterMs = 1000;
const longestMessage = 512;

/** Messages to the maker's cloud. Nothing of it is simulated: a message counts as sent and reaches nobody, none arrives. */
export function cloudCommands(core: ModuleCore): CommandRow[] {
	let sent = 0;
	let pending = 0;
	const indications = { "+NSMI": 0, "+NNMI": 0 };
	const indication = (name: keyof typeof indications, maximum: number): CommandRow => ({
		name,
		read: () => `\r\n${name}:${indications[name]}\r\n`,
		set: call => {
			const value = call.parameters.within(0, 0, maximum);
			if (value === undefined) return cmeError.parameter;
			indications[name] = value;
			return "";
		},
		test: `\r\n${name}:(0-${maximum})\r\n`,
	});
	return [
		{
			name: "+NCDP",
			read: () => {
				const server = core.nvram.get("NCDP");
				return server === undefined ? "" : `\r\n+NCDP:${server}\r\n`;
			},
			set: call => {
				const address = call.parameters.text(0);
				const port = call.parameters.within(1, 0, 65_535, 5683);
				if (addressFamily(address) === undefined || port === undefined) return cmeError.parameter;
				core.nvram.set("NCDP", `${address},${port}`);
				return "";
			},
			test: "",
		},
		indication("+NSMI", 1),
		indication("+NNMI", 2),
		{
			name: "+NMGS",
			set: call => {
				const length = call.parameters.within(0, 1, longestMessage);
				const data = bytesOfHex(call.parameters.text(1));
				if (length === undefined || data?.length !== length) return cmeError.parameter;
				if (!core.ue.attached) return cmeError.notRegistered;
				pending++;
				core.after(sentAfterMs, () => {
					pending--;
					sent++;
					if (indications["+NSMI"] === 1) core.urc("\r\n+NSMI:SENT\r\n");
				});
				return "";
			},
		},
		{ name: "+NMGR", execute: () => "" },
		{ name: "+NQMGS", execute: () => `\r\nPENDING=${pending},SENT=${sent},ERROR=0\r\n` },
		{ name: "+NQMGR", execute: () => "\r\nBUFFERED=0,RECEIVED=0,DROPPED=0\r\n" },
		{
			name: "+QREGSWT",
			read: () => `\r\n+QREGSWT:${core.nvram.number("QREGSWT", 1)}\r\n`,
			set: call => selectRegistration(core, call.parameters.within(0, 0, 2)),
		},
		{
			name: "+NMSTATUS",
			// Other states exist; transcript 04 shows the one in which data may be sent.
			read: () => `\r\n+NMSTATUS:${core.ue.attached && core.nvram.get("NCDP") !== undefined ? "MO_DATA_ENABLED" : "UNINITIALISED"}\r\n`,
			test: "",
		},
	];
}

/** Kept over restarts; without a cloud it changes nothing. */
function selectRegistration(core: ModuleCore, value: number | undefined): string | number {
	if (value === undefined) return cmeError.parameter;
	core.nvram.set("QREGSWT", value);
	return "";
}
