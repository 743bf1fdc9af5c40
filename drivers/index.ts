import type { Driver } from "../sdk/modem/driver.js";
import { quectelEc800m } from "./cat1/quectel-ec800m.js";
import { quectelBc26 } from "./nbiot/quectel-bc26.js";
import { quectelBc95 } from "./nbiot/quectel-bc95.js";
import { quectelBc660k } from "./nbiot/quectel-bc660k.js";

/** Every driver of this package, for programs that choose by id or by the module's answer. A board imports the one it needs. */
export const drivers: readonly Driver[] = Object.freeze([quectelBc660k, quectelBc95, quectelBc26, quectelEc800m]);
