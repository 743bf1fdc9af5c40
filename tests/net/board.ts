import { expect } from "vitest";
import { Modem } from "../../sdk/index.js";
import { Board } from "../io/board.js";
import { driver } from "../modem/driver.js";
import { hex } from "../modem/world.js";

export interface Net {
	readonly board: Board;
	readonly modem: Modem;
}
/** A modem that is connected on a strict board. */
export function net(script: ConstructorParameters<typeof Board>[0] = {}): Net {
	const board = new Board(script);
	const modem = new Modem({ driver, serial: { io: board.Serial }, timer: board.timer, time: board.time });
	modem.connect({ apn: "iot.test" });
	board.run(60_000, () => modem.connection === 500);
	board.run(1_000);
	expect(modem.connection).toBe(500);
	board.commands.length = 0;
	return { board, modem };
}
export function bytes(text: string): ArrayBuffer {
	return new TextEncoder().encode(text).buffer as ArrayBuffer;
}
export function text(packet: ArrayBuffer | undefined): string | undefined {
	return packet && new TextDecoder().decode(packet);
}
export function pushed(text: string, socket = 0): string {
	return `\r\n+UDATA: ${socket},${text.length},"${hex(text)}"\r\n`;
}
