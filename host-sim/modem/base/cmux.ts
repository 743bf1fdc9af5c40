import type { Answer, Call, CommandRow } from "../command.js";
import type { ModuleCore } from "../core.js";

/** `<port_speed>` of TS 27.007 5.7. */
const speeds = [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600];
const defaultFrame = 31;

/** `+CMUX`, TS 27.007 5.7: basic option with UIH frames, for modules that have it. */
export function cmuxCommands(core: ModuleCore): CommandRow[] {
	const profile = core.persona.cmux;
	if (!profile) return [];
	let frame = defaultFrame;
	const start = (call: Call): Answer => {
		const { parameters } = call;
		if (core.ports.multiplexed) return 3;
		const speed = parameters.within(2, 1, speeds.length, 0);
		const n1 = parameters.within(3, 1, profile.longestFrame, defaultFrame);
		const basic = parameters.number(0) === 0 && parameters.number(1, 0) === 0;
		if (!basic || (parameters.has(2) && speed === undefined) || n1 === undefined) return 50;
		frame = n1;
		// The answer still leaves plainly and at the old rate.
		call.ok();
		core.ports.multiplex(profile, n1);
		if (speed && core.line.baud !== 0) core.line.baud = speeds[speed - 1]!;
		return undefined;
	};
	return [
		{
			name: "+CMUX",
			read: () => `\r\n+CMUX: 0,0,5,${frame},10,3,30,10,2\r\n`,
			set: start,
			test: `\r\n+CMUX: (0),(0),(1-8),(1-${profile.longestFrame}),(1-255),(0-100),(2-255),(1-255),(1-7)\r\n`,
		},
	];
}
