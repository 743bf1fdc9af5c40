import { expect, test } from "vitest";
import { RealClock } from "../../host-sim/clock/real-clock.js";
import { nodeEngine } from "../../host-sim/engine/node.js";
import { createMeter } from "../../host-sim/meters/create-meter.js";
import { openPort } from "../../host-sim/ports/open-port.js";
import { bundleText, createHost } from "../engine/host.js";

const reader = `
import Serial from "embedded:io/serial";
import Timer from "timer";
import monitor from "xs-cellular/monitor";
import config from "mc/config";
export default function main() {
	const answer: number[] = [];
	const serial = new Serial({ device: config.device, baud: 2400, parity: "even",
		onReadable(count) {
			answer.push(...new Uint8Array(this.read(count)));
			if (answer.at(-1) === 0x16 && answer.length > 20) { this.close(); monitor("address", { answer }); }
		},
		onWritable() {
			if (answer.length === 0) this.write(Uint8Array.of(0x68, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0x68, 0x13, 0x00, 0xdf, 0x16).buffer);
			answer.push(0);
		},
	});
}`;

test.each(["pty", "tcp:0"])("an application reads a meter over %s in real time", async kind => {
	const clock = new RealClock();
	const port = await openPort(kind);
	const meter = createMeter("dlt645", { clock, port, seed: 1, address: "000102030425" });
	const host = createHost({ clock });
	const application = await nodeEngine.start(await bundleText(reader, { config: { device: port.path } }), host);
	try {
		for (let i = 0; i < 500 && !host.events.some(([event]) => event === "address") && application.failure === undefined; i++) {
			await new Promise(resolve => setTimeout(resolve, 10));
		}
		expect(application.failure).toBeUndefined();
		const answer = host.events[0]?.[1].answer as number[];
		expect(
			answer
				.slice(answer.indexOf(0x68))
				.map(byte => byte.toString(16))
				.join(" "),
		).toBe("68 25 4 3 2 1 0 68 93 6 58 37 36 35 34 33 f9 16");
	} finally {
		await application.stop();
		meter.close();
		port.close();
		clock.close();
	}
});

test("a port that goes away ends the run and is named", async () => {
	const port = await openPort("pty");
	const host = createHost({ clock: new RealClock() });
	const source = `import Serial from "embedded:io/serial"; import monitor from "xs-cellular/monitor"; import config from "mc/config";
		export default () => new Serial({ device: config.device, baud: 115200, onWritable() { monitor("open", {}); } });`;
	const application = await nodeEngine.start(await bundleText(source, { config: { device: port.path } }), host);
	for (let i = 0; i < 500 && host.events.length === 0; i++) await new Promise(resolve => setTimeout(resolve, 10));
	expect(host.events).toEqual([["open", {}]]);
	port.close();
	expect((await application.failed).message).toBe(`${port.path} is gone: the module was unplugged or the simulator ended`);
});
