/** Somebody who can tell its own promises from others. */
export interface RejectionOwner {
	owns(promise: unknown): boolean;
	rejected(reason: unknown): void;
}

const owners = new Set<RejectionOwner>();

function onRejection(reason: unknown, promise: Promise<unknown>): void {
	for (const owner of owners) {
		if (!owner.owns(promise)) continue;
		owner.rejected(reason);
		return;
	}
	// Being listened to keeps Node from ending the process: for what is not ours, do what it would have done.
	if (process.listenerCount("unhandledRejection") === 1) throw reason;
}

/** A promise of an application that nobody handles is that application's failure, not the process's. Returns what ends the watch. */
export function watchRejections(owner: RejectionOwner): () => void {
	if (owners.size === 0) process.on("unhandledRejection", onRejection);
	owners.add(owner);
	// The failure of one promise ends the watch, and others of the same turn are still to come.
	return () =>
		void setImmediate(() => {
			if (owners.delete(owner) && owners.size === 0) process.off("unhandledRejection", onRejection);
		});
}
