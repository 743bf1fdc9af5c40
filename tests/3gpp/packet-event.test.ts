import { describe, expect, test } from "vitest";
import { decodePacketEvent, PacketEvent } from "../../sdk/3gpp/packet-event.js";
import { lineOf } from "./line.js";

const nothing = { ...new PacketEvent() };

describe("forms of +CGEV", () => {
	test.each([
		["+CGEV: ME PDN ACT 1", { kind: "activated", by: "mobile", pdn: true, cid: 1 }],
		["+CGEV: ME PDN ACT 0,0", { kind: "activated", by: "mobile", pdn: true, cid: 0, reason: 0 }],
		["+CGEV: ME PDN ACT 1,1", { kind: "activated", by: "mobile", pdn: true, cid: 1, reason: 1 }],
		["+CGEV: ME PDN ACT 1,2,3", { kind: "activated", by: "mobile", pdn: true, cid: 1, reason: 2, otherCid: 3 }],
		["+CGEV: ME PDN ACT 1,3", { kind: "activated", by: "mobile", pdn: true, cid: 1, reason: 3 }],
		["+CGEV:ME PDN ACT 11,2", { kind: "activated", by: "mobile", pdn: true, cid: 11, reason: 2 }],
		["+CGEV: EPS PDN ACT 1", { kind: "activated", by: "mobile", pdn: true, cid: 1 }],
		["+CGEV: NW PDN ACT 2,0", { kind: "activated", by: "network", pdn: true, cid: 2 }],
		["+CGEV: ME PDN DEACT 1", { kind: "deactivated", by: "mobile", pdn: true, cid: 1 }],
		["+CGEV: NW PDN DEACT 1,0", { kind: "deactivated", by: "network", pdn: true, cid: 1 }],
		["+CGEV: NW DEACT 1,6,0", { kind: "deactivated", by: "network", cid: 1 }],
		["+CGEV: ME ACT 1,6,0", { kind: "activated", by: "mobile", cid: 1 }],
		["+CGEV: NW MODIFY 1,3,0", { kind: "modified", by: "network", cid: 1 }],
		["+CGEV: ME MODIFY 1,3,0", { kind: "modified", by: "mobile", cid: 1 }],
		["+CGEV: NW MODIFY", { kind: "modified", by: "network" }],
		["+CGEV: NW DETACH", { kind: "detached", by: "network" }],
		["+CGEV: ME DETACH", { kind: "detached", by: "mobile" }],
		["+CGEV: ME CLASS B", { kind: "classChanged", by: "mobile" }],
		['+CGEV: REJECT "IP","10.0.0.7"', { kind: "rejected" }],
		['+CGEV: NW REACT "IP","10.0.0.7",1', { kind: "activated", by: "network" }],
		["+CGEV: IPV6 0", { kind: "ipv6Ready", cid: 0 }],
		["+CGEV: IPV6 FAIL 0", { kind: "ipv6Failed", cid: 0 }],
		["+CGEV: IPV6 FAIL", { kind: "ipv6Failed" }],
		["+CGEV: ME OVERHEATED 1", { kind: "other", by: "mobile" }],
		["+CGEV: something new", { kind: "other" }],
		["+CGEV: ME PDN ACTED 1", { kind: "other", by: "mobile", pdn: true }],
		["+CGEV: ME PDN ACT x", { kind: "activated", by: "mobile", pdn: true }],
		["+CGEV:", { kind: "other" }],
	] as const)("%s", (text, expected) => {
		const event = new PacketEvent();
		// A used record must not shine through.
		decodePacketEvent(lineOf("+CGEV: ME PDN ACT 9,2,8"), event);
		decodePacketEvent(lineOf(text), event);
		expect(event).toEqual({ ...nothing, ...expected });
	});
});
