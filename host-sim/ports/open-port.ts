import { linkPort } from "./link.js";
import type { Port } from "./port.js";
import { PortError } from "./port-error.js";
import { openPty } from "./pty.js";
import { openTcp, openUnix } from "./socket.js";

export interface OpenPortOptions {
	/** A path of the user's choice that leads to the port; with a pty only. */
	readonly link?: string | undefined;
}

async function openLinkedPty(link: string | undefined): Promise<Port> {
	const port = await openPty();
	if (link === undefined) return port;
	try {
		const unlink = linkPort(link, port.path as string);
		const close = port.close.bind(port);
		port.close = () => {
			unlink();
			close();
		};
		return port;
	} catch (error) {
		port.close();
		throw error;
	}
}

/**
 * Opens the module's end of a real line. Its `path` is what a client opens.
 * @param spec `"pty"`, `"tcp:PORT"` or `"unix:PATH"`
 * @throws PortError `"invalid"` for what cannot be meant, other codes for what the machine does not give
 */
export async function openPort(spec: string, options: OpenPortOptions = {}): Promise<Port> {
	if (spec === "pty") return openLinkedPty(options.link);
	if (options.link !== undefined) throw new PortError("invalid", spec, `a link leads to a pty, and ${spec} is none: leave --port-link out`);
	if (spec.startsWith("tcp:")) return openTcp(spec);
	if (spec.startsWith("unix:")) return openUnix(spec);
	throw new PortError("invalid", spec, `${spec}: a simulated module's port is pty, tcp:PORT or unix:PATH`);
}
