import type { AtChannel } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import { optional, payloadHex, uint } from "../../sdk/at/fields.js";
import { deepFreeze } from "../../sdk/at/freeze.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { ModemContext, Release, SocketDialect, SocketTask } from "../../sdk/modem/driver.js";
import { quectelCauses } from "./quectel-causes.js";
import {
	onOpened,
	onResolved,
	onSent,
	onStackReport,
	openSocket,
	QICFG,
	QICFG_READ,
	QIDNSGIP,
	QIOPEN,
	QPING,
	resolveHost,
} from "./quectel-stack.js";

/**
 * The embedded UDP/TCP stack of Quectel's NB-IoT modules: data in hexadecimal both ways, pushed as they come, the PDP context's id as the
 * first parameter (0 on BC660K, 1 on BC66 and BC26).
 */
const MANUAL = "Quectel BC660K-GL & BC950K-GL AT commands, TCP/IP";
const OPEN_DRIVER = "Zephyr drivers/modem bc66x (BC66 and BC660K)";

/** Data are pushed to the host as they come. */
const DIRECT_PUSH = 1;
/** `SEND OK` has no bound in the manual at hand; two bad transmissions at coverage level 2 take longer than half a minute (an assumption). */
const SEND_MS = 60_000;
/** `CLOSE OK` comes within 5.5 s (the open-source driver's bound) after an `OK` of at most 5 s. */
const CLOSE_MS = 10_500;

const payload = Object.freeze({ socket: uint(0, 11), bytes: uint(1, 512), data: payloadHex(512) });
const sending = deepFreeze({ finals: { ok: ["SEND OK"], error: ["SEND FAIL"] }, timeoutMs: SEND_MS } as const);
/** `SEND OK` does not say for which socket: one send at a time on the whole module. `rai` as in {@link RAI}. */
export const QISEND = command("+QISEND", {
	spec: MANUAL,
	set: { params: { ...payload, rai: optional(uint(0, 2)) }, ...sending },
});
/** The same where `+QISEND` does not take hexadecimal data; it has no parameter for release assistance. */
export const QISENDEX = command("+QISENDEX", { spec: OPEN_DRIVER, set: { params: payload, ...sending } });
/** `CLOSE OK` has no socket either, and is said for a closed socket as well. */
export const QICLOSE = command("+QICLOSE", {
	spec: MANUAL,
	set: { params: { socket: uint(0, 11) }, finals: { ok: ["CLOSE OK"], error: [] }, timeoutMs: CLOSE_MS },
});

/** `<rai>` of `+QISEND`: nothing, release after this uplink, release after the answer to it. */
const RAI: Readonly<Record<Release, number | undefined>> = Object.freeze({ none: undefined, "after-uplink": 1, "after-response": 2 });

/** `"recv",<id>,<bytes>,"<hex>"`; without `showlength` the hex follows the id, and in buffered mode there is none. */
function onReceived(modem: ModemContext, line: AtLine, socket: number): void {
	if (line.count >= 4) modem.sockets.receivedHex(socket, line, 3, line.uint(2) ?? 0);
	else if (line.count === 3 && line.isQuoted(2)) modem.sockets.receivedHex(socket, line, 2, (line.text(2) ?? "").length / 2);
	else modem.sockets.readable(socket);
}

function onReport(modem: ModemContext, line: AtLine): void {
	const socket = line.uint(1);
	// The report that comes all the time is compared first: each comparison of text allocates on XS.
	if (socket !== undefined && line.equals(0, "recv")) onReceived(modem, line, socket);
	else onStackReport(modem, line);
}

/** Data of a stream that do not come whole leave a gap in it. */
function onLost(modem: ModemContext, line: AtLine): void {
	const socket = line.uint(1);
	if (socket !== undefined && line.equals(0, "recv")) modem.sockets.lost(socket);
}

type Channel = AtChannel<ModemContext>;

/** With `+QISEND`: BC660K, BC950K and BC260Y. */
export const quectelNb: SocketDialect = Object.freeze({
	firstSocket: 0,
	// ERROR is a parameter or a socket that is not open; SEND FAIL is a full buffer.
	errorMeansNotSent: true,
	// The open-source driver waits 60.5 s for +QIOPEN.
	openWithinMs: 60_500,
	// Not in the manual at hand: as long as opening, which resolves a host as well (an assumption).
	resolveWithinMs: 60_500,
	causes: quectelCauses,

	open(at: Channel, task: SocketTask): void {
		openSocket(at, task, DIRECT_PUSH);
	},
	send(at: Channel, task: SocketTask): void {
		const { socket, data, release } = task;
		at.submit(QISEND.set, { socket, bytes: data.byteLength, data, rai: RAI[release] }, task, onSent);
	},
	close(at: Channel, task: SocketTask): void {
		at.submit(QICLOSE.set, { socket: task.socket }, task, task.finish);
	},
	resolve: resolveHost,
	urcs: deepFreeze([
		{ prefix: "+QIOPEN", spec: MANUAL, handle: (modem, line) => onOpened(modem, line) },
		{ prefix: "+QIURC", spec: MANUAL, handle: onReport, onTruncated: onLost },
		{ prefix: "+QIDNSGIP", spec: MANUAL, handle: (modem, line) => onResolved(modem, line, 0) },
	]),
	commands: Object.freeze([QIOPEN.set, QISEND.set, QICLOSE.set, QIDNSGIP.set, QICFG.set, QICFG_READ.set, QPING.set]),
} satisfies SocketDialect);

/** With `+QISENDEX`: BC66 and BC26. */
export const quectelNbEx: SocketDialect = Object.freeze({
	...quectelNb,
	send(at: Channel, task: SocketTask): void {
		const { socket, data } = task;
		at.submit(QISENDEX.set, { socket, bytes: data.byteLength, data }, task, onSent);
	},
	commands: Object.freeze([QIOPEN.set, QISENDEX.set, QICLOSE.set, QIDNSGIP.set, QICFG.set, QICFG_READ.set, QPING.set]),
});
