import { describe, expect, test } from "vitest";
import { countReadings, type FarEnd } from "../../host-sim/run/document.js";
import { newObservation, type Observation } from "../../host-sim/run/observation.js";

function seen(part: { taken: number[]; acknowledged: number[]; pending: [number, number] }): Observation {
	const observation = newObservation();
	observation.taken.push(...part.taken);
	for (const id of part.acknowledged) observation.acknowledged.add(id);
	observation.pending = { first: part.pending[0], next: part.pending[1] };
	return observation;
}

function farEnd(...accepted: number[]): FarEnd {
	return { accepted: new Set(accepted), duplicated: 0, atCommands: undefined, registrations: undefined, psmEntered: undefined };
}

describe("what became of the readings", () => {
	test("acknowledged, and still kept", () => {
		const counts = countReadings(seen({ taken: [1, 2, 3], acknowledged: [1], pending: [2, 4] }), farEnd(1));
		expect(counts).toMatchObject({ taken: 3, acknowledged: 1, pending: 2, lost: 0 });
	});

	test("one that arrived and whose acknowledgement did not come is pending, not lost", () => {
		const counts = countReadings(seen({ taken: [1, 2], acknowledged: [1], pending: [2, 3] }), farEnd(1, 2));
		expect(counts).toMatchObject({ acknowledged: 1, pending: 1, lost: 0 });
	});

	test("one that is neither there nor kept is lost", () => {
		const counts = countReadings(seen({ taken: [1, 2, 3], acknowledged: [], pending: [3, 4] }), farEnd(1));
		expect(counts).toMatchObject({ acknowledged: 0, pending: 1, lost: 1 });
	});

	test("an acknowledgement that the far end knows nothing of proves nothing", () => {
		const counts = countReadings(seen({ taken: [1, 2], acknowledged: [1, 2], pending: [3, 3] }), farEnd(1));
		expect(counts).toMatchObject({ acknowledged: 1, pending: 0, lost: 1 });
	});

	test("without a far end of ours the application's own word counts", () => {
		const counts = countReadings(seen({ taken: [1, 2, 3], acknowledged: [1], pending: [2, 3] }), undefined);
		expect(counts).toMatchObject({ acknowledged: 1, pending: 1, lost: 1, duplicated: 0 });
	});

	test("duplicates are the far end's to count", () => {
		expect(countReadings(seen({ taken: [1], acknowledged: [1], pending: [2, 2] }), { ...farEnd(1), duplicated: 2 }).duplicated).toBe(2);
	});
});
