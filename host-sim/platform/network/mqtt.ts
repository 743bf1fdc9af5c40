import type { MQTTOptions } from "embedded:network/mqtt/client";
import Timer from "timer";
import { MqttClient } from "./mqtt-client.js";

/** What `embedded:network/mqtt/client` is on the desktop. It is bundled into the application, so that it runs on the application's engine. */
export default class MQTTClient extends MqttClient {
	constructor(options: MQTTOptions) {
		super(options, Timer);
	}
}
