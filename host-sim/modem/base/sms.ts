import { septetsOf } from "../../sms/alphabet.js";
import { decodeDeliver, encodeSubmit } from "../../sms/tpdu.js";
import type { Answer, Call, CommandRow } from "../command.js";
import type { ModuleCore } from "../core.js";
import { cms } from "../error-names.js";
import type { StoredMessage } from "../sim-card.js";
import { textOf } from "../text.js";
import { clockText, zoneText } from "./clock.js";

/** Longest text of one message in the GSM alphabet (TS 23.040). */
const longestText = 160;

interface Sms {
	readonly core: ModuleCore;
	/** `+CNMI` <mt>: 0 store silently, 1 `+CMTI`, 2 `+CMT`. */
	indication: number;
	centre: string;
	parameters: string;
	details: number;
	reference: number;
}

/** TS 27.005 3 and 4, text mode. */
export function smsCommands(core: ModuleCore): CommandRow[] {
	const sms: Sms = { core, indication: 0, centre: "", parameters: "17,167,0,0", details: 0, reference: 0 };
	core.listeners.push({ smsReceived: tpdu => received(sms, tpdu) });
	const { sim } = core;
	const usage = () => `${sim.messages.length},${sim.messageCapacity}`;
	return [
		{
			name: "+CSMS",
			read: () => "\r\n+CSMS: 0,1,1,0\r\n",
			set: call => (call.parameters.number(0) === 0 ? "\r\n+CSMS: 1,1,0\r\n" : 50),
			test: "\r\n+CSMS: (0)\r\n",
		},
		{
			name: "+CMGF",
			read: () => "\r\n+CMGF: 1\r\n",
			set: call => (call.parameters.number(0) === 1 ? "" : void call.cms(cms.operationNotSupported)),
			test: "\r\n+CMGF: (1)\r\n",
		},
		{
			name: "+CPMS",
			read: () => `\r\n+CPMS: "SM",${usage()},"SM",${usage()},"SM",${usage()}\r\n`,
			set: call =>
				call.parameters.text(0).toUpperCase() === "SM"
					? `\r\n+CPMS: ${usage()},${usage()},${usage()}\r\n`
					: void call.cms(cms.operationNotAllowed),
			test: '\r\n+CPMS: ("SM"),("SM"),("SM")\r\n',
			needsSim: true,
		},
		{
			name: "+CSCS",
			read: () => '\r\n+CSCS: "GSM"\r\n',
			set: call => (/^(GSM|IRA)$/.test(call.parameters.text(0)) ? "" : 50),
			test: '\r\n+CSCS: ("GSM","IRA")\r\n',
		},
		{
			name: "+CSCA",
			read: () => `\r\n+CSCA: "${sms.centre}",145\r\n`,
			set: call => keep(() => (sms.centre = call.parameters.text(0))),
			test: "",
			needsSim: true,
		},
		{
			name: "+CSMP",
			read: () => `\r\n+CSMP: ${sms.parameters}\r\n`,
			set: call => keep(() => (sms.parameters = call.parameters.raw)),
			test: "",
		},
		{
			name: "+CSDH",
			read: () => `\r\n+CSDH: ${sms.details}\r\n`,
			set: call => remember(call, 1, value => (sms.details = value)),
			test: "\r\n+CSDH: (0,1)\r\n",
		},
		{
			name: "+CNMI",
			read: () => `\r\n+CNMI: 2,${sms.indication},0,0,0\r\n`,
			set: call => {
				const indication = call.parameters.within(1, 0, 2, 0);
				if (indication === undefined || call.parameters.within(0, 0, 2, 0) === undefined) return 50;
				sms.indication = indication;
				return "";
			},
			test: "\r\n+CNMI: (0-2),(0-2),(0),(0),(0)\r\n",
		},
		{ name: "+CMGS", set: call => send(sms, call), test: "", needsSim: true },
		{ name: "+CMGW", set: call => store(sms, call), execute: call => store(sms, call), test: "", needsSim: true },
		{ name: "+CMGR", set: call => read(sms, call), test: "", needsSim: true },
		{
			name: "+CMGL",
			execute: call => list(sms, call),
			set: call => list(sms, call),
			test: '\r\n+CMGL: ("REC UNREAD","REC READ","STO UNSENT","STO SENT","ALL")\r\n',
			needsSim: true,
		},
		{
			name: "+CMGD",
			set: call => remove(sms, call),
			test: () => `\r\n+CMGD: (${sim.messages.map(message => message.index).join(",")}),(0-4)\r\n`,
			needsSim: true,
		},
	];
}

function keep(set: () => void): Answer {
	set();
	return "";
}

