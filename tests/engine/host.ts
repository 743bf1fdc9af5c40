import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../host-sim/clock/clock.js";
import { VirtualClock } from "../../host-sim/clock/virtual-clock.js";
import { bundle } from "../../host-sim/engine/bundle.js";
import type { ApplicationHost, BundleOptions, LineEnd } from "../../host-sim/engine/engine.js";

export interface RecordingHost extends ApplicationHost {
	readonly lines: Map<string, LineEnd>;
	readonly events: [string, Record<string, unknown>][];
	readonly logged: string[];
	readonly pins: Map<string, number>;
}

/** An ApplicationHost that keeps what the application said. */
export function createHost<C extends Clock = VirtualClock>(
	options: { readonly clock?: C; readonly firstTick?: number; readonly storage?: Map<string, Uint8Array> } = {},
): RecordingHost & { readonly clock: C } {
	const events: RecordingHost["events"] = [];
	const logged: string[] = [];
	const pins = new Map<string, number>();
	return {
		clock: options.clock ?? (new VirtualClock() as Clock as C),
		lines: new Map(),
		storage: options.storage ?? new Map(),
		firstTick: options.firstTick ?? 0,
		events,
		logged,
		pins,
		setPin: (pin, level) => void pins.set(pin, level),
		readPin: pin => pins.get(pin) ?? 0,
		monitor: (event, data) => void events.push([event, data]),
		log: text => void logged.push(text),
	};
}

/** Bundles an application given as text, with further files beside it. */
export async function bundleText(
	source: string,
	options: Partial<BundleOptions> & { readonly files?: Readonly<Record<string, string>> } = {},
): Promise<string> {
	const { files = {}, ...rest } = options;
	const folder = mkdtempSync(join(tmpdir(), "xs-cellular-test-"));
	try {
		const entry = join(folder, "main.ts");
		writeFileSync(entry, source);
		for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
		const driver = rest.driver === undefined ? undefined : join(folder, rest.driver);
		return await bundle({ entry, config: {}, format: "cjs", ...rest, driver });
	} finally {
		rmSync(folder, { recursive: true });
	}
}

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, c => c.charCodeAt(0));
export const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
