/*
 * Compiled, never run: what Moddable's own typings say of a board's classes fits what this package asks to be given.
 * The typings are checked against here and used nowhere else: they want pins of a desktop's port, promise a `flush` that no port
 * has and lack the key-value storage, so examples are checked against types/platform.d.ts instead.
 */
import Digital from "embedded:io/digital";
import Serial from "embedded:io/serial";
import UDP from "embedded:io/socket/udp";
import Time from "time";
import Timer from "timer";
import { CoapClient } from "../../sdk/app/coap.js";
import { Modem, type ModemOptions } from "../../sdk/index.js";

export function onABoard(driver: ModemOptions["driver"]): Modem {
	return new Modem({
		driver,
		serial: { io: Serial, port: 1, receive: 16, transmit: 17 },
		pins: { reset: { io: Digital, pin: 4, mode: Digital.Output } },
		timer: Timer,
		time: Time,
	});
}

/** CoAP over Moddable's own UDP, where the board has a network of its own. */
export function overWiFi(): CoapClient {
	// @ts-expect-error version 5.6.0 forgets UDP's close(), which every port has
	return new CoapClient({ socket: { io: UDP }, address: "2001:db8::1", timer: Timer, time: Time, random: () => 0.5 });
}
