import type { Binding } from "../modem/binding.js";
import type { Credential, CredentialDone, CredentialName } from "../modem/credentials.js";
import { ModemError } from "../modem/errors.js";
import { socketLimit } from "../modem/socket-places.js";
import { type BoundDTLS, bindDTLS } from "./dtls.js";
import { type BoundResolver, bindResolver } from "./resolver.js";
import { type BoundTCP, bindTCP } from "./tcp.js";
import { type BoundTLS, bindTLS } from "./tls.js";

/** Credentials for TLS in the module's own memory, where they outlive its restarts. */
export class CredentialStore {
	#binding: Binding;
	constructor(binding: Binding) {
		this.#binding = binding;
	}
	/**
	 * Stores one, over what had its name. `done` is called with `target` as its `this`; then a TLS socket may name it.
	 * @throws ModemError "usage" for what cannot be stored, "notSupported" where the module stores none, "queueFull"
	 */
	store<T>(credential: Credential, target: T, done: CredentialDone<T>): void {
		this.#binding.enter().sockets.credentials.store(credential, target, done);
		this.#binding.kick();
	}
	/** @throws as `store` */
	erase<T>(name: CredentialName, target: T, done: CredentialDone<T>): void {
		this.#binding.enter().sockets.credentials.erase(name, target, done);
		this.#binding.kick();
	}
}

/** All classes of a modem but `UDP`, and its credentials: made with the first use of any of them, so that a sender of datagrams has none. */
export class SocketClasses {
	#binding: Binding;
	#Resolver: BoundResolver | undefined = undefined;
	#DTLS: BoundDTLS | undefined = undefined;
	#TCP: BoundTCP | undefined = undefined;
	#TLS: BoundTLS | undefined = undefined;
	#credentials: CredentialStore | undefined = undefined;
	constructor(binding: Binding) {
		this.#binding = binding;
	}
	get Resolver(): BoundResolver {
		this.#Resolver ??= bindResolver(this.#binding);
		return this.#Resolver;
	}
	get DTLS(): BoundDTLS {
		if (this.#DTLS !== undefined) return this.#DTLS;
		const { driver } = this.#binding.core;
		if (driver.capabilities.dtls?.value !== true) throw new ModemError("notSupported", `driver ${driver.id} knows no DTLS of this module`);
		this.#DTLS = bindDTLS(this.#binding);
		return this.#DTLS;
	}
	get TCP(): BoundTCP {
		this.#TCP ??= bindTCP(this.#binding);
		return this.#TCP;
	}
	get TLS(): BoundTLS {
		if (this.#TLS !== undefined) return this.#TLS;
		const { core } = this.#binding;
		if (socketLimit(core.driver, "tls") === 0)
			throw new ModemError("notSupported", `driver ${core.driver.id} knows no TLS of this module: put TLS over modem.TCP`);
		this.#TLS = bindTLS(this.#binding);
		return this.#TLS;
	}
	get credentials(): CredentialStore {
		this.#credentials ??= new CredentialStore(this.#binding);
		return this.#credentials;
	}
}
