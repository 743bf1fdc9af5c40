/** Every command table of the 3GPP base, by name. */
export * from "./device-commands.js";
export * from "./network-commands.js";
export * from "./packet-commands.js";
export * from "./v250-commands.js";
