const group = number => number.toLocaleString("en-US", { maximumFractionDigits: number < 100 ? 3 : 0 });

function table(heads, rows) {
	const widths = heads.map((head, column) => Math.max(head.length, ...rows.map(row => row[column].length)));
	const line = cells => cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
	return [line(heads), line(widths.map(width => "-".repeat(width))), ...rows.map(line)].join("\n");
}

const show = value => (value === undefined ? "–" : group(value));

export function figuresText(all) {
	const heads = ["per exchange", "instructions", "ratio", "computrons", "slots", "chunk bytes", "collections in 1,000", "heap bytes"];
	return table(
		heads,
		all.map(f => [
			f.title,
			show(f.instructions),
			show(f.ratio),
			show(f.computrons),
			show(f.slots),
			show(f.chunkBytes),
			show(f.collections),
			show(f.heapBytes),
		]),
	);
}

export function movesText(rows) {
	const moved = rows.filter(row => row.before === undefined || Math.abs(row.change) > 0.0005);
	if (moved.length === 0) return "nothing moved against scripts/budget/baseline.json";
	const verdict = row => (row.before === undefined ? "new" : row.isWorse ? "WORSE" : row.change < 0 ? "better" : "");
	const change = row => (row.before === undefined ? "" : `${(row.change * 100).toFixed(1)} %`);
	return table(
		["moved", "figure", "stored", "now", "change", ""],
		moved.map(row => [row.name, row.what, show(row.before), show(row.now), change(row), verdict(row)]),
	);
}

export function targetsText(missed) {
	return missed
		.map(({ name, what, now, target }) => `target missed: ${name}, ${what} ${group(now)} of at most ${group(target)}`)
		.join("\n");
}
