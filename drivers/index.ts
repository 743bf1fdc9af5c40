import type { Driver } from "../sdk/modem/driver.js";
import { cmccMl307r } from "./cat1/cmcc-ml307r.js";
import { openluatAir780e } from "./cat1/openluat-air780e.js";
import { quectelEc800m } from "./cat1/quectel-ec800m.js";
import { simcomA7670 } from "./cat1/simcom-a7670.js";
import { quectelBc26 } from "./nbiot/quectel-bc26.js";
import { quectelBc95 } from "./nbiot/quectel-bc95.js";
import { quectelBc660k } from "./nbiot/quectel-bc660k.js";
import { fibocomFg132 } from "./redcap/fibocom-fg132.js";
import { quectelRg255c } from "./redcap/quectel-rg255c.js";
import { simcomSim8230 } from "./redcap/simcom-sim8230.js";

/** Every driver of this package, for programs that choose by id or by the module's answer. A board imports the one it needs. */
export const drivers: readonly Driver[] = Object.freeze([
	quectelBc660k,
	quectelBc95,
	quectelBc26,
	quectelEc800m,
	cmccMl307r,
	simcomA7670,
	openluatAir780e,
	simcomSim8230,
	quectelRg255c,
	fibocomFg132,
]);
