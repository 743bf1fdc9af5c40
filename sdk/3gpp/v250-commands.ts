import { command } from "../at/command.js";
import { uint } from "../at/fields.js";

/** Commands of ITU-T V.250. */

/** `AT` alone: is anybody there. */
export const AT = command("", { spec: "V.250 5.2.4", execute: { timeoutMs: 1000, probe: true } });
/** Echo of commands: 0 off, 1 on. */
export const ATE = command("E", { spec: "V.250 6.2.4", set: { params: { value: uint(0, 1) } } });
/** Identification text, one or several bare lines. */
export const ATI = command("I", { spec: "V.250 6.1.3", execute: { lines: true, prefix: null } });
/** Result codes as text (1) or digits (0); this package reads text only. */
export const ATV = command("V", { spec: "V.250 6.2.6", set: { params: { value: uint(0, 1) } } });
/** Back to the stored profile. */
export const ATZ = command("Z", { spec: "V.250 6.1.1", execute: {} });
/** Factory profile. */
export const ATF = command("&F", { spec: "V.250 6.1.2", execute: {} });
/** Stores the profile, where the module has that: not of V.250 but as old as it. */
export const ATW = command("&W", { spec: "vendors", execute: {} });
/** Rate of the UART in bit/s; 0 is automatic detection. */
export const IPR = command("+IPR", {
	spec: "V.250 6.2.10",
	set: { params: { rate: uint(0, 4_000_000) } },
	read: { response: { rate: uint() } },
});
