import type { Binding } from "../modem/binding.js";
import { ModemError } from "../modem/errors.js";

export interface ResolveOptions {
	/** A name, or the text of an address, which is answered as it is (in canonical form). */
	readonly host: string;
	/** `this` is the resolver. IPv6 is given where the modem has an IPv6 address and the name has one. */
	readonly onResolved?: (this: any, host: string, address: string) => void;
	readonly onError?: (this: any, host: string) => void;
}
export interface ResolverOptions {
	readonly target?: unknown;
	readonly [option: string]: unknown;
}

/** One request; it forgets its callbacks when the resolver is closed. */
class Request {
	#resolver: Resolver | undefined;
	#options: ResolveOptions;
	constructor(resolver: Resolver, options: ResolveOptions) {
		this.#resolver = resolver;
		this.#options = options;
	}
	resolved(host: string, address: string): void {
		const resolver = this.#take();
		if (resolver !== undefined) this.#options.onResolved?.call(resolver, host, address);
	}
	unresolved(host: string): void {
		const resolver = this.#take();
		if (resolver !== undefined) this.#options.onError?.call(resolver, host);
	}
	#take(): Resolver | undefined {
		const resolver = this.#resolver;
		this.#resolver = undefined;
		resolver?.forget(this);
		return resolver;
	}
	cancel(): void {
		this.#resolver = undefined;
	}
}

/** ECMA-419 Resolver over the module's own DNS. Answers never come inside `resolve`. */
export class Resolver {
	#binding: Binding;
	#requests: Request[] | undefined = [];
	target: unknown;
	constructor(binding: Binding, options?: ResolverOptions) {
		this.#binding = binding;
		if (options?.target !== undefined) this.target = options.target;
	}
	/** @throws ModemError "usage" without a host, "queueFull" when too many wait, "closed" after `close` */
	resolve(options: ResolveOptions): void {
		if (this.#requests === undefined) throw new ModemError("closed", "the resolver is closed");
		if (typeof options?.host !== "string") throw new ModemError("usage", "host: a name or an address");
		const request = new Request(this, options);
		this.#binding.enter().sockets.resolutions.resolve(options.host, request);
		this.#requests.push(request);
		this.#binding.kick();
	}
	/** @internal */
	forget(request: Request): void {
		const at = this.#requests?.indexOf(request) ?? -1;
		if (at >= 0) this.#requests!.splice(at, 1);
	}
	/** What is on its way is not reported. Again is no error. */
	close(): void {
		for (const request of this.#requests ?? []) {
			request.cancel();
			this.#binding.enter().sockets.resolutions.cancel(request);
		}
		this.#requests = undefined;
	}
}

export type BoundResolver = new (options?: ResolverOptions) => Resolver;
/** The class of one modem. */
export function bindResolver(binding: Binding): BoundResolver {
	return class extends Resolver {
		constructor(options?: ResolverOptions) {
			super(binding, options);
		}
	};
}
