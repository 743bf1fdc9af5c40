/** What a dialect wrote during its task. */
export class TaskResults {
	received = 0;
	remaining: number | undefined = undefined;
	fromAddress: string | undefined = undefined;
	fromPort = 0;
	taken: number | undefined = undefined;
}
const NO_RESULTS: Readonly<TaskResults> = Object.freeze({
	received: 0,
	remaining: undefined,
	fromAddress: undefined,
	fromPort: 0,
	taken: undefined,
});

/**
 * The part of a `SocketTask` that the dialect writes while it works and that is read when the task has ended. Its record is made when
 * something is written: most tasks of most dialects write nothing.
 */
export class WrittenResults {
	#results: TaskResults | undefined = undefined;
	get results(): Readonly<TaskResults> {
		return this.#results ?? NO_RESULTS;
	}
	protected forgetResults(): void {
		this.#results = undefined;
	}
	private get written(): TaskResults {
		this.#results ??= new TaskResults();
		return this.#results;
	}
	get received(): number {
		return this.results.received;
	}
	set received(byteCount: number) {
		this.written.received = byteCount;
	}
	get remaining(): number | undefined {
		return this.results.remaining;
	}
	set remaining(byteCount: number | undefined) {
		this.written.remaining = byteCount;
	}
	get fromAddress(): string | undefined {
		return this.results.fromAddress;
	}
	set fromAddress(address: string | undefined) {
		this.written.fromAddress = address;
	}
	get fromPort(): number {
		return this.results.fromPort;
	}
	set fromPort(port: number) {
		this.written.fromPort = port;
	}
	get taken(): number | undefined {
		return this.results.taken;
	}
	set taken(byteCount: number | undefined) {
		this.written.taken = byteCount;
	}
}
