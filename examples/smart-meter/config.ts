import config from "mc/config";

/** What `mc/config` holds: a manifest's "config" on a board, the example's `example.json` and the command line on the desktop. */
export interface MeterConfig {
	/** Options of the modem's `Serial`: port or device, pins; `baud` only where it is not the driver's. */
	readonly modem: { readonly baud?: number; readonly [option: string]: unknown };
	/** The module's pins, by what they are for; each holds the options of a `Digital`. Those that are not wired are left out. */
	readonly pins?: Readonly<Partial<Record<"power" | "reset" | "wake" | "status", Readonly<Record<string, unknown>>>>>;
	readonly apn?: string;
	readonly pdpType?: "IPV4V6" | "IPV6" | "IP";
	readonly user?: string;
	readonly password?: string;
	readonly pin?: string;
	/** `type` is CJ/T 188's (table 1): 16 cold water, 48 gas. The rest are options of the meter's `Serial`. */
	readonly meter: {
		readonly protocol: "cjt188" | "dlt645";
		readonly type?: number;
		readonly address?: string;
		readonly [option: string]: unknown;
	};
	/** `host` is a name or an address. */
	readonly server: { readonly host: string; readonly port: number; readonly path: string };
	readonly readEverySeconds: number;
	readonly reportEverySeconds: number;
	readonly psm?: { readonly periodicTauSeconds: number; readonly activeSeconds: number } | false;
	/** Readings kept while there is no coverage, 2 to 999, 7 bytes of memory each; the oldest are dropped after that, and counted. Default 256. */
	readonly keepReadings?: number;
}

export default config as MeterConfig;
