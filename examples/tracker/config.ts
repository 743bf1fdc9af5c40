import config from "mc/config";

type Options = Readonly<Record<string, unknown>>;

export interface FenceConfig {
	readonly name: string;
	/** Degrees, WGS 84. */
	readonly latitude: number;
	readonly longitude: number;
	readonly radiusMetres: number;
}

/** What JT/T 808 asks of a terminal that registers (table 9); what is left out is said to be unknown. */
export interface Jt808Config {
	/** Digits, up to 20, as the platform knows the terminal; the last twelve of the IMEI when absent. */
	readonly terminal?: string;
	/** GB/T 2260: the first two digits, and the last four. */
	readonly province?: number;
	readonly city?: number;
	/** The platform's code of the maker. */
	readonly manufacturer?: string;
	readonly model?: string;
	/** JT/T 697.7: 1 blue, 2 yellow … 0: no plate yet, and `plate` is the vehicle's identification number. */
	readonly plateColour?: number;
	readonly plate?: string;
}

/** What `mc/config` holds: a manifest's "config" on a board, the example's `example.json` and the command line on the desktop. */
export interface TrackerConfig {
	/** Options of the modem's `Serial`: port or device, pins; `baud` only where it is not the driver's. */
	readonly modem: { readonly baud?: number; readonly [option: string]: unknown };
	/** The module's pins, by what they are for; each holds the options of a `Digital`. Those that are not wired are left out. */
	readonly pins?: Readonly<Partial<Record<"power" | "reset" | "wake" | "status", Options>>>;
	readonly apn?: string;
	readonly pdpType?: "IPV4V6" | "IPV6" | "IP";
	readonly user?: string;
	readonly password?: string;
	readonly pin?: string;
	readonly uplink?: "mqtt" | "jt808";
	/** `ca`: PEM text of the authority that signs the broker's certificate; for a module that has no roots of its own. */
	readonly server: { readonly host: string; readonly port: number; readonly ca?: string };
	readonly jt808?: Jt808Config;
	readonly gnss: {
		/** "auto": the module's receiver where it has BeiDou, else the one on a serial port. */
		readonly source?: "auto" | "module" | "serial";
		/** Options of the receiver's `Serial`, and of the `Digital` that switches its supply. */
		readonly serial?: { readonly baud: number; readonly [option: string]: unknown };
		readonly power?: Options;
	};
	/** An accelerometer's output: 1 while it feels movement. Without it the receiver looks now and then whether the vehicle moves. */
	readonly motion?: Options;
	/** An emergency button: 0 while it is pressed. */
	readonly sos?: Options;
	/** Who is called, and who gets a message, in an emergency. */
	readonly call?: string;
	readonly sms?: string;
	readonly geofences?: readonly FenceConfig[];
	/** Until the server says otherwise; defaults 30 and 3,600. */
	readonly movingEverySeconds?: number;
	readonly parkedEverySeconds?: number;
	/** Still for so long it counts as parked; default 180: longer than a traffic light. */
	readonly parkedAfterSeconds?: number;
	/** Below so much of its charge (per cent, TS 27.007 `+CBC`) it reports as if parked; default 20. */
	readonly lowBattery?: number;
	/** Positions kept while there is no coverage, 2 to 999, 7 bytes of memory each; the oldest are dropped after that, and counted. Default 500. */
	readonly keepPositions?: number;
}

export default config as TrackerConfig;
