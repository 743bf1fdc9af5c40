import type { CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";

/** From `+CRESET` to the last line, and how long the port is gone then (transcript 20: about 20 s each). */
const untilGoneMs = 20_000;
const goneMs = 20_000;
/** What is left of the line's last bytes: assumption. */
const lastWordsMs = 100;

/** `+CRESET`: it runs on for a while, says that the network is closed, and vanishes with its port. */
export function resetRow(core: ModuleCore): CommandRow {
	return {
		name: "+CRESET",
		execute: call => {
			call.ok();
			core.after(untilGoneMs, () => {
				core.urc("\r\n+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\r\n");
				core.after(lastWordsMs, () => {
					core.hardware.retained.clear();
					// The boot time is a part of the absence.
					core.hardware.restart("command", goneMs - core.persona.power.bootMs - lastWordsMs);
				});
			});
		},
		test: "",
	};
}
