import type { CommandRow, Handler } from "../command.js";
import type { ModuleCore } from "../core.js";

/** TS 27.007 5.1 to 5.4 and their V.250 twins: bare lines, no prefix. */
export function identityCommands(core: ModuleCore): CommandRow[] {
	const { identity } = core.hardware;
	const line = (value: string): Handler => {
		return () => `\r\n${value}\r\n`;
	};
	const both = (name: string, value: string): CommandRow[] => [
		{ name: `+C${name}`, execute: line(value), test: "" },
		{ name: `+${name}`, execute: line(value), test: "" },
	];
	return [
		{ name: "I", execute: () => `\r\n${identity.manufacturer}\r\n${identity.model}\r\nRevision: ${identity.revision}\r\n` },
		...both("GMI", identity.manufacturer),
		...both("GMM", identity.model),
		...both("GMR", identity.revision),
		...both("GSN", identity.imei),
		{
			name: "+CGSN",
			set: call => {
				const kind = call.parameters.within(0, 0, 3);
				if (kind === undefined) return 50;
				if (kind === 0) return `\r\n${identity.serialNumber}\r\n`;
				// TS 23.003 6.2.2: the software version replaces the check digit.
				return `\r\n+CGSN: "${[identity.imei, `${identity.imei.slice(0, 14)}00`, "00"][kind - 1]}"\r\n`;
			},
			test: "\r\n+CGSN: (0,1,2,3)\r\n",
		},
	];
}
