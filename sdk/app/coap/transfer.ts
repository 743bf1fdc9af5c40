import type { CoapErrorCode } from "./errors.js";
import { code, type MessageWriter, type } from "./message.js";
import { block, blockBytes, blockExponent, blockMore, blockNumber, exponentOf, largestBlockNumber, option } from "./options.js";
import { absent, type ResponseRecord } from "./response.js";
import type { CoapMethod, CoapObserveRequest, CoapRequest } from "./types.js";

const methodCode: Readonly<Record<CoapMethod, number>> = Object.freeze({
	GET: code.get,
	POST: code.post,
	PUT: code.put,
	DELETE: code.delete,
});

/** `next`: another request belongs to this transfer. `final`: the response is whole. Else why the transfer failed. */
export type Step = "next" | "final" | Extract<CoapErrorCode, "malformed" | "tooLarge" | "blockMismatch">;

/** One request with all the messages it takes: the body out in blocks, the body in in blocks (RFC 7959), in lock-step. */
export class Transfer {
	#request: Partial<CoapRequest<any>> | undefined;
	#observe: number = absent;
	#largestExponent: number;

	/** Block1: what is under way is from #offset to #end; #blocks when the body goes in blocks at all. */
	#blocks = false;
	#exponent = 0;
	#offset = 0;
	#end = 0;
	#restarted = false;

	/** Block2. */
	#downloading = false;
	#body: Uint8Array;
	#bodyLength = 0;
	#responseExponent = 0;
	#responseCode = 0;
	#etag = new Uint8Array(8);
	#etagLength = 0;

