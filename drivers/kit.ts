/**
 * `xs-cellular/driver-kit`: what a driver outside this package is made of. Its default export is what `defineDriver` returns; every command
 * takes it by the path of its file (`--driver PATH`). See docs/add-a-driver.md.
 */
export * from "../sdk/3gpp/commands.js";
export { EdrxAct } from "../sdk/3gpp/edrx.js";
export { parseAddress } from "../sdk/3gpp/ip-address.js";
export type { AtChannel, Done, FinalResult, Urc } from "../sdk/at/channel.js";
export { type Command, command, type FormSpec, withTimeout } from "../sdk/at/command.js";
export type { AtError } from "../sdk/at/errors.js";
export { bare, bits, choice, hex, int, optional, payloadHex, text, uint, word } from "../sdk/at/fields.js";
export { deepFreeze } from "../sdk/at/freeze.js";
export type { AtLine, Millis } from "../sdk/at/line.js";
export * from "../sdk/modem/driver.js";
export { BROKEN, finishClose, finishRead, isRefusal } from "./dialect/answers.js";
export { contextLost } from "./dialect/context-lost.js";
export { credentialFile } from "./dialect/credential-file.js";
export { type DialectStep, Sequence } from "./dialect/sequence.js";
