import { DecodedReports, type EdrxReport } from "../3gpp/events.js";
import type { PacketEvent } from "../3gpp/packet-event.js";
import type { RegistrationDomain, RegistrationReport } from "../3gpp/registration.js";
import type { NetworkTime } from "../3gpp/utc-time.js";
import type { AtLine } from "../at/line.js";
import type { ModemCore } from "./core.js";
import type { ModemContext, ServiceName, SocketEvents } from "./driver.js";
import { fiveGsOf } from "./five-gs.js";
import { JobId } from "./job-id.js";

/** Keeps nothing itself. */
const DECODED = Object.freeze(new DecodedReports());

/** What unsolicited result codes mean to the core. Each notes what happened; the work follows at the end of the turn. */
export class Events implements ModemContext {
	#core: ModemCore;
	constructor(core: ModemCore) {
		this.#core = core;
	}
	get decoded(): DecodedReports {
		return DECODED;
	}
	get sockets(): SocketEvents {
		return this.#core.sockets;
	}
	/** Reports of 27.007 seen so far. */
	count = 0;
	registration(domain: RegistrationDomain, report: RegistrationReport): void {
		this.count++;
		const wanted = this.#core.driver.registration.domain;
		if (wanted === "5GS") fiveGsOf(this.#core).update(domain, report);
		else if (domain === wanted) this.#core.network.update(report);
	}
	packetEvent(event: PacketEvent): void {
		this.count++;
		const core = this.#core;
		const isOurs = event.cid === undefined || event.cid === core.settings.cid;
		switch (event.kind) {
			case "activated":
				if (event.pdn && isOurs) core.addresses.activated(event.reason);
				return;
			case "deactivated":
				if (event.pdn && isOurs) this.contextLost();
				return;
			case "detached":
				this.contextLost();
				return;
			case "ipv6Ready":
				if (isOurs) core.addresses.readAgain();
				return;
			case "ipv6Failed":
				if (isOurs) core.addresses.ipv6Failed();
		}
	}
	/** Without its default bearer the module is as good as not registered: it is asked what it is, and addresses follow from that. */
	private contextLost(): void {
		const core = this.#core;
		if (core.network.wanted === undefined) return;
		core.network.contextLost();
		core.addresses.forget();
		core.sockets.closeAll();
		core.want(JobId.registration);
	}
	signallingConnection(): void {
		this.count++;
		this.#core.touch();
	}
	edrxGranted(report: EdrxReport): void {
		this.count++;
		this.#core.power.edrx(report);
	}
	simState(code: string): void {
		this.count++;
		this.#core.sim.update(code);
		this.#core.fiveGs?.mayHaveRestarted();
		this.#core.network.simReported();
	}
	functionality(level: number): void {
		this.count++;
		this.#core.functionality = level;
	}
	networkTime(time: NetworkTime): void {
		this.count++;
		this.#core.network.setTime(time);
	}
	sleeping(state: "psm" | "deep" | "light" | "awake" | "off"): void {
		if (state === "off") this.#core.wentOff();
		else this.#core.power.sleeping(state);
	}
	addressed(cid: number): void {
		if (cid === this.#core.settings.cid) this.#core.addresses.readAgain();
	}
	service(name: ServiceName, line: AtLine): void {
		this.#core.services?.service(name, line);
	}
	booted(): void {
		this.#core.booted();
	}
	/** What a row's handler or a callback of the channel threw. */
	threw(thrown: unknown): void {
		this.#core.threw(thrown);
	}
	/** A row came that some procedure waits for. */
	awaited(prefix: string): void {
		this.#core.runner.noteUrc(prefix);
	}
}
