import driver from "xs-cellular/driver";
import type { Driver } from "../../sdk/modem/driver.js";
import { type DriverInfo, driverInfo } from "./drivers.js";

/** The driver that this bundle was made with: one outside the package. */
export const outside = driver as Driver;

/** Its row of `drivers --json`. */
export function describeOutside(file: string): DriverInfo {
	return driverInfo(outside, file);
}
