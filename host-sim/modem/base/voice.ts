import type { Scheduled } from "../../clock/clock.js";
import type { VoiceCall } from "../../network/ue.js";
import type { Answer, Call, CommandRow } from "../command.js";
import type { ModuleCore } from "../core.js";

/** RING comes this often while nobody answers (V.250 6.3.5 leaves it to the module): assumption. */
const ringMs = 5000;
/** Until V.250 6.3.1's result of a call that is not to be: assumption. */
const refusedMs = 500;

const states: Readonly<Record<Exclude<VoiceCall["state"], "ended">, number>> = { active: 0, dialing: 2, alerting: 3, incoming: 4 };

/** V.250 6.3: what a call that ended is called on the line. */
function resultOf(call: VoiceCall): { readonly text: string; readonly code: number } {
	if (call.why === "busy") return { text: "BUSY", code: 7 };
	// The other party did not answer; an incoming call that rang out simply ends.
	if (call.why === "no-answer" && call.direction === "outgoing") return { text: "NO ANSWER", code: 8 };
	return { text: "NO CARRIER", code: 3 };
}

/**
 * Voice calls as V.250 6.3 and TS 27.007 6 and 7 have them: `ATD…;` answers OK at once, the rest comes as result codes. One call at a time.
 * The rows replace those of modules without voice.
 */
export class Voice {
	readonly #core: ModuleCore;
	readonly #enabled: () => boolean;
	#ringing: Scheduled | undefined;
	#rings = 0;
	/** `+CLIP`, `+CRC`, `+CIREG`: whether the host wants the result code. */
	#clip = 0;
	#crc = 0;
	#cireg = 0;
	/** The host hung up: the end is no news to it. */
	#hungUp = false;
	#volume = 3;
	#muted = 0;

	/** @param enabled false: the host has switched voice over IMS off */
	constructor(core: ModuleCore, enabled: () => boolean = () => true) {
		this.#core = core;
		this.#enabled = enabled;
		core.listeners.push({
			callChanged: call => this.#changed(call),
			registrationChanged: () => this.#imsReport(),
		});
	}

