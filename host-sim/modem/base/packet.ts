import type { PdpContext, PdpType, UeListener } from "../../network/ue.js";
import type { Answer, Call, CommandRow } from "../command.js";
import type { ModuleCore } from "../core.js";
import { ipv6Text } from "./addresses.js";

/** Vendors' manuals give 150 s for a PDN connection. */
const activateMs = 150_000;
const largestCid = 15;
/** S-NSSAI among the parameters of `+CGDCONT` (TS 27.007 10.1.1): the quoted empty text of transcript 20 stands there. */
const snssaiIndex = 17;

export function isPdpType(text: string): text is PdpType {
	return text === "IP" || text === "IPV6" || text === "IPV4V6";
}

export function contextOf(core: ModuleCore, cid: number): PdpContext | undefined {
	return core.ue.contexts.find(context => context.cid === cid);
}

/** Addresses of a context in quotes with commas before: `,"10.0.0.7","2001:db8::7"`; "" while it has none. */
export function addressFields(core: ModuleCore, context: PdpContext | undefined): string {
	if (!context?.active || core.faults.has("empty-cgpaddr")) return "";
	const ipv4 = context.ipv4 === undefined ? "" : `,"${context.ipv4}"`;
	return `${ipv4}${context.ipv6 === undefined ? "" : `,"${ipv6Text(core, context.ipv6)}"`}`;
}

/** TS 27.007 10.1: contexts, their activation, addresses and events. */
export function packetCommands(core: ModuleCore): CommandRow[] {
	return [
		{
			name: "+CGDCONT",
			read: () => core.ue.contexts.map(context => definition(core, context)).join(""),
			set: call => define(core, call),
			test: lines(["IP", "IPV6", "IPV4V6"].map(type => `+CGDCONT: (1-${largestCid}),"${type}",,,(0),(0),(0),(0)`)),
		},
		{ name: "+CGAUTH", set: call => authenticate(core, call), test: `\r\n+CGAUTH: (1-${largestCid}),(0-2),(32),(32)\r\n` },
		{
			name: "+CGACT",
			read: () => lines(core.ue.contexts.map(context => `+CGACT: ${context.cid},${context.active ? 1 : 0}`)),
			set: call => activate(core, call),
			test: "\r\n+CGACT: (0,1)\r\n",
			needsSim: true,
		},
		{
			name: "+CGPADDR",
			execute: () => allAddresses(core),
			set: call => {
				const cid = call.parameters.within(0, 0, largestCid);
				return cid === undefined ? 50 : `\r\n+CGPADDR: ${cid}${addressFields(core, contextOf(core, cid))}\r\n`;
			},
			test: () => `\r\n+CGPADDR: (${core.ue.contexts.map(context => context.cid).join(",")})\r\n`,
		},
		{
			name: "+CGCONTRDP",
			execute: () => lines(core.ue.contexts.flatMap(dynamicParameters)),
			set: call => {
				const context = contextOf(core, call.parameters.number(0) ?? -1);
				return context?.active ? lines(dynamicParameters(context)) : 50;
			},
			test: () => `\r\n+CGCONTRDP: (${core.ue.contexts.map(context => context.cid).join(",")})\r\n`,
		},
		eventReporting(core),
		{
			name: "+CNMPSD",
			execute: () => {
				core.ue.assistRelease();
				return "";
			},
			test: "",
		},
	];
}

function lines(texts: readonly string[]): string {
	return texts.length === 0 ? "" : `\r\n${texts.join("\r\n")}\r\n`;
}

export function allAddresses(core: ModuleCore): string {
	return lines(core.ue.contexts.map(context => `+CGPADDR: ${context.cid}${addressFields(core, context)}`));
}

function definition(core: ModuleCore, context: PdpContext): string {
	const shown = context.ipv4 ?? (context.ipv6 === undefined ? "" : ipv6Text(core, context.ipv6));
	return `\r\n+CGDCONT: ${context.cid},"${context.type}","${context.apn}","${shown}",0,0,0,0\r\n`;
}

