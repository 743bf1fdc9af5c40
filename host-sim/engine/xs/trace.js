import { log, send } from "./native.js";

/** As on a board: the parts follow one another without a blank. */
globalThis.trace = (...parts) => send(log, 0, 0, parts.join(""));
