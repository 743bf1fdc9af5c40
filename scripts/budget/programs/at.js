// `AT` → `OK` through the AT core.
import { makeAtExchange } from "./at-exchange.js";
import { count } from "./count.js";

export default function main() {
	count(makeAtExchange);
}
