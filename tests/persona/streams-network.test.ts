import { describe, expect, test } from "vitest";
import { createRandom } from "../../host-sim/clock/random.js";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import type { StreamHost, TlsIdentity, UdpHost } from "../../host-sim/internet/host.js";
import type { Persona } from "../../host-sim/modem/persona.js";
import cmccMl307r from "../../host-sim/persona/cmcc-ml307r.js";
import openluatAir780e from "../../host-sim/persona/openluat-air780e.js";
import quectelBc95 from "../../host-sim/persona/quectel-bc95.js";
import quectelBc660k from "../../host-sim/persona/quectel-bc660k.js";
import simcomA7670 from "../../host-sim/persona/simcom-a7670.js";
import { createSimulation, type Simulation } from "../../host-sim/simulation.js";
import { TestPort } from "../sim-modem/bench.js";

const server = "2001:db8:5e::1";
const ca = "-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n";
const identity: TlsIdentity = { names: ["server.test"], issuer: ca, notAfterMs: Date.UTC(2030, 0, 1), versions: ["1.2", "1.3"] };

/**
 * Says back what it hears; port 443 with TLS, 444 with a certificate that has expired. Port 81 closes when it hears `bye`, port 82 answers
 * anything with a burst and closes.
 */
function echo(): StreamHost & UdpHost {
	return {
		addresses: [server, "198.51.100.7"],
		accept: (port, connection) =>
			[80, 81, 82, 443, 444].includes(port)
				? {
						received(bytes) {
							connection.send(port === 82 ? Uint8Array.from(Buffer.from(burst, "latin1")) : bytes);
							if (port === 82) connection.close();
							if (port === 81 && Buffer.from(bytes).toString().endsWith("bye")) connection.close();
						},
						closed() {},
					}
				: undefined,
		tls: port => (port === 443 ? identity : port === 444 ? { ...identity, notAfterMs: Date.UTC(2020, 0, 1) } : undefined),
		datagram: (_port, bytes, _from, reply) => reply(bytes),
	};
}

const burst = payload(30_000, 7);

/** A host that knows nothing but how to wait for bytes. */
class Host {
	readonly simulation: Simulation;
	/** Data that came while something else was awaited, for modules that push it. */
	pushed = "";
	readonly #clock = new VirtualClock();
	readonly #port = new TestPort();
	#heard = "";

	constructor(persona: Persona, seed: number, nvram: Readonly<Record<string, string>> = {}) {
		this.simulation = createSimulation({
			persona,
			clock: this.#clock,
			seed,
			port: this.#port,
			hosts: [echo()],
			names: { "server.test": [server, "198.51.100.7"] },
			module: { nvram: new Map(Object.entries(nvram)), faults: [{ name: "split-bytes", parameters: { delayMs: 5 } }] },
		});
		this.simulation.module.powerOn();
		this.run(60_000);
	}

	run(ms: number): string {
		this.#clock.run(this.#clock.now() + ms);
		this.#heard += this.#port.take();
		const heard = this.#heard;
		this.#heard = "";
		return heard;
	}

	/** Whole lines that came within `ms`. */
	lines(ms: number): string {
		this.#clock.run(this.#clock.now() + ms);
		this.#heard += this.#port.take();
		return this.#cut(Math.max(0, this.#heard.lastIndexOf("\r\n") + 2));
	}

	send(text: string): void {
		this.#port.send(text);
	}

