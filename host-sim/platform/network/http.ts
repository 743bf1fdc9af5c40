import type { HTTPOptions } from "embedded:network/http/client";
import Timer from "timer";
import { HttpClient } from "./http-client.js";

/** What `embedded:network/http/client` is on the desktop. It is bundled into the application, so that it runs on the application's engine. */
export default class HTTPClient extends HttpClient {
	constructor(options: HTTPOptions) {
		super(options, Timer);
	}
}
