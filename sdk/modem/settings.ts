import { encodeEdrxCycle } from "../3gpp/edrx.js";
import { isSlice, type Slice, sliceText } from "../3gpp/slices.js";
import { encodeActiveTime, encodePeriodicTau } from "../3gpp/timers.js";
import type { Driver, NetworkInterface, PdpType, Rat, Settings } from "./driver.js";
import { ModemError } from "./errors.js";

/** What an application asks of the network. */
export interface ConnectOptions {
	/** The operator's; without it the network chooses. */
	readonly apn?: string;
	/** Both families, IPv6 preferred, when absent. */
	readonly pdpType?: PdpType;
	readonly user?: string;
	readonly password?: string;
	/** "pap" when absent and `user` is given. */
	readonly auth?: "none" | "pap" | "chap";
	/** 4 to 8 digits. Given to the SIM once, and never as its last try. */
	readonly pin?: string;
	/** Allows that one try even where the module cannot say how many are left. */
	readonly pinTryUncounted?: boolean;
	/** Numeric PLMN, `"46000"`; the SIM's choice when absent. */
	readonly operator?: string;
	/** TS 24.008: T3412 extended and T3324. `false` switches PSM off; absent leaves the module as it is. */
	readonly psm?: { readonly periodicTauSeconds: number; readonly activeSeconds: number } | false;
	readonly edrx?: { readonly cycleSeconds: number } | false;
	/** May the module's UART sleep between exchanges? Yes when PSM or eDRX is asked for and this is absent. */
	readonly sleep?: boolean;
	/** True when absent. `false`: registered as a guest the module is detached, with "roamingNotAllowed", and tried again every half hour. */
	readonly roaming?: boolean;
	/**
	 * "data" for SIMs without voice: a device that is set for voice leaves a network that offers it none (`+CEMODE`, TS 27.007 10.1.28). The module's
	 * own setting when absent.
	 */
	readonly usage?: "data" | "voice";
	/** Bands to be searched, by their 3GPP numbers (`[3, 8, 40]`), where the driver has a command for it. The module's own list when absent. */
	readonly bands?: readonly number[];
	/**
	 * Radio access that may be used, the preferred one first: `["NR", "LTE"]`. The module keeps it. Where it falls back from one to the other the
	 * event "rat" says so, and why. The module's own choice when absent.
	 */
	readonly rats?: readonly Rat[];
	/**
	 * The network slice of the session, NR only: `{ sst: 1, sd: 0x000001 }`. It is also stored in the module in the place of another; `false` clears
	 * what is stored there. `modem.slices` says what the network allows.
	 */
	readonly slice?: Slice | false;
	/** For a host on the module's USB: the interface that it has a driver for. The module may restart for it, once. */
	readonly networkInterface?: NetworkInterface;
}

