import { expect, test } from "vitest";
import { type Check, difference, verdict } from "../../host-sim/validate/check.js";
import { energyChecks } from "../../host-sim/validate/checks.js";
import { lost, PASSING } from "../../host-sim/validate/passing.js";
import { checksText } from "../../host-sim/validate/text.js";

const checks = energyChecks();
const check = (id: string): Check => {
	const found = checks.find(candidate => candidate.id === id);
	if (!found) throw new Error(`no check ${id}`);
	return found;
};

test("nothing that agreed with its publication is lost, and the list names all that agrees", () => {
	expect(lost(checks, PASSING)).toEqual([]);
	const agreeing = checks.filter(each => verdict(each) === "agrees").map(each => each.id);
	expect(agreeing.filter(id => !PASSING.includes(id))).toEqual([]);
	expect(new Set(checks.map(each => each.id)).size).toBe(checks.length);
});

test("one charge of 281.6 µC per paging is the BC660K's 220 and 110 µA, through the network", () => {
	expect(check("bc660k.drx1280").model).toBeCloseTo(220, 0);
	expect(check("bc660k.drx2560").model).toBeCloseTo(110, 0);
});

test("what misses is said to miss: a longer eDRX cycle costs the nRF9160 more than one charge per cycle", () => {
	// 37 µA at 81.92 s and 2.7 µA asleep are 2.81 mC; those over 655.36 s and the sleep are 6.99 µA.
	expect(check("nrf9160.nb.edrx655").model).toBeCloseTo(6.99, 2);
	expect(verdict(check("nrf9160.nb.edrx655"))).toBe("misses");
});

test("the two lifetimes of unconfirmed coupling loss are printed without a verdict, and what has no model has none", () => {
	expect(["tr45820.2h", "tr45820.1d"].map(id => verdict(check(id)))).toEqual(["printed", "printed"]);
	expect(["nrf9160.m1.tau", "redcap.rai"].map(id => verdict(check(id)))).toEqual(["not modelled", "not modelled"]);
});

test("a figure is off by its share of what was published, a range by its nearer end", () => {
	const of = (model: number | undefined, published: Check["published"], tolerance = 0.1): Check => ({
		id: "x",
		what: "x",
		unit: "s",
		model,
		published,
		tolerance,
		tag: "derived",
		source: "x",
	});
	expect(difference(of(11, 10))).toBeCloseTo(0.1, 9);
	expect(verdict(of(12, 10))).toBe("misses");
	expect(difference(of(40, [21, 85]))).toBe(0);
	expect(difference(of(20, [40, 85]))).toBe(-0.5);
	expect(difference(of(170, [40, 85]))).toBe(1);
	expect(verdict(of(undefined, 1))).toBe("not modelled");
	expect(lost([of(12, 10)], ["x", "gone"])).toEqual(["x", "gone"]);
});

test("the table is aligned, numbers its sources and counts its verdicts", () => {
	const text = checksText([check("floor"), check("redcap.rai"), check("nrf9160.nb.edrx655")]).replace(/\x1b\[\d+m/g, "");
	const [head, floor] = text.split("\n");
	expect(floor).toMatch(/^life in PSM alone, 15 µW, 5 Wh +38\.05 +38\.05 +years +[+-]?0\.0 % +agrees +derived +\[1\]$/);
	expect(head.indexOf("verdict")).toBe(floor.indexOf("agrees"));
	expect(text).toContain("\n[3] Nordic nRF9160 product specification, id_current_modem\n");
	expect(text).toMatch(/\n1 agree, 1 miss, 0 printed without a verdict, 1 not modelled$/);
});
