/** A request as a server's application sees it. */
export interface HttpRequest {
	readonly method: string;
	/** With the query. */
	readonly path: string;
	/** Names in lower case; values of one name joined by ", ". */
	readonly headers: ReadonlyMap<string, string>;
	readonly body: Uint8Array;
}
export interface HttpResponse {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: Uint8Array | string;
	/** The body goes in chunks of so many bytes instead of with its length. */
	readonly chunkBytes?: number;
	/** The server ends the connection after it. */
	readonly close?: boolean;
	/** Before the response goes; default 0. */
	readonly delayMs?: number;
}
export type HttpHandler = (request: HttpRequest) => HttpResponse;

export interface HttpRecord extends HttpRequest {
	readonly atMs: number;
	readonly status: number;
}

export const bodyBytes = (response: HttpResponse): Uint8Array =>
	typeof response.body === "string" ? new TextEncoder().encode(response.body) : (response.body ?? new Uint8Array(0));
