import { applySlices } from "../modem/base/five-g.js";
import { contextOf, restoreContexts } from "../modem/base/packet.js";
import type { CommandRow } from "../modem/command.js";
import type { ModuleCore } from "../modem/core.js";
import type { Persona, PersonaRuntime } from "../modem/persona.js";
import { FibocomDataPath } from "./fibocom/data-path.js";
import { applyActivation, statusRows } from "./fibocom/status.js";

/** Assumptions. */
const simMs = 300;
const restartMs = 1000;
const powerOffMs = 2000;

/**
 * Fibocom FG132. No capture of it exists: what its family's FM350 and FM150 show (transcripts 27 and 39) and what public programs send them. It has
 * no socket commands here, for nobody has shown any: data goes over the USB network interface.
 */
const fibocomFg132: Persona = {
	id: "fibocom-fg132",
	tier: "redcap",
	vendor: "Fibocom",
	models: ["FG132"],
	sources: ["transcripts 27 (FM350) and 39 (FM150)", "ModemManager's Fibocom plugin", "TS 27.007 (5GS commands)"],
	evidence: "inferred",
	files: ["fibocom-fg132.ts", "fibocom/data-path.ts", "fibocom/status.ts"],
	identity: {
		manufacturer: "Fibocom Wireless Inc.",
		model: "FG132",
		// No capture has one: made up.
		revision: "FG132.0000.00.00",
		serialNumber: "FG13200000000001",
		imei: "001010000000001",
	},
	baud: 115_200,
	echo: true,
	// Transcript 27 shows words.
	cmee: 2,
	// Assumptions.
	lineLimit: 1024,
	answerMs: 5,
	// "unknown" (transcript 27).
	unknownCommand: 100,
	// Assumptions.
	power: { powerPulseMs: 500, resetPulseMs: 250, bootMs: 10_000 },
	firstCid: 1,
	create,
};

export default fibocomFg132;

function create(core: ModuleCore): PersonaRuntime {
	const data = new FibocomDataPath(core);
	return {
		commands: [
			...statusRows(core),
			...data.commands,
			...powerRows(core),
			addressRow(core),
			...["+CEDRXS", "+CEDRXRDP", "+CPSMS", "+CNMPSD", "+WS46"].map(name => ({ name, absent: true as const })),
		],
		booted: () => boot(core),
		ue: {
			contextChanged: (cid, change) => {
				if (change === "deactivated") data.lost(cid);
			},
		},
	};
}

function boot(core: ModuleCore): void {
	core.ue.defineContext(1, "IPV4V6", "");
	restoreContexts(core);
	applySlices(core);
	applyActivation(core);
	core.setFunctionality(core.firstFunctionality);
	const { state } = core.sim;
	core.after(simMs, () => core.urc(`\r\n+CPIN: ${state === "absent" || state === "blocked" ? "SIM REMOVED" : state}\r\n`));
}

/** The second text is there without an address too (transcript 27). */
function addressRow(core: ModuleCore): CommandRow {
	return {
		name: "+CGPADDR",
		set: call => {
			const context = contextOf(core, call.parameters.number(0) ?? -1);
			if (!context) return 50;
			return `\r\n+CGPADDR: ${context.cid},"${context.ipv4 ?? ""}","${context.ipv6 ?? ""}"\r\n`;
		},
	};
}

/** `+CFUN=15` starts the module again, `+CPWROFF` switches it off (ModemManager). */
function powerRows(core: ModuleCore): CommandRow[] {
	return [
		{
			name: "+CFUN",
			set: call => {
				const value = call.parameters.number(0);
				if (value === 15) {
					core.after(restartMs, () => {
						core.hardware.retained.clear();
						core.hardware.restart("command");
					});
					return "";
				}
				if (value !== 0 && value !== 1 && value !== 4) return 50;
				core.setFunctionality(value);
				return "";
			},
			test: "\r\n+CFUN: (0,1,4,15),(0)\r\n",
		},
		{
			name: "+CPWROFF",
			execute: call => {
				call.ok();
				core.after(powerOffMs, () => core.hardware.shutDown());
			},
			test: "",
		},
	];
}
