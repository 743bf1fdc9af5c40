import { type Device, openDevice } from "../../host-sim/ports/device.js";
import { framing8n1 } from "../../host-sim/ports/framing.js";
import type { Framing, Port } from "../../host-sim/ports/port.js";
import type { PortError } from "../../host-sim/ports/port-error.js";
import { text } from "../engine/host.js";

/** Waits in real time, five seconds at most; says what it waited for. */
export async function until(what: string, condition: () => boolean): Promise<void> {
	const endMs = performance.now() + 5000;
	while (!condition()) {
		if (performance.now() > endMs) throw new Error(`waited in vain: ${what}`);
		await new Promise(resolve => setTimeout(resolve, 2));
	}
}

export interface Client {
	readonly device: Device;
	readonly seen: { text: string; drained: number; opened: boolean; error: PortError | undefined };
}

export function openClient(path: string, framing: Framing = framing8n1(115_200)): Client {
	const seen: Client["seen"] = { text: "", drained: 0, opened: false, error: undefined };
	const device = openDevice(path, framing, {
		opened: () => void (seen.opened = true),
		received: bytes => void (seen.text += text(bytes)),
		drained: () => void seen.drained++,
		failed: error => void (seen.error = error),
	});
	return { device, seen };
}

/** Opened, or failed with the error it names. */
export async function openedClient(path: string, framing?: Framing): Promise<Client> {
	const client = openClient(path, framing);
	await until(`${path} opens`, () => client.seen.opened || client.seen.error !== undefined);
	if (client.seen.error !== undefined) throw client.seen.error;
	return client;
}

/** Answers what it gets with the same bytes, and keeps them. */
export function echo(port: Port): { text: string } {
	const heard = { text: "" };
	port.onBytes = bytes => {
		heard.text += text(bytes);
		port.write(bytes);
	};
	return heard;
}
