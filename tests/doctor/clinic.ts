import type { OpenLine } from "../../host-sim/apps/doctor/line.js";
import { diagnose } from "../../host-sim/apps/doctor.js";
import type { Diagnosis } from "../../host-sim/cli/diagnosis.js";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import type { LineEnd } from "../../host-sim/engine/engine.js";
import { loadPersona } from "../../host-sim/persona/index.js";
import type { DeviceListener } from "../../host-sim/ports/device.js";
import { framing8n1 } from "../../host-sim/ports/framing.js";
import { createMemoryLine } from "../../host-sim/ports/memory.js";
import type { Port } from "../../host-sim/ports/port.js";
import { createSimulation, type Simulation, type SimulationOptions } from "../../host-sim/simulation.js";
import { ascii, text } from "../engine/host.js";

/** A memory line's host end as a device; one client at a time, as on a real port. */
export function opener(clock: VirtualClock, line: LineEnd, bauds: number[] = []): OpenLine {
	return (baud: number, listener: DeviceListener) => {
		bauds.push(baud);
		line.open(framing8n1(baud));
		line.onBytes = bytes => listener.received(bytes.slice());
		clock.after(0, () => listener.opened());
		return { write: bytes => line.write(bytes), close: () => line.close() };
	};
}

export interface Visit {
	readonly diagnosis: Diagnosis;
	/** Rates that were tried, in order. */
	readonly bauds: readonly number[];
	/** Command lines that reached the module. */
	readonly sent: readonly string[];
	readonly seconds: number;
}

/** Lets virtual time pass until the doctor has done; five minutes are more than the bound. */
export async function visit(clock: VirtualClock, line: LineEnd, heard: { text: string }): Promise<Visit> {
	const bauds: number[] = [];
	const startMs = clock.now();
	let diagnosis: Diagnosis | undefined;
	void diagnose({ port: "/dev/ttyTEST", open: opener(clock, line, bauds), clock }).then(result => {
		diagnosis = result;
	});
	await clock.runAsync(startMs + 300_000, { stop: () => diagnosis !== undefined });
	if (diagnosis === undefined) throw new Error("the doctor did not come to an end");
	const sent = heard.text.split("\r").filter(command => command !== "");
	return { diagnosis, bauds, sent, seconds: (clock.now() - startMs) / 1000 };
}

export interface Patient {
	readonly clock: VirtualClock;
	readonly simulation: Simulation;
	/** Switched on, and so many seconds later. */
	on(seconds?: number): Patient;
	/** What a program before the doctor said to it. */
	tell(...commands: string[]): Patient;
	visit(): Promise<Visit>;
}

/** A simulated module on a memory line. */
export async function patient(persona: string, options: Partial<SimulationOptions> = {}): Promise<Patient> {
	const clock = new VirtualClock();
	const { port, line } = createMemoryLine({ clock });
	const simulation = createSimulation({ persona: await loadPersona(persona), clock, seed: 1, port, ...options });
	const heard = { text: "" };
	simulation.module.trace = (direction, bytes) => {
		if (direction === "toModule") heard.text += text(bytes);
	};
	const seconds = (count: number) => void clock.run(clock.now() + count * 1000);
	const made: Patient = {
		clock,
		simulation,
		on(count = 60) {
			simulation.module.powerOn();
			seconds(count);
			return made;
		},
		tell(...commands) {
			line.open(framing8n1(simulation.module.persona.baud || 115_200));
			// Asleep, a module loses the first one.
			for (const command of ["AT", "AT", ...commands]) {
				line.write(ascii(`${command}\r`));
				seconds(2);
			}
			line.close();
			heard.text = "";
			return made;
		},
		visit: () => visit(clock, line, heard),
	};
	return made;
}

/** A port whose other end is the test: `answer` is called with each command line, without its CR. */
export function visitTo(answer: (command: string) => string | undefined, baud?: number): Promise<Visit> {
	let pending = "";
	return visitToBytes((bytes, port) => {
		pending += text(bytes);
		for (let end = pending.indexOf("\r"); end >= 0; end = pending.indexOf("\r")) {
			const said = answer(pending.slice(0, end));
			pending = pending.slice(end + 1);
			if (said !== undefined) port.write(ascii(said));
		}
	}, baud);
}

/** As {@link visitTo}, with whatever arrives, be it garbage. */
export async function visitToBytes(receive: (bytes: Uint8Array, port: Port) => void, baud?: number): Promise<Visit> {
	const clock = new VirtualClock();
	const { port, line } = createMemoryLine(baud === undefined ? { clock } : { clock, framing: framing8n1(baud) });
	const heard = { text: "" };
	port.onBytes = bytes => {
		heard.text += text(bytes);
		receive(bytes, port);
	};
	return visit(clock, line, heard);
}
