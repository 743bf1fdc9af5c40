import { operatorRows, rssiIndex } from "../modem/base/registration.js";
import type { CommandRow } from "../modem/command.js";
import type { ModuleCore } from "../modem/core.js";
import type { Persona, PersonaRuntime } from "../modem/persona.js";
import { booted, rebootRow, scheduleLoader } from "./hisilicon/boot.js";
import { cloudCommands } from "./hisilicon/cloud.js";
import { HiSiliconLookup } from "./hisilicon/lookup.js";
import { PortSpeed } from "./hisilicon/port-speed.js";
import { HiSiliconPower } from "./hisilicon/power.js";
import { HiSiliconRegistration } from "./hisilicon/registration.js";
import { settingCommands } from "./hisilicon/settings.js";
import { simCommands } from "./hisilicon/sim.js";
import { HiSiliconSockets } from "./hisilicon/sockets.js";
import { Statistics } from "./hisilicon/statistics.js";

/**
 * Quectel BC95-G on HiSilicon's Hi2115. Bytes of transcripts 04 and 06 where they have them; the rest from public programs and
 * logs of BC95 and BC28, and from the firmware of clones. IPv6 is inferred: only the clones' firmware names it.
 */
const quectelBc95: Persona = {
	id: "quectel-bc95",
	tier: "nbiot",
	vendor: "Quectel",
	models: ["BC95-G"],
	sources: [
		"transcript 04 (BC95, V150R100C10B657SP1)",
		"transcript 06 (BC95)",
		"transcripts 07 and 08 (BC28)",
		"public programs and logs of BC95 and BC28",
		"commands of the XY1100, a clone",
	],
	evidence: "inferred",
	files: [
		"quectel-bc95.ts",
		...[
			"boot",
			"cloud",
			"errors",
			"lookup",
			"port-speed",
			"power",
			"registration",
			"settings",
			"sim",
			"socket",
			"sockets",
			"statistics",
		].map(name => `hisilicon/${name}.ts`),
		"socket/receive-buffer.ts",
	],
	identity: {
		manufacturer: "Quectel",
		model: "BC95GJB-02-STD",
		revision: "V150R100C20B300SP2",
		serialNumber: "QBC95G000000001",
		imei: "001010000000001",
	},
	baud: 9600,
	echo: false,
	cmee: 0,
	// 1358 bytes in hexadecimal and what stands before them: assumption.
	lineLimit: 2900,
	// A public log of a BC95 has 16 ms from its +NCONFIG? to the first byte.
	answerMs: 16,
	blankAfterColon: false,
	unknownCommand: "error",
	// The module starts with its supply, which the power pin stands for here. RT-Thread holds reset for 300 ms; the shortest pulse
	// and the time until the boot report are assumptions.
	power: { powerPulseMs: 0, resetPulseMs: 100, bootMs: 3000 },
	firstCid: 0,
	create,
};

export default quectelBc95;

function create(core: ModuleCore): PersonaRuntime {
	const sockets = new HiSiliconSockets(core);
	const lookup = new HiSiliconLookup(core);
	const registration = new HiSiliconRegistration(core);
	const statistics = new Statistics(core);
	const power = new HiSiliconPower(core, () => sockets.busy || lookup.busy);
	scheduleLoader(core);
	return {
		commands: [
			...absent(),
			...identityCommands(core),
			rebootRow(core),
			...simCommands(core),
			...registration.commands,
			...operatorRows(core, 2),
			{ name: "+CSQ", execute: () => `\r\n+CSQ:${rssiIndex(core)},99\r\n`, test: "\r\n+CSQ:(0-31,99),(99)\r\n" },
			...settingCommands(core),
			...new PortSpeed(core).commands,
			...statistics.commands,
			...power.commands,
			...sockets.commands,
			...lookup.commands,
			...cloudCommands(core),
		],
		sleep: power,
		booted: cause => booted(core, cause),
		fault: name => {
			if (name === "close-sockets") sockets.closeAll();
		},
		ue: {
			registrationChanged: () => registration.changed(),
			signallingChanged: connected => statistics.signallingChanged(connected),
			psmChanged: state => power.psmChanged(state),
		},
	};
}

/**
 * What the base has and the tables of contents of the AT manuals (BC95 V2.0, BC95-G and BC68 V1.2) have not. `+CPIN` is among it:
 * public BC95 programs ask for the ICCID or the IMSI to see whether there is a SIM.
 */
function absent(): CommandRow[] {
	return [
		..."+CREG +CGREG +CESQ +CPAS +WS46 +CGEREP +GCAP +GMI +GMM +GMR +GSN +IPR +IFC +ICF +CTZU".split(" "),
		..."+CPIN +CPINR +CLCK +CPWD +CNUM +CCID +CPBS +CPBR +CPBW".split(" "),
	].map(name => ({ name, absent: true }));
}

function identityCommands(core: ModuleCore): CommandRow[] {
	const { identity } = core.hardware;
	return [
		{ name: "I", execute: () => `\r\n${identity.manufacturer}\r\n${identity.model}\r\nRevision:${identity.revision}\r\n` },
		{
			name: "+CGMR",
			// Transcript 04.
			execute: () => {
				const cores = ["SECURITY_A", "PROTOCOL_A", "APPLICATION_A", "SECURITY_B"].map(name => `${name},${identity.revision}`);
				return `\r\n${["SSB,V150R100C10B200SP1", ...cores, "RADIO,Hi2115_RF1"].join("\r\n")}\r\n`;
			},
		},
		{
			name: "+CGSN",
			set: call => {
				switch (call.parameters.number(0)) {
					case 0:
						return `\r\n+CGSN:${identity.serialNumber}\r\n`;
					case 1:
						return `\r\n+CGSN:${identity.imei}\r\n`;
					case 2:
						return `\r\n+CGSN:${identity.imei.slice(0, 14)}01\r\n`;
					case 3:
						return "\r\n+CGSN:01\r\n";
					default:
						return 50;
				}
			},
			test: "\r\n+CGSN:(0,1,2,3)\r\n",
		},
	];
}
