/** Modules that a Moddable manifest (on a board) or esbuild (on the desktop) maps for an application. */
declare module "mc/config" {
	const config: any;
	export default config;
}
declare module "xs-cellular/driver" {
	const driver: any;
	export default driver;
}
/** What an application tells whoever watches it: a line of `trace` on a board, an event of the simulation on the desktop. */
declare module "xs-cellular/monitor" {
	export default function monitor(event: string, data: Record<string, unknown>): void;
}
