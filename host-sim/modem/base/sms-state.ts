import type { Call } from "../command.js";
import type { ModuleCore } from "../core.js";
import { cms } from "../error-names.js";
import type { SmsLook } from "./sms-format.js";
import { defaultSmsProfile, type SmsMemories, type SmsProfile, SmsStorage } from "./sms-storage.js";
import type { CharacterSet } from "./sms-text.js";

/** `+CSMP` in numbers: first octet, validity, protocol, coding. */
export interface TextParameters {
	readonly first: number;
	readonly validity: number;
	readonly protocol: number;
	readonly coding: number;
}

/** What the commands for short messages share; forgotten at a restart but for what the memories hold. */
export class SmsState implements SmsLook {
	readonly core: ModuleCore;
	readonly profile: SmsProfile;
	readonly storage: SmsStorage;
	format: 0 | 1;
	characters: CharacterSet;
	details = 0;
	/** `+CSMS`: 1 waits for the host's `+CNMA`. */
	service = 0;
	parameters: TextParameters = { first: 17, validity: 167, protocol: 0, coding: 0 };
	memories: SmsMemories;
	/** A message was refused for want of room: the network waits. */
	refused = false;
	#reference = 0;

	constructor(core: ModuleCore) {
		this.core = core;
		this.profile = core.persona.sms ?? defaultSmsProfile;
		this.storage = new SmsStorage(core, this.profile);
		this.format = this.profile.format;
		this.characters = "GSM";
		const first = this.storage.names[0] ?? "SM";
		this.memories = [first, first, first];
	}

	get centre(): string {
		return this.core.sim.smsCentre;
	}

	nextReference(): number {
		return this.#reference++ & 0xff;
	}

	/** False: the card is not, and the command has ended with what TS 27.005 3.2.5 says. */
	ready(call: Call): boolean {
		const cme = this.core.simRefusal();
		if (cme === undefined) return true;
		const refusals: Readonly<Record<number, number>> = {
			10: cms.simNotInserted,
			11: cms.simPinRequired,
			12: cms.simPukRequired,
			14: cms.simBusy,
		};
		call.cms(refusals[cme] ?? cms.simFailure);
		return false;
	}

	/** `3,20,3,20,3,20` for `+CPMS`, or with the names before. */
	usage(named: boolean): string {
		return this.memories.map(memory => `${named ? `"${memory}",` : ""}${this.storage.usage(memory)}`).join(",");
	}
}
