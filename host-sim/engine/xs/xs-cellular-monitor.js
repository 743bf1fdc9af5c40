import { monitorEvent, send } from "./native.js";

export default function monitor(event, data) {
	send(monitorEvent, 0, 0, ArrayBuffer.fromString(event).concat(new ArrayBuffer(1), ArrayBuffer.fromString(JSON.stringify(data ?? {}))));
}
