import { addressKind, formatAddress, isUsableAddress, parseAddress } from "../../../sdk/3gpp/ip-address.js";
import { CGACT, CGCONTRDP, CGDCONT, CGPADDR } from "../../../sdk/3gpp/packet-commands.js";
import type { AtLine } from "../../../sdk/at/line.js";
import type { ContextFacts } from "../../cli/diagnosis.js";
import type { Examination } from "./examination.js";

/** First field of `+CGCONTRDP` with addresses: address and mask, gateway, then DNS servers (TS 27.007 10.1.23). */
const ADDRESS_AND_MASK = 3;
const FIRST_DNS = 5;
const LAST_DNS = 6;

interface Context {
	pdpType: string | null;
	apn: string | null;
	active: boolean | null;
	readonly ipv6: Set<string>;
	readonly ipv4: Set<string>;
	readonly dns: Set<string>;
}

class Contexts {
	readonly byCid = new Map<number, Context>();
	isPending = false;

	of(cid: number): Context {
		let context = this.byCid.get(cid);
		if (context === undefined) {
			context = { pdpType: null, apn: null, active: null, ipv6: new Set(), ipv4: new Set(), dns: new Set() };
			this.byCid.set(cid, context);
		}
		return context;
	}

	/** An address in any text form; one that leads nowhere is left away, and a link-local one announces another. */
	addAddress(cid: number, text: string | undefined): void {
		const address = parseAddress(text ?? "");
		if (address === undefined) return;
		const { family, bytes } = address;
		if (isUsableAddress(bytes)) this.of(cid)[family].add(formatAddress(bytes));
		else if (family === "ipv6" && addressKind(bytes) === "linkLocal") this.isPending = true;
	}

	addDns(cid: number, text: string | undefined): void {
		const address = parseAddress(text ?? "");
		if (address !== undefined && addressKind(address.bytes) !== "unspecified") this.of(cid).dns.add(formatAddress(address.bytes));
	}
}

/** PDP contexts with what was defined, whether they are active, and what the network assigned. */
export async function readContexts(examination: Examination): Promise<void> {
	const { draft } = examination;
	const contexts = new Contexts();
	await readDefinitions(examination, contexts);
	await examination.ask(CGACT.read, undefined, line => {
		const cid = line.uint(0);
		if (cid !== undefined) contexts.of(cid).active = line.uint(1) === 1;
	});
	await readAddresses(examination, contexts);
	await readParameters(examination, contexts);
	const list = [...contexts.byCid].sort(([a], [b]) => a - b).map(([cid, context]) => factsOf(cid, context));
	draft.contexts = list;
	const usable = list.filter(context => context.active !== false);
	const ipv6 = usable.flatMap(context => context.ipv6)[0] ?? null;
	const ipv4 = usable.flatMap(context => context.ipv4)[0] ?? null;
	draft.addresses = { ipv6, ipv4, pending: contexts.isPending && ipv6 === null };
}

function factsOf(cid: number, { pdpType, apn, active, ipv6, ipv4, dns }: Context): ContextFacts {
	return { cid, pdpType, apn, active, ipv6: [...ipv6], ipv4: [...ipv4], dns: [...dns] };
}

async function readDefinitions(examination: Examination, contexts: Contexts): Promise<void> {
	await examination.ask(CGDCONT.read, undefined, line => {
		const cid = line.uint(0);
		if (cid === undefined) return;
		const context = contexts.of(cid);
		context.pdpType = line.text(1) || null;
		context.apn = line.text(2) || null;
	});
}

/** Where the plain form is refused each context is asked for by itself. */
async function readAddresses(examination: Examination, contexts: Contexts): Promise<void> {
	const take = (line: AtLine): void => {
		const cid = line.uint(0);
		if (cid === undefined) return;
		for (let i = 1; i < line.count; i++) contexts.addAddress(cid, line.text(i));
	};
	const { error } = await examination.ask(CGPADDR.execute, undefined, take);
	if (error === undefined) return;
	for (const cid of [...contexts.byCid.keys()]) await examination.ask(CGPADDR.set, { cid }, take);
}

async function readParameters(examination: Examination, contexts: Contexts): Promise<void> {
	const take = (line: AtLine): void => {
		const cid = line.uint(0);
		if (cid === undefined) return;
		// The APN that the network gave, which a context defined without one does not show.
		contexts.of(cid).apn ??= line.text(2) || null;
		contexts.addAddress(cid, line.text(ADDRESS_AND_MASK));
		for (let i = FIRST_DNS; i <= LAST_DNS; i++) contexts.addDns(cid, line.text(i));
	};
	const { error } = await examination.ask(CGCONTRDP.execute, undefined, take);
	if (error === undefined) return;
	for (const [cid, { active }] of [...contexts.byCid]) if (active === true) await examination.ask(CGCONTRDP.set, { cid }, take);
}
