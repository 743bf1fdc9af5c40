// A line of eight fields, read by the field interpreter into a record.
import { AtChannel } from "../../../sdk/at/channel.js";
import { command } from "../../../sdk/at/command.js";
import { bits, hex, optional, uint } from "../../../sdk/at/fields.js";
import { count } from "./count.js";
import { LoopBack } from "./loop-back.js";

const CEREG = command("+CEREG", {
	spec: "TS 27.007 10.1.22",
	read: {
		response: {
			n: uint(),
			stat: uint(),
			tac: optional(hex()),
			ci: optional(hex()),
			act: optional(uint()),
			causeType: optional(uint()),
			rejectCause: optional(uint()),
			activeTime: optional(bits(8)),
		},
	},
});

export default function main() {
	count(() => {
		const target = { results: 0 };
		function done(error, registration) {
			if (error !== undefined) throw new Error(error.code);
			if (registration.stat !== 1 || registration.ci !== 0x0051c301) throw new Error("the fields are wrong");
			this.results++;
		}
		const channel = new AtChannel({ context: target, urcs: [] });
		const line = new LoopBack(channel, '\r\n+CEREG: 5,1,"5DFB","0051C301",9,,,"00100011"\r\n\r\nOK\r\n');
		return () => {
			channel.submit(CEREG.read, undefined, target, done);
			line.exchange();
		};
	});
}
