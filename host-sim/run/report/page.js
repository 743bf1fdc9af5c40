// Runs in the report's page, beside uPlot: shows the run that stands in the page as JSON.
const data = JSON.parse(document.getElementById("data").textContent);
const run = data.document;
const content = document.getElementById("content");
const element = (name, text, parent = content) => {
	const made = document.createElement(name);
	if (text !== undefined) made.textContent = text;
	parent.append(made);
	return made;
};
const number = (value, digits = 1) =>
	value === null || value === undefined ? "unknown" : value.toLocaleString("en", { maximumFractionDigits: digits });
const time = ms =>
	ms < 120000
		? `${(ms / 1000).toFixed(2)} s`
		: ms < 7200000
			? `${(ms / 60000).toFixed(1)} min`
			: ms < 172800000
				? `${(ms / 3600000).toFixed(1)} h`
				: `${(ms / 86400000).toFixed(1)} d`;
const psm = value => (value ? `periodic TAU ${value.periodicTauSeconds} s, active ${value.activeSeconds} s` : "none");

element("h2", "What happened");
const facts = element("dl");
const fact = (name, value, bad) => {
	element("dt", name, facts);
	const dd = element("dd", value, facts);
	if (bad) dd.className = "bad";
};
const r = run.readings;
fact(
	"Readings",
	`${r.taken} taken, ${r.acknowledged} acknowledged, ${r.pending} pending, ${r.lost} lost, ${r.duplicated} duplicated`,
	r.lost + r.duplicated > 0,
);
fact("Retransmissions", number(r.retransmitted));
fact(
	"Network",
	`${run.network.rat ?? "none"}, ${run.network.family ?? "no address"} ${run.network.address ?? ""}, ${run.network.registrations} registration(s)`,
);
fact("Power-on to first acknowledged report", run.firstAcknowledgedMs === null ? "never" : time(run.firstAcknowledgedMs));
fact("AT commands", number(run.atCommands));
fact(
	"Recoveries",
	Object.entries(run.recoveries)
		.map(([name, count]) => `${name} ${count}`)
		.join(", "),
);
if (run.power.psm.requested !== null) {
	fact("PSM asked", psm(run.power.psm.requested));
	fact("PSM granted", psm(run.power.psm.granted));
	fact("PSM entered", `${number(run.power.psm.entered)} times`);
}
fact("Simulated", `${time(run.simulatedSeconds * 1000)} on the ${run.clock} clock, ${run.engine} engine, seed ${run.seed}`);
for (const problem of run.problems) fact("Problem", problem, true);
for (const e of run.expectations ?? []) fact(e.passed ? "Expected" : "Expected, failed", e.name + (e.why ? `: ${e.why}` : ""), !e.passed);

if (run.power.chargeMicroampHours !== null) {
	element("h2", "Charge");
	const charge = element("dl");
	const add = (name, value) => {
		element("dt", name, charge);
		element("dd", value, charge);
	};
	add("Total", `${number(run.power.chargeMicroampHours)} µAh`);
	add("Per report", `${number(run.power.chargePerReportMicroampHours)} µAh, from waking to power saving mode`);
	add("Battery life", `${number(run.power.batteryYears)} years at this pace, under the assumptions below`);
	const shares = (title, parts) => {
		element("h3", title);
		const table = element("table");
		const sorted = Object.entries(parts).sort((a, b) => b[1] - a[1]);
		const most = Math.max(...sorted.map(part => part[1]), 1e-9);
		for (const [name, uAh] of sorted) {
			const row = element("tr", undefined, table);
			element("td", name, row);
			const value = element("td", `${number(uAh, 3)} µAh`, row);
			value.className = "n";
			const share = element("td", `${number((100 * uAh) / run.power.chargeMicroampHours)} %`, row);
			share.className = "n";
			const cell = element("td", undefined, row);
			cell.style.width = "60%";
			const bar = element("div", undefined, cell);
			bar.className = "bar";
			bar.style.width = `${(100 * uAh) / most}%`;
		}
	};
	shares("By state of the module", run.power.byState);
	shares("By cause", run.power.byCause);
	if (data.charge.timeMs.length > 1) {
		const holder = element("div");
		holder.style.marginTop = "1.5rem";
		const ink = getComputedStyle(document.body).color;
		const long = run.simulatedSeconds > 172800;
		new uPlot(
			{
				title: "Cumulative charge",
				width: Math.min(960, document.body.clientWidth),
				height: 300,
				scales: { x: { time: false } },
				axes: [
					{ label: long ? "days since power-on" : "seconds since power-on", stroke: ink },
					{ label: "µAh", stroke: ink, size: 70 },
				],
				series: [
					{ label: long ? "days" : "s", value: (_plot, v) => (v === null ? "" : v.toFixed(3)) },
					{
						label: "µAh",
						stroke: getComputedStyle(document.querySelector(".bar")).backgroundColor,
						width: 2,
						paths: uPlot.paths.linear(),
						value: (_plot, v) => (v === null ? "" : v.toFixed(2)),
					},
				],
			},
			[data.charge.timeMs.map(ms => ms / (long ? 86400000 : 1000)), data.charge.microampHours],
			holder,
		);
	}
	element("h2", "Assumptions: figures without a document behind them");
	const list = element("ul");
	for (const assumption of run.power.assumptions) element("li", assumption, list);
}

element("h2", "Events");
const scroll = element("div");
scroll.className = "scroll";
const events = element("table", undefined, scroll);
for (const event of data.events) {
	const row = element("tr", undefined, events);
	const at = element("td", time(event.timeMs), row);
	at.className = "n";
	element("td", event.what, row);
	element("td", event.detail, row);
}
element("h2", `AT dialogue${data.traceCut ? " (the beginning; trace.at has all of it)" : ""}`);
element("p", "> host to module, < module to host, @ milliseconds of silence; identifiers and secrets are masked.");
element("pre", data.trace);
