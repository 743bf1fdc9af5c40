import { describe, expect, test } from "vitest";
import { quectelEc800m } from "../../drivers/cat1/quectel-ec800m.js";
import { ModemCore } from "../../sdk/modem/core.js";
import { StreamEndpoint } from "../../sdk/modem/stream-endpoint.js";

const OK = "\r\nOK\r\n";
const info = (line: string): string => `\r\n${line}\r\n${OK}`;
const ACTIVE = '+QIACT: 1,1,3,"10.238.250.166"';

/**
 * A module that answers by the command line, with the bytes of the captures; context and activation it remembers. The prompt takes as many bytes
 * as were announced. It shares nothing with the simulator.
 */
class Script {
	readonly sent: string[] = [];
	readonly events: string[] = [];
	readonly errors: string[] = [];
	readonly core: ModemCore;
	now = 0;
	context = '"IP",""';
	stack = '1,"","","",0';
	isActive = false;
	/** What the far end has sent and nobody has read. */
	waiting = "";
	received = "";
	/** So many sends are refused for want of room. */
	full = 0;
	#data = 0;
	#line = "";
	#queue: { at: number; text: string }[] = [];
	constructor() {
		this.core = new ModemCore({
			driver: quectelEc800m,
			pins: { has: () => false, set: () => {}, get: () => undefined },
			owner: { changed: () => {}, failed: error => this.errors.push(error.message), event: name => this.events.push(name) },
		});
	}
	says(text: string, afterMs = 3): void {
		this.#queue.push({ at: this.now + afterMs, text });
		this.#queue.sort((a, b) => a.at - b.at);
	}
	#answer(line: string): void {
		this.sent.push(line);
		const after = (prefix: string): string | undefined => (line.startsWith(prefix) ? line.slice(prefix.length) : undefined);
		this.context = after("AT+CGDCONT=1,") ?? this.context;
		const stack = after("AT+QICSGP=1,");
		if (stack !== undefined) this.stack = stack;
		if (line === "AT+QIACT=1") {
			this.says(this.isActive ? "\r\nERROR\r\n" : OK);
			this.isActive = true;
			return;
		}
		const send = /^AT\+QISEND=0,(\d+)$/.exec(line);
		if (send) {
			this.#data = Number(send[1]);
			this.says("\r\n> ");
			return;
		}
		const read = /^AT\+QIRD=0,(\d+)$/.exec(line);
		if (read) {
			const data = this.waiting.slice(0, Number(read[1]));
			this.waiting = this.waiting.slice(data.length);
			this.says(`\r\n+QIRD: ${data.length}\r\n${data}${data === "" ? "" : "\r\n"}${OK}`);
			return;
		}
		this.says(ANSWERS[line] ?? this.#state(line) ?? OK);
		if (line.startsWith("AT+CEREG=")) this.says('\r\n+CEREG: 1,"5141","0521870C",7\r\n', 500);
		if (line.startsWith("AT+QIOPEN=")) this.says("\r\n+QIOPEN: 0,0\r\n", 125);
	}
	#state(line: string): string | undefined {
		if (line === "AT+CGDCONT?") return info(`+CGDCONT: 1,${this.context}`);
		if (line === "AT+QICSGP=1") return info(`+QICSGP: ${this.stack}`);
		return line === "AT+QIACT?" ? (this.isActive ? info(ACTIVE) : OK) : undefined;
	}
	#take(text: string): void {
		let rest = text;
		while (rest !== "") {
			if (this.#data > 0) {
				const data = rest.slice(0, this.#data);
				rest = rest.slice(data.length);
				this.#data -= data.length;
				if (this.full === 0) this.received += data;
				if (this.#data === 0) this.says(this.full > 0 ? "\r\nSEND FAIL\r\n" : "\r\nSEND OK\r\n", 20);
				if (this.#data === 0 && this.full > 0) this.full--;
				continue;
			}
			const end = rest.indexOf("\r");
			this.#line += end < 0 ? rest : rest.slice(0, end);
			rest = end < 0 ? "" : rest.slice(end + 1);
			if (end < 0) return;
			const line = this.#line;
			this.#line = "";
			this.#answer(line);
		}
	}
	#pump(): void {
		for (let chunk = this.core.transmit(64, this.now); chunk !== undefined; chunk = this.core.transmit(64, this.now))
			this.#take(Buffer.from(chunk).toString("latin1"));
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
	connected(): this {
		this.core.connect({ apn: "iot.example" });
		this.run(20_000);
		expect(this.core.connection).toBe(500);
		return this;
	}
	/** What was sent since the last call. */
	take(): string[] {
		return this.sent.splice(0);
	}
}

const ANSWERS: Readonly<Record<string, string>> = {
	"AT+CGMI": "\r\nQuectel\r\n\r\nOK\r\n",
	"AT+CGMM": "\r\nEC800M\r\n\r\nOK\r\n",
	"AT+CGMR": "\r\nEC800MCNGAR06A06M08\r\n\r\nOK\r\n",
	"AT+CGSN=1": info("+CGSN: 001010000000001"),
	"AT+QCCID": info("+QCCID: 89000000000000000001"),
	"AT+CPIN?": info("+CPIN: READY"),
	"AT+CFUN?": info("+CFUN: 1"),
	'AT+QURCCFG="urcport"': info('+QURCCFG: "urcport","uart1"'),
	'AT+QICFG="dataformat"': info('+QICFG: "dataformat",0,0'),
	'AT+QICFG="viewmode"': info('+QICFG: "viewmode",0'),
	"AT+CEREG?": info('+CEREG: 2,1,"5141","0521870C",7'),
	"AT+COPS?": info('+COPS: 0,2,"46000",7'),
	"AT+CGPADDR=1": info('+CGPADDR: 1,"10.238.250.166","36.14.4.126.50.241.14.202.24.202.181.174.212.233.162.202"'),
};

class Far {
	readonly stream: StreamEndpoint;
	read = "";
	writable = 0;
	failures = 0;
	constructor(script: Script, receiveBytes?: number) {
		const options = { kind: "tcp" as const, address: "2001:db8::1", port: 1883, secure: undefined, receiveBytes };
		this.stream = new StreamEndpoint(script.core.sockets, options, {
			readable: count => {
				this.read += Buffer.from(this.stream.read(count)).toString("latin1");
			},
			writable: () => this.writable++,
			failed: () => this.failures++,
		});
	}
}

describe("connecting", () => {
	test("both contexts are written once; the stack's is activated, and not twice", () => {
		const script = new Script().connected();
		const first = script.take();
		expect(first).toContain('AT+CGDCONT=1,"IPV4V6","iot.example"');
		expect(first).toContain('AT+QICSGP=1,3,"iot.example","","",0');
		const activation = first.filter(line => line.startsWith("AT+QIACT"));
		expect(activation).toEqual(["AT+QIACT?", "AT+QIACT=1"]);
		expect(first.indexOf("AT+QIACT?")).toBeGreaterThan(first.indexOf("AT+CEREG=5"));
		script.core.disconnect();
		script.run(5_000);
		script.connected();
		const again = script.take();
		expect(again.filter(line => /^AT\+(CGDCONT|QICSGP|QIACT)=1,?/.test(line))).toEqual(["AT+QICSGP=1"]);
		expect(script.errors).toEqual([]);
	});
	test("IPv6 in 16 decimals is an address", () => {
		const script = new Script().connected();
		expect(script.core.addresses.ipv6).toBe("240e:47e:32f1:eca:18ca:b5ae:d4e9:a2ca");
	});
	test("a context that the network takes away is activated again", () => {
		const script = new Script().connected();
		script.take();
		script.isActive = false;
		script.says('\r\n+QIURC: "pdpdeact",1\r\n');
		script.run(20_000);
		expect(script.core.connection).toBe(500);
		expect(script.take().filter(line => line.startsWith("AT+QIACT"))).toEqual(["AT+QIACT?", "AT+QIACT=1"]);
	});
});

describe("a stream", () => {
	test("opened, written behind prompts, read by count until nothing comes", () => {
		const script = new Script().connected();
		const far = new Far(script);
		script.run(1_000);
		expect(far.writable).toBeGreaterThan(0);
		script.take();
		far.stream.write(Buffer.from("GET /\r\nOK\r\n> "), false);
		script.run(1_000);
		expect(script.received).toBe("GET /\r\nOK\r\n> ");
		script.waiting = "\r\nERROR\r\n+QIRD: 7\r\nOK\r\n";
		script.says('\r\n+QIURC: "recv",0\r\n');
		script.run(1_000);
		expect(far.read).toBe("\r\nERROR\r\n+QIRD: 7\r\nOK\r\n");
		expect(script.take()).toEqual(["AT+QISEND=0,13", "AT+QIRD=0,1460", "AT+QIRD=0,1460"]);
		expect(script.errors).toEqual([]);
	});
	test("SEND FAIL is tried again, and nothing is doubled or lost", () => {
		const script = new Script().connected();
		const far = new Far(script);
		script.run(1_000);
		script.full = 3;
		far.stream.write(Buffer.from("once"), false);
		script.run(5_000);
		expect(script.received).toBe("once");
		expect(far.failures).toBe(0);
	});
	test("more than fits waits in the module", () => {
		const script = new Script().connected();
		const far = new Far(script, 256);
		script.run(1_000);
		script.waiting = Buffer.from(Uint8Array.from({ length: 5000 }, (_, i) => i & 0xff)).toString("latin1");
		const all = script.waiting;
		script.says('\r\n+QIURC: "recv",0\r\n');
		script.run(5_000);
		expect(far.read).toBe(all);
		expect(script.waiting).toBe("");
	});
	test("what came before the far end closed is read first", () => {
		const script = new Script().connected();
		const far = new Far(script);
		script.run(1_000);
		script.waiting = "bye";
		script.says('\r\n+QIURC: "recv",0\r\n\r\n+QIURC: "closed",0\r\n');
		script.run(5_000);
		expect(far.read).toBe("bye");
		expect(far.failures).toBe(1);
		expect(script.take().at(-1)).toBe("AT+QICLOSE=0");
	});
});
