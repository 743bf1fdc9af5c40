/**
 * `xs-cellular/persona-kit`: what a persona outside this package is made of. Its default export is a {@link Persona}; every command takes it by
 * the path of its file (`--persona PATH`). Nothing of the SDK is here: a persona spells its bytes out. See docs/add-a-driver.md.
 */
export type { Clock, Scheduled } from "./clock/clock.js";
export type { CmuxProfile } from "./modem/at-ports.js";
export { dottedIpv6, ipv6Text, isLinkLocal } from "./modem/base/addresses.js";
export { contextOf, isPdpType, restoreContexts } from "./modem/base/packet.js";
export { applyPowerSaving } from "./modem/base/power-saving.js";
export { operatorRows, rssiIndex } from "./modem/base/registration.js";
export type { SmsProfile } from "./modem/base/sms-storage.js";
export { Voice } from "./modem/base/voice.js";
export type { Answer, Call, CommandRow, Handler, Prompt } from "./modem/command.js";
export type { ModuleCore } from "./modem/core.js";
export type { BootCause, Evidence, Persona, PersonaRuntime } from "./modem/persona.js";
export type { SleepKind, SleepRules, WakeCause } from "./modem/sleep.js";
export { bytesOf, bytesOfHex, hexOf, numberOf, textOf, twoDigits } from "./modem/text.js";
export type { Flow, FlowListener, TlsFailure, TlsRequest, UeListener } from "./network/ue.js";
export { announceSent, FlowSocket, type FlowSocketOptions, type OpenFailure } from "./persona/socket/flow-socket.js";
export { ReceiveBuffer, type Received } from "./persona/socket/receive-buffer.js";
