/** What a dialect writes while it works, read when its task has ended. Made when something is written: most tasks of most dialects write nothing. */
export class TaskResults {
	received = 0;
	remaining: number | undefined = undefined;
	fromAddress: string | undefined = undefined;
	fromPort = 0;
	taken: number | undefined = undefined;
}
export const NO_RESULTS: Readonly<TaskResults> = Object.freeze({
	received: 0,
	remaining: undefined,
	fromAddress: undefined,
	fromPort: 0,
	taken: undefined,
});
