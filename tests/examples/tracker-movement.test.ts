import { describe, expect, test } from "vitest";
import { angle, Movement, Pace } from "../../examples/tracker/movement.js";

describe("whether a vehicle is under way", () => {
	test("at once when it moves, and until it has stood for long enough", () => {
		const movement = new Movement(180);
		expect(movement.isUnderWay(0)).toBe(false);
		movement.felt(10_000);
		expect(movement.isUnderWay(10_000)).toBe(true);
		expect(movement.isUnderWay(189_999)).toBe(true);
		expect(movement.isUnderWay(190_000)).toBe(false);
	});

	test("by a receiver's speed it must be faster than the receiver's error", () => {
		const movement = new Movement(180);
		movement.speed(undefined, 0);
		movement.speed(2, 0);
		expect(movement.isUnderWay(0)).toBe(false);
		movement.speed(2.1, 0);
		expect(movement.isUnderWay(0)).toBe(true);
	});
});

describe("when another position is due", () => {
	const at = (courseDegrees: number | undefined, speedMetresPerSecond: number | undefined = 10) => ({
		courseDegrees,
		speedMetresPerSecond,
	});

	test("the first at once, then each interval", () => {
		const pace = new Pace();
		expect(pace.due(30, at(90), 0)).toBe("interval");
		pace.taken(90, 0);
		expect(pace.due(30, at(90), 29_999)).toBe(undefined);
		expect(pace.due(30, at(90), 30_000)).toBe("interval");
	});

	test.each([
		[120, 10, undefined],
		[121, 10, "turn"],
		[59, 10, "turn"],
		[200, 2.9, undefined],
		[undefined, 10, undefined],
	])("course %d at %d m/s after 90 degrees: %s", (course, speed, due) => {
		const pace = new Pace();
		pace.taken(90, 0);
		expect(pace.due(30, at(course, speed), 5_000)).toBe(due);
		expect(pace.due(30, at(course, speed), 4_999)).toBe(undefined);
	});

	test("a turn is counted from the last position that had a course", () => {
		const pace = new Pace();
		pace.taken(350, 0);
		pace.taken(undefined, 1_000);
		expect(pace.due(30, at(15), 10_000)).toBe(undefined);
		expect(pace.due(30, at(21), 10_000)).toBe("turn");
	});
});

test("the angle between two courses, across north too", () => {
	expect([angle(10, 350), angle(350, 10), angle(0, 180), angle(0, 181), angle(359, 0)]).toEqual([20, 20, 180, 179, 1]);
});
