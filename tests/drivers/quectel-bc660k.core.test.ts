import { describe, expect, test } from "vitest";
import { quectelBc660k } from "../../drivers/nbiot/quectel-bc660k.js";
import { ModemCore } from "../../sdk/modem/core.js";
import { StreamEndpoint } from "../../sdk/modem/stream-endpoint.js";
import { UdpEndpoint } from "../../sdk/modem/udp-endpoint.js";

const OK = "\r\nOK\r\n";
const info = (line: string): string => `\r\n${line}\r\n${OK}`;
const REGISTERED = '5,"0001","0000ABCD",9,,,"00100011","00101010"';

/**
 * A module that answers by the command line, with the bytes of the capture and of the reference; what it was set to, it remembers. `AT+QRST`
 * makes it boot. It shares nothing with the simulator.
 */
class Script {
	readonly sent: string[] = [];
	readonly events: unknown[][] = [];
	readonly errors: string[] = [];
	readonly pins: unknown[][] = [];
	readonly core: ModemCore;
	now = 0;
	/** The next line is lost, as after deep sleep. */
	asleep = true;
	definition = '"IP","old.apn"';
	psm = '0,,,"",""';
	replies: Record<string, string> = {};
	#line = "";
	#queue: { at: number; text: string }[] = [];
	constructor(wired: readonly string[] = []) {
		this.core = new ModemCore({
			driver: quectelBc660k,
			pins: {
				has: pin => wired.includes(pin),
				set: (pin, asserted) => this.pins.push([this.now, pin, asserted]),
				get: () => undefined,
			},
			owner: {
				changed: () => {},
				failed: error => this.errors.push(error.message),
				event: (name, data) => this.events.push([name, data]),
			},
		});
	}
	says(text: string, afterMs = 20): void {
		this.#queue.push({ at: this.now + afterMs, text });
		this.#queue.sort((a, b) => a.at - b.at);
	}
	#answer(line: string): void {
		if (this.asleep) {
			this.asleep = false;
			this.says("\r\n", 400);
			return;
		}
		this.sent.push(line);
		const set = (prefix: string): string | undefined => (line.startsWith(prefix) ? line.slice(prefix.length) : undefined);
		const definition = set("AT+QCGDEFCONT=");
		if (definition !== undefined) this.definition = definition;
		const psm = set("AT+CPSMS=");
		if (psm !== undefined) this.psm = psm;
		if (line.startsWith("AT+CEREG=")) this.says(`\r\n+CEREG: ${REGISTERED}\r\n`, 3000);
		if (line.startsWith("AT+QIOPEN=0,") && this.replies[line] === undefined) this.says(`\r\n+QIOPEN: ${line.charAt(12)},0\r\n`, 300);
		this.says(this.replies[line] ?? ANSWERS[line] ?? this.#read(line) ?? OK);
		if (line === "AT+QRST=1") this.says("\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n", 1500);
		if (line.startsWith("AT+QISEND=")) this.says("\r\nSEND OK\r\n", 500);
		if (line.startsWith("AT+QICLOSE=")) this.says("\r\nCLOSE OK\r\n", 70);
	}
	#read(line: string): string | undefined {
		if (line === "AT+QCGDEFCONT?") return info(`+QCGDEFCONT: ${this.definition}`);
		return line === "AT+CPSMS?" ? info(`+CPSMS: ${this.psm}`) : undefined;
	}
	#pump(): void {
		for (let chunk = this.core.transmit(64, this.now); chunk !== undefined; chunk = this.core.transmit(64, this.now)) {
			this.#line += Buffer.from(chunk).toString("latin1");
			for (let end = this.#line.indexOf("\r"); end >= 0; end = this.#line.indexOf("\r")) {
				const line = this.#line.slice(0, end);
				this.#line = this.#line.slice(end + 1);
				this.#answer(line);
			}
		}
	}
	/** The application is called from outside of any turn; whoever calls the core for it tells the time first. */
	send(endpoint: UdpEndpoint, text: string, release: "none" | "after-response"): void {
		this.core.now = this.now;
		endpoint.send(Buffer.from(text), "2001:db8::1", 5683, release);
	}
	endpoint(): UdpEndpoint {
		return new UdpEndpoint(this.core.sockets, 0, { readable: () => {}, failed: error => this.errors.push(error.message) });
	}
	run(forMs: number): void {
		const until = this.now + forMs;
		for (let turns = 0; turns < 20_000; turns++) {
			this.#pump();
			const next = Math.min(this.core.deadline ?? Number.POSITIVE_INFINITY, this.#queue[0]?.at ?? Number.POSITIVE_INFINITY);
			if (next > until) {
				this.now = until;
				return;
			}
			this.now = Math.max(this.now, next);
			while (this.#queue.length > 0 && this.#queue[0]!.at <= this.now)
				this.core.receive(Buffer.from(this.#queue.shift()!.text, "latin1"), this.now);
			this.core.expire(this.now);
		}
		throw new Error("the modem never comes to rest");
	}
}

const ANSWERS: Readonly<Record<string, string>> = {
	"AT+CGMI": "\r\nQuectel_Ltd\r\n\r\nQuectel_BC660K-GL\r\n\r\nRevision: QCX212\r\n\r\nOK\r\n",
	"AT+CGMM": "\r\nQuectel_BC660K-GL\r\n\r\nOK\r\n",
	"AT+CGMR": "\r\nRevision: BC660KGLAAR01A05\r\n\r\nOK\r\n",
	"AT+CGSN=1": info("+CGSN: 001010000000001"),
	"AT+QCCID": info("+QCCID: 89000000000000000001"),
	"AT+CPIN?": info("+CPIN: READY"),
	"AT+CFUN?": info("+CFUN: 1"),
	"AT+QNBIOTEVENT?": info("+QNBIOTEVENT: 1,1"),
	'AT+QCFG="dsevent"': info('+QCFG: "dsevent",0'),
	'AT+QICFG="dataformat"': info('+QICFG: "dataformat",0,0'),
	"AT+CEREG?": info(`+CEREG: 5,${REGISTERED}`),
	"AT+COPS?": info('+COPS: 0,2,"46000",9'),
	"AT+CGPADDR=0": info('+CGPADDR: 0,"10.0.0.7","2001:db8::17"'),
	"AT+CEDRXRDP": info("+CEDRXRDP: 0"),
	"AT+CCLK?": info('+CCLK: "26/11/20,21:39:00+32"'),
	"AT+CSQ": info("+CSQ: 10,0"),
};

function connected(script: Script): void {
	script.core.connect({ apn: "iot.example", psm: { periodicTauSeconds: 36_000, activeSeconds: 180 } });
	script.run(30_000);
}

describe("the driver in the modem", () => {
	test("from a sleeping module to an address: defines, restarts once, asks for PSM before it registers", () => {
		const script = new Script();
		connected(script);
		expect(script.errors).toEqual([]);
		expect(script.core.connection).toBe(500);
		expect(script.core.lifecycle.identity).toMatchObject({
			model: "Quectel_BC660K-GL",
			imei: "001010000000001",
			revision: "BC660KGLAAR01A05",
		});
		const { sent } = script;
		expect(sent.filter(line => line === 'AT+QCGDEFCONT="IPV4V6","iot.example"').length).toBe(1);
		expect(sent.filter(line => line === "AT+QRST=1").length).toBe(1);
		expect(sent.filter(line => line === 'AT+CPSMS=1,,,"01000001","00100011"').length).toBe(1);
		expect(sent.indexOf("AT+QRST=1")).toBeGreaterThan(sent.indexOf('AT+QCGDEFCONT="IPV4V6","iot.example"'));
		expect(sent).toContain("AT+QSCLK=0");
		expect(sent).toContain('AT+QCFG="dsevent",1');
		expect(sent).toContain('AT+QICFG="dataformat",1,1');
		expect(sent).not.toContain("AT+QNBIOTEVENT=1,1");
		expect(script.core.power.psmGranted).toEqual({ periodicTauSeconds: 36_000, activeSeconds: 180 });
		expect(script.core.channel.unknownLines).toBe(0);
	});

	test("a module that is set up already is written nothing", () => {
		const script = new Script();
		script.definition = '"IPV4V6","iot.example"';
		script.psm = '1,,,"01000001","00100011"';
		script.replies = {
			'AT+QCFG="dsevent"': info('+QCFG: "dsevent",1'),
			'AT+QICFG="dataformat"': info('+QICFG: "dataformat",1,1'),
		};
		connected(script);
		expect(script.core.connection).toBe(500);
		expect(script.sent.filter(line => /^AT\+(QCGDEFCONT|QCFG|QICFG|QNBIOTEVENT|CPSMS|QRST)/.test(line) && /=(?!")|",/.test(line))).toEqual(
			[],
		);
	});

	test("a report, its answer, sleep; then a wake whose first command is lost, and the socket is opened anew", () => {
		const script = new Script();
		connected(script);
		script.sent.length = 0;
		const endpoint = script.endpoint();
		script.send(endpoint, "Hello", "after-response");
		script.run(400);
		expect(script.sent.slice(-2)).toEqual(['AT+QIOPEN=0,0,"UDP","2001:db8::1",5683,0,1', 'AT+QISEND=0,5,"48656C6C6F",2']);
		script.says('\r\n+QIURC: "recv",0,2,"6F6B"\r\n', 800);
		script.run(1500);
		const packet = endpoint.read();
		expect(packet && Buffer.from(packet).toString()).toBe("ok");
		expect([packet?.address, packet?.port]).toEqual(["2001:db8::1", 5683]);
		script.run(10_000);
		expect(script.sent.at(-1)).toBe("AT+QSCLK=1");
		script.says('\r\n+QNBIOTEVENT: "ENTER PSM"\r\n\r\n+QNBIOTEVENT: "ENTER DEEPSLEEP"\r\n', 180_000);
		script.run(1_000_000);
		expect(script.core.power.psmEntered).toBe(1);
		expect(script.sent.at(-1)).toBe("AT+QSCLK=1");

		script.sent.length = 0;
		script.asleep = true;
		script.send(endpoint, "again", "none");
		script.run(20_000);
		expect(script.errors).toEqual([]);
		expect(script.sent.slice(0, 2)).toEqual(["AT", "AT+QSCLK=0"]);
		expect(script.sent).toContain('AT+QISEND=0,5,"616761696E"');
		expect(script.sent.at(-1)).toBe("AT+QSCLK=1");
		expect(script.core.channel.unknownLines).toBe(0);
	});

	test("a silent module is powered on by its pins: RESET_N for 500 ms", () => {
		const script = new Script(["reset", "wake"]);
		// Silent until the reset pin has been low.
		Object.defineProperty(script, "asleep", {
			get: () => !script.pins.some(([, pin, asserted]) => pin === "reset" && asserted === false),
			set: () => {},
		});
		script.core.connect({ apn: "iot.example" });
		script.run(60_000);
		const reset = script.pins.filter(([, pin]) => pin === "reset");
		expect(reset.map(([, , asserted]) => asserted)).toEqual([true, false]);
		expect((reset[1]![0] as number) - (reset[0]![0] as number)).toBe(500);
		expect(script.core.connection).toBe(500);
	});

	test("IPv6 refused by the module's stack: the cause is named", () => {
		const script = new Script();
		connected(script);
		script.replies = { 'AT+QIOPEN=0,0,"UDP","2001:db8::1",5683,0,1': "\r\nERROR\r\n" };
		const endpoint = script.endpoint();
		script.send(endpoint, "x", "none");
		script.run(30_000);
		expect(script.errors.length).toBeGreaterThan(0);
		expect(script.events.some(([name]) => name === "family")).toBe(true);
	});

	describe("a stream", () => {
		function opened(script: Script) {
			let read = "";
			let failures = 0;
			const options = { kind: "tcp" as const, address: "2001:db8::1", port: 80, secure: undefined, receiveBytes: 4096 };
			const stream: StreamEndpoint = new StreamEndpoint(script.core.sockets, options, {
				readable: count => {
					read += Buffer.from(stream.read(count)).toString("latin1");
				},
				writable: () => {},
				failed: () => failures++,
			});
			script.run(1_000);
			return { stream, read: () => read, failures: () => failures };
		}
		const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex").toUpperCase();

		test("goes out in parts of 512 bytes and comes pushed, 1,024 bytes at a time", () => {
			const script = new Script();
			connected(script);
			expect(script.core.channel.lineCapacity).toBe(1100);
			const far = opened(script);
			expect(script.core.channel.lineCapacity).toBe(2100);
			script.sent.length = 0;
			const data = Uint8Array.from({ length: 700 }, (_, i) => i & 0xff);
			far.stream.write(data, false);
			script.run(5_000);
			expect(script.sent.slice(0, 2)).toEqual([
				`AT+QISEND=0,512,"${hex(data.subarray(0, 512))}"`,
				`AT+QISEND=0,188,"${hex(data.subarray(512))}"`,
			]);
			const pushed = Uint8Array.from({ length: 1024 }, (_, i) => (i * 3) & 0xff);
			script.says(`\r\n+QIURC: "recv",0,1024,"${hex(pushed)}"\r\n\r\n+QIURC: "recv",0,2,"6F6B"\r\n`);
			script.run(1_000);
			expect(far.read()).toBe(`${Buffer.from(pushed).toString("latin1")}ok`);
			expect(far.failures()).toBe(0);
		});
		test("has no gap that nobody tells: a push that is too long for the line ends it", () => {
			const script = new Script();
			connected(script);
			const far = opened(script);
			script.says(`\r\n+QIURC: "recv",0,1100,"${"41".repeat(1100)}"\r\n`);
			script.run(1_000);
			expect(far.read()).toBe("");
			expect(far.failures()).toBe(1);
		});
		test("SEND FAIL is tried again; the far end closes", () => {
			const script = new Script();
			connected(script);
			const far = opened(script);
			const line = 'AT+QISEND=0,1,"78"';
			script.sent.length = 0;
			script.replies = { [line]: "\r\nOK\r\n\r\nSEND FAIL\r\n" };
			far.stream.write(Buffer.from("x"), false);
			script.run(100);
			script.replies = {};
			script.run(5_000);
			expect(script.sent.filter(sent => sent === line).length).toBeGreaterThan(1);
			expect(far.failures()).toBe(0);
			script.says('\r\n+QIURC: "closed",0\r\n');
			script.run(1_000);
			expect(far.failures()).toBe(1);
			expect(script.sent.at(-1)).toBe("AT+QICLOSE=0");
		});
	});
});
