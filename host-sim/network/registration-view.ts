import type { PsmGrant } from "./grants.js";
import type { RadioNetwork } from "./radio-network.js";
import type { Registration, UeListener } from "./ue.js";

/** EMM state: `detached` is the user's or the network's wish, `denied` the network's no, `stopped` a no until the next switch-on. */
export type Emm = "off" | "detached" | "searching" | "attaching" | "registered" | "denied" | "stopped";

/** TS 27.007 10.1.22: what `+CEREG` tells of the state. */
export function registrationView(
	emm: Emm,
	cause: number | undefined,
	{ cell, operator }: RadioNetwork,
	grant: PsmGrant | undefined,
	allowedNssai: readonly string[],
): Registration {
	const registered = emm === "registered";
	const denied = emm === "denied" || emm === "stopped";
	const stat = registered ? (operator.roaming ? 5 : 1) : denied ? 3 : emm === "searching" || emm === "attaching" ? 2 : 0;
	return {
		stat,
		tac: registered ? cell.tac : undefined,
		ci: registered ? cell.ci : undefined,
		act: registered ? cell.act : undefined,
		causeType: denied && cause !== undefined ? 0 : undefined,
		rejectCause: denied ? cause : undefined,
		activeTime: registered ? grant?.activeTime : undefined,
		periodicTau: registered ? grant?.periodicTau : undefined,
		...(registered && cell.rat === "NR" ? { allowedNssai } : {}),
	};
}

/** Tells every change of the registration once. */
export class RegistrationReport {
	#shown = "";

	forget(): void {
		this.#shown = "";
	}
	say(
		registration: Registration,
		to: { emit(name: string, data: Record<string, unknown>): void; notify(action: (listener: UeListener) => void): void },
	): void {
		const shown = JSON.stringify(registration);
		if (shown === this.#shown) return;
		this.#shown = shown;
		const { stat, rejectCause } = registration;
		to.emit("registration", rejectCause === undefined ? { stat } : { stat, rejectCause });
		to.notify(listener => listener.registrationChanged());
	}
}
