// One report: a datagram of 100 bytes goes out over the modem with the driver of the BC660K, and an answer of 12 bytes comes back.
import { collect, figures } from "native";
import driver from "../../../drivers/nbiot/quectel-bc660k.js";
import { Modem } from "../../../sdk/index.js";
import { answers } from "./bc660k-answers.js";
import { Board } from "./board.js";

const reportEveryMs = 1000;
const warmUpReports = 5;

class Reporter {
	answersSeen = 0;
	#board;
	#modem;
	#socket;
	#datagram;

	constructor(board, datagram) {
		this.#board = board;
		this.#datagram = datagram;
		const { Serial, timer, time } = board;
		this.#modem = new Modem({ driver, serial: { io: Serial }, timer, time });
		this.#modem.connect({ apn: "iot", psm: false, edrx: false });
		this.#board.run(120_000);
		if (this.#modem.connection !== 500) throw new Error(`the modem did not connect: ${this.#modem.connection}`);
		const reporter = this;
		this.#socket = new this.#modem.UDP({
			onReadable() {
				while (this.read() !== undefined) reporter.answersSeen++;
			},
		});
	}

	report() {
		const expected = this.answersSeen + 1;
		this.#socket.write(this.#datagram, "192.0.2.1", 5683);
		this.#board.run(this.#board.nowMs + reportEveryMs);
		if (this.answersSeen !== expected) throw new Error("a report brought no answer");
	}
}

export default function main() {
	// The board and the application's own datagram are not the SDK's.
	const board = new Board(answers);
	const datagram = new Uint8Array(100).fill(0xa5);
	collect();
	figures();
	const reporter = new Reporter(board, datagram);
	for (let i = 0; i < warmUpReports; i++) reporter.report();
	collect();
	figures();
	for (let i = 0; i < EXCHANGES; i++) reporter.report();
	figures();
}
