// The measure that the others are compared with.
import { count } from "./count.js";
import { makeReferenceExchange } from "./reference-exchange.js";

export default function main() {
	count(makeReferenceExchange);
}
