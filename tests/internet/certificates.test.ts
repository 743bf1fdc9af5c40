import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { CertificateAuthority } from "../../host-sim/internet/certificates.js";

const authority = new CertificateAuthority("Test CA");
const ca = new X509Certificate(authority.certificate);

test("an authority that signed itself", () => {
	expect([ca.ca, ca.subject, ca.issuer, ca.verify(ca.publicKey)]).toEqual([true, "CN=Test CA", "CN=Test CA", true]);
});

test("a server's certificate, as OpenSSL reads it", () => {
	const { certificate } = authority.issue({
		names: ["broker.example", "*.fleet.example", "::1", "2001:db8:0:1::9", "127.0.0.1"],
		notBeforeMs: Date.UTC(2020, 0, 2, 3, 4, 5),
		notAfterMs: Date.UTC(2051, 11, 31, 23, 59, 59),
	});
	const read = new X509Certificate(certificate);
	expect([read.ca, read.checkIssued(ca), read.verify(ca.publicKey), read.subject]).toEqual([false, true, true, "CN=broker.example"]);
	expect([read.validFrom, read.validTo]).toEqual(["Jan  2 03:04:05 2020 GMT", "Dec 31 23:59:59 2051 GMT"]);
	expect(read.subjectAltName).toBe(
		"DNS:broker.example, DNS:*.fleet.example, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:1:0:0:0:9, IP Address:127.0.0.1",
	);
	expect(read.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
	expect(read.checkHost("a.fleet.example")).toBe("*.fleet.example");
	expect(read.checkIP("::1")).toBe("::1");
});

test("a client's, with serial numbers of their own", () => {
	const subject = "tracker 7";
	const one = new X509Certificate(authority.issue({ subject, usage: "client" }).certificate);
	const other = new X509Certificate(authority.issue({ subject, usage: "client" }).certificate);
	expect([one.subject, one.keyUsage, one.subjectAltName]).toEqual([`CN=${subject}`, ["1.3.6.1.5.5.7.3.2"], undefined]);
	expect(one.serialNumber).not.toBe(other.serialNumber);
	expect(new X509Certificate(new CertificateAuthority("Test CA").certificate).verify(ca.publicKey)).toBe(false);
});
