import { isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressKind, canonicalAddress, formatAddress, isUsableAddress, parseAddress } from "../../sdk/3gpp/ip-address.js";

/** Each of a module's own spellings (at its source in brackets) and the one text that it means. */
const spellings: readonly (readonly [string, string])[] = [
	// BC660K-GL, ML307R, RM500U.
	["10.0.0.7", "10.0.0.7"],
	["10.148.158.125", "10.148.158.125"],
	["240e:047e:32f1:0eca:18ca:b5ae:d4e9:a2ca", "240e:47e:32f1:eca:18ca:b5ae:d4e9:a2ca"],
	["2409:8D21:DE2:E858::1", "2409:8d21:de2:e858::1"],
	// EG915Q: 16 dotted decimals; another module: full and upper case.
	["38.7.251.144.154.37.192.120.172.57.189.17.176.171.138.245", "2607:fb90:9a25:c078:ac39:bd11:b0ab:8af5"],
	["253.0.151.106.0.0.0.0.0.0.0.0.0.0.0.9", "fd00:976a::9"],
	["2607:FB90:B59A:02C1:0AD3:1B57:4FD4:21F4", "2607:fb90:b59a:2c1:ad3:1b57:4fd4:21f4"],
	["FE80:0000:0000:0000:B46D:57FF:FE45:4545", "fe80::b46d:57ff:fe45:4545"],
	["fd00:976a::9", "fd00:976a::9"],
	// CGDCONT before activation.
	["0.0.0.0", "0.0.0.0"],
	["0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0", "::"],
	// RFC 5952: the first of the longest runs, no run of one, no leading zeros.
	["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
	["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
	["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
	["1::", "1::"],
	["0:0:0:0:0:0:0:1", "::1"],
	["::ffff:192.0.2.1", "::ffff:c000:201"],
	["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
	["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
	["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
];

describe("every spelling becomes one", () => {
	test.each(spellings)("%s is %s", (text, canonical) => expect(canonicalAddress(text)).toBe(canonical));
	test("address and mask in one text", () => {
		const v4 = parseAddress("2.197.17.49.255.255.255.255");
		expect(v4?.family).toBe("ipv4");
		expect([...(v4?.bytes ?? [])]).toEqual([2, 197, 17, 49]);
		expect(v4?.prefixLength).toBe(32);
		const v6 = parseAddress("38.1.0.0.0.0.0.0.0.0.0.0.0.0.0.1.255.255.255.255.255.255.255.255.0.0.0.0.0.0.0.0");
		expect(v6 && formatAddress(v6.bytes)).toBe("2601::1");
		expect(v6?.prefixLength).toBe(64);
		expect(parseAddress("2001:db8::1/64")?.prefixLength).toBe(64);
		expect(parseAddress("10.0.0.1/24")?.prefixLength).toBe(24);
		expect(parseAddress("10.0.0.1")?.prefixLength).toBeUndefined();
	});
});

test.each([
	"",
	" ",
	"1",
	"1.2.3",
	"1.2.3.4.5",
	"1.2.3.256",
	"1.2.3.4.",
	".1.2.3.4",
	"1..2.3",
	"1.2.3.1000",
	"1.2.3.-4",
	"1.2.3.4.255.0.255.0",
	":",
	":::",
	"1:",
	":1",
	"1:2:3:4:5:6:7",
	"1:2:3:4:5:6:7:8:9",
	"1::2::3",
	"1:2:3:4:5:6:7:8::",
	"12345::",
	"g::",
	"::1.2.3",
	"::1.2.3.4:5",
	"1:2:3:4:5:6:7:1.2.3.4",
	"2001:db8::1/129",
	"2001:db8::1/",
	"10.0.0.1/33",
	"READY",
	"0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",
])("%j is no address", text => expect(parseAddress(text)).toBeUndefined());

describe("what an address is good for", () => {
	test.each([
		["fe80::1", "linkLocal", false],
		["febf::1", "linkLocal", false],
		["fec0::1", "global", true],
		["fe80:0000:0000:0000:B46D:57FF:FE45:4545", "linkLocal", false],
		["254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1", "linkLocal", false],
		["::", "unspecified", false],
		["0.0.0.0", "unspecified", false],
		["::1", "loopback", false],
		["127.0.0.1", "loopback", false],
		["ff02::1", "multicast", false],
		["224.0.0.1", "multicast", false],
		["169.254.1.1", "linkLocal", false],
		["fd00:976a::9", "uniqueLocal", true],
		["2409:8D21:DE2:E858::1", "global", true],
		["10.0.0.7", "global", true],
		["100.67.249.195", "global", true],
	] as const)("%s is %s", (text, kind, usable) => {
		const { bytes } = parseAddress(text)!;
		expect(addressKind(bytes)).toBe(kind);
		expect(isUsableAddress(bytes)).toBe(usable);
	});
});

describe("properties", () => {
	test("text of any 16 bytes is read back as those bytes, is IPv6 for Node, and is its own canonical text", () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 })), { minLength: 16, maxLength: 16 }), groups => {
				const text = formatAddress(Uint8Array.from(groups));
				expect(isIPv6(text)).toBe(true);
				expect([...parseAddress(text)!.bytes]).toEqual(groups);
				expect(canonicalAddress(text.toUpperCase())).toBe(text);
				expect(canonicalAddress(groups.join("."))).toBe(text);
			}),
			{ numRuns: 500 },
		);
	});
	test("agrees with Node about which text with a colon is an address", () => {
		const part = fc.constantFrom("0", "1", "ffff", "A", "", "", "10.0.0.1", "12345");
		fc.assert(
			fc.property(fc.array(part, { minLength: 2, maxLength: 10 }), parts => {
				const text = parts.join(":");
				expect(parseAddress(text) !== undefined).toBe(isIPv6(text));
			}),
			{ numRuns: 3000 },
		);
	});
	test("nothing makes it throw", () => {
		fc.assert(
			fc.property(fc.string(), text => {
				parseAddress(text);
			}),
		);
	});
});
