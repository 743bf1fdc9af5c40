import pc from "picocolors";
import { seconds } from "./run-summary.js";

type Tell = (data: any) => string | undefined;

/** What a person wants to see go by, in words; an event that is not here is for machines. */
const STORY: Readonly<Record<string, readonly [who: string, tell: Tell]>> = {
	identity: ["modem", d => `${d.manufacturer} ${d.model}, ${d.revision}`],
	registration: ["network", d => REGISTRATION[d.stat] ?? `registration state ${d.stat}`],
	network: ["network", d => (d.address ? `${d.family === "ipv6" ? "IPv6" : "IPv4"} address ${d.address}` : undefined)],
	psm: ["power", d => POWER[d.state]],
	meter: ["meter", d => `address ${d.address}`],
	reading: ["reading", d => `${d.id}: ${d.latitude === undefined ? `${decimal(d.value, d.exponent)} ${d.unit}` : place(d)}`],
	geofence: ["place", d => `${d.entered ? "inside" : "outside"} ${d.name}`],
	sos: ["sos", d => pc.red(`the emergency button, with position ${d.id}`)],
	"reading-failed": ["meter", d => pc.yellow(`no reading: ${d.why}`)],
	server: ["server", d => `${d.host} is ${d.address}`],
	"report-sent": ["report", d => `readings ${d.first} to ${d.next - 1}, ${d.bytes} bytes`],
	"report-acknowledged": ["report", d => pc.green(`readings ${d.first} to ${d.next - 1} acknowledged`)],
	"report-failed": ["report", d => pc.yellow(`not acknowledged: ${d.code}; kept, and tried again`)],
	schedule: ["server", d => `new schedule: read every ${d.readEverySeconds} s, report every ${d.reportEverySeconds} s`],
	error: ["modem", d => pc.yellow(`${d.code}: ${d.message}`)],
};

const REGISTRATION: Readonly<Record<number, string>> = {
	0: "not searching",
	1: "registered, home",
	2: "searching",
	3: "registration denied",
	5: "registered, roaming",
};
const POWER: Readonly<Record<string, string>> = { asleep: "power saving mode: asleep", starting: "modem starts", on: "awake" };

function place({ latitude, longitude, fixed, why }: { latitude: number; longitude: number; fixed: boolean; why?: string }): string {
	const where = fixed ? `${latitude.toFixed(5)}, ${longitude.toFixed(5)}` : "no fix";
	return why === undefined ? where : `${where} (${why})`;
}

/** Exact: a register is decimal digits. */
export function decimal(value: number, exponent: number): string {
	if (exponent >= 0) return String(value * 10 ** exponent);
	const digits = String(value).padStart(1 - exponent, "0");
	return `${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

/** Tells a run line by line; what was just said of the same thing is not said again. */
export function storyTeller(say: (line: string) => void): (timeMs: number, event: string, data: Record<string, unknown>) => void {
	const said = new Map<string, string>();
	return (timeMs, event, data) => {
		const row = STORY[event];
		const text = row?.[1](data);
		if (text === undefined || said.get(event) === text) return;
		said.set(event, text);
		say(`${pc.dim(seconds(timeMs).padStart(9))}  ${pc.dim(row[0].padEnd(8))} ${text}`);
	};
}
