import type { Answer, Call, CommandRow } from "../../modem/command.js";
import type { ModuleCore } from "../../modem/core.js";
import { type LteContexts, largestContext } from "./lte-context.js";
import type { LastError } from "./lte-errors.js";
import { type Access, type LteSocket, longestData, type PushFormat, type Service } from "./lte-socket.js";
import { LteSocketTable, largestSocket, type SendEcho } from "./lte-socket-table.js";

/** The port in `+QISTATE`'s last field: these modules are used over their first UART here. */
const atPort = "uart1";

/** The `QI…` commands of Quectel's LTE modules. */
export class LteSockets {
	readonly table: LteSocketTable;
	/** On until the host says otherwise, and apart from ATE: a driver that has sent ATE0 switches it off as well (S9 of the reference). */
	readonly echo: SendEcho = { echo: true };
	/** `+QICFG`: defaults are those of an EC2x, general knowledge. */
	#sendHex = 0;
	#receiveHex = 0;
	#viewMode = 0;

	constructor(core: ModuleCore, contexts: LteContexts, errors: LastError) {
		this.table = new LteSocketTable(core, { urc: "+QIURC", opened: "+QIOPEN", read: "+QIRD", counters: "+QISEND" }, contexts, errors);
	}

	get commands(): readonly CommandRow[] {
		return [
			{
				name: "+QIOPEN",
				set: call => this.#open(call),
				test: '\r\n+QIOPEN: (1-7),(0-11),"TCP/UDP",<host>,<remote_port>,<local_port>,(0,1)\r\n',
			},
			{ name: "+QISEND", set: call => this.#send(call), test: "\r\n+QISEND: (0-11),(0-1460)\r\n" },
			{
				name: "+QISENDEX",
				set: call => this.table.sendInline(call, true, call.parameters.text(1), undefined),
				test: "\r\n+QISENDEX: (0-11),<hex_string>\r\n",
			},
			{ name: "+QIRD", set: call => this.table.read(call), test: "\r\n+QIRD: (0-11),(0-1500)\r\n" },
			{ name: "+QICLOSE", set: call => this.table.close(call), test: "\r\n+QICLOSE: (0-11),(0-65535)\r\n" },
			{ name: "+QISTATE", read: () => this.#states(this.table.all), set: call => this.#stateOf(call), test: "" },
			{ name: "+QICFG", set: call => this.#configure(call), test: configurations },
			{
				name: "+QISDE",
				read: () => `\r\n+QISDE: ${this.echo.echo ? 1 : 0}\r\n`,
				set: call => {
					const value = call.parameters.within(0, 0, 1);
					if (value === undefined) return 50;
					this.echo.echo = value === 1;
					return "";
				},
				test: "\r\n+QISDE: (0,1)\r\n",
			},
		];
	}

	#format(): PushFormat {
		return { hexadecimal: this.#receiveHex === 1, oneLine: this.#viewMode === 1 };
	}

	#open(call: Call): Answer {
		const { parameters } = call;
		const context = parameters.within(0, 1, largestContext);
		const id = parameters.within(1, 0, largestSocket);
		const service = parameters.text(2).toUpperCase();
		const host = parameters.text(3);
		const port = parameters.within(4, 1, 65_535);
		const localPort = parameters.within(5, 0, 65_535, 0);
		const access = parameters.within(6, 0, 2, 0);
		// Listening services and transparent mode exist on the module and not in this simulator.
		if ((service !== "TCP" && service !== "UDP") || access === 2) return 4;
		if (context === undefined || id === undefined || port === undefined || localPort === undefined || access === undefined) return 50;
		if (host === "" || host.length > 150) return 50;
		const target = { id, service: service as Service, context, host, port, localPort, access: access as Access };
		this.table.open(call, target, {}, () => this.#format());
		return undefined;
	}

	/** With a third parameter the data are in the line, as the EC801E's driver has it (inferred). */
	#send(call: Call): Answer {
		const { parameters } = call;
		if (parameters.count < 3) return this.table.send(call, this.echo.echo);
		const length = parameters.within(1, 1, longestData);
		if (length === undefined) return 50;
		return this.table.sendInline(call, this.#sendHex === 1, parameters.text(2), length);
	}

	#stateOf(call: Call): Answer {
		const kind = call.parameters.within(0, 0, 1);
		const value = call.parameters.number(1);
		if (kind === undefined || value === undefined) return 50;
		return this.#states(this.table.all.filter(({ target }) => (kind === 0 ? target.context : target.id) === value));
	}

	#states(sockets: readonly LteSocket[]): string {
		return sockets
			.map(({ target, localPort, state }) => {
				const peer = `"${target.service}","${target.host}",${target.port},${localPort}`;
				return `\r\n+QISTATE: ${target.id},${peer},${state},${target.context},${target.id},${target.access},"${atPort}"\r\n`;
			})
			.join("");
	}

	#configure(call: Call): Answer {
		const { parameters } = call;
		const key = parameters.text(0).toLowerCase();
		const bit = (index: number) => parameters.within(index, 0, 1);
		const asks = parameters.count === 1;
		const first = bit(1);
		switch (key) {
			case "dataformat": {
				if (asks) return `\r\n+QICFG: "dataformat",${this.#sendHex},${this.#receiveHex}\r\n`;
				const second = bit(2);
				if (first === undefined || second === undefined) return 50;
				[this.#sendHex, this.#receiveHex] = [first, second];
				return "";
			}
			case "viewmode":
				if (asks) return `\r\n+QICFG: "viewmode",${this.#viewMode}\r\n`;
				if (first === undefined) return 50;
				this.#viewMode = first;
				return "";
			default:
				return accepted.includes(key) ? "" : 4;
		}
	}
}

/** Settings of the stack that change nothing here: packet size and interval of transparent mode, keep-alive, retransmission. */
const accepted: readonly string[] = ["transpktsize", "transwaittm", "tcp/retranscfg", "tcp/keepalive", "udp/readmode"];
const configurations = '\r\n+QICFG: "dataformat",(0,1),(0,1)\r\n\r\n+QICFG: "viewmode",(0,1)\r\n\r\n+QICFG: "transpktsize",(1-1460)\r\n';
