/** What a scenario may pass to a fault. */
export type FaultParameters = Readonly<Record<string, number | string | boolean>>;

export interface FaultParameter {
	readonly type: "number" | "string" | "boolean";
	readonly what: string;
	readonly default?: number | string | boolean;
}

export interface FaultDescription {
	readonly name: string;
	/** `state`: lasts until cleared (or for `times` commands); `act`: happens once, now. */
	readonly kind: "state" | "act";
	readonly what: string;
	/** The capture it was seen in (number in `tests/transcripts`' sources), or "classic". */
	readonly seen: string;
	readonly parameters: Readonly<Record<string, FaultParameter>>;
}

const direction: FaultParameter = { type: "string", what: "toHost, toModule or both", default: "both" };
const probability: FaultParameter = { type: "number", what: "chance per byte, 0 to 1", default: 0.01 };
const command: FaultParameter = { type: "string", what: 'command name such as "+CPIN", or nothing for any', default: "" };
const times: FaultParameter = { type: "number", what: "commands it lasts; 0: until cleared", default: 1 };
const text = (what: string, value: string): FaultParameter => ({ type: "string", what, default: value });
const milliseconds = (what: string, value: number): FaultParameter => ({
	type: "number",
	what: `${what}, in milliseconds`,
	default: value,
});

