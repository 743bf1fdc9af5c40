import { encode, Tag } from "cbor2";
import { expect, test } from "vitest";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { SenmlError } from "../../host-sim/internet/senml.js";
import { positionsOf } from "../../host-sim/internet/senml-positions.js";
import { openFarEnd, SERVER_ADDRESSES } from "../../host-sim/run/far-end/far-end.js";

const map = (entries: readonly (readonly [number, unknown])[]) => new Map(entries);
/** Decimal fraction of RFC 8949 3.4.4: exponent and mantissa. */
const decimal = (exponent: number, mantissa: number) => new Tag(4, [exponent, mantissa]);
const UTC = Date.UTC(2026, 0, 1, 8);

/** Two positions: the first with its time, the second a minute later and marked. */
const pack = encode([
	map([
		[-2, "860000000000001/"],
		[-3, UTC / 1000],
		[0, "seq"],
		[2, 7],
	]),
	map([
		[0, "lat"],
		[1, "lat"],
		[2, decimal(-6, 39_984_000)],
	]),
	map([
		[0, "lon"],
		[1, "lon"],
		[2, decimal(-6, -116_318_000)],
	]),
	map([
		[0, "speed"],
		[1, "m/s"],
		[2, decimal(-1, 125)],
	]),
	map([
		[0, "seq"],
		[2, 8],
		[6, 60],
	]),
	map([
		[0, "live"],
		[4, true],
		[6, 60],
	]),
	map([
		[0, "sos"],
		[4, true],
		[6, 60],
	]),
]);

test("positions of a pack: numbers to their last digit, marks, and a device without a fix", () => {
	expect(positionsOf(pack, 42, UTC)).toEqual([
		{
			device: "860000000000001",
			sequence: 7,
			latitude: 39.984,
			longitude: -116.318,
			speedMetresPerSecond: 12.5,
			utcMs: UTC,
			kind: "history",
			alarm: false,
			receivedMs: 42,
		},
		{
			device: "860000000000001",
			sequence: 8,
			latitude: undefined,
			longitude: undefined,
			speedMetresPerSecond: undefined,
			utcMs: UTC + 60_000,
			kind: "live",
			alarm: true,
			receivedMs: 42,
		},
	]);
	expect(() => positionsOf(Uint8Array.of(1), 0, 0)).toThrow(SenmlError);
});

test.each(["coap", "mqtt", "jt808"] as const)("a far end of %s stands at the server's addresses and has nothing yet", async kind => {
	const clock = new VirtualClock();
	const farEnd = await openFarEnd(kind, { clock, seed: 1, host: "x.example", port: 8883, startUtcMs: UTC, configuration: undefined });
	expect(farEnd.hosts.flatMap(host => host.addresses)).toEqual([...SERVER_ADDRESSES]);
	expect(farEnd.routes).toEqual([]);
	expect(farEnd.accepted()).toEqual(new Set());
	expect(farEnd.duplicated()).toBe(0);
	expect("ca" in farEnd.server).toBe(kind === "mqtt");
	await farEnd.close();
});
