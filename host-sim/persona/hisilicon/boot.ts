import { restoreContexts } from "../../modem/base/packet.js";
import { applyPowerSaving } from "../../modem/base/power-saving.js";
import type { CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import type { BootCause } from "../../modem/persona.js";
import { applyBands, configured } from "./settings.js";

/** From the start to the loader's first byte and to its last line; transcript 04 has no times: assumptions. */
const garbageMs = 200;
const loaderMs = 1000;

/** The causes as clones' firmware names them; transcript 04 shows the one of `+NRB`. */
const causes: Readonly<Record<BootCause, string>> = {
	power: "SECURITY_PMU_POWER_ON_RESET",
	reset: "SECURITY_RESET_PIN",
	command: "APPLICATION_AT",
	fault: "SECURITY_WATCHDOG",
};

/** What the loader says on its way: a character that no terminal could read (transcript 04 shows `H?`), then what it verified. */
export function scheduleLoader(core: ModuleCore): void {
	core.after(garbageMs, () => {
		const unreadable = String.fromCharCode(0x80 + Math.floor(core.hardware.random() * 0x80));
		core.urc(`H${unreadable}\r\n`);
	});
	core.after(loaderMs, () => core.urc("Boot: Unsigned\r\nSecurity B.. Verified\r\nProtocol A.. Verified\r\nApps A...... Verified\r\n"));
}

/** The cause, the maker, an OK that no command asked for; the radio goes on by itself when `AUTOCONNECT` says so. */
export function booted(core: ModuleCore, cause: BootCause): void {
	// Assumption: from the factory IPv4, with the network's APN.
	core.ue.defineContext(0, "IP", "");
	restoreContexts(core);
	applyBands(core);
	applyPowerSaving(core);
	core.urc(`\r\nREBOOT_CAUSE_${causes[cause]}\r\nNeul \r\nOK\r\n`);
	const connects = configured(core, "AUTOCONNECT");
	core.ue.autoAttach = connects;
	core.setFunctionality(connects ? 1 : 0);
}

/** The answer is one line without OK; the OK is the boot report's. */
export function rebootRow(core: ModuleCore): CommandRow {
	return {
		name: "+NRB",
		execute: call => {
			call.final("REBOOTING", -1);
			core.hardware.retained.clear();
			core.after(0, () => core.hardware.restart("command"));
		},
	};
}
