/** `xs-cellular`: one interface for cellular modules. */
export { command } from "./at/command.js";
export { rawCommand } from "./at/raw.js";
export type { BoardPinOptions, PinOptions } from "./io/board-pins.js";
export type { Addresses } from "./modem/addresses.js";
export { Connection } from "./modem/core.js";
export type { Credential, CredentialDone, CredentialName } from "./modem/credentials.js";
export type { Capabilities, Capability, Driver, Family, PdpType, Release, Signal } from "./modem/driver.js";
export { type Fault, ModemError, type ModemErrorCode } from "./modem/errors.js";
export type { Identity } from "./modem/lifecycle.js";
export type { ModemProperty } from "./modem/notices.js";
export type { ConnectOptions } from "./modem/settings.js";
export { type Counters, Modem, type ModemOptions, type NetworkTimeAt, type PowerState } from "./modem.js";
export type { ResolveOptions, Resolver } from "./net/resolver.js";
export type { CredentialStore } from "./net/stream-classes.js";
export type { StreamFormat, StreamWriteOptions, TCP, TCPOptions } from "./net/tcp.js";
export type { SecureOptions, TLSOptions } from "./net/tls.js";
export type { Packet, UDP, UDPOptions, WriteOptions } from "./net/udp.js";
