import { type Device, openDevice } from "./device.js";
import { framing8n1 } from "./framing.js";
import type { Port } from "./port.js";
import type { PortError } from "./port-error.js";

/** Until the program behind the port has set a rate. */
const firstBaud = 115_200;

export interface TeeOptions {
	/** What the program opens in place of the module: a pty. */
	readonly port: Port;
	/** The module's real port. */
	readonly device: string;
	/** What passed, in either direction; the bytes are good during the call. */
	onBytes(direction: "toModule" | "toHost", bytes: Uint8Array): void;
	/** The real port was opened; again after the program has changed the rate. */
	onOpened?(baud: number): void;
	/** The real port cannot be had, or is gone: nothing passes any more. */
	onFailed(error: PortError): void;
}

/** Sits between a program and a module's port and shows what passes. The real port follows the rate that the program sets. */
export class Tee {
	readonly #options: TeeOptions;
	#device: Device | undefined;
	#baud = 0;
	#isOpen = false;
	/** What the program wrote while the real port was being opened. */
	#early: Uint8Array[] = [];

	constructor(options: TeeOptions) {
		this.#options = options;
		options.port.onBytes = bytes => this.#toModule(bytes);
		this.#open(options.port.clientBaud ?? firstBaud);
	}

	/** Closes both ends. */
	close(): void {
		this.#device?.close();
		this.#options.port.close();
	}

	#open(baud: number): void {
		const { device, port, onBytes, onOpened, onFailed } = this.#options;
		this.#device?.close();
		this.#baud = baud;
		this.#isOpen = false;
		this.#device = openDevice(device, framing8n1(baud), {
			opened: () => {
				this.#isOpen = true;
				onOpened?.(baud);
				for (const bytes of this.#early.splice(0)) this.#device?.write(bytes);
			},
			received: bytes => {
				onBytes("toHost", bytes);
				port.write(bytes);
			},
			drained: () => undefined,
			failed: onFailed,
		});
	}

	#toModule(bytes: Uint8Array): void {
		const baud = this.#options.port.clientBaud ?? this.#baud;
		if (baud !== this.#baud) this.#open(baud);
		this.#options.onBytes("toModule", bytes);
		if (this.#isOpen) this.#device?.write(bytes);
		else this.#early.push(bytes.slice());
	}
}