function remember(call: Call, maximum: number, set: (value: number) => void): Answer {
	const value = call.parameters.within(0, 0, maximum, 0);
	if (value === undefined) return 50;
	set(value);
	return "";
}

function compose(call: Call, done: (text: string) => void): void {
	call.prompt({ text: "\r\n> ", limit: longestText }, data => (data === undefined ? call.ok() : done(textOf(data).replaceAll("\r", "\n"))));
}

function send(sms: Sms, call: Call): Answer {
	const to = call.parameters.text(0);
	if (!/^\+?\d{1,20}$/.test(to)) return void call.cms(cms.invalidTextModeParameter);
	const { stat } = sms.core.ue.registration;
	if (stat !== 1 && stat !== 5) return void call.cms(cms.noNetworkService);
	compose(call, text => {
		const coding = septetsOf(text) === undefined ? 8 : 0;
		const tpdu = encodeSubmit({ reference: sms.reference++ & 0xff, to, protocol: 0, coding, header: undefined, text, report: false });
		if (!tpdu) {
			call.cms(cms.invalidTextModeParameter);
			return;
		}
		sms.core.ue.submitSms(tpdu, (ok, reference) => {
			if (!ok) {
				call.cms(cms.unknown);
				return;
			}
			call.info(`\r\n+CMGS: ${reference}\r\n`);
			call.ok();
		});
	});
	return undefined;
}

function nextIndex(sms: Sms): number | undefined {
	const { sim } = sms.core;
	const taken = new Set(sim.messages.map(message => message.index));
	for (let index = 1; index <= sim.messageCapacity; index++) if (!taken.has(index)) return index;
	return undefined;
}

function store(sms: Sms, call: Call): Answer {
	const index = nextIndex(sms);
	if (index === undefined) return void call.cms(cms.memoryFull);
	compose(call, text => {
		sms.core.sim.messages.push({ index, status: "STO UNSENT", address: call.parameters.text(0), timestamp: "", text });
		call.info(`\r\n+CMGW: ${index}\r\n`);
		call.ok();
	});
	return undefined;
}

function header(message: StoredMessage): string {
	return `"${message.status}","${message.address}",${message.timestamp === "" ? "" : `,"${message.timestamp}"`}\r\n${message.text}\r\n`;
}

function markRead(message: StoredMessage): void {
	if (message.status === "REC UNREAD") message.status = "REC READ";
}

function read(sms: Sms, call: Call): Answer {
	const message = sms.core.sim.messages.find(stored => stored.index === call.parameters.number(0));
	if (!message) return void call.cms(cms.invalidMemoryIndex);
	const text = `\r\n+CMGR: ${header(message)}`;
	markRead(message);
	return text;
}

function list(sms: Sms, call: Call): Answer {
	const wanted = call.parameters.has(0) ? call.parameters.text(0).toUpperCase() : "REC UNREAD";
	if (!["REC UNREAD", "REC READ", "STO UNSENT", "STO SENT", "ALL"].includes(wanted)) return void call.cms(cms.invalidTextModeParameter);
	const found = sms.core.sim.messages.filter(message => wanted === "ALL" || message.status === wanted);
	const text = found.map(message => `\r\n+CMGL: ${message.index},${header(message)}`).join("");
	found.forEach(markRead);
	return text;
}

function remove(sms: Sms, call: Call): Answer {
	const { messages } = sms.core.sim;
	const index = call.parameters.number(0);
	const flag = call.parameters.within(1, 0, 4, 0);
	if (index === undefined || flag === undefined) return void call.cms(cms.invalidMemoryIndex);
	const kinds = [[], ["REC READ"], ["REC READ", "STO SENT"], ["REC READ", "STO SENT", "STO UNSENT"]][flag];
	if (flag === 0 && !messages.some(message => message.index === index)) return void call.cms(cms.invalidMemoryIndex);
	const keep = messages.filter(message => (flag === 0 ? message.index !== index : kinds !== undefined && !kinds.includes(message.status)));
	messages.splice(0, messages.length, ...keep);
	return "";
}

function received(sms: Sms, tpdu: Uint8Array): boolean {
	const { core } = sms;
	const message = decodeDeliver(tpdu);
	if (!message) return true;
	const { from, text, time } = message;
	const timestamp = `${clockText(time.utcMs, time.quarterHours)}${zoneText(time.quarterHours)}`;
	if (sms.indication === 2) {
		core.urc(`\r\n+CMT: "${from}",,"${timestamp}"\r\n${text}\r\n`);
		return true;
	}
	const index = nextIndex(sms);
	if (index === undefined) return false;
	core.sim.messages.push({ index, status: "REC UNREAD", address: from, timestamp, text });
	if (sms.indication === 1) core.urc(`\r\n+CMTI: "SM",${index}\r\n`);
	return true;
}
