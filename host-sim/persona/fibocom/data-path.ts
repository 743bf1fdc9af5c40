import { contextOf } from "../../modem/base/packet.js";
import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";

/** Assumption: as the vendors give for a context. */
const dialMs = 150_000;

/** `+GTRNDIS`: dials a context for the USB network interface; there are no sockets behind AT. */
export class FibocomDataPath {
	readonly #core: ModuleCore;
	#dialled: number | undefined;

	constructor(core: ModuleCore) {
		this.#core = core;
	}

	/** The context went away. */
	lost(cid: number): void {
		if (this.#dialled === cid) this.#dialled = undefined;
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+GTRNDIS",
				read: () => this.#show(),
				set: call => this.#dial(call),
				test: "\r\n+GTRNDIS: (0,1),(1-15)\r\n",
				needsSim: true,
			},
		];
	}

	/** Addresses behind the context: general knowledge of the family. */
	#show(): string {
		const context = contextOf(this.#core, this.#dialled ?? -1);
		if (!context?.active) return "\r\n+GTRNDIS: 0\r\n";
		const texts = [context.ipv4, context.ipv6, ...context.dns].filter(text => text !== undefined).map(text => `,"${text}"`);
		return `\r\n+GTRNDIS: 1,${context.cid}${texts.join("")}\r\n`;
	}

	#dial(call: Call): Answer {
		const core = this.#core;
		const wanted = call.parameters.within(0, 0, 1);
		const cid = call.parameters.within(1, 1, 15, core.persona.firstCid);
		if (wanted === undefined || cid === undefined || !contextOf(core, cid)) return 50;
		if (wanted === 0) {
			this.#dialled = undefined;
			return "";
		}
		if (core.functionality !== 1 || !core.ue.attached) return 30;
		const active = (): boolean => contextOf(core, cid)?.active === true;
		if (!active()) core.ue.activateContext(cid);
		call.until(active, dialMs, met => {
			if (!met) return call.cme(148);
			this.#dialled = cid;
			call.ok();
		});
		return undefined;
	}
}
