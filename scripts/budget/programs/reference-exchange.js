import { ascii } from "./ascii.js";

const lineCapacityBytes = 64;

/** The bytes of `AT` and `OK` as a plain loop, with nothing around it. */
export function makeReferenceExchange() {
	const command = ascii("AT\r");
	const reply = ascii("\r\nOK\r\n");
	const sent = new Uint8Array(lineCapacityBytes);
	const line = new Uint8Array(lineCapacityBytes);
	return () => {
		for (let i = 0; i < command.length; i++) sent[i] = command[i];
		let length = 0;
		let results = 0;
		for (let i = 0; i < reply.length; i++) {
			const byte = reply[i];
			if (byte === 10) continue;
			if (byte !== 13) {
				line[length++] = byte;
				continue;
			}
			if (length === 2 && line[0] === 79 && line[1] === 75) results++;
			length = 0;
		}
		if (results !== 1) throw new Error("the reference loop lost a result");
	};
}
