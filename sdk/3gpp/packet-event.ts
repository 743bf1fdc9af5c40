import type { AtLine } from "../at/line.js";

/**
 * What a `+CGEV` report says (TS 27.007 10.1.19, with the Nordic modems' `IPV6` forms).
 * "rejected": the network asked for a context and was refused by us. "other": a form that this package has no use for.
 */
export type PacketEventKind =
	| "activated"
	| "deactivated"
	| "modified"
	| "detached"
	| "rejected"
	| "classChanged"
	| "ipv6Ready"
	| "ipv6Failed"
	| "other";

/** `<reason>` of `ME PDN ACT`: how ESM causes #50, #51 and #52 reach AT. */
export const PdnReason = Object.freeze({
	/** Cause #50: the network gave IPv4 although both families were asked for; do not ask for IPv6 in a second context. */
	ipv4Only: 0,
	/** Cause #51: IPv6 alone. */
	ipv6Only: 1,
	/** Cause #52: one family per context; the other family may be had in a second context. */
	singleAddressOnly: 2,
	/** As 2, and the module tried the second context by itself and failed. */
	singleAddressSecondFailed: 3,
});

/** One report, decoded. */
export class PacketEvent {
	kind: PacketEventKind = "other";
	by: "network" | "mobile" | undefined = undefined;
	/** True for a default bearer (`PDN`), false for a dedicated one, detach and class reports. */
	pdn = false;
	cid: number | undefined = undefined;
	/** Only of `ME PDN ACT`: {@link PdnReason}. */
	reason: number | undefined = undefined;
	/** Only of `ME PDN ACT` with reason 2 where the module opened the second context itself. */
	otherCid: number | undefined = undefined;
}

/**
 * Reads `ME PDN ACT 1,0`, `EPS PDN ACT 1`, `NW PDN DEACT 2`, `NW DETACH`, `IPV6 FAIL 1` and their kin into `into`.
 * Old forms that name a PDP type and address instead of a `<cid>` give `cid` undefined.
 */
export function decodePacketEvent(line: AtLine, into: PacketEvent): void {
	const words = line.text(0) ?? "";
	into.kind = "other";
	into.by = undefined;
	into.pdn = false;
	into.cid = into.reason = into.otherCid = undefined;
	let at = wordAfter(words, 0, "IPV6");
	if (at >= 0) {
		const failed = wordAfter(words, at, "FAIL");
		into.kind = failed >= 0 ? "ipv6Failed" : "ipv6Ready";
		into.cid = numberAt(words, failed >= 0 ? failed : at);
		return;
	}
	if (wordAfter(words, 0, "REJECT") >= 0) {
		into.kind = "rejected";
		return;
	}
	at = originOf(words, into);
	const afterPdn = wordAfter(words, at, "PDN");
	if (afterPdn >= 0) {
		into.pdn = true;
		at = afterPdn;
	}
	readAction(line, words, at, into);
}

/** `NW`, `ME`, or `EPS` as some modules write for "the mobile activated the default bearer". Where the next word begins. */
function originOf(words: string, into: PacketEvent): number {
	const network = wordAfter(words, 0, "NW");
	if (network >= 0) {
		into.by = "network";
		return network;
	}
	const mobile = Math.max(wordAfter(words, 0, "ME"), wordAfter(words, 0, "EPS"));
	if (mobile < 0) return 0;
	into.by = "mobile";
	return mobile;
}

function readAction(line: AtLine, words: string, at: number, into: PacketEvent): void {
	for (let i = 0; i < ACTIONS.length; i++) {
		const after = wordAfter(words, at, ACTIONS[i]!.word);
		if (after < 0) continue;
		into.kind = ACTIONS[i]!.kind;
		into.cid = numberAt(words, after);
		// A dedicated bearer's report is `<primary cid>,<cid>,<event type>`: its second number is no reason.
		if (into.kind === "activated" && into.pdn && into.by === "mobile") {
			into.reason = line.uint(1);
			into.otherCid = line.uint(2);
		}
		return;
	}
}

const ACTIONS: readonly { readonly word: string; readonly kind: PacketEventKind }[] = Object.freeze([
	Object.freeze({ word: "ACT", kind: "activated" }),
	Object.freeze({ word: "DEACT", kind: "deactivated" }),
	Object.freeze({ word: "MODIFY", kind: "modified" }),
	Object.freeze({ word: "DETACH", kind: "detached" }),
	Object.freeze({ word: "CLASS", kind: "classChanged" }),
	Object.freeze({ word: "REACT", kind: "activated" }),
]);

/** Where the text goes on after `word` and a blank or the end; −1 when it has another word at `at`. */
function wordAfter(text: string, at: number, word: string): number {
	if (at < 0 || !text.startsWith(word, at)) return -1;
	const end = at + word.length;
	if (end === text.length) return end;
	return text.charCodeAt(end) === 32 ? end + 1 : -1;
}

/** The decimal number that is all the rest of the text from `at` on. */
function numberAt(text: string, at: number): number | undefined {
	let value = 0;
	let end = at;
	for (; end < text.length; end++) {
		const digit = text.charCodeAt(end) - 48;
		if (digit < 0 || digit > 9) break;
		value = value * 10 + digit;
	}
	return end === at || end < text.length ? undefined : value;
}
