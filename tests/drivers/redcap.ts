import type { Driver } from "../../sdk/modem/driver.js";
import { type Answer, info, ok, World } from "../modem/world.js";

/** What the three RedCap modules have alike: registered on NR at home, an IPv6 and an IPv4 address. */
export const NR_HOME: Readonly<Record<string, Answer>> = {
	"AT+CGMR": info("Revision: R1"),
	"AT+C5GREG=2": ok,
	"AT+C5GREG=3": ok,
	"AT+CEREG=2": ok,
	"AT+CEREG=3": ok,
	"AT+C5GREG?": info('+C5GREG: 3,1,"60AA00","939204254",11,1,"01"'),
	"AT+CEREG?": info("+CEREG: 3,0"),
	"AT+CFUN=0": ok,
	"AT+CFUN=1": ok,
	"AT+COPS?": info('+COPS: 0,2,"00101",11'),
};

export function redcapWorld(
	driver: Driver,
	own: Readonly<Record<string, Answer>>,
	script: Readonly<Record<string, Answer>> = {},
	chunk = 0,
): World {
	return new World({ driver, script: { ...NR_HOME, ...own, ...script }, chunk });
}
