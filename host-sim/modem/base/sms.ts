import type { Answer, Call, CommandRow } from "../command.js";
import type { ModuleCore } from "../core.js";
import { cms } from "../error-names.js";
import type { StoredMessage } from "../sim-card.js";
import { listLine, readLine, statusOf } from "./sms-format.js";
import { SmsReceiver } from "./sms-receive.js";
import { sendRows } from "./sms-send.js";
import { SmsState } from "./sms-state.js";
import { type CharacterSet, characterSets } from "./sms-text.js";

/** TS 27.005 3 and 4: both formats, the memories, sending, reading, receiving. */
export function smsCommands(core: ModuleCore): CommandRow[] {
	const state = new SmsState(core);
	const receiver = new SmsReceiver(state);
	core.listeners.push({ smsReceived: tpdu => receiver.received(tpdu) });
	return [...settingRows(state), ...memoryRows(state), ...sendRows(state), ...receiver.rows];
}

function settingRows(state: SmsState): CommandRow[] {
	const { formats } = state.profile;
	return [
		{
			name: "+CSMS",
			read: () => `\r\n+CSMS: ${state.service},1,1,0\r\n`,
			set: call => {
				const service = call.parameters.within(0, 0, 1);
				if (service === undefined) return void call.cms(cms.operationNotSupported);
				state.service = service;
				return "\r\n+CSMS: 1,1,0\r\n";
			},
			test: "\r\n+CSMS: (0,1)\r\n",
		},
		{
			name: "+CMGF",
			read: () => `\r\n+CMGF: ${state.format}\r\n`,
			set: call => {
				const format = formats.find(each => each === call.parameters.number(0, 0));
				if (format === undefined) return void call.cms(cms.operationNotSupported);
				state.format = format;
				return "";
			},
			test: `\r\n+CMGF: (${formats.join(",")})\r\n`,
		},
		{
			name: "+CSCS",
			read: () => `\r\n+CSCS: "${state.characters}"\r\n`,
			set: call => {
				const set = characterSets.find((each: CharacterSet) => each === call.parameters.text(0).toUpperCase());
				if (!set) return 50;
				state.characters = set;
				return "";
			},
			test: '\r\n+CSCS: ("GSM","IRA","UCS2")\r\n',
		},
		{
			name: "+CSCA",
			read: call => (state.ready(call) ? `\r\n+CSCA: "${state.centre}",${state.centre.startsWith("+") ? 145 : 129}\r\n` : undefined),
			set: call => {
				if (!state.ready(call)) return undefined;
				const centre = call.parameters.text(0);
				if (!/^\+?\d{1,20}$/.test(centre)) return void call.cms(cms.invalidTextModeParameter);
				state.core.sim.smsCentre = centre;
				return "";
			},
			test: "",
		},
		{ name: "+CSMP", read: () => `\r\n+CSMP: ${parametersText(state)}\r\n`, set: call => setParameters(state, call), test: "" },
		{
			name: "+CSDH",
			read: () => `\r\n+CSDH: ${state.details}\r\n`,
			set: call => {
				const value = call.parameters.within(0, 0, 1, 0);
				if (value === undefined) return 50;
				state.details = value;
				return "";
			},
			test: "\r\n+CSDH: (0,1)\r\n",
		},
	];
}

function parametersText({ parameters: { first, validity, protocol, coding } }: SmsState): string {
	return `${first},${validity},${protocol},${coding}`;
}

function setParameters(state: SmsState, call: Call): Answer {
	const { parameters } = call;
	const before = state.parameters;
	const octet = (index: number, fallback: number) => parameters.within(index, 0, 255, fallback);
	const first = octet(0, before.first);
	const validity = octet(1, before.validity);
	const protocol = octet(2, before.protocol);
	const coding = octet(3, before.coding);
	if (first === undefined || validity === undefined || protocol === undefined || coding === undefined)
		return void call.cms(cms.invalidTextModeParameter);
	state.parameters = { first, validity, protocol, coding };
	return "";
}