export const faultCatalogue: readonly FaultDescription[] = [
	{ name: "drop-bytes", kind: "state", what: "bytes vanish", seen: "classic", parameters: { direction, probability } },
	{ name: "double-bytes", kind: "state", what: "bytes arrive twice", seen: "classic", parameters: { direction, probability } },
	{ name: "garble-bytes", kind: "state", what: "bytes change", seen: "classic", parameters: { direction, probability } },
	{
		name: "split-bytes",
		kind: "state",
		what: "what the module sends arrives in two pieces",
		seen: "classic",
		parameters: { delayMs: milliseconds("between the pieces", 40) },
	},
	{
		name: "urc-inside",
		kind: "state",
		what: "a result code in the middle of an answer, before the byte at `position`",
		seen: "classic",
		parameters: {
			text: text("the bytes", "\r\n+CSCON: 1\r\n"),
			position: { type: "number", what: "byte of the answer", default: 0 },
			command,
			times,
		},
	},
	{ name: "mute", kind: "state", what: "the module says nothing and hears nothing", seen: "classic", parameters: {} },
	{ name: "deaf", kind: "state", what: "the module hears nothing, its result codes still come", seen: "classic", parameters: {} },
	{ name: "lost-command", kind: "state", what: "a command line gets no answer", seen: "01", parameters: { command, times } },
	{
		name: "error-answer",
		kind: "state",
		what: "a command fails: plain ERROR, or the CME or CMS number",
		seen: "34, 11, 32",
		parameters: {
			command,
			times,
			cme: { type: "number", what: "+CME ERROR; -1: plain ERROR", default: -1 },
			cms: { type: "number", what: "+CMS ERROR; -1: none", default: -1 },
		},
	},
	{
		name: "cme-text",
		kind: "state",
		what: "errors are words whatever +CMEE says",
		seen: "12, 27",
		parameters: { text: text("the words", "unknown"), command, times },
	},
	{
		name: "slow-answer",
		kind: "state",
		what: "an answer comes late",
		seen: "classic",
		parameters: { command, times, delayMs: milliseconds("more", 10_000) },
	},
	{ name: "no-final", kind: "state", what: "the final result never comes", seen: "14", parameters: { command, times } },
	{
		name: "reboot-mid-command",
		kind: "state",
		what: "the module restarts after so many bytes of an answer",
		seen: "classic",
		parameters: { command, times, afterBytes: { type: "number", what: "bytes", default: 0 } },
	},
	{
		name: "urc-before-final",
		kind: "state",
		what: "a result code between the command and its final result",
		seen: "05",
		parameters: { text: text("the bytes", "\r\n+CSCON: 0\r\n"), command, times },
	},
	{
		name: "glued-urc",
		kind: "state",
		what: "a result code sticks to the line before it",
		seen: "25",
		parameters: { text: text("the bytes", "+CSCON: 0\r\n"), command, times },
	},
	{
		name: "lost-prompt",
		kind: "state",
		what: "the module waits for data and does not say so",
		seen: "classic",
		parameters: { command, times },
	},
	{
		name: "urc-at-prompt",
		kind: "state",
		what: "a result code between the prompt and the data",
		seen: "classic",
		parameters: { text: text("the bytes", "\r\n+CSCON: 1\r\n"), command, times },
	},
	{ name: "missing-crlf", kind: "state", what: "the line end between two lines is missing", seen: "25", parameters: { command, times } },
	{ name: "double-ok", kind: "state", what: "OK twice", seen: "19", parameters: { command, times } },
	{ name: "ok-before-result", kind: "state", what: "OK, then the information line", seen: "19", parameters: { command, times } },
	{
		name: "result-before-error",
		kind: "state",
		what: "an information line says why, then ERROR",
		seen: "16",
		parameters: { command, times, text: text("the bytes", "\r\n+CIPOPEN: 1,3\r\n") },
	},
	{ name: "glued-answer", kind: "state", what: "the final result sticks to the echo", seen: "05", parameters: { command, times } },
	{
		name: "late-send-ok",
		kind: "state",
		what: "the end of a send comes late",
		seen: "02",
		parameters: { delayMs: milliseconds("more", 20_000) },
	},
	{ name: "lost-send-ok", kind: "state", what: "the end of a send never comes", seen: "classic", parameters: {} },
	{ name: "empty-cgpaddr", kind: "state", what: "no address is shown", seen: "01, 12", parameters: {} },
	{ name: "zero-addresses", kind: "state", what: "IPv6 addresses are shown as sixteen zeros", seen: "19", parameters: {} },
	{ name: "dotted-addresses", kind: "state", what: "IPv6 addresses are shown as sixteen decimals", seen: "31", parameters: {} },
	{ name: "unquoted-clock", kind: "state", what: "+CCLK without quotes", seen: "manual", parameters: {} },
	{ name: "sim-busy", kind: "state", what: "SIM commands fail with CME 14", seen: "35", parameters: { times: { ...times, default: 3 } } },
	{
		name: "stale-context",
		kind: "state",
		what: "the context looks alive and carries nothing, until the module detaches or restarts",
		seen: "classic",
		parameters: {},
	},
	{
		name: "stale-nssai",
		kind: "state",
		what: "from its next start the module asks for slices that an earlier network left in it, until they are replaced",
		seen: "30",
		parameters: { nssai: text("the slices", "01.000002") },
	},
	{
		name: "boot-noise",
		kind: "state",
		what: "boot-ROM text and bytes outside ASCII before the banner",
		seen: "03, 04",
		parameters: { text: text("the bytes", "\xff\x00F1: 0000 0000\r\nV0: 0000 0000 [0001]\r\n\xfe\x8f") },
	},
	{ name: "reboot", kind: "act", what: "the module restarts by itself", seen: "20", parameters: {} },
	{
		name: "brown-out",
		kind: "act",
		what: "the supply fails for a while",
		seen: "classic",
		parameters: { offMs: milliseconds("without supply", 3000) },
	},
	{
		name: "port-silence",
		kind: "act",
		what: "the port vanishes for a while",
		seen: "20",
		parameters: { forMs: milliseconds("of silence", 40_000) },
	},
	{
		name: "urc",
		kind: "act",
		what: "an unsolicited result code now",
		seen: "classic",
		parameters: { text: text("the bytes", "\r\n+CSCON: 1\r\n") },
	},
	{ name: "close-sockets", kind: "act", what: "the far end closes every socket", seen: "33", parameters: {} },
];
