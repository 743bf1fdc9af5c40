import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { announceSent, type OpenFailure } from "../socket/flow-socket.js";
import { refused, socketError, wrong } from "./errors.js";
import { DatagramLink, type Link, StreamLink } from "./link.js";
import { Delivery } from "./receive.js";
import type { SimcomService } from "./service.js";

const linkCount = 10;
/** Data bytes of one send (RT-Thread's class for the family). */
const longestSend = 1500;
/** From OK to `+CIPCLOSE`: assumption. */
const closeMs = 50;

const failures: Readonly<Partial<Record<OpenFailure, number>>> = {
	timeout: socketError.timeout,
	"no-context": socketError.notOpened,
};

/** `CIP…`: ten links; datagram sockets belong to no peer, it stands in each send. */
export class SimcomSockets {
	readonly #core: ModuleCore;
	readonly #service: SimcomService;
	readonly #links = new Map<number, Link>();
	readonly #delivery: Delivery;
	/** `+CIPTIMEOUT`, in milliseconds: NETOPEN, CIPOPEN, CIPSEND. The factory's are assumptions. */
	#timeouts: readonly number[] = [120_000, 120_000, 120_000];

	constructor(core: ModuleCore, service: SimcomService) {
		this.#core = core;
		this.#service = service;
		this.#delivery = new Delivery(core, id => this.#links.get(id));
	}

