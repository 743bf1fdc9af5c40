export interface Example {
	readonly name: string;
	readonly entry: string;
	/** Desktop defaults, from the example's `example.json`. */
	readonly defaults: ExampleDefaults;
}
export interface ExampleDefaults {
	readonly title: string;
	readonly persona: string;
	/** Which simulated meter hangs on the second serial line, if any. */
	readonly meter?: string;
	/** What receives at the server: readings over CoAP unless it says otherwise. */
	readonly farEnd?: string;
	/** Other ways to send, each with the port that its server has. */
	readonly uplinks?: Readonly<Record<string, number>>;
	/** A recorded route beside `example.json`, where the device is in a vehicle. */
	readonly route?: string;
	/** Name under which the application reaches its server. */
	readonly serverHost: string;
	readonly serverPort: number;
	/** What `mc/config` holds, whatever the clock. */
	readonly config: Readonly<Record<string, unknown>>;
	/** What it holds besides on the real clock, where nobody waits a day for a report. */
	readonly demonstration: Readonly<Record<string, unknown>>;
}
