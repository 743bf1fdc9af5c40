import type { Answer, Call, CommandRow } from "../command.js";
import type { ModuleCore } from "../core.js";

/** TS 27.007 8.11 to 8.14: the SIM's phonebook, as phone programs ask for it. */
export function phonebookCommands(core: ModuleCore): CommandRow[] {
	const { sim } = core;
	const entries = (from: number, to: number): string => {
		const found = sim.phonebook.filter(entry => entry.index >= from && entry.index <= to).sort((a, b) => a.index - b.index);
		return found.map(entry => `\r\n+CPBR: ${entry.index},"${entry.number}",${entry.type},"${entry.name}"\r\n`).join("");
	};
	return [
		{
			name: "+CPBS",
			read: () => `\r\n+CPBS: "SM",${sim.phonebook.length},${sim.phonebookCapacity}\r\n`,
			set: call => (call.parameters.text(0).toUpperCase() === "SM" ? "" : 50),
			test: '\r\n+CPBS: ("SM")\r\n',
			needsSim: true,
		},
		{
			name: "+CPBR",
			set: call => {
				const from = call.parameters.within(0, 1, sim.phonebookCapacity);
				const to = call.parameters.within(1, 1, sim.phonebookCapacity, from ?? 0);
				return from === undefined || to === undefined ? 21 : entries(from, to);
			},
			test: `\r\n+CPBR: (1-${sim.phonebookCapacity}),40,18\r\n`,
			needsSim: true,
		},
		{ name: "+CPBW", set: call => write(core, call), test: `\r\n+CPBW: (1-${sim.phonebookCapacity}),40,(129,145),18\r\n`, needsSim: true },
	];
}

function write(core: ModuleCore, call: Call): Answer {
	const { sim } = core;
	const { parameters } = call;
	const taken = new Set(sim.phonebook.map(entry => entry.index));
	const free = Array.from({ length: sim.phonebookCapacity }, (_, position) => position + 1).find(index => !taken.has(index));
	const index = parameters.within(0, 1, sim.phonebookCapacity, free);
	if (index === undefined) return parameters.has(0) ? 21 : 20;
	const old = sim.phonebook.findIndex(entry => entry.index === index);
	if (old >= 0) sim.phonebook.splice(old, 1);
	if (!parameters.has(1)) return "";
	const number = parameters.text(1);
	sim.phonebook.push({ index, number, type: parameters.number(2, number.startsWith("+") ? 145 : 129) ?? 129, name: parameters.text(3) });
	return "";
}