	/** Bytes up to and with the first match; what follows stays. */
	until(pattern: string | RegExp, ms = 120_000): string {
		const deadline = this.#clock.now() + ms;
		for (;;) {
			this.#heard += this.#port.take();
			const found = typeof pattern === "string" ? this.#heard.indexOf(pattern) : this.#heard.search(pattern);
			if (found >= 0) {
				const end = found + (typeof pattern === "string" ? pattern.length : pattern.exec(this.#heard)![0].length);
				return this.#cut(end);
			}
			if (this.#clock.now() >= deadline) throw new Error(`no ${pattern} in ${JSON.stringify(this.#heard)}`);
			this.#clock.run(this.#clock.now() + 20);
		}
	}

	/** Exactly so many bytes. */
	count(length: number): string {
		for (let tries = 0; this.#heard.length < length && tries < 1000; tries++) {
			this.#clock.run(this.#clock.now() + 20);
			this.#heard += this.#port.take();
		}
		return this.#cut(length);
	}

	ask(line: string, pattern: string | RegExp = "\r\nOK\r\n"): string {
		this.send(`${line}\r\n`);
		return this.until(pattern);
	}

	#cut(end: number): string {
		const text = this.#heard.slice(0, end);
		this.#heard = this.#heard.slice(end);
		return text;
	}
}

/** What a program does with one module's commands. */
interface Script {
	readonly persona: Persona;
	readonly nvram?: Readonly<Record<string, string>>;
	readonly pieceBytes: number;
	open(host: Host, port: number): void;
	send(host: Host, data: string): void;
	/** As much as there is; "" for nothing. */
	read(host: Host): string;
	/** Of a connection to port 444 or one that nobody listens on. */
	refused(host: Host, port: number): string;
	closed: RegExp;
}

/** `+X: …,<length>…` and that many bytes. */
function counted(host: Host, command: string, header: RegExp, group: number, empty: RegExp): string {
	host.send(`${command}\r\n`);
	const line = host.until(new RegExp(`(?:${header.source})|(?:${empty.source})`));
	const match = header.exec(line);
	if (!match) return "";
	const data = host.count(Number(match[group]));
	host.until("\r\nOK\r\n");
	return data;
}

const ml307r: Script = {
	persona: cmccMl307r,
	pieceBytes: 4000,
	open(host, port) {
		host.ask(`AT+MIPOPEN=0,"TCP","server.test",${port},60,2`, "+MIPOPEN: 0,0\r\n");
	},
	send(host, data) {
		host.ask(`AT+MIPSEND=0,${data.length}`, ">");
		host.send(data);
		host.until(`+MIPSEND: 0,${data.length}\r\n`);
	},
	read: host => counted(host, "AT+MIPRD=0,4096", /\+MIPRD: 0,\d+,(\d+),/, 1, /\r\nOK\r\n/),
	refused: (host, port) => host.ask(`AT+MIPOPEN=1,"TCP","server.test",${port}`, /\+MIPOPEN: 1,\d+\r\n/),
	closed: /\+MIPURC: "disconn",0,1\r\n/,
};

const a7670: Script = {
	persona: simcomA7670,
	nvram: { "CGDCONT.1": "IPV4V6," },
	pieceBytes: 1500,
	open(host, port) {
		host.ask("ATE0;+CIPRXGET=1");
		host.ask("AT+NETOPEN", "+NETOPEN: 0\r\n");
		host.ask(`AT+CIPOPEN=0,"TCP","server.test",${port}`, "+CIPOPEN: 0,0\r\n");
	},
	send(host, data) {
		for (let left = data; left !== ""; ) {
			host.ask(`AT+CIPSEND=0,${left.length}`, ">");
			host.send(left);
			const taken = Number(/\+CIPSEND: 0,\d+,(\d+)\r\n/.exec(host.until(/\+CIPSEND: 0,\d+,\d+\r\n/))![1]);
			left = left.slice(taken);
			if (taken === 0) host.run(200);
		}
	},
	read: host => counted(host, "AT+CIPRXGET=2,0,1500", /\+CIPRXGET: 2,0,(\d+),\d+\r\n/, 1, /\r\nERROR\r\n/),
	refused: (host, port) => host.ask(`AT+CIPOPEN=1,"TCP","server.test",${port}`, /\+CIPOPEN: 1,\d+\r\n/),
	closed: /\+IPCLOSE: 0,1\r\n/,
};

const air780e: Script = {
	persona: openluatAir780e,
	nvram: { "CGDCONT.1": "IPV4V6," },
	pieceBytes: 1460,
	open(host, port) {
		host.ask("ATE0;+CIPMUX=1;+CIPQSEND=1;+CIPRXGET=5");
		host.ask(`AT+CIPSTART=0,"TCP","server.test",${port}`, "\r\n0, CONNECT OK\r\n");
	},
	send(host, data) {
		host.ask(`AT+CIPSEND=0,${data.length}`, "> ");
		host.send(data);
		host.until(`\r\nDATA ACCEPT:0,${data.length}\r\n`);
	},
	read(host) {
		const data = counted(host, "AT+CIPRXGET=2,0,1460", /\+CIPRXGET: 2,0,([1-9]\d*),\d+\r\n/, 1, /\+CIPRXGET: 2,0,0,0\r\n\r\nOK\r\n/);
		return data;
	},
	refused: (host, port) => host.ask(`AT+CIPSTART=1,"TCP","server.test",${port}`, /\r\n1, CONNECT [A-Z]+\r\n/),
	closed: /\r\n0, CLOSED\r\n/,
};

const bc95: Script = {
	persona: quectelBc95,
	nvram: { "CGDCONT.0": "IPV4V6,iot.test" },
	pieceBytes: 512,
	open(host, port) {
		host.ask("AT+NSOCR=STREAM,6,0,1,AF_INET6");
		host.ask(`AT+NSOCO=0,${server},${port}`);
	},
	send(host, data) {
		host.ask(`AT+NSOSD=0,${data.length},${Buffer.from(data, "latin1").toString("hex")},0x100,1`);
		host.until("+NSOSTR:0,1,1\r\n");
	},
	read(host) {
		const line = /\r\n0,[^,]+,\d+,\d+,([0-9A-F]*),\d+\r\n/.exec(host.ask("AT+NSORF=0,1358"));
		return line ? Buffer.from(line[1]!, "hex").toString("latin1") : "";
	},
	refused(host, port) {
		host.ask("AT+NSOCR=STREAM,6,0,1,AF_INET6");
		return host.ask(`AT+NSOCO=1,${server},${port}`, /\r\n(?:OK|ERROR)\r\n/);
	},
	closed: /\+NSOCLI:0\r\n/,
};

const bc660k: Script = {
	persona: quectelBc660k,
	nvram: { QCGDEFCONT: "IPV4V6\tiot.test" },
	pieceBytes: 500,
	open(host, port) {
		// It sleeps; what wakes it is lost.
		host.send("AT\r\n");
		host.run(3000);
		host.ask('ATE0;+QSCLK=0;+QICFG="dataformat",1,1');
		host.ask(`AT+QIOPEN=0,0,"TCP","${server}",${port},0,1`, "+QIOPEN: 0,0\r\n");
	},
	send(host, data) {
		host.pushed += pushedIn(host.ask(`AT+QISEND=0,${data.length},"${Buffer.from(data, "latin1").toString("hex")}"`, "SEND OK\r\n"));
	},
	read(host) {
		const data = host.pushed + pushedIn(host.lines(100));
		host.pushed = "";
		return data;
	},
	refused: (host, port) => host.ask(`AT+QIOPEN=0,1,"TCP","${server}",${port},0,1`, /\+QIOPEN: 1,\d+\r\n/),
	closed: /\+QIURC: "closed",0\r\n/,
};

function pushedIn(text: string): string {
	let data = "";
	for (const [, length, hex] of text.matchAll(/\+QIURC: "recv",0,(\d+),"([0-9A-F]*)"\r\n/g)) {
		expect(Number(length)).toBeLessThanOrEqual(1024);
		expect(Number(length)).toBe(hex!.length / 2);
		data += Buffer.from(hex!, "hex").toString("latin1");
	}
	return data;
}

function payload(length: number, seed: number): string {
	const { next } = createRandom(seed);
	return String.fromCharCode(...Array.from({ length }, () => Math.floor(next() * 256)));
}

describe.each([ml307r, a7670, air780e, bc95, bc660k])("$persona.id on the simulated network", script => {
	const total = script.persona.tier === "cat1" ? 20_000 : 4000;

	test.each([1, 2, 3])("every byte comes back, seed %i", seed => {
		const host = new Host(script.persona, seed, script.nvram);
		script.open(host, 80);
		const data = payload(total, seed);
		let back = "";
		for (let at = 0; at < data.length; at += script.pieceBytes) {
			script.send(host, data.slice(at, at + script.pieceBytes));
			for (let tries = 0; back.length < at - 2 * script.pieceBytes && tries < 100; tries++) back += script.read(host);
		}
		for (let tries = 0; back.length < data.length && tries < 500; tries++) {
			const piece = script.read(host);
			back += piece;
			if (piece === "") host.pushed += pushedIn(host.lines(100));
		}
		expect(back.length).toBe(data.length);
		expect(back).toBe(data);
	});
	test("nobody listens there", () => {
		const host = new Host(script.persona, 1, script.nvram);
		script.open(host, 80);
		expect(script.refused(host, 9)).not.toMatch(/,0\r\n|CONNECT OK|\r\nOK\r\n$/);
	});
	test("the far end closes after its last bytes", () => {
		const host = new Host(script.persona, 1, script.nvram);
		script.open(host, 81);
		script.send(host, "bye");
		// Its close waits until that is read.
		if (script === air780e) {
			host.until("+CIPRXGET: 1,0\r\n");
			expect(script.read(host)).toBe("bye");
		}
		host.until(script.closed);
	});
});

describe.each([ml307r, a7670, air780e, bc95, bc660k])("$persona.id loses nothing of what arrives", script => {
	test("a burst of the far end, read slowly or pushed, whole also after its close", () => {
		const host = new Host(script.persona, 1, script.nvram);
		script.open(host, 82);
		script.send(host, "go");
		let back = "";
		for (let tries = 0; back.length < burst.length && tries < 500; tries++) {
			host.pushed += pushedIn(host.lines(300));
			back += script.read(host);
		}
		expect(back.length).toBe(burst.length);
		expect(back).toBe(burst);
	});
});

describe("TLS on the simulated network", () => {
	test("ML307R: trusted, unknown authority, expired", () => {
		const host = new Host(cmccMl307r, 1);
		host.ask(`AT+MSSLCERTWR="ca.pem",0,${ca.length}`, ">");
		host.send(ca);
		host.until("OK\r\n");
		host.ask('AT+MSSLCFG="auth",0,1;+MSSLCFG="cert",0,"ca.pem";+MSSLCFG="ignorestamp",0,0;+MSSLCFG="auth",1,1');
		host.ask('AT+MIPCFG="ssl",0,1,0;+MIPCFG="ssl",1,1,1;+MIPCFG="ssl",2,1,0');
		ml307r.open(host, 443);
		ml307r.send(host, "hello");
		host.until('+MIPURC: "rtcp",0,5,5\r\n');
		expect(ml307r.read(host)).toBe("hello");
		expect(ml307r.refused(host, 443)).toContain("+MIPOPEN: 1,559");
		expect(host.ask('AT+MIPOPEN=2,"TCP","server.test",444', /\+MIPOPEN: 2,\d+\r\n/)).toContain("+MIPOPEN: 2,559");
		host.ask('AT+MSSLCFG="ignorestamp",0,1');
		expect(host.ask('AT+MIPOPEN=2,"TCP","server.test",444', /\+MIPOPEN: 2,\d+\r\n/)).toContain("+MIPOPEN: 2,0");
	});
	test("A7670: trusted, another name, expired, no TLS there", () => {
		const host = new Host(simcomA7670, 1, { "CGDCONT.1": "IPV4V6," });
		host.ask("ATE0");
		host.ask(`AT+CCERTDOWN="ca.pem",${ca.length}`, ">");
		host.send(ca);
		host.until("OK\r\n");
		host.ask('AT+CSSLCFG="authmode",0,1');
		host.ask('AT+CSSLCFG="cacert",0,"ca.pem"');
		host.ask('AT+CSSLCFG="enableSNI",0,1');
		host.ask('AT+CSSLCFG="ignorelocaltime",0,0');
		host.ask("AT+CCHSET=1,1");
		host.ask("AT+CCHSTART", "+CCHSTART: 0\r\n");
		const open = (port: number) => host.ask(`AT+CCHOPEN=0,"server.test",${port},2`, /\+CCHOPEN: 0,\d+\r\n/);
		expect(open(444)).toContain("+CCHOPEN: 0,15");
		expect(open(80)).toContain("+CCHOPEN: 0,15");
		expect(open(9)).toContain("+CCHOPEN: 0,14");
		expect(open(443)).toContain("+CCHOPEN: 0,0");
		host.ask("AT+CCHSEND=0,5", ">");
		host.send("hello");
		expect(host.until("+CCHEVENT: 0,RECV EVENT\r\n")).toContain("+CCHSEND: 0,0");
		expect(host.ask("AT+CCHRECV=0,100")).toContain("+CCHRECV: DATA,0,5\r\nhello\r\n+CCHRECV: 0,0\r\n");
	});
	test("Air780E: trusted by its files, another name", () => {
		const host = new Host(openluatAir780e, 1, { "CGDCONT.1": "IPV4V6,", "FS.ca.crt": ca });
		host.ask("ATE0;+CIPMUX=1;+CIPSSL=1;+CIPRXGET=5");
		for (const id of [0, 1]) host.ask(`AT+SSLCFG="cacert",${id},"ca.crt";+SSLCFG="seclevel",${id},1`);
		host.ask('AT+SSLCFG="hostname",0,"server.test";+SSLCFG="hostname",1,"other.test"');
		host.ask('AT+CIPSTART=0,"TCP","server.test",443', "\r\n0, CONNECT OK\r\n");
		expect(air780e.refused(host, 443)).toContain("1, CONNECT FAIL");
		host.ask("AT+CIPQSEND=1");
		air780e.send(host, "hello");
		host.until("+CIPRXGET: 1,0\r\n");
		expect(air780e.read(host)).toBe("hello");
	});
});

describe("datagrams on the simulated network", () => {
	test("each persona's way to send one and get it back", () => {
		const ml = new Host(cmccMl307r, 1);
		ml.ask('AT+MIPOPEN=0,"UDP","server.test",7', "+MIPOPEN: 0,0\r\n");
		expect(ml.ask("AT+MIPSEND=0,2,hi", '+MIPURC: "rudp",0,2,hi\r\n')).toContain("+MIPSEND: 0,2\r\n\r\nOK\r\n");
		const sim = new Host(simcomA7670, 1, { "CGDCONT.1": "IPV4V6," });
		sim.ask("AT+NETOPEN", "+NETOPEN: 0\r\n");
		sim.ask('AT+CIPOPEN=0,"UDP",,,5000');
		sim.ask('AT+CIPSEND=0,2,"server.test",7', ">");
		sim.send("hi");
		expect(sim.until("+IPD2\r\nhi")).toContain(`+CIPSEND: 0,2,2\r\n\r\nRECV FROM:${server}:7\r\n`);
		const air = new Host(openluatAir780e, 1, { "CGDCONT.1": "IPV4V6," });
		air.ask("AT+CIPMUX=1;+CIPRXF=1");
		air.ask('AT+CIPSTART=0,"UDP","server.test",7', "0, CONNECT OK\r\n");
		air.ask("AT+CIPSEND=0,2", "> ");
		air.send("hi");
		air.until("+RECEIVE,0,2:\r\nhi");
	});
});
