// A module that answers at once, and a clock that is where it must be next: an exchange costs what the SDK does and nothing else.
import { ascii } from "./ascii.js";

const limitBytes = 128;

export class LoopBack {
	/** Moves bytes and time until the channel is idle. */
	constructor(channel, reply) {
		this.channel = channel;
		this.reply = ascii(reply);
		this.nowMs = 0;
	}

	exchange() {
		const channel = this.channel;
		let turns = 0;
		while (!channel.idle) {
			if (++turns > 20) throw new Error("the exchange does not end");
			const sent = channel.transmit(limitBytes, this.nowMs);
			if (sent === undefined) this.wait();
			else channel.receive(this.reply, this.nowMs);
		}
	}

	wait() {
		const deadline = this.channel.deadline;
		if (deadline > this.nowMs) this.nowMs = deadline;
		this.channel.expire(this.nowMs);
	}
}
