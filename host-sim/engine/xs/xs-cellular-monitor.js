import { monitorEvent, send } from "./native.js";

const zero = new ArrayBuffer(1);

export default function monitor(event, data = {}) {
	send(monitorEvent, 0, 0, ArrayBuffer.fromString(String(event)).concat(zero, ArrayBuffer.fromString(JSON.stringify(data))));
}
