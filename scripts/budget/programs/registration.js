// `+CEREG` read, with the decoder of sdk/3gpp.
import { count } from "./count.js";
import { makeRegistrationExchange } from "./registration-exchange.js";

export default function main() {
	count(makeRegistrationExchange);
}