/** Whether both ask for the same. */
export function isSameOptions(one: ConnectOptions, other: ConnectOptions): boolean {
	return (
		one.apn === other.apn &&
		one.pdpType === other.pdpType &&
		one.user === other.user &&
		one.password === other.password &&
		one.auth === other.auth &&
		one.pin === other.pin &&
		one.pinTryUncounted === other.pinTryUncounted &&
		one.operator === other.operator &&
		one.sleep === other.sleep &&
		one.roaming === other.roaming &&
		one.usage === other.usage &&
		one.networkInterface === other.networkInterface &&
		isSameList(one.bands, other.bands) &&
		isSameList(one.rats, other.rats) &&
		isSameSlice(one.slice, other.slice) &&
		isSamePsm(one.psm, other.psm) &&
		(one.edrx || undefined)?.cycleSeconds === (other.edrx || undefined)?.cycleSeconds &&
		(one.edrx === false) === (other.edrx === false)
	);
}
function isSameList(one: readonly unknown[] | undefined, other: readonly unknown[] | undefined): boolean {
	if (one === undefined || other === undefined) return one === other;
	return one.length === other.length && one.every((value, index) => value === other[index]);
}
function isSameSlice(one: ConnectOptions["slice"], other: ConnectOptions["slice"]): boolean {
	if (!one || !other) return one === other;
	return one.sst === other.sst && one.sd === other.sd;
}
function isSamePsm(one: ConnectOptions["psm"], other: ConnectOptions["psm"]): boolean {
	if (!one || !other) return one === other;
	return one.periodicTauSeconds === other.periodicTauSeconds && one.activeSeconds === other.activeSeconds;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function makeSettings(options: ConnectOptions, driver: Driver, pdpType: PdpType): Settings {
	const { apn, user, password, operator, psm, edrx } = options;
	const cid = driver.defaultCid;
	const settings: Writable<Settings> = { pdpType, auth: options.auth ?? (user === undefined ? "none" : "pap"), cid, defaultCid: cid };
	// What was not asked for has no place of its own: on a board each costs 16 bytes for as long as the modem lives.
	if (apn !== undefined) settings.apn = apn;
	if (user !== undefined) settings.user = user;
	if (password !== undefined) settings.password = password;
	if (operator !== undefined) settings.operator = operator;
	if (psm !== undefined) settings.psm = psm && psmSettings(psm.periodicTauSeconds, psm.activeSeconds);
	if (edrx !== undefined) settings.edrx = edrx && edrxSettings(driver, edrx.cycleSeconds);
	if (options.usage !== undefined) settings.usage = options.usage;
	if (options.bands !== undefined) settings.bands = options.bands;
	if (options.rats !== undefined) settings.rats = options.rats;
	if (options.slice !== undefined) settings.slice = options.slice && sliceText(options.slice);
	if (options.networkInterface !== undefined) settings.networkInterface = options.networkInterface;
	return settings;
}

/** Refuses what no module could be asked, before anything is sent. */
export function checkOptions(options: ConnectOptions, driver: Driver): void {
	if (options.pin !== undefined && !isDigits(options.pin, 4, 8)) throw new ModemError("usage", "pin: 4 to 8 digits");
	if (options.operator !== undefined && !isDigits(options.operator, 5, 6))
		throw new ModemError("usage", 'operator: 5 or 6 digits, such as "46000"');
	const type = options.pdpType;
	if (type !== undefined && type !== "IP" && type !== "IPV6" && type !== "IPV4V6")
		throw new ModemError("usage", 'pdpType: "IPV4V6", "IPV6" or "IP"');
	if (options.psm) {
		checkPositive(options.psm.periodicTauSeconds, "psm.periodicTauSeconds");
		checkPositive(options.psm.activeSeconds, "psm.activeSeconds");
	}
	if (options.edrx) checkPositive(options.edrx.cycleSeconds, "edrx.cycleSeconds");
	if (options.usage !== undefined && options.usage !== "data" && options.usage !== "voice")
		throw new ModemError("usage", 'usage: "data" or "voice"');
	if (options.bands !== undefined) checkBands(options.bands, driver);
	if (options.rats !== undefined) checkRats(options.rats, driver);
	if (options.slice !== undefined) checkSlice(options.slice, driver);
	if (options.networkInterface !== undefined) checkInterface(options.networkInterface, driver);
	if (options.password !== undefined && options.user === undefined) throw new ModemError("usage", "password: give the user as well");
}

const HIGHEST_BAND = 261;
function checkBands(bands: readonly number[], driver: Driver): void {
	if (driver.procedures?.bands === undefined)
		throw new ModemError("notSupported", `bands: driver ${driver.id} has no command for them; leave the option out`);
	const isList =
		Array.isArray(bands) && bands.length > 0 && bands.every(band => Number.isInteger(band) && band >= 1 && band <= HIGHEST_BAND);
	if (!isList) throw new ModemError("usage", `bands: a list of numbers, 1 to ${HIGHEST_BAND}`);
}

const RATS: readonly Rat[] = Object.freeze(["NR", "LTE", "LTE-M", "NB-IoT"]);
function checkRats(rats: readonly Rat[], driver: Driver): void {
	if (driver.procedures?.rats === undefined)
		throw new ModemError("notSupported", `rats: driver ${driver.id} has no command for them; leave the option out`);
	const known = driver.capabilities.rats.value.split(",");
	if (!Array.isArray(rats) || rats.length === 0 || !rats.every(rat => RATS.includes(rat) && known.includes(rat)))
		throw new ModemError("usage", `rats: a list of what the module has (${known.join(", ")}), the preferred one first`);
}
function checkSlice(slice: Slice | false, driver: Driver): void {
	if (driver.registration.domain !== "5GS")
		throw new ModemError("notSupported", `slice: driver ${driver.id} is for a module without 5GS; leave the option out`);
	if (slice !== false && !isSlice(slice)) throw new ModemError("usage", "slice: { sst: 0 to 255, sd: 0 to 0xFFFFFE or absent }, or false");
}
function checkInterface(name: NetworkInterface, driver: Driver): void {
	const { networkInterface } = driver.capabilities;
	const known = typeof networkInterface?.value === "string" ? networkInterface.value.split(",") : [];
	if (driver.procedures?.networkInterface === undefined)
		throw new ModemError("notSupported", `networkInterface: driver ${driver.id} has no command for it; leave the option out`);
	if (!known.includes(name)) throw new ModemError("usage", `networkInterface: one of ${known.join(", ")}`);
}

function checkPositive(value: unknown, name: string): void {
	if (typeof value !== "number" || !(value >= 0)) throw new ModemError("usage", `${name}: seconds, 0 or more`);
}

function isDigits(text: unknown, shortest: number, longest: number): boolean {
	if (typeof text !== "string" || text.length < shortest || text.length > longest) return false;
	for (let i = 0; i < text.length; i++) {
		const c = text.charCodeAt(i);
		if (c < 0x30 || c > 0x39) return false;
	}
	return true;
}

function psmSettings(periodicTauSeconds: number, activeSeconds: number): Settings["psm"] {
	const tau = encodePeriodicTau(periodicTauSeconds);
	const active = encodeActiveTime(activeSeconds);
	return { periodicTauSeconds: tau.seconds, activeSeconds: active.seconds, periodicTauBits: tau.bits, activeBits: active.bits };
}

function edrxSettings(driver: Driver, cycleSeconds: number): Settings["edrx"] {
	const actType = driver.edrxActType ?? 4;
	const cycle = encodeEdrxCycle(actType, cycleSeconds);
	return { cycleSeconds: cycle.seconds, actType, bits: cycle.bits };
}
