import { CEREG } from "../../../sdk/3gpp/packet-commands.js";
import { decodeRegistration, RegistrationReport } from "../../../sdk/3gpp/registration.js";
import { AtChannel } from "../../../sdk/at/channel.js";
import { LoopBack } from "./loop-back.js";

class Reader {
	report = new RegistrationReport();
	done(error) {
		if (error !== undefined) throw new Error(error.code);
		if (this.report.stat !== 1 || this.report.ci !== "0051C301" || this.report.activeSeconds !== 6) throw new Error("the fields are wrong");
	}
	line(line) {
		decodeRegistration(line, "EPS", "read", this.report);
	}
}

/** `+CEREG` read as the modem core does it: eight fields, decoded into a report that is used again. */
export function makeRegistrationExchange() {
	const reader = new Reader();
	const channel = new AtChannel({ context: reader, urcs: [] });
	const line = new LoopBack(channel, '\r\n+CEREG: 5,1,"5DFB","0051C301",9,,,"00000011"\r\n\r\nOK\r\n');
	return () => {
		channel.submit(CEREG.read, undefined, reader, reader.done, undefined, reader.line);
		line.exchange();
	};
}
