import { describe, expect, test } from "vitest";
import { simcomSim8230 } from "../../drivers/redcap/simcom-sim8230.js";
import { decodeScan } from "../../sdk/3gpp/operator-scan.js";
import { decodeRegistration, type RegistrationDomain, RegistrationReport } from "../../sdk/3gpp/registration.js";
import { parseSlices, sliceOctets } from "../../sdk/3gpp/slices.js";
import { AtChannel } from "../../sdk/at/channel.js";
import type { AtLine } from "../../sdk/at/line.js";
import { rawCommand } from "../../sdk/at/raw.js";
import type { Driver, Signal } from "../../sdk/modem/driver.js";

/** What one information line gives when it comes as the answer to a command; lines of captures that are no dialogues (tables, prose, snippets). */
function read<T>(command: string, line: string, reader: (line: AtLine) => T): T {
	const found: T[] = [];
	const channel = new AtChannel<undefined>({ context: undefined, urcs: [] });
	channel.submit(
		rawCommand(command),
		undefined,
		undefined,
		() => {},
		undefined,
		information => {
			// Parameters count from the colon where the line has the command's own prefix, from its start otherwise.
			if (information.toText() === line) found.push(reader(information));
		},
	);
	channel.transmit(256, 0);
	const answer = `\r\n${line}\r\n\r\nOK\r\n`;
	channel.receive(
		Uint8Array.from(answer, character => character.charCodeAt(0)),
		1,
	);
	expect(found).toHaveLength(1);
	expect(channel.idle).toBe(true);
	return found[0]!;
}

const texts = (line: AtLine): (string | undefined)[] => Array.from({ length: line.count }, (_, index) => line.text(index));

