import { expect, test } from "vitest";
import { quectelBc660k } from "../../drivers/nbiot/quectel-bc660k.js";

// What the record says of the module and no exchange shows: each line has its evidence beside it in the driver.
test("NB-IoT has the access type 5 of +CEDRXS (27.007 7.40), as the capture shows it", () => {
	expect(quectelBc660k.edrxActType).toBe(5);
});

test("sleep: PSM is reported by the module, and nobody knows whether sockets outlive it", () => {
	expect(quectelBc660k.sleep).toMatchObject({ reportsPsm: true, keepsSockets: false });
});

test("registration is asked for with cause and timers", () => {
	expect(quectelBc660k.registration).toEqual({ domain: "EPS", mode: 5 });
});
