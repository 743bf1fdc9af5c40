import { parseAddress } from "../../sdk/3gpp/ip-address.js";
import type { AtChannel } from "../../sdk/at/channel.js";
import { command } from "../../sdk/at/command.js";
import type { AtError } from "../../sdk/at/errors.js";
import { text, uint } from "../../sdk/at/fields.js";
import type { AtLine } from "../../sdk/at/line.js";
import type { ModemContext, SocketTask } from "../../sdk/modem/driver.js";
import { isRefusal } from "./answers.js";

/** Names on China Mobile's modules: the manuals at hand disagree about the command and about the report, so both forms are tried and read. */
const DIGEST = "digest of the ML307R AT manuals";
const TCPIP = "China Mobile IoT TCP/IP AT manual";

/** TCP/IP manual, chapter 5: the name has no address. */
const HOST_NOT_FOUND = 580;

const MDNSGIP = command("+MDNSGIP", { spec: DIGEST, set: { params: { cid: uint(1, 15), host: text(255) } } });
const MDNSGIP_ALONE = command("+MDNSGIP", { spec: TCPIP, set: { params: { host: text(255) } } });

export function resolveName(at: AtChannel<ModemContext>, task: SocketTask): void {
	at.submit(MDNSGIP.set, { cid: task.cid, host: task.address }, { at, task }, onAccepted);
}
function onAccepted(this: { at: AtChannel<ModemContext>; task: SocketTask }, error: AtError | undefined): void {
	const { at, task } = this;
	if (error !== undefined && isRefusal(error)) at.submit(MDNSGIP_ALONE.set, { host: task.address }, task, task.accepted);
	else task.accepted(error);
}

/** `"<host>","<address>"[,"<address>"…]`, the host alone when it has none; `<cid>,<result>,…` in the other manual. */
export function onNames(modem: ModemContext, line: AtLine): void {
	let count = 0;
	for (let i = 1; i < line.count; i++) if (isAddress(line, i)) count++;
	if (count === 0) {
		const result = line.uint(0) === undefined ? undefined : line.uint(1);
		modem.sockets.resolving(0, result === undefined || result === 0 ? HOST_NOT_FOUND : result);
		return;
	}
	modem.sockets.resolving(count, 0);
	for (let i = 1; i < line.count; i++) if (isAddress(line, i)) modem.sockets.resolved(line.text(i) ?? "");
}
function isAddress(line: AtLine, index: number): boolean {
	return line.uint(index) === undefined && parseAddress(line.text(index) ?? "") !== undefined;
}
