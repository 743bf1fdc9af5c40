import { command } from "../../sdk/at/command.js";
import { hex, optional, payloadHex, text, uint, word } from "../../sdk/at/fields.js";

/** Declarations that the tests of the channel use; the ones of the product are in sdk/3gpp and drivers. */
export const AT = command("", { spec: "V.250 5.2.1", execute: { timeoutMs: 300, probe: true } });
export const ATE = command("E", { spec: "V.250 6.2.4", set: { params: { value: uint(0, 1) } } });
export const ATI = command("I", { spec: "V.250 6.1.3", execute: { prefix: null, lines: true } });
export const ATD = command("D", { spec: "V.250 6.3.1", execute: {} });
export const CIMI = command("+CIMI", { spec: "TS 27.007 5.6", execute: { prefix: null, response: { imsi: text() } } });
export const CGMR = command("+CGMR", { spec: "TS 27.007 5.3", execute: { prefix: null, lines: true } });
export const CSQ = command("+CSQ", {
	spec: "TS 27.007 8.5",
	execute: { response: { rssi: optional(uint()), ber: optional(uint()) } },
	read: { lines: true },
});
export const CPIN = command("+CPIN", {
	spec: "TS 27.007 8.3",
	read: { response: { code: text() }, timeoutMs: 5_000 },
	set: { params: { pin: text(8), newPin: optional(text(8)) }, redact: [0, 1] },
});
export const CMEE = command("+CMEE", { spec: "TS 27.007 9.1", set: { params: { n: uint(0, 2) } }, read: { response: { n: uint() } } });
export const CEREG = command("+CEREG", {
	spec: "TS 27.007 10.1.22",
	set: { params: { n: uint(0, 5) } },
	read: { response: { n: uint(), stat: uint(), tac: optional(hex()), ci: optional(hex()), act: optional(uint()) } },
});
export const CREG = command("+CREG", { spec: "TS 27.007 7.2", read: { response: { n: uint(), stat: uint(), lac: optional(hex()) } } });
export const CFUN = command("+CFUN", { spec: "TS 27.007 8.2", set: { params: { fun: uint(0, 4) }, timeoutMs: 25_000, abortable: true } });
export const CGPADDR = command("+CGPADDR", {
	spec: "TS 27.007 10.1.14",
	set: { params: { cid: uint() }, response: { cid: optional(uint()), ipv4: optional(text()), ipv6: optional(text()) } },
});
export const CGCONTRDP = command("+CGCONTRDP", { spec: "TS 27.007 10.1.23", set: { params: { cid: uint() }, lines: true } });
export const CGACT = command("+CGACT", { spec: "TS 27.007 10.1.10", set: { params: { state: uint(0, 1), cid: uint() } } });
export const COPS = command("+COPS", {
	spec: "TS 27.007 7.3",
	test: { lines: true, timeoutMs: 180_000, abortable: true },
	read: { response: { mode: uint(), format: optional(uint()), oper: optional(text()), act: optional(uint()) } },
});
export const CMGS = command("+CMGS", {
	spec: "TS 27.005 3.5.1",
	set: { params: { da: text(20) }, prompt: true, terminator: 0x1a, response: { mr: uint(0, 255) } },
});

export const QNBIOTEVENT = command("+QNBIOTEVENT", { spec: "BC660K-GL", set: { params: { enable: uint(), event: uint() } } });
export const QTEMP = command("+QTEMP", { spec: "BC660K-GL", execute: { lines: true } });
export const QENG = command("+QENG", { spec: "BC660K-GL", set: { params: { mode: uint() }, lines: true } });
export const QCAINFO = command("+QCAINFO", { spec: "RM551E", execute: { lines: true } });
export const QIOPEN = command("+QIOPEN", {
	spec: "BC660K-GL",
	set: {
		params: { cid: uint(), id: uint(0, 4), type: word("UDP", "TCP"), host: text(), port: uint(0, 65535) },
		result: { prefix: "+QIOPEN", timeoutMs: 60_500, matches: (line, params) => line.uint(0) === params.id },
		response: { id: uint(), error: uint() },
	},
});
export const QPING = command("+QPING", {
	spec: "BC660K-GL",
	set: { params: { cid: uint(), host: text() }, result: { prefix: "+QPING" }, lines: true },
});
export const QISEND = command("+QISEND", {
	spec: "BC660K-GL",
	set: {
		params: { id: uint(0, 4), length: uint(0, 512), data: payloadHex(512) },
		finals: { ok: ["SEND OK"], error: ["SEND FAIL"] },
		timeoutMs: 5_500,
	},
});
export const QICLOSE = command("+QICLOSE", {
	spec: "BC660K-GL",
	set: { params: { id: uint(0, 4) }, finals: { ok: ["CLOSE OK"], error: [] }, timeoutMs: 5_500 },
});
/** The prompt form of other modules: the payload is binary. */
export const PROMPT_SEND = command("+QISEND", {
	spec: "EC800M",
	set: { params: { id: uint(), length: uint() }, prompt: true, finals: { ok: ["SEND OK"], error: ["SEND FAIL"] }, timeoutMs: 5_000 },
});
export const QIRD = command("+QIRD", {
	spec: "EC800M",
	set: { params: { id: uint(), length: uint() }, response: { length: uint() }, binary: line => line.uint(0) ?? 0 },
});
export const CIPOPEN = command("+CIPOPEN", {
	spec: "SIM7600",
	set: {
		params: { id: uint(), type: word("UDP", "TCP"), host: text(), port: uint() },
		result: { prefix: "+CIPOPEN", timeoutMs: 60_000 },
		response: { id: uint(), error: uint() },
	},
});
export const CDNSGIP = command("+CDNSGIP", { spec: "SIM7600", set: { params: { host: text() }, lines: true } });
export const NETOPEN = command("+NETOPEN", { spec: "A7670", execute: { result: { prefix: "+NETOPEN" }, response: { error: uint() } } });
export const CIPSHUT = command("+CIPSHUT", { spec: "Air780E", execute: { finals: { ok: ["SHUT OK"], error: [] } } });
export const CIFSR = command("+CIFSR", {
	spec: "Air780E",
	execute: { prefix: null, response: { address: text() }, finals: { ok: ["*"], error: [] } },
});
export const CIPSTATUS = command("+CIPSTATUS", {
	spec: "Air780E",
	execute: { result: { prefix: "STATE" }, response: { state: text() } },
});
export const NSOCR = command("+NSOCR", {
	spec: "BC95",
	set: { params: { port: uint() }, prefix: null, response: { socket: uint(0, 6) } },
});
export const NQMGR = command("+NQMGR", { spec: "BC95", execute: { prefix: null, lines: true } });
