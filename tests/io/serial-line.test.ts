import { expect, test } from "vitest";
import { SerialLine, type SerialListener } from "../../sdk/io/serial-port.js";

/** A port that calls back as ECMA-419 says: the callback's `this` is the port. */
class Port {
	static takesTarget = true;
	static last: Port;
	target: unknown;
	readonly options: any;
	readonly written: number[][] = [];
	onWrite: (() => void) | undefined = undefined;
	constructor(options: any) {
		this.options = options;
		if (Port.takesTarget) this.target = options.target;
		Port.last = this;
	}
	read(count = 0): ArrayBuffer {
		return Uint8Array.from({ length: count }, (_, i) => 0x41 + i).buffer;
	}
	write(bytes: ArrayBuffer): void {
		this.written.push([...new Uint8Array(bytes)]);
		this.onWrite?.();
	}
	close(): void {}
}
class Listener implements SerialListener {
	readonly said: unknown[] = [];
	received(bytes: Uint8Array): void {
		this.said.push([...bytes]);
	}
	writable(): void {
		this.said.push("writable");
	}
	portFailed(why: unknown): void {
		this.said.push(why);
	}
}
function open(takesTarget: boolean): { line: SerialLine; listener: Listener; port: Port } {
	Port.takesTarget = takesTarget;
	const listener = new Listener();
	const line = new SerialLine(listener);
	line.open({ io: Port, port: 1 }, 9600);
	return { line, listener, port: Port.last };
}

test.each([true, false])("two ports do not mix, whether their class takes `target` as an option: %s", takesTarget => {
	const a = open(takesTarget);
	const b = open(takesTarget);
	a.port.options.onReadable.call(a.port, 2);
	b.port.options.onWritable.call(b.port, 7);
	b.port.options.onError.call(b.port, "broken");
	expect(a.listener.said).toEqual([[0x41, 0x42]]);
	expect(b.listener.said).toEqual(["writable", "broken"]);
	expect([a.line.room, b.line.room]).toEqual([0, 7]);
});
test("what is called back before the constructor has ended is no exception", () => {
	const { port } = open(true);
	expect(() => port.options.onWritable.call({}, 5)).not.toThrow();
});
test("a view is written as it is, and room that is announced while writing counts", () => {
	const { line, port } = open(true);
	port.options.onWritable.call(port, 10);
	const whole = Uint8Array.of(1, 2, 3, 4, 5);
	expect(line.write(whole.subarray(1, 4))).toBe(true);
	expect(port.written).toEqual([[2, 3, 4]]);
	expect(line.room).toBe(7);
	port.onWrite = () => port.options.onWritable.call(port, 10);
	line.write(whole);
	expect(line.room).toBe(10);
});