	/** Something is on its way that keeps the module awake. */
	get busy(): boolean {
		for (const link of this.#links.values()) if (link.busy) return true;
		return false;
	}

	/** The far end of each is gone. */
	closeAll(): void {
		for (const link of [...this.#links.values()]) this.#lost(link);
	}

	/** The service ended: nothing is said of single links. */
	drop(): void {
		for (const link of this.#links.values()) link.lose();
		this.#links.clear();
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+CIPOPEN",
				read: () => Array.from({ length: linkCount }, (_, id) => this.#shown(id)).join(""),
				set: call => this.#open(call),
				test: '\r\n+CIPOPEN: (0-9),("TCP","UDP")\r\n',
			},
			{ name: "+CIPSEND", set: call => this.#send(call), test: `\r\n+CIPSEND: (0-9),(1-${longestSend})\r\n` },
			{
				name: "+CIPCLOSE",
				read: () => `\r\n+CIPCLOSE: ${Array.from({ length: linkCount }, (_, id) => (this.#live(id) ? 1 : 0)).join(",")}\r\n`,
				set: call => this.#close(call),
				test: "\r\n+CIPCLOSE: (0-9)\r\n",
			},
			{ name: "+CIPACK", set: call => this.#counters(call), test: "\r\n+CIPACK: (0-9)\r\n" },
			{
				name: "+CIPTIMEOUT",
				read: () => `\r\n+CIPTIMEOUT: ${this.#timeouts.join(",")}\r\n`,
				set: call => this.#setTimeouts(call),
				test: "\r\n+CIPTIMEOUT: (3000-120000),(3000-120000),(3000-120000)\r\n",
			},
			// Transparent mode exists on the module and not in this simulator.
			{
				name: "+CIPMODE",
				read: () => "\r\n+CIPMODE: 0\r\n",
				set: call => (call.parameters.number(0) === 0 ? "" : wrong(call)),
				test: "\r\n+CIPMODE: (0-1)\r\n",
			},
			...this.#delivery.commands,
		];
	}

	#live(id: number): Link | undefined {
		const link = this.#links.get(id);
		return link && !link.over ? link : undefined;
	}

	#shown(id: number): string {
		const link = this.#live(id);
		if (!link?.ready) return `\r\n+CIPOPEN: ${id}\r\n`;
		return `\r\n+CIPOPEN: ${id},"${link.service}","${link.host}",${link.port},-1\r\n`;
	}

	/** A stream's result follows OK. */
	#open(call: Call): Answer {
		const { parameters } = call;
		const id = parameters.within(0, 0, linkCount - 1);
		const service = parameters.text(1).toUpperCase();
		if (id === undefined || (service !== "TCP" && service !== "UDP")) return wrong(call);
		const refuse = (why: number) => refused(call, `+CIPOPEN: ${id},${why}`);
		if (!this.#service.open) return refuse(socketError.notOpened);
		const port = parameters.within(3, 1, 65_535);
		const localPort = parameters.within(4, 0, 65_535, 0);
		if (localPort === undefined) return refuse(socketError.parameter);
		if (this.#live(id)) return refuse(socketError.notSupported);
		if (service === "UDP") {
			// Transcript 16: a peer is refused. The vendor's note wants the local port.
			if (parameters.has(2) || parameters.has(3) || !parameters.has(4)) return refuse(socketError.parameter);
			return this.#openDatagrams(id, localPort);
		}
		const host = parameters.text(2);
		if (host === "" || port === undefined) return refuse(socketError.parameter);
		call.ok();
		this.#openStream(id, host, port, localPort);
		return undefined;
	}

	/** Nothing to wait for: the result stands before OK (the vendor's note). */
	#openDatagrams(id: number, localPort: number): string {
		const link: Link = new DatagramLink(this.#core, id, localPort, {
			received: bytes => this.#delivery.received(link, bytes),
			closed: () => {},
		});
		this.#links.set(id, link);
		return `\r\n+CIPOPEN: ${id},0\r\n`;
	}

	#openStream(id: number, host: string, port: number, localPort: number): void {
		const core = this.#core;
		const options = { kind: "tcp" as const, host, port, localPort, openWithinMs: this.#timeouts[1]! };
		const link: Link = new StreamLink(core, id, options, {
			opened: () => core.urc(`\r\n+CIPOPEN: ${id},0\r\n`),
			failed: why => {
				this.#links.delete(id);
				core.urc(`\r\n+CIPOPEN: ${id},${failures[why] ?? socketError.network}\r\n`);
			},
			received: bytes => this.#delivery.received(link, bytes),
			closed: () => this.#lost(link),
		});
		this.#links.set(id, link);
	}

	/** What it held can be read until the number is used again: inferred. */
	#lost(link: Link): void {
		if (this.#links.get(link.id) !== link) return;
		const opening = !link.ready && !link.over;
		link.lose();
		if (link.unreadBytes === 0 || link.service === "UDP") this.#links.delete(link.id);
		this.#core.urc(opening ? `\r\n+CIPOPEN: ${link.id},${socketError.network}\r\n` : `\r\n+IPCLOSE: ${link.id},1\r\n`);
	}

	#send(call: Call): Answer {
		const { parameters } = call;
		const id = parameters.within(0, 0, linkCount - 1);
		const length = parameters.within(1, 1, longestSend);
		if (id === undefined || (parameters.has(1) && length === undefined)) return wrong(call);
		const link = this.#live(id);
		// The number is of the list for CIPSEND; the line's name is inferred.
		if (!link?.ready) return refused(call, `+CIPERROR: ${this.#service.open ? socketError.notSupported : socketError.notOpened}`);
		const host = parameters.text(2);
		const port = parameters.within(3, 1, 65_535);
		const peer = host !== "" && port !== undefined ? { host, port } : undefined;
		if ((link.service === "UDP") !== (peer !== undefined)) return refused(call, `+CIPERROR: ${socketError.parameter}`);
		const prompt = length === undefined ? { text: "\r\n>", limit: longestSend } : { text: "\r\n>", length, binary: true };
		call.prompt(prompt, data => {
			if (!data || data.length === 0) call.error();
			else this.#transmit(call, link, data, peer);
		});
		return undefined;
	}

	/** `<confirmed>` is what the stack took: less than asked when it is full, -1 when the connection is gone (the vendor's manual, by public programs). */
	#transmit(call: Call, link: Link, data: Uint8Array, peer: { host: string; port: number } | undefined): void {
		const core = this.#core;
		call.ok();
		link.send(data, peer, taken => announceSent(core, () => core.urc(`\r\n+CIPSEND: ${link.id},${data.length},${taken ?? -1}\r\n`)));
	}

	#close(call: Call): Answer {
		const id = call.parameters.within(0, 0, linkCount - 1);
		if (id === undefined) return wrong(call);
		const link = this.#live(id);
		if (!link) return refused(call, `+CIPCLOSE: ${id},${this.#service.open ? socketError.notSupported : socketError.notOpened}`);
		link.close();
		this.#links.delete(id);
		call.ok();
		this.#core.after(closeMs, () => this.#core.urc(`\r\n+CIPCLOSE: ${id},0\r\n`));
		return undefined;
	}

	#counters(call: Call): Answer {
		const link = this.#live(call.parameters.within(0, 0, linkCount - 1) ?? -1);
		return link ? `\r\n+CIPACK: ${link.counters.join(",")}\r\n` : refused(call, "+IP ERROR: Connection is not created");
	}

	#setTimeouts(call: Call): Answer {
		const values = [0, 1, 2].map(index => call.parameters.within(index, 3000, 120_000, this.#timeouts[index]));
		if (values.some(value => value === undefined)) return wrong(call);
		this.#timeouts = values as number[];
		return "";
	}
}
