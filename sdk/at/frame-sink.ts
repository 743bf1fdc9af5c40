/** What the framer found; the router implements it. */
export interface FrameSink {
	/** A complete line is in the buffer. Returns the number of bytes of data that follow it. */
	onFrameLine(): number;
	/** The data announced by `onFrameLine` or `onMark` are complete, or given up. */
	onFrameData(isComplete: boolean): void;
	/** The prompt that was armed. */
	onFramePrompt(): void;
	/** Whether a line that starts here, with a colon after its prefix, would be known: the line end before it was lost. */
	knowsPrefixAt(position: number): boolean;
	/** A byte that may end a line's text and begin its data: how many bytes of data follow, -1 when it is no such line. */
	onMark(byte: number): number;
}
