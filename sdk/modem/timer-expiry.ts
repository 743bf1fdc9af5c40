import type { ModemCore } from "./core.js";
import { JobId } from "./job-id.js";
import { Timer } from "./timers.js";

/** What each timer of the core is for. */
export function timerExpired(core: ModemCore, timer: Timer): void {
	switch (timer) {
		case Timer.step:
			core.runner.expire();
			return;
		case Timer.outcome:
			core.sockets.work.outcomeMissed();
			return;
		case Timer.registration:
			core.want(JobId.registration);
			return;
		case Timer.address:
			core.want(JobId.address);
			return;
		case Timer.sleep:
			core.power.sleepDue();
			return;
		case Timer.psm:
			core.power.missed();
			return;
		case Timer.retry:
			retry(core);
			return;
		case Timer.datagram:
			core.sockets.expired();
			return;
		case Timer.time:
			core.want(JobId.time);
			return;
		case Timer.stream:
			core.sockets.begunStreams?.due();
			return;
		case Timer.service:
			core.services?.due();
			return;
	}
}

function retry(core: ModemCore): void {
	if (core.lifecycle.phase === "waiting") core.recovery.again();
	else if (core.network.wanted !== undefined) core.want(JobId.network);
}
