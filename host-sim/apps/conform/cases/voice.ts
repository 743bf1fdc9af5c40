import type { Call } from "../../../../sdk/service/voice/voice.js";
import type { Bench } from "../bench.js";
import { type Case, equal, on, without } from "../case.js";

const voice = on("voice");
const MINUTES = 60_000;
const FAR_NUMBER = "+447700900123";
const skip = without("voice");

/** Online, with an eye on the call. */
async function phone(bench: Bench): Promise<string[]> {
	await bench.connect();
	const states: string[] = [];
	bench.modem.voice.onChanged = ({ state, cause }: Call) => void states.push(cause === undefined ? state : `${state} ${cause}`);
	await bench.pass(20_000);
	return states;
}
async function until(bench: Bench, state: Call["state"]): Promise<void> {
	await bench.until(`the call to be ${state}`, () => bench.modem.voice.call.state === state, 4 * MINUTES);
}
function ends(party: "busy" | "unreachable" | "no-answer", cause: string): Case {
	return voice(
		`a party that is ${party}: the call ends, and says so`,
		async bench => {
			const states = await phone(bench);
			bench.world.ue.calls.party = () => party;
			bench.modem.voice.dial(FAR_NUMBER);
			await until(bench, "ended");
			equal(states.at(-1), `ended ${cause}`, "the end");
		},
		{ skip },
	);
}

const cases: Case[] = [
	voice(
		"a call is made, answered, and ended here",
		async bench => {
			const states = await phone(bench);
			bench.modem.voice.dial(FAR_NUMBER);
			await until(bench, "active");
			bench.modem.voice.hangUp();
			await until(bench, "ended");
			equal(states.join(), "dialing,alerting,active,ended local", "the states");
		},
		{ skip },
	),
	voice(
		"tones reach the other side",
		async bench => {
			await phone(bench);
			bench.modem.voice.dial(FAR_NUMBER);
			await until(bench, "active");
			bench.modem.voice.dtmf("1*#");
			await bench.until("the tones", () => bench.world.ue.calls.tones === "1*#", MINUTES);
		},
		{ skip },
	),
	ends("busy", "busy"),
	ends("unreachable", "noCarrier"),
	ends("no-answer", "noAnswer"),
	voice(
		"a call comes in with its number, is answered, and ended there",
		async bench => {
			const states = await phone(bench);
			bench.world.ue.calls.ring(FAR_NUMBER);
			await bench.until("the call and its number", () => bench.modem.voice.call.number === FAR_NUMBER, MINUTES);
			bench.modem.voice.answer();
			await until(bench, "active");
			bench.world.ue.calls.drop();
			await until(bench, "ended");
			equal(states.at(-1), "ended remote", "the end");
		},
		{ skip },
	),
	voice(
		"a call that comes in is refused",
		async bench => {
			await phone(bench);
			bench.world.ue.calls.ring(FAR_NUMBER);
			await until(bench, "incoming");
			bench.modem.voice.hangUp();
			await until(bench, "ended");
			equal(bench.world.ue.calls.current, undefined, "the call in the network");
		},
		{ skip },
	),
	voice(
		"a restart of the module ends the call",
		async bench => {
			await phone(bench);
			bench.modem.voice.dial(FAR_NUMBER);
			await until(bench, "active");
			bench.world.module.faults.set("reboot");
			await until(bench, "ended");
		},
		{ skip },
	),
];

export { cases as voice };
