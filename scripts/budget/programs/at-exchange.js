import { AtChannel } from "../../../sdk/at/channel.js";
import { command } from "../../../sdk/at/command.js";
import { LoopBack } from "./loop-back.js";

const AT = command("", { spec: "V.250 5.2", execute: {} });

class Counter {
	results = 0;
	done(error) {
		if (error !== undefined) throw new Error(error.code);
		this.results++;
	}
}

/** `AT` → `OK`: a function that does one exchange. */
export function makeAtExchange() {
	const counter = new Counter();
	const channel = new AtChannel({ context: counter, urcs: [] });
	const line = new LoopBack(channel, "\r\nOK\r\n");
	return () => {
		channel.submit(AT.execute, undefined, counter, counter.done);
		line.exchange();
	};
}
