import { firstTick, now } from "./native.js";

export default {
	/** 32 bits with sign, as Moddable's: wraps after 2^32 ms. */
	get ticks() {
		return (firstTick + now()) | 0;
	},
};
