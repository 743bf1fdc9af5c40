/** The core's jobs, the most urgent first. */
export const JobId = Object.freeze({
	recover: 0,
	powerOff: 1,
	start: 2,
	/** Before any other job while the UART may be asleep. */
	wake: 3,
	detach: 4,
	network: 5,
	registration: 6,
	activate: 7,
	address: 8,
	socket: 9,
	request: 10,
	grants: 11,
	time: 12,
	operator: 13,
	/** Lets the UART sleep. */
	sleep: 14,
});
export type JobId = (typeof JobId)[keyof typeof JobId];
export const JOB_COUNT = 15;
