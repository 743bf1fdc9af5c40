import type { CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { cmeError } from "./errors.js";

/** What the Hi2110 shows for a value it does not have, by the SARA-N2's description; assumption for these fields. */
const unknownLevel = -32_768;
const unknownEcl = 255;
/** Transcript 04. */
const operatorMode = 4;

/** `+NUESTATS`: levels in tenths, times in milliseconds since the start. */
export class Statistics {
	readonly #core: ModuleCore;
	#connectedSinceMs: number | undefined;
	#connectedMs = 0;

	constructor(core: ModuleCore) {
		this.#core = core;
	}

	signallingChanged(connected: boolean): void {
		const nowMs = this.#core.clock.now();
		if (connected) this.#connectedSinceMs ??= nowMs;
		else if (this.#connectedSinceMs !== undefined) {
			this.#connectedMs += nowMs - this.#connectedSinceMs;
			this.#connectedSinceMs = undefined;
		}
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+NUESTATS",
				execute: () => lines(this.#radio()),
				set: call => {
					switch (call.parameters.text(0).toUpperCase()) {
						case "RADIO":
							return lines(this.#radio().map(line => `NUESTATS:RADIO,${line}`));
						case "CELL":
							return lines(this.#cell());
						case "ALL":
							return lines([...this.#radio().map(line => `NUESTATS:RADIO,${line}`), ...this.#cell()]);
						// BLER, THP, APPSMEM and SBAND exist; nothing shows what they say.
						default:
							return cmeError.parameter;
					}
				},
				test: "\r\nNUESTATS:(RADIO,CELL,ALL)\r\n",
			},
		];
	}

	/** Transcript 04, line by line. */
	#radio(): string[] {
		const { cell, signal, registration } = this.#core.ue;
		const { rsrpDbm, rssiDbm, rsrqDb, sinrDb, ecl, txPowerDbm } = signal;
		const level = (value: number | undefined) => (cell && value !== undefined ? tenths(value) : unknownLevel);
		const running = this.#connectedSinceMs === undefined ? 0 : this.#core.clock.now() - this.#connectedSinceMs;
		return [
			`Signal power:${level(rsrpDbm)}`,
			`Total power:${level(rssiDbm)}`,
			`TX power:${level(txPowerDbm)}`,
			// How long it sent is not known here and shown as nothing; the connection counts as reception.
			"TX time:0",
			`RX time:${Math.round(this.#connectedMs + running)}`,
			`Cell ID:${registration.ci === undefined ? 0 : Number.parseInt(registration.ci, 16)}`,
			`ECL:${cell ? ecl : unknownEcl}`,
			`SNR:${level(sinrDb)}`,
			`EARFCN:${cell?.earfcn ?? 0}`,
			`PCI:${cell?.pci ?? 0}`,
			`RSRQ:${level(rsrqDb)}`,
			`OPERATOR MODE:${operatorMode}`,
		];
	}

	/** Carrier, cell, 1 for the serving one, RSRP, RSRQ, RSSI, SNR: a public note shows `3547,254,1,-757,-108,-716,136`. */
	#cell(): string[] {
		const { cell, signal } = this.#core.ue;
		if (!cell) return [];
		const levels = [signal.rsrpDbm, signal.rsrqDb, signal.rssiDbm, signal.sinrDb].map(tenths);
		return [`NUESTATS:CELL,${[cell.earfcn, cell.pci, 1, ...levels].join(",")}`];
	}
}

function tenths(value: number): number {
	return Math.round(value * 10);
}

function lines(texts: readonly string[]): string {
	return texts.length === 0 ? "" : `\r\n${texts.join("\r\n")}\r\n`;
}