export function define(core: ModuleCore, call: Call): Answer {
	const { parameters } = call;
	const cid = parameters.within(0, 1, largestCid);
	const type = parameters.text(1);
	if (cid === undefined || (parameters.has(1) && !isPdpType(type))) return 50;
	const snssai = core.persona.tier === "redcap" && parameters.has(snssaiIndex) ? parameters.text(snssaiIndex) || undefined : undefined;
	core.nvram.update({
		[`CGDCONT.${cid}`]: `${type || "IP"},${parameters.text(2)}`,
		...(core.persona.tier === "redcap" ? { [`CGDCONT.${cid}.slice`]: snssai } : {}),
	});
	core.ue.defineContext(cid, isPdpType(type) ? type : "IP", parameters.text(2), snssai);
	return "";
}

/** What `+CGDCONT` stored comes back at the next start. */
export function restoreContexts(core: ModuleCore): void {
	for (const [key, value] of core.nvram.entries) {
		const cid = /^CGDCONT\.(\d+)$/.exec(key)?.[1];
		const comma = value.indexOf(",");
		const type = value.slice(0, comma);
		if (cid === undefined || !isPdpType(type)) continue;
		core.ue.defineContext(Number(cid), type, value.slice(comma + 1), core.nvram.get(`CGDCONT.${cid}.slice`));
	}
}

function authenticate(core: ModuleCore, call: Call): Answer {
	const { parameters } = call;
	const cid = parameters.within(0, 0, largestCid);
	const protocol = parameters.within(1, 0, 2, 0);
	if (cid === undefined || protocol === undefined) return 50;
	core.ue.setCredentials(cid, protocol as 0 | 1 | 2, parameters.text(2), parameters.text(3));
	return "";
}

function activate(core: ModuleCore, call: Call): Answer {
	const wanted = call.parameters.within(0, 0, 1);
	const cid = call.parameters.number(1, core.persona.firstCid);
	if (wanted === undefined || cid === undefined) return 50;
	if (!contextOf(core, cid)) return 50;
	if (core.functionality !== 1) return 3;
	let refused = false;
	const listener: Partial<UeListener> = {
		contextChanged: (changed, what) => {
			if (changed === cid && what === "deactivated") refused = true;
		},
	};
	const done = () => contextOf(core, cid)?.active === (wanted === 1);
	core.listeners.push(listener);
	if (wanted === 1) core.ue.activateContext(cid);
	else core.ue.deactivateContext(cid);
	call.until(
		() => done() || refused,
		activateMs,
		() => {
			core.listeners.splice(core.listeners.indexOf(listener), 1);
			if (done()) call.ok();
			// TS 24.301 9.9.4.4 #29; the other causes have no CME number that modules agree on.
			else call.cme(core.ue.lastEsmCause === 29 ? 149 : 148);
		},
	);
	return undefined;
}

/** TS 27.007 10.1.23: one line per family; gateways are not given. */
function dynamicParameters(context: PdpContext): string[] {
	if (!context.active) return [];
	const families: string[] = [];
	const dns = (family: "ipv4" | "ipv6") =>
		context.dns
			.filter(server => server.includes(":") === (family === "ipv6"))
			.slice(0, 2)
			.map(server => `,"${server}"`)
			.join("");
	const line = (address: string, servers: string) => `+CGCONTRDP: ${context.cid},5,"${context.apn}","${address}",""${servers}`;
	if (context.ipv4 !== undefined) families.push(line(`${context.ipv4}.255.255.255.255`, dns("ipv4")));
	if (context.ipv6 !== undefined) families.push(line(context.ipv6, dns("ipv6")));
	return families;
}

/** TS 27.007 10.1.19. */
function eventReporting(core: ModuleCore): CommandRow {
	let mode = 0;
	core.listeners.push({
		contextChanged: (cid, change, by, reason) => {
			if (mode === 0 || change === "addressed") return;
			const who = by === "network" ? "NW" : "ME";
			const what = change === "activated" ? "PDN ACT" : "PDN DEACT";
			core.urc(`\r\n+CGEV: ${who} ${what} ${cid}${reason === undefined ? "" : `,${reason}`}\r\n`);
		},
	});
	return {
		name: "+CGEREP",
		read: () => `\r\n+CGEREP: ${mode},0\r\n`,
		set: call => {
			const wanted = call.parameters.within(0, 0, 2, 0);
			if (wanted === undefined) return 50;
			mode = wanted;
			return "";
		},
		test: "\r\n+CGEREP: (0,1,2),(0)\r\n",
	};
}
