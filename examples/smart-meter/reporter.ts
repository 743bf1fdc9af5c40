import Time from "time";
import Timer from "timer";
import type { Modem } from "xs-cellular";
import type { Clock } from "xs-cellular/clock";
import { CoapClient, type CoapError, type CoapResponse } from "xs-cellular/coap";
import monitor from "xs-cellular/monitor";
import type { Outbox } from "xs-cellular/outbox";
import type { KeyValueStore } from "xs-cellular/platform";
import { Random, seedFrom } from "xs-cellular/random";
import { Schedule } from "xs-cellular/schedule";
import config from "./config.js";
import { Pace } from "./pace.js";
import { ReportBody } from "./report-body.js";
import { tellCounters } from "./watch-modem.js";

/** SenML in CBOR (RFC 8428 12.3.4). */
const SENML_CBOR = 112;
/** First retry after a report that failed; each further one waits twice as long, up to the reporting interval. */
const RETRY_SECONDS = 60;
/** `connection` of a network interface that has an address. */
const HAS_ADDRESS = 500;

export interface ReporterOptions {
	readonly modem: Modem;
	readonly outbox: Outbox<any>;
	readonly clock: Clock;
	readonly store: KeyValueStore;
}

/** Sends what the outbox keeps, when it is due and there is a network, and takes the schedule that the server may answer with. */
export class Reporter {
	readonly #options: ReporterOptions;
	readonly #pace: Pace;
	#random: Random | undefined;
	#schedule: Schedule | undefined;
	#body: ReportBody | undefined;
	#coap: CoapClient | undefined;
	#resolving = false;
	#timer: unknown;
	/** A report is due and waits for the network. */
	#due = false;
	#sending = false;
	/** The report on its way holds all there was to send. */
	#last = false;
	#failures = 0;
	#earlier = 0;

	constructor(options: ReporterOptions) {
		this.#options = options;
		this.#pace = new Pace(options.store, config);
	}

	get readEverySeconds(): number {
		return this.#pace.readEverySeconds;
	}

	/** The first report goes as soon as there is a network: whoever commissions the meter stands beside it. */
	start(meter: string, phase: number): void {
		const random = new Random(seedFrom(meter, this.#options.outbox.session));
		this.#random = random;
		this.#body = new ReportBody(meter);
		this.#schedule = new Schedule({ everySeconds: this.#pace.reportEverySeconds, phase, random: () => random.fraction() });
		this.#report();
	}

	networkChanged(): void {
		if (this.#due) this.#report();
	}

	#report(): void {
		if (this.#sending) return;
		this.#due = true;
		if (this.#options.modem.connection < HAS_ADDRESS || !this.#body) return;
		if (!this.#coap) {
			this.#locate();
			return;
		}
		this.#send(this.#coap, this.#body);
	}

	#send(coap: CoapClient, body: ReportBody): void {
		const outbox = this.#options.outbox;
		body.fill(outbox, this.#options.clock);
		if (body.count === 0) {
			this.#finished();
			return;
		}
		this.#due = false;
		this.#sending = true;
		this.#last = body.next >= outbox.nextSequence;
		monitor("report-sent", { first: body.first, next: body.next, bytes: body.payload.length });
		coap.request<Reporter>({
			method: "POST",
			path: config.server.path,
			payload: body.payload,
			contentFormat: SENML_CBOR,
			// Nothing follows the last response: let the radio go at once.
			release: this.#last ? "after-response" : "none",
			target: this,
			onResponse: this.#answered,
			onError: this.#unanswered,
		});
	}

	#answered(response: CoapResponse): void {
		const { outbox } = this.#options;
		const body = this.#body as ReportBody;
		this.#sending = false;
		if (!response.ok) {
			this.#failed(response.codeText);
			return;
		}
		outbox.acknowledge(body.next - 1);
		this.#failures = 0;
		monitor("report-acknowledged", { first: body.first, next: body.next, retransmitted: this.#retransmitted });
		monitor("outbox", { first: outbox.acknowledged + 1, next: outbox.nextSequence });
		if (response.payload.length > 0 && this.#pace.take(response.payload)) {
			this.#schedule?.configure(this.#pace.reportEverySeconds);
			monitor("schedule", { readEverySeconds: this.#pace.readEverySeconds, reportEverySeconds: this.#pace.reportEverySeconds });
		}
		tellCounters(this.#options.modem);
		// What was read while this report was on its way waits for the next: a datagram of its own would cost as much as all the others.
		if (this.#last) this.#finished();
		else this.#report();
	}

	#unanswered(error: CoapError): void {
		this.#sending = false;
		// The server may have moved: ask for its address again.
		this.#earlier = this.#retransmitted;
		this.#coap?.close();
		this.#coap = undefined;
		this.#failed(error.code);
	}

	#failed(code: string): void {
		this.#failures++;
		monitor("report-failed", { code, retransmitted: this.#retransmitted });
		tellCounters(this.#options.modem);
		const fraction = this.#random ? this.#random.fraction() : 0;
		const wait = Math.min(RETRY_SECONDS * 2 ** Math.min(this.#failures - 1, 10), this.#pace.reportEverySeconds);
		this.#wake(wait * (0.5 + fraction) * 1000);
	}

	#finished(): void {
		this.#due = false;
		const now = this.#options.clock.utcMs ?? this.#options.clock.elapsedMs;
		if (this.#schedule) this.#wake(this.#schedule.next(now) - now);
	}

	#wake(delayMs: number): void {
		if (this.#timer !== undefined) Timer.clear(this.#timer as never);
		this.#timer = Timer.set(() => {
			this.#timer = undefined;
			this.#report();
		}, delayMs);
	}

	/** Of clients that were closed, and of this one. */
	get #retransmitted(): number {
		return this.#earlier + (this.#coap ? this.#coap.counters.retransmitted : 0);
	}

	#locate(): void {
		if (this.#resolving) return;
		this.#resolving = true;
		const resolver = new this.#options.modem.Resolver();
		resolver.resolve({
			host: config.server.host,
			onResolved: (_host: string, address: string) => {
				this.#resolving = false;
				resolver.close();
				this.#open(address);
			},
			onError: () => {
				this.#resolving = false;
				resolver.close();
				this.#due = false;
				this.#failed("dns");
			},
		});
	}

	#open(address: string): void {
		const { modem } = this.#options;
		const random = this.#random as Random;
		monitor("server", { host: config.server.host, address });
		this.#coap = new CoapClient({
			socket: { io: modem.UDP },
			address,
			port: config.server.port,
			timer: Timer,
			time: Time,
			random: () => random.fraction(),
			onError: error => monitor("error", { code: error.code, message: error.message }),
		});
		if (this.#due) this.#report();
	}
}