	constructor(blockSize: number, responseCapacity: number) {
		this.#largestExponent = exponentOf(blockSize) ?? 5;
		this.#body = new Uint8Array(responseCapacity);
	}
	begin(request: CoapRequest<any> | CoapObserveRequest<any>, observe: number): void {
		this.#request = request;
		this.#observe = observe;
		this.#restarted = false;
		this.#beginUpload(this.#largestExponent);
	}
	end(): void {
		this.#request = undefined;
		this.#blocks = this.#downloading = false;
	}
	/** More than one message each way, now or possibly: release assistance would cut it off. */
	get inBlocks(): boolean {
		return this.#blocks || this.#downloading || this.#request?.responseBlockBytes !== undefined;
	}
	/** The response's first block has come. */
	get downloading(): boolean {
		return this.#downloading;
	}
	get confirmable(): boolean {
		return this.inBlocks || this.#request?.confirmable !== false;
	}
	/** Writes the next message; false when it does not fit. */
	write(writer: MessageWriter, messageId: number, token: Uint8Array): boolean {
		const request = this.#request!;
		const path = request.path!;
		const payload = request.payload;
		const uploads = payload !== undefined && payload.length > 0 && !this.#downloading;
		writer.begin(this.confirmable ? type.confirmable : type.nonConfirmable, methodCode[request.method ?? "GET"], messageId, token);
		if (this.#observe !== absent && !this.#downloading) writer.uintOption(option.observe, this.#observe);
		writer.textOptions(option.uriPath, path, "/", path.startsWith("/") ? 1 : 0);
		if (uploads && request.contentFormat !== undefined) writer.uintOption(option.contentFormat, request.contentFormat);
		if (request.query !== undefined) writer.textOptions(option.uriQuery, request.query, "&");
		if (request.accept !== undefined) writer.uintOption(option.accept, request.accept);
		if (this.#downloading)
			writer.uintOption(option.block2, block(this.#bodyLength / blockBytes(this.#responseExponent), false, this.#responseExponent));
		else if (request.responseBlockBytes !== undefined)
			writer.uintOption(option.block2, block(0, false, exponentOf(request.responseBlockBytes)!));
		if (uploads && this.#blocks) {
			const size = blockBytes(this.#exponent);
			this.#end = Math.min(payload.length, this.#offset + size);
			writer.uintOption(option.block1, block(this.#offset / size, this.#end < payload.length, this.#exponent));
			if (this.#offset === 0) writer.uintOption(option.size1, payload.length);
			writer.payload(payload, this.#offset, this.#end);
		} else if (uploads) {
			this.#end = payload.length;
			writer.payload(payload);
		}
		return !writer.overflowed;
	}
	/** Takes the response to the message written last. On `final` the response's payload is the whole body. */
	accept(response: ResponseRecord): Step {
		if (this.#downloading) return this.#acceptBlock(response);
		const length = this.#request!.payload?.length ?? 0;
		if (response.code === code.requestEntityTooLarge) return this.#shrink(response, length);
		if (response.code === code.requestEntityIncomplete && this.#blocks && !this.#restarted) {
			// RFC 7959 2.9.2: the server has lost what it had. Once, not for ever.
			this.#restarted = true;
			this.#beginUpload(this.#exponent);
			return "next";
		}
		if (this.#blocks && this.#end < length && response.ok) return this.#continue(response);
		if (response.code === code.continue) return "malformed";
		if (response.block2 === absent) return "final";
		return this.#beginDownload(response);
	}

	#beginUpload(exponent: number): void {
		const length = this.#request!.payload?.length ?? 0;
		this.#exponent = exponent;
		this.#blocks = length > blockBytes(exponent);
		this.#offset = 0;
		this.#end = 0;
		this.#downloading = false;
		this.#bodyLength = 0;
	}
	/**
	 * RFC 7959 2.3: the server names the block it took, perhaps with a smaller size that it would like from now on. A success that names none
	 * took the first block for the whole body: what is left would be lost without a word.
	 */
	#continue(response: ResponseRecord): Step {
		const size = blockBytes(this.#exponent);
		if (response.block1 === absent) return "malformed";
		if (blockNumber(response.block1) !== this.#offset / size) return "blockMismatch";
		this.#offset = this.#end;
		this.#exponent = Math.min(this.#exponent, blockExponent(response.block1));
		return this.#offset / blockBytes(this.#exponent) > largestBlockNumber ? "tooLarge" : "next";
	}
	/** RFC 7959 2.9.3: 4.13 may name a size that the server would take. */
	#shrink(response: ResponseRecord, length: number): Step {
		if (response.block1 === absent) return "final";
		const exponent = blockExponent(response.block1);
		const smaller = this.#blocks ? exponent < this.#exponent : exponent <= this.#exponent && blockBytes(exponent) < length;
		if (!smaller) return "final";
		this.#beginUpload(exponent);
		return "next";
	}
	#beginDownload(response: ResponseRecord): Step {
		if (blockNumber(response.block2) !== 0) return "malformed";
		if (!blockMore(response.block2)) return "final";
		this.#downloading = true;
		this.#responseCode = response.code;
		this.#etagLength = response.etagLength;
		this.#etag.set(response.etag);
		return this.#acceptBlock(response);
	}
	#acceptBlock(response: ResponseRecord): Step {
		if (!response.ok) return "final";
		if (response.block2 === absent || response.code !== this.#responseCode || !this.#sameEtag(response)) return "blockMismatch";
		const exponent = blockExponent(response.block2);
		const size = blockBytes(exponent);
		const more = blockMore(response.block2);
		if (blockNumber(response.block2) * size !== this.#bodyLength) return "blockMismatch";
		if (more ? response.payload.length !== size : response.payload.length > size) return "malformed";
		if (this.#bodyLength + response.payload.length > this.#body.length) return "tooLarge";
		this.#body.set(response.payload, this.#bodyLength);
		this.#bodyLength += response.payload.length;
		this.#responseExponent =
			this.#request!.responseBlockBytes === undefined ? exponent : Math.min(exponent, exponentOf(this.#request!.responseBlockBytes)!);
		if (more) return "next";
		response.payload = this.#body.subarray(0, this.#bodyLength);
		return "final";
	}
	#sameEtag(response: ResponseRecord): boolean {
		if (response.etagLength !== this.#etagLength) return false;
		for (let index = 0; index < this.#etagLength; index++) if (response.etag[index] !== this.#etag[index]) return false;
		return true;
	}
}
