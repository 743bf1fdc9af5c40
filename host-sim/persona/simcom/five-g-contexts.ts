import { dottedIpv6 } from "../../modem/base/addresses.js";
import { addressFields, define } from "../../modem/base/packet.js";
import type { CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { PdpContext } from "../../network/ue.js";

/** Contexts of the module's own: data, IMS, emergency calls (transcript 20). */
const own = [
	{ cid: 1, type: "IP", apn: "" },
	{ cid: 2, type: "IPV4V6", apn: "ims" },
	{ cid: 3, type: "IPV4V6", apn: "sos" },
] as const;

export function defineOwnContexts(core: ModuleCore): void {
	for (const { cid, type, apn } of own) core.ue.defineContext(cid, type, apn);
}

/** Context 1 takes another APN (transcript 21), the other two are protected: a refusal is an assumption, no capture tries. */
function isProtected(cid: number | undefined): boolean {
	return cid === 2 || cid === 3;
}

/** Zeros before there is an address, the slice in quotes, `<Request_Type>` and `<Always-on_req>` (transcript 20). */
function definition(core: ModuleCore, context: PdpContext): string {
	const none = `,"${context.type === "IP" ? "0.0.0.0" : dottedIpv6("::")}"`;
	const shown = (addressFields(core, context) || none).split(",")[1];
	const emergency = context.cid === 3 ? 1 : 0;
	return `\r\n+CGDCONT: ${context.cid},"${context.type}","${context.apn}",${shown},0,0,0,${emergency},,,,,,,,,,"${context.snssai ?? ""}",,,,0`;
}

export function definitionRows(core: ModuleCore): readonly CommandRow[] {
	return [
		{
			name: "+CGDCONT",
			read: () => `${core.ue.contexts.map(context => definition(core, context)).join("")}\r\n`,
			set: call => (isProtected(call.parameters.number(0)) ? 50 : define(core, call)),
		},
	];
}
