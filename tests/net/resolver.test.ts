import { describe, expect, test } from "vitest";
import { ok } from "../modem/world.js";
import { net } from "./board.js";

const ANSWER = { 'AT+UDNS="a.test"': `${ok}\r\n+UDNS: 1\r\n\r\n+UDNS: "2001:DB8::1"\r\n` };

describe("Resolver", () => {
	test("answers once, later, with host and address; `this` is the resolver", () => {
		const { modem, board } = net({ script: ANSWER });
		const resolver = new modem.Resolver({ target: 7 });
		const told: unknown[] = [];
		resolver.resolve({
			host: "a.test",
			onResolved(host, address) {
				told.push(this === resolver, host, address);
			},
		});
		expect(told).toEqual([]);
		board.run(5_000);
		expect(told).toEqual([true, "a.test", "2001:db8::1"]);
		expect(resolver.target).toBe(7);
	});
	test("a literal needs no module, not even a connection", () => {
		const { modem, board } = net();
		modem.disconnect();
		board.run(10_000);
		board.commands.length = 0;
		const told: string[] = [];
		new modem.Resolver().resolve({ host: "2001:DB8::1", onResolved: (host, address) => told.push(host, address) });
		expect(told).toEqual([]);
		board.run(1);
		expect(told).toEqual(["2001:DB8::1", "2001:db8::1"]);
		expect(board.commands).toEqual([]);
	});
	test("a name that nobody knows reaches onError with the host", () => {
		const { modem, board } = net({ script: { 'AT+UDNS="b.test"': `${ok}\r\n+UDNS: 0,9\r\n` } });
		const told: unknown[] = [];
		const resolver = new modem.Resolver();
		resolver.resolve({
			host: "b.test",
			onError(host) {
				told.push(this === resolver, host);
			},
		});
		board.run(5_000);
		expect(told).toEqual([true, "b.test"]);
	});
	test("close: what is asked is not answered, what follows is not spoilt", () => {
		const { modem, board } = net({ script: ANSWER });
		const told: string[] = [];
		const first = new modem.Resolver();
		first.resolve({ host: "a.test", onResolved: () => told.push("first") });
		board.run(10);
		first.close();
		first.close();
		new modem.Resolver().resolve({ host: "a.test", onResolved: () => told.push("second") });
		board.run(5_000);
		expect(told).toEqual(["second"]);
		expect(() => first.resolve({ host: "a.test" })).toThrow("closed");
	});
	test.each([undefined, {}, { host: 5 }, { host: "" }, { host: "x".repeat(254) }])("resolve(%j) throws", options => {
		const { modem } = net();
		expect(() => new modem.Resolver().resolve(options as never)).toThrow("host");
	});
	test("without callbacks, and with one that throws, nothing leaves", () => {
		const { modem, board } = net({ script: ANSWER });
		const resolver = new modem.Resolver();
		resolver.resolve({ host: "a.test" });
		resolver.resolve({
			host: "a.test",
			onResolved() {
				throw new Error("oops");
			},
		});
		board.run(5_000);
		expect(board.thrown).toEqual([]);
	});
});