describe("lines of captures that are no dialogues", () => {
	test("SIM8230G: a context with 22 parameters, most of them empty", () => {
		const line = '+CGDCONT: 4,"IPV4V6","sl2sfr","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",0,0,0,0,,,,,,,,,,"",,,,0';
		read("AT+CGDCONT?", line, found => {
			expect(found.count).toBe(22);
			expect([found.text(2), found.text(3), found.isQuoted(17), found.isEmpty(17), found.uint(21)]).toEqual([
				"sl2sfr",
				"0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",
				true,
				true,
				0,
			]);
		});
	});

	test("RG255C: a scan with names padded by a blank between the codes", () => {
		const line = '+COPS: (3,"268 02","268 02","26802",7),(3,"NOS","NOS","26803",7),(3,"vodafone P","voda P","26801",7)';
		expect(read("AT+COPS=?", line, texts)).toEqual([
			"(3",
			"268 02",
			"268 02",
			"26802",
			"7)",
			"(3",
			"NOS",
			"NOS",
			"26803",
			"7)",
			"(3",
			"vodafone P",
			"voda P",
			"26801",
			"7)",
		]);
	});

	test("SIM8230G: the serving cell on NR, its cell left out by the author", () => {
		const line = "+CPSI: NR5G_SA,Online,001-01,0x64,,500,NR5G_BAND71,128190,-520,-110,40";
		const signal = {} as Signal;
		read("AT+CPSI?", line, found => (simcomSim8230 as Driver).signal!.decode(found, signal));
		expect(signal).toEqual({ pci: 500, band: 71, earfcn: 128_190, rsrpDbm: -52, rsrqDb: -11 });
	});

	test("SIM8230G: the end of its network service", () => {
		expect(read("AT+CRESET", "+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY", texts)).toEqual(["+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY"]);
	});

	test("RG255C: its scan is of LTE networks, all forbidden", () => {
		const networks =
			'(3,"268 02","268 02","26802",7),(3,"NOS","NOS","26803",7),(3,"vodafone P","voda P","26801",7),(3,"MEO","MEO","26806",7)';
		const found = read("AT+COPS=?", `+COPS: ${networks}`, decodeScan);
		expect(found).toEqual([
			{ stat: 3, name: "268 02", plmn: "26802", act: 7 },
			{ stat: 3, name: "NOS", plmn: "26803", act: 7 },
			{ stat: 3, name: "vodafone P", plmn: "26801", act: 7 },
			{ stat: 3, name: "MEO", plmn: "26806", act: 7 },
		]);
	});

	test("a module of Unisoc on NR: registrations that contradict each other, slices without quotes", () => {
		const registration = (command: string, line: string, domain: RegistrationDomain) =>
			read(command, line, found => {
				const report = new RegistrationReport();
				decodeRegistration(found, domain, "read", report);
				return [report.stat, report.tac, report.ci, report.act, report.allowedNssai];
			});
		expect(registration("AT+C5GREG?", '+C5GREG: 2,1,"835500","8350C6180",11,9,01', "5GS")).toEqual([1, 0x835500, "8350C6180", 11, "01"]);
		expect(registration("AT+CEREG?", '+CEREG: 2,1,"835500","050C6180",11', "EPS")).toEqual([1, 0x835500, "050C6180", 11, undefined]);
		expect(registration("AT+CGREG?", '+CGREG: 2,1,"0000","050C6180",11', "PS")).toEqual([1, 0, "050C6180", 11, undefined]);
	});

	test("Balong: a cell of 16 digits stays text", () => {
		const ci = read("AT+C5GREG?", '+C5GREG: 2,1,"14225C","0000000C027F5065",11,1,"01"', found => {
			const report = new RegistrationReport();
			decodeRegistration(found, "5GS", "read", report);
			return report.ci;
		});
		expect(ci).toBe("0000000C027F5065");
	});

	test("two units of a Quectel module: a stored slice, and none", () => {
		const stored = (line: string) => read("AT+C5GNSSAI?", line, found => [found.uint(0), found.text(1)]);
		expect(stored('+C5GNSSAI: 4,"01.000001"')).toEqual([4, "01.000001"]);
		expect(stored('+C5GNSSAI: 0,""')).toEqual([0, ""]);
		expect([sliceOctets("01.000001"), parseSlices("01.000001"), parseSlices("")]).toEqual([4, [{ sst: 1, sd: 1 }], []]);
	});

	test("FM350: an address, and an empty string for the other family", () => {
		read("AT+CGPADDR=1", '+CGPADDR: 1,"10.5.147.243",""', line => {
			expect([line.uint(0), line.text(1), line.text(2), line.isEmpty(2), line.count]).toEqual([1, "10.5.147.243", "", true, 3]);
		});
	});

	test("EG915Q: 16 dotted groups, an empty gateway between them", () => {
		const line =
			'+CGCONTRDP: 2,6,"fast.t-mobile.com","38.7.251.144.154.37.192.120.172.57.189.17.176.171.138.245",,"253.0.151.106.0.0.0.0.0.0.0.0.0.0.0.9"';
		read("AT+CGCONTRDP=2", line, found => {
			expect([found.text(3), found.isEmpty(4), found.text(4)]).toEqual([
				"38.7.251.144.154.37.192.120.172.57.189.17.176.171.138.245",
				true,
				"",
			]);
		});
	});

	test("Balong: a signal line without parameters, and one of a vendor's own", () => {
		read("AT+CSQ", "+CSQ:", line => expect([line.count, line.uint(0)]).toEqual([0, undefined]));
		expect(read("AT^HCSQ?", '^HCSQ: "NR",68,211,31', texts)).toEqual(["NR", "68", "211", "31"]);
		expect(
			read("AT^MONSC", "^MONSC: NR,460,00,524910,1,C027F5065,114,14225C,-73,-9,23", line => [line.hex(5), line.int(8), line.text(0)]),
		).toEqual([0xc027f5065, -73, "NR"]);
	});

	test("Air780E: a list in brackets", () => {
		expect(read("AT+CPMS=?", '+CPMS: ("ME","SM"),("ME","SM"),("ME","SM")', line => line.count)).toBe(6);
	});

	test("SIM7020: data in hex with a count of hex digits", () => {
		read("AT+CSOSEND=0,0", "+CSONMI: 0,28,68656C6C6F2053494D3730323045", line => {
			const into = new Uint8Array(14);
			expect(line.hexBytes(2, into)).toBe(14);
			expect(String.fromCharCode(...into)).toBe("hello SIM7020E");
		});
	});

	test("BC260Y: a serial number is a bare line", () => {
		expect(read("AT+CGSN=0", "MP823G70607252204", texts)).toEqual(["MP823G70607252204"]);
	});
});