	get rows(): readonly CommandRow[] {
		return [
			{ name: "D", execute: call => this.#dial(call), answerMs: 20 },
			{ name: "A", execute: call => this.#answer(call) },
			{ name: "H", execute: call => (Number(call.request.argument || "0") > 1 ? void call.error() : this.#hangUp()) },
			{ name: "+CHUP", execute: () => this.#hangUp(), test: "" },
			{ name: "+CLCC", execute: () => this.#list(), test: "" },
			{ name: "+CPAS", execute: () => `\r\n+CPAS: ${this.#activity()}\r\n` },
			...this.#flags(),
			{
				name: "+CIREG",
				read: () => `\r\n+CIREG: ${this.#cireg},${this.#ims()}\r\n`,
				set: call => this.#flag(call, 2, value => (this.#cireg = value)),
				test: "\r\n+CIREG: (0-2)\r\n",
			},
			{ name: "+VTS", set: call => this.#tones(call), test: "\r\n+VTS: (0-9,A-D,*,#),(1-300)\r\n" },
			{ name: "+VTD", read: () => "\r\n+VTD: 3\r\n", set: call => this.#flag(call, 255, () => {}), test: "\r\n+VTD: (0-255)\r\n" },
			{
				name: "+CLVL",
				read: () => `\r\n+CLVL: ${this.#volume}\r\n`,
				set: call => this.#flag(call, 5, value => (this.#volume = value)),
				test: "\r\n+CLVL: (0-5)\r\n",
			},
			{
				name: "+CMUT",
				read: () => `\r\n+CMUT: ${this.#muted}\r\n`,
				set: call => this.#flag(call, 1, value => (this.#muted = value)),
				test: "\r\n+CMUT: (0,1)\r\n",
			},
			{ name: "+CHLD", set: call => (call.parameters.number(0) === 1 ? this.#hangUp() : 4), test: "\r\n+CHLD: (1)\r\n" },
		];
	}

	#flags(): CommandRow[] {
		return [
			{
				name: "+CLIP",
				// The second figure: the network offers it.
				read: () => `\r\n+CLIP: ${this.#clip},1\r\n`,
				set: call => this.#flag(call, 1, value => (this.#clip = value)),
				test: "\r\n+CLIP: (0,1)\r\n",
			},
			{
				name: "+CRC",
				read: () => `\r\n+CRC: ${this.#crc}\r\n`,
				set: call => this.#flag(call, 1, value => (this.#crc = value)),
				test: "\r\n+CRC: (0,1)\r\n",
			},
		];
	}

	#flag(call: Call, maximum: number, keep: (value: number) => void): Answer {
		const value = call.parameters.within(0, 0, maximum, 0);
		if (value === undefined) return 50;
		keep(value);
		return "";
	}

	#ims(): 0 | 1 {
		return this.#enabled() && this.#core.ue.calls.imsRegistered ? 1 : 0;
	}

	/** TS 27.007 8.71. */
	#imsReport(): void {
		if (this.#cireg > 0) this.#core.urc(`\r\n+CIREGU: ${this.#ims()}${this.#cireg === 2 && this.#ims() === 1 ? ",1" : ""}\r\n`);
	}

	/** TS 27.007 8.1. */
	#activity(): number {
		const state = this.#core.ue.calls.current?.state;
		return state === undefined ? 0 : state === "incoming" ? 3 : 4;
	}

	/** Without the semicolon it is a data call, which fails here as one without a carrier. */
	#dial(call: Call): Answer {
		const core = this.#core;
		const number = call.request.argument.replace(/[\s()-]/g, "").replace(/[TP,]/gi, "");
		const refusal = core.simRefusal();
		if (refusal !== undefined) return refusal;
		const voice = call.request.semicolon && /^\+?[\d*#]{1,40}[iIgG]*$/.test(number);
		if (voice && this.#ims() === 1 && core.ue.calls.dial(number.replace(/[ig]+$/i, ""))) {
			this.#hungUp = false;
			return "";
		}
		call.onAbort = () => call.final("NO CARRIER", 3);
		call.after(refusedMs, () => call.final("NO CARRIER", 3));
		return undefined;
	}

	#answer(call: Call): Answer {
		const { calls } = this.#core.ue;
		if (calls.current?.state !== "incoming" || !calls.answer()) return void call.final("NO CARRIER", 3);
		this.#hungUp = false;
		call.until(
			() => calls.current?.state !== "incoming",
			30_000,
			() => (calls.current?.state === "active" ? call.ok() : call.final("NO CARRIER", 3)),
		);
		return undefined;
	}

	/** Without a call it succeeds as well. */
	#hangUp(): string {
		this.#hungUp = this.#core.ue.calls.current !== undefined;
		this.#core.ue.calls.hangUp();
		return "";
	}

	/** TS 27.007 7.18. */
	#list(): string {
		const call = this.#core.ue.calls.current;
		if (!call || call.state === "ended") return "";
		const direction = call.direction === "incoming" ? 1 : 0;
		return `\r\n+CLCC: 1,${direction},${states[call.state]},0,0,"${call.number}",${call.number.startsWith("+") ? 145 : 129}\r\n`;
	}

	#tones(call: Call): Answer {
		// A single tone or several, in quotes or not.
		const tones = call.parameters.text(0).toUpperCase();
		if (!/^[\d*#A-D]{1,32}$/.test(tones)) return 50;
		return this.#core.ue.calls.dtmf(tones) ? "" : 3;
	}

	#changed(call: VoiceCall): void {
		const core = this.#core;
		core.cancel(this.#ringing);
		if (call.state === "incoming") {
			this.#rings = 0;
			this.#ring(call);
		} else if (call.state === "ended") {
			const { text, code } = resultOf(call);
			if (!this.#hungUp) core.urc(core.settings.verbose ? `\r\n${text}\r\n` : `${code}\r`);
			this.#hungUp = false;
		}
	}

	/** Again and again; after as many as S0 says the module answers by itself (V.250 6.3.8). */
	#ring(call: VoiceCall): void {
		const core = this.#core;
		core.urc(this.#crc === 1 ? "\r\n+CRING: VOICE\r\n" : "\r\nRING\r\n");
		if (this.#clip === 1) core.urc(`\r\n+CLIP: "${call.number}",${call.number.startsWith("+") ? 145 : 129},,,,0\r\n`);
		this.#rings++;
		const answerAfter = core.settings.registers.get(0)!;
		if (answerAfter > 0 && this.#rings >= answerAfter) core.ue.calls.answer();
		else this.#ringing = core.after(ringMs, () => this.#ring(call));
	}
}
