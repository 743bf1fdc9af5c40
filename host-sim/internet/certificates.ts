import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";

/** PEM text. */
export interface KeyedCertificate {
	readonly certificate: string;
	/** PKCS #8. */
	readonly key: string;
}
export interface CertificateOptions {
	/** Common name of the subject; default the first of `names`. */
	readonly subject?: string;
	/** Names and addresses that a server may be reached by. */
	readonly names?: readonly string[];
	/** Default "server". */
	readonly usage?: "server" | "client";
	/** UTC; default a day ago. */
	readonly notBeforeMs?: number;
	/** UTC; default in a year. */
	readonly notAfterMs?: number;
}

const DAY_MS = 86_400_000;

/** X.690 8.1: tag, length, contents. */
function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
	const body = Buffer.concat(contents);
	if (body.length < 0x80) return Buffer.concat([Uint8Array.of(tag, body.length), body]);
	const length = body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
	return Buffer.concat([Uint8Array.of(tag, ...length), body]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);
const octets = (bytes: Uint8Array): Buffer => tlv(0x04, bytes);
const bits = (bytes: Uint8Array): Buffer => tlv(0x03, Uint8Array.of(0), bytes);

/** X.690 8.19: two numbers in the first byte, then seven bits in each. */
function oid(text: string): Buffer {
	const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
	const bytes = [first * 40 + second];
	for (const number of rest) {
		const digits = [number & 0x7f];
		for (let left = number >> 7; left > 0; left >>= 7) digits.unshift(0x80 | (left & 0x7f));
		bytes.push(...digits);
	}
	return tlv(0x06, Uint8Array.from(bytes));
}

/** RFC 5280 4.1.2.5: UTCTime until 2049, GeneralizedTime from then on. */
function time(utcMs: number): Buffer {
	const text = `${new Date(utcMs).toISOString().replace(/[-:T]|\.\d+/g, "")}`;
	const isShort = Number(text.slice(0, 4)) < 2050;
	return tlv(isShort ? 0x17 : 0x18, Buffer.from(isShort ? text.slice(2) : text, "latin1"));
}

/** ecdsa-with-SHA256 */
const signatureAlgorithm = (): Buffer => sequence(oid("1.2.840.10045.4.3.2"));
/** One relative name: the common name, as UTF8String. */
const commonName = (text: string): Buffer => sequence(tlv(0x31, sequence(oid("2.5.4.3"), tlv(0x0c, Buffer.from(text)))));

function extension(id: string, isCritical: boolean, value: Uint8Array): Buffer {
	return sequence(oid(id), ...(isCritical ? [tlv(0x01, Uint8Array.of(0xff))] : []), octets(value));
}

/** RFC 5952 or any other text of IPv6, dotted IPv4, as its bytes. */
function addressBytes(address: string): Uint8Array {
	if (isIP(address) === 4) return Uint8Array.from(address.split("."), Number);
	const [head = "", tail] = address.split("::");
	const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
	const before = groups(head);
	const after = groups(tail ?? "");
	const all = tail === undefined ? before : [...before, ...Array(8 - before.length - after.length).fill("0"), ...after];
	return Uint8Array.from(all.flatMap(group => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]));
}

const alternativeNames = (names: readonly string[]): Buffer =>
	sequence(...names.map(name => (isIP(name) === 0 ? tlv(0x82, Buffer.from(name, "latin1")) : tlv(0x87, addressBytes(name)))));

const pem = (der: Uint8Array): string =>
	`-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
		.toString("base64")
		.replace(/.{64}(?=.)/g, "$&\n")}\n-----END CERTIFICATE-----\n`;

interface Body {
	readonly issuer: string;
	readonly subject: string;
	readonly publicKey: KeyObject;
	readonly notBeforeMs: number;
	readonly notAfterMs: number;
	readonly extensions: readonly Uint8Array[];
}

/** RFC 5280 4.1, version 3. */
function signed(body: Body, key: KeyObject): string {
	// A serial number is positive: its first bit is 0, and its first byte not.
	const serial = Buffer.concat([Uint8Array.of(0x40), randomBytes(15)]);
	const content = sequence(
		tlv(0xa0, tlv(0x02, Uint8Array.of(2))),
		tlv(0x02, serial),
		signatureAlgorithm(),
		commonName(body.issuer),
		sequence(time(body.notBeforeMs), time(body.notAfterMs)),
		commonName(body.subject),
		body.publicKey.export({ type: "spki", format: "der" }),
		tlv(0xa3, sequence(...body.extensions)),
	);
	return pem(sequence(content, signatureAlgorithm(), bits(sign("sha256", content, key))));
}

const newKeys = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const keyText = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();

/**
 * Signs certificates (X.509, P-256) for servers and clients of one run, so that no key is kept in a repository. Made with
 * `node:crypto` alone. Nobody outside the run trusts it.
 */
export class CertificateAuthority implements KeyedCertificate {
	readonly certificate: string;
	readonly key: string;
	readonly #name: string;

	constructor(name = "xs-cellular test authority") {
		this.#name = name;
		const { publicKey, privateKey } = newKeys();
		const nowMs = Date.now();
		const extensions = [
			// basicConstraints: an authority; keyUsage: keyCertSign.
			extension("2.5.29.19", true, sequence(tlv(0x01, Uint8Array.of(0xff)))),
			extension("2.5.29.15", true, tlv(0x03, Uint8Array.of(2, 0x04))),
		];
		const span = { notBeforeMs: nowMs - 10 * 365 * DAY_MS, notAfterMs: nowMs + 10 * 365 * DAY_MS };
		this.certificate = signed({ issuer: name, subject: name, publicKey, ...span, extensions }, privateKey);
		this.key = keyText(privateKey);
	}

	issue(options: CertificateOptions): KeyedCertificate {
		const { names = [], usage = "server", notBeforeMs = Date.now() - DAY_MS, notAfterMs = Date.now() + 365 * DAY_MS } = options;
		const { publicKey, privateKey } = newKeys();
		const extensions = [
			// extKeyUsage: id-kp-serverAuth or id-kp-clientAuth.
			extension("2.5.29.37", false, sequence(oid(usage === "server" ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2"))),
			...(names.length > 0 ? [extension("2.5.29.17", false, alternativeNames(names))] : []),
		];
		const subject = options.subject ?? names[0] ?? usage;
		const body = { issuer: this.#name, subject, publicKey, notBeforeMs, notAfterMs, extensions };
		return { certificate: signed(body, createPrivateKey(this.key)), key: keyText(privateKey) };
	}
}