function memoryRows(state: SmsState): CommandRow[] {
	const { storage } = state;
	const names = `(${storage.names.map(name => `"${name}"`).join(",")})`;
	return [
		{
			name: "+CPMS",
			read: call => (state.ready(call) ? `\r\n+CPMS: ${state.usage(true)}\r\n` : undefined),
			set: call => (state.ready(call) ? chooseMemories(state, call) : undefined),
			test: `\r\n+CPMS: ${names},${names},${names}\r\n`,
		},
		{ name: "+CMGR", set: call => (state.ready(call) ? read(state, call) : undefined), test: "" },
		{
			name: "+CMGL",
			execute: call => (state.ready(call) ? list(state, call) : undefined),
			set: call => (state.ready(call) ? list(state, call) : undefined),
			test: () => (state.format === 1 ? '\r\n+CMGL: ("REC UNREAD","REC READ","STO UNSENT","STO SENT","ALL")\r\n' : "\r\n+CMGL: (0-4)\r\n"),
		},
		{
			name: "+CMGD",
			set: call => (state.ready(call) ? remove(state, call) : undefined),
			test: () =>
				`\r\n+CMGD: (${storage
					.list(state.memories[0])
					.map(message => message.index)
					.join(",")}),(0-4)\r\n`,
		},
	];
}

/** A memory that is left out stays. */
function chooseMemories(state: SmsState, call: Call): Answer {
	const { parameters } = call;
	const chosen = state.memories.map((before, index) => parameters.text(index).toUpperCase() || before);
	if (!parameters.has(0) || parameters.count > 3 || !chosen.every(memory => state.storage.has(memory)))
		return void call.cms(cms.operationNotAllowed);
	state.memories = chosen as SmsState["memories"];
	return `\r\n+CPMS: ${state.usage(false)}\r\n`;
}

function markRead(state: SmsState, message: StoredMessage): void {
	if (message.status === 0) state.storage.setStatus(state.memories[0], message, 1);
}

function read(state: SmsState, call: Call): Answer {
	const message = state.storage.find(state.memories[0], call.parameters.number(0));
	if (!message) return void call.cms(cms.invalidMemoryIndex);
	const text = `\r\n+CMGR: ${readLine(state, message)}`;
	if (call.parameters.number(1, 0) === 0) markRead(state, message);
	return text;
}

function list(state: SmsState, call: Call): Answer {
	const wanted = call.parameters.has(0) ? statusOf(state.format, call.parameters.text(0)) : 0;
	if (wanted === undefined) return void call.cms(state.format === 1 ? cms.invalidTextModeParameter : cms.invalidPduModeParameter);
	const found = state.storage.list(state.memories[0]).filter(message => wanted === -1 || message.status === wanted);
	const text = found.map(message => `\r\n+CMGL: ${listLine(state, message)}`).join("");
	if (call.parameters.number(1, 0) === 0) for (const message of found) markRead(state, message);
	return text;
}

/** States that a flag deletes beside the given index (TS 27.005 3.5.4). */
const deleted: readonly (readonly number[])[] = [[], [1], [1, 3], [1, 2, 3], [0, 1, 2, 3]];

function remove(state: SmsState, call: Call): Answer {
	const { storage, memories, core } = state;
	const index = call.parameters.number(0);
	const flag = call.parameters.within(1, 0, 4, 0);
	if (index === undefined || flag === undefined) return void call.cms(cms.invalidMemoryIndex);
	const messages = storage.list(memories[0]);
	const gone = messages.filter(message => (flag === 0 ? message.index === index : deleted[flag]!.includes(message.status)));
	if (flag === 0 && gone.length === 0) return void call.cms(cms.invalidMemoryIndex);
	storage.remove(memories[0], gone);
	if (state.refused && gone.length > 0) {
		state.refused = false;
		core.ue.smsMemoryAvailable();
	}
	return "";
}
