// One exchange over TCP: 100 bytes go out over a connection of the modem with the driver of the BC660K, and 12 bytes come back.
import { collect, figures } from "native";
import driver from "../../../drivers/nbiot/quectel-bc660k.js";
import { Modem } from "../../../sdk/index.js";
import { answers } from "./bc660k-answers.js";
import { Board } from "./board.js";

const exchangeEveryMs = 1000;
const warmUpExchanges = 5;
const answerBytes = 12;

class Client {
	answeredBytes = 0;
	#board;
	#socket;
	#request;

	constructor(board, request) {
		this.#board = board;
		this.#request = request;
		const { Serial, timer, time } = board;
		const modem = new Modem({ driver, serial: { io: Serial }, timer, time });
		modem.connect({ apn: "iot", psm: false, edrx: false });
		this.#board.run(120_000);
		if (modem.connection !== 500) throw new Error(`the modem did not connect: ${modem.connection}`);
		const client = this;
		this.#socket = new modem.TCP({
			address: "192.0.2.1",
			port: 1883,
			onReadable() {
				client.answeredBytes += this.read().byteLength;
			},
		});
		this.#board.run(this.#board.nowMs + exchangeEveryMs);
	}

	exchange() {
		const expected = this.answeredBytes + answerBytes;
		this.#socket.write(this.#request);
		this.#board.run(this.#board.nowMs + exchangeEveryMs);
		if (this.answeredBytes !== expected) throw new Error(`a request brought ${this.answeredBytes - expected + answerBytes} bytes`);
	}
}

export default function main() {
	// The board and the application's own request are not the SDK's.
	const board = new Board(answers);
	const request = new Uint8Array(100).fill(0xa5);
	collect();
	figures();
	const client = new Client(board, request);
	for (let i = 0; i < warmUpExchanges; i++) client.exchange();
	collect();
	figures();
	for (let i = 0; i < EXCHANGES; i++) client.exchange();
	figures();
}
