/** Every command table of the 3GPP base, by name. */
export * from "./call-commands.js";
export * from "./device-commands.js";
export * from "./network-commands.js";
export * from "./nr-commands.js";
export * from "./packet-commands.js";
export * from "./sim-commands.js";
export * from "./sms-commands.js";
export * from "./v250-commands.js";
