// What every measuring program does: make, warm up, count.
import { collect, figures } from "native";

const warmUpExchanges = 20;

/** Reports figures before anything is made, when it is made and warm, and after the exchanges that count. */
export function count(make) {
	collect();
	figures();
	const exchange = make();
	for (let i = 0; i < warmUpExchanges; i++) exchange();
	collect();
	figures();
	for (let i = 0; i < EXCHANGES; i++) exchange();
	figures();
}
