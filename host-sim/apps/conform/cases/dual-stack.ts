import type { Bench } from "../bench.js";
import { check, equal, on, without } from "../case.js";

const dual = on("dual stack");
const skip = without("ipv6");
const MINUTES = 60_000;

function addressesOf(bench: Bench): { ipv6: string | undefined; ipv4: string | undefined } {
	const { ipv6, ipv4 } = bench.modem.addresses;
	return { ipv6, ipv4 };
}

const cases = [
	dual(
		"both families are asked for without being told, and IPv6 is preferred",
		async bench => {
			await bench.connect();
			const { ipv6, ipv4 } = addressesOf(bench);
			check(ipv6 !== undefined && ipv4 !== undefined, `the addresses are ${ipv6} and ${ipv4}`);
			equal(bench.modem.address, ipv6, "the preferred address");
		},
		{ skip },
	),
	dual(
		"addresses are those that the network gave",
		async bench => {
			await bench.connect();
			const context = bench.world.ue.contexts.find(({ active }) => active);
			equal(bench.modem.addresses.ipv4, context?.ipv4, "the IPv4 address");
			equal(bench.modem.addresses.ipv6, context?.ipv6, "the IPv6 address");
		},
		{ skip },
	),
	dual(
		"a network with IPv6 alone is enough",
		async bench => {
			bench.world.network.setFamilies("ipv6");
			await bench.connect();
			equal(bench.modem.addresses.ipv4, undefined, "the IPv4 address");
			check(bench.modem.address?.includes(":") === true, `the address is ${bench.modem.address}`);
		},
		{ skip },
	),
	dual("a network with IPv4 alone is used, and it is said that it is not what was wanted", async bench => {
		bench.world.network.setFamilies("ipv4");
		await bench.connect();
		check(bench.modem.address?.includes(".") === true, `the address is ${bench.modem.address}`);
		if (skip({ driver: bench.driver, persona: undefined }) === undefined)
			check(bench.eventsNamed("family").length > 0, "nobody was told that there is no IPv6");
	}),
	dual("an APN that gives one family to a context is used with one (cause #52)", async bench => {
		bench.world.network.setFamilies("single");
		await bench.connect();
	}),
	dual(
		"an address is usable only after the router advertisement: fe80 alone is pending",
		async bench => {
			bench.world.network.setFamilies("ipv6");
			bench.world.network.routerAdvertisements = false;
			bench.modem.connect();
			await bench.pass(30_000);
			check(bench.modem.connection < 500, `connected with ${bench.modem.address}`);
			check(!bench.modem.address?.startsWith("fe80"), "the link-local address is shown as usable");
		},
		{ skip },
	),
	dual(
		"IPv6 addresses as sixteen decimals are read",
		async bench => {
			bench.world.module.faults.set("dotted-addresses");
			await bench.connect();
			equal(bench.modem.addresses.ipv6, bench.world.ue.contexts.find(({ active }) => active)?.ipv6, "the IPv6 address");
		},
		{ skip },
	),
	dual("sixteen zeros are no address", async bench => {
		bench.world.module.faults.set("zero-addresses");
		await bench.connect();
		check(bench.modem.address !== "::", "zeros are taken for an address");
	}),
	dual("an address that is not shown at once is asked for again", async bench => {
		bench.world.module.faults.set("empty-cgpaddr");
		bench.modem.connect();
		await bench.pass(10_000);
		bench.world.module.faults.clear("empty-cgpaddr");
		await bench.until("a connection", () => bench.modem.connection === 500, 10 * MINUTES);
	}),
];

export { cases as dualStack };
