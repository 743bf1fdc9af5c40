import { createRandom } from "../clock/random.js";
import { VirtualClock } from "../clock/virtual-clock.js";
import { EnergyMeter } from "../energy/meter.js";
import type { EnergyProfile } from "../energy/profile.js";
import { internet } from "../internet/host.js";
import { t3324Bits, t3412Bits } from "../network/gprs-timers.js";
import { memoryNetwork } from "../network/memory-network.js";
import { type CellProfile, type OperatorProfile, testNetwork } from "../network/operator.js";
import { RadioNetwork } from "../network/radio-network.js";
import type { Flow } from "../network/ue.js";
import { VirtualUe } from "../network/virtual-ue.js";
import type { Tier } from "../network/words.js";

export interface BenchOptions {
	readonly profile: EnergyProfile;
	readonly tier?: Tier;
	readonly rsrpDbm: number;
	readonly cell?: Partial<CellProfile>;
	readonly operator?: Partial<OperatorProfile>;
	/** PSM with this active time; none without it. */
	readonly activeSeconds?: number;
	readonly periodicTauSeconds?: number;
	/** 4 bits of TS 24.008 10.5.5.32. */
	readonly edrxCycle?: string;
}

/** RSRP in the middle of each coverage level of the test cell; where level 0 is at full power too. */
export const RSRP_DBM = { ecl0: -90, ecl0FullPower: -104, ecl1: -111.5, ecl2: -125 } as const;

const HOST = "2001:db8:5e::1";
const PORT = 5683;
/** Attach, and whatever follows it. */
const SETTLE_MS = 600_000;

/** A UE without a host beside it, registered, its processor asleep: what the radio alone costs. */
export class RadioBench {
	readonly clock = new VirtualClock();
	readonly meter: EnergyMeter;
	readonly #ue: VirtualUe;
	readonly #volts: number;
	#echo = false;

	constructor(options: BenchOptions) {
		const { clock } = this;
		this.meter = new EnergyMeter(clock, options.profile);
		this.#volts = options.profile.supplyVolts.value;
		const camped = testNetwork(options.tier ?? "nbiot");
		const network = new RadioNetwork({
			operator: { ...camped.operator, ...options.operator },
			cell: { ...camped.cell, ...options.cell },
			coverage: { rsrpDbm: options.rsrpDbm },
		});
		network.loss = [0, 0, 0];
		const server = {
			addresses: [HOST],
			datagram: (_port: number, bytes: Uint8Array, _from: unknown, reply: (bytes: Uint8Array) => void) => {
				if (this.#echo) reply(bytes);
			},
		};
		this.#ue = new VirtualUe({
			clock,
			random: createRandom(1),
			seed: 1,
			network,
			internet: memoryNetwork(clock, internet([server], {})),
			radio: this.meter,
			onEvent: () => {},
		});
		const ue = this.#ue;
		ue.powerOn();
		ue.energy.setCore("deep-sleep");
		ue.defineContext(1, "IPV6", "");
		const { activeSeconds, periodicTauSeconds = 864_000, edrxCycle } = options;
		if (activeSeconds !== undefined) ue.requestPsm({ periodicTau: t3412Bits(periodicTauSeconds), activeTime: t3324Bits(activeSeconds) });
		if (edrxCycle !== undefined) ue.requestEdrx({ cycle: edrxCycle });
		ue.setFunctionality(1);
		this.pass(SETTLE_MS);
		if (ue.registration.stat !== 1) throw new Error("the bench's UE did not register");
	}

	pass(ms: number): void {
		this.clock.run(this.clock.now() + ms);
	}

	/** Charge in µC of what happens in `ms`. */
	chargeOf(ms: number, action: () => void = () => {}): number {
		const before = this.meter.chargeMicroampHours;
		action();
		this.pass(ms);
		return (this.meter.chargeMicroampHours - before) * 3600;
	}

	/** Average current in µA over `ms`. */
	averageMicroamps(ms: number, action?: () => void): number {
		return (this.chargeOf(ms, action) * 1000) / ms;
	}

	/** Energy in J that one message adds to resting for `windowMs`, which has to be long enough for its whole tail. */
	messageJoules(bytes: number, rai: 0 | 1 | 2, windowMs = 300_000): number {
		const rest = this.chargeOf(windowMs);
		const flow = this.#open();
		this.#echo = rai === 2;
		const charge = this.chargeOf(windowMs, () => void flow.send(new Uint8Array(bytes), { rai }));
		flow.close();
		return (charge - rest) * 1e-6 * this.#volts;
	}

	/** A message each `everyMs`, answered by as many bytes, for an hour: average current in µA. */
	heartbeatMicroamps(bytes: number, rai: 0 | 2, everyMs: number): number {
		const flow = this.#open();
		this.#echo = true;
		const count = 3_600_000 / everyMs;
		let charge = 0;
		for (let i = 0; i < count; i++) charge += this.chargeOf(everyMs, () => void flow.send(new Uint8Array(bytes), { rai }));
		flow.close();
		return charge / 3600;
	}

	millisecondsIn(state: "connected" | "transmit" | "receive"): number {
		return this.meter.millisecondsByState[state] ?? 0;
	}

	/** A socket is a moment old before anything goes through it. */
	#open(): Flow {
		const nothing = () => {};
		const listener = { opened: nothing, failed: nothing, sent: nothing, received: nothing, closed: nothing };
		const flow = this.#ue.openFlow("udp", 1, HOST, PORT, 0, listener);
		this.pass(1000);
		return flow;
	}
}
