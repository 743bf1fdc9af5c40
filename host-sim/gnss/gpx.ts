import type { Element } from "@xmldom/xmldom";

export interface RoutePoint {
	/** Since the first point of the route. */
	readonly atMs: number;
	/** Degrees, WGS 84. */
	readonly latitude: number;
	readonly longitude: number;
	readonly altitudeMetres: number;
}

/** A recorded drive. Between two segments the recorder had no sky: a tunnel, an underground car park. */
export interface Route {
	readonly name: string;
	readonly segments: readonly (readonly RoutePoint[])[];
	readonly durationMs: number;
}

/** What is wrong with a route's file, and how to mend it. */
export class RouteError extends Error {
	override get name(): string {
		return "RouteError";
	}
}

/**
 * Reads the track points of a GPX 1.0 or 1.1 file; every one needs a time. A new `trkseg` begins where reception came back.
 * @throws RouteError
 */
export async function readGpx(text: string, file: string): Promise<Route> {
	const { DOMParser } = await import("@xmldom/xmldom").catch(() => {
		throw new RouteError("reading GPX needs the optional package @xmldom/xmldom: npm install @xmldom/xmldom");
	});
	let problem: string | undefined;
	const parser = new DOMParser({
		onError: (level, message) => {
			if (level !== "warning") problem ??= String(message).split("\n")[0];
		},
	});
	let root: Element | null = null;
	try {
		root = parser.parseFromString(text, "text/xml").documentElement;
	} catch (error) {
		problem ??= error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
	}
	if (problem !== undefined) throw new RouteError(`${file} is no XML: ${problem}`);
	if (root?.localName !== "gpx") throw new RouteError(`${file} is no GPX file: its root is <${root?.localName ?? ""}>, not <gpx>`);
	return routeOf(root, file);
}

function routeOf(root: Element, file: string): Route {
	const segments = elements(root, "trkseg").map(segment => elements(segment, "trkpt").map((point, index) => pointOf(point, index, file)));
	const filled = segments.filter(segment => segment.length > 0);
	const firstMs = filled[0]?.[0]?.atMs;
	if (firstMs === undefined) throw new RouteError(`${file} has no track points: a route is a <trk> with <trkseg> and <trkpt>`);
	let last = firstMs - 1;
	const moved = filled.map(segment =>
		segment.map(point => {
			if (point.atMs <= last)
				throw new RouteError(`${file}: the times of the track points do not ascend at ${new Date(point.atMs).toISOString()}`);
			last = point.atMs;
			return { ...point, atMs: point.atMs - firstMs };
		}),
	);
	return { name: elements(root, "name")[0]?.textContent?.trim() ?? file, segments: moved, durationMs: last - firstMs };
}

function pointOf(point: Element, index: number, file: string): RoutePoint {
	const latitude = Number(point.getAttribute("lat") ?? Number.NaN);
	const longitude = Number(point.getAttribute("lon") ?? Number.NaN);
	const atMs = Date.parse(elements(point, "time")[0]?.textContent?.trim() ?? "");
	const altitudeMetres = Number(elements(point, "ele")[0]?.textContent ?? 0);
	if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180))
		throw new RouteError(`${file}: track point ${index + 1} has no lat and lon in degrees`);
	if (Number.isNaN(atMs)) throw new RouteError(`${file}: track point ${index + 1} has no <time>: record the route with times`);
	return { atMs, latitude, longitude, altitudeMetres: Number.isFinite(altitudeMetres) ? altitudeMetres : 0 };
}

function elements(parent: Element, name: string): Element[] {
	return Array.from(parent.getElementsByTagNameNS("*", name));
}
