import type { AtChannel } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import { optional, payloadHex, text, uint } from "../../sdk/at/fields.js";
import {
	capability,
	defineDriver,
	drive,
	type ModemContext,
	pulse,
	readCompareWrite,
	type SocketDialect,
	send,
} from "../../sdk/modem/driver.js";

/** A module that exists only here: the shortest driver that uses every part of the record. */
const SPEC = "tests";
const USLP = command("+USLP", { spec: SPEC, set: { params: { mode: uint(0, 1) } } });
const UCFG = command("+UCFG", { spec: SPEC, set: { params: { value: uint() } }, read: { response: { value: uint() } } });
const UOFF = command("+UOFF", { spec: SPEC, execute: {} });
const UOPEN = command("+UOPEN", { spec: SPEC, set: { params: { id: uint(), address: text(), port: uint(), localPort: uint() } } });
const USEND = command("+USEND", {
	spec: SPEC,
	set: {
		params: { id: uint(), length: uint(), data: payloadHex(64), rai: optional(uint()) },
		finals: { ok: ["SEND OK"], error: ["SEND FAIL"] },
		timeoutMs: 10_000,
	},
});
const UCLOSE = command("+UCLOSE", { spec: SPEC, set: { params: { id: uint() }, finals: { ok: ["CLOSE OK"], error: [] } } });
const UDNS = command("+UDNS", { spec: SPEC, set: { params: { host: text() } } });
const URECV = command("+URECV", {
	spec: SPEC,
	set: { params: { id: uint() }, lines: true, binary: line => line.uint(1) ?? 0 },
});

type Channel = AtChannel<ModemContext>;
export const sockets: SocketDialect = {
	firstSocket: 0,
	errorMeansNotSent: true,
	openWithinMs: 5_000,
	resolveWithinMs: 5_000,
	causes: { 9: "no room" },
	open(at: Channel, task) {
		at.submit(UOPEN.set, { id: task.socket, address: task.address, port: task.port, localPort: task.localPort }, task, task.accepted);
	},
	send(at: Channel, task) {
		const rai = task.release === "after-uplink" ? 1 : task.release === "after-response" ? 2 : undefined;
		at.submit(USEND.set, { id: task.socket, length: task.data.byteLength, data: task.data, rai }, task, task.finish);
	},
	close(at: Channel, task) {
		at.submit(UCLOSE.set, { id: task.socket }, task, task.finish);
	},
	resolve(at: Channel, task) {
		at.submit(UDNS.set, { host: task.address }, task, task.accepted);
	},
	urcs: [
		{ prefix: "+UOPEN", spec: SPEC, isResponse: () => false, handle: (m, l) => m.sockets.opened(l.uint(0) ?? -1, l.uint(1) ?? 1) },
		{ prefix: "+UDATA", spec: SPEC, handle: (m, l) => m.sockets.receivedHex(l.uint(0) ?? -1, l, 2, l.uint(1) ?? -1) },
		{ prefix: "+UCLOSED", spec: SPEC, handle: (m, l) => m.sockets.closed(l.uint(0) ?? -1) },
		{ prefix: "+UWAIT", spec: SPEC, handle: (m, l) => m.sockets.readable(l.uint(0) ?? -1) },
		{
			prefix: "+UDNS",
			spec: SPEC,
			isResponse: () => false,
			handle: (m, l) =>
				l.isQuoted(0) ? m.sockets.resolved(l.text(0) ?? "") : m.sockets.resolving(l.uint(0) ?? 0, l.count > 1 ? (l.uint(1) ?? 0) : 0),
		},
	],
};
/** The same module where data wait until they are fetched. */
export const pullSockets: SocketDialect = {
	...sockets,
	receive(at: Channel, task) {
		at.submit(URECV.set, { id: task.socket }, task, task.finish, undefined, function (line) {
			const payload = line.payload();
			if (payload === undefined) return;
			this.into.set(payload);
			this.received = payload.byteLength;
		});
	},
};

export const driver = defineDriver({
	id: "test-module",
	tier: "nbiot",
	vendor: "Test",
	models: ["UNO-1"],
	documents: [SPEC],
	uart: { baud: 115_200, flowControl: "none", commandGapMs: 0 },
	boot: { banners: ["RDY"], withinMs: 5_000, settleMs: 100 },
	pins: { power: { asserted: 0 }, reset: { asserted: 0 }, wake: { asserted: 1 } },
	defaultCid: 1,
	registration: { domain: "EPS", mode: 4 },
	edrxActType: 5,
	sockets,
	urcs: [
		{
			prefix: "+USLEEP",
			spec: SPEC,
			handle: (modem, line) => modem.sleeping(line.equals(0, "PSM") ? "psm" : line.equals(0, "DEEP") ? "deep" : "awake"),
		},
	],
	procedures: {
		powerOn: [pulse("power", 500, "key")],
		powerOff: { commands: [send(UOFF.execute)], pins: [pulse("power", 1500, "key")], shutdownMs: 2000 },
		reset: [drive("reset", "asserted"), pulse("wake", 10, "nothing in particular"), drive("reset", "released")],
		initialize: [
			readCompareWrite(UCFG.read, UCFG.set, { same: result => result.value === 7, params: { value: 7 } }),
			send(USLP.set, { mode: 0 }),
		],
	},
	sleep: {
		allow: [send(USLP.set, { mode: 1 })],
		forbid: [send(USLP.set, { mode: 0 })],
		idleMs: 1000,
		wakePins: [pulse("wake", 100, "wake")],
		probe: { answerMs: 500, times: 4 },
		keepsSockets: false,
	},
	capabilities: {
		rats: capability("NB-IoT", "manual", SPEC),
		udpSockets: capability(2, "manual", SPEC),
		tcpSockets: capability(0, "manual", SPEC),
		sendBytes: capability(64, "manual", SPEC),
		receiveBytes: capability(64, "manual", SPEC),
		ipv6: capability(true, "manual", SPEC),
		psm: capability(true, "manual", SPEC),
		edrx: capability(true, "manual", SPEC),
		releaseAssistance: capability("cp", "manual", SPEC),
		dns: capability(true, "manual", SPEC),
	},
});
